"""Give an Auto Scaling group the sizes back that it had before it was scaled to nothing."""

from core.actions.kinds.stop_autoscaling_group import SIZED

DECLARATION = SIZED.starting()
