"""Give an ECS service the count back that it had before it was scaled to nothing."""

from core.actions.kinds.stop_service import SIZED

DECLARATION = SIZED.starting()
