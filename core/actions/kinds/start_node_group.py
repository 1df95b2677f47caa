"""Give an EKS node group the sizes back that it had before it was scaled to nothing."""

from core.actions.kinds.stop_node_group import SIZED

DECLARATION = SIZED.starting()
