"""The calls that change something, asked of AWS without effect: EC2's DryRun checks permission and existence for real."""

from typing import Any

from core.errors import Refused, Untried
from core.inventory import Account
from services.adapters.aws.changes import AwsChanges
from services.adapters.aws.failures import code_of
from services.adapters.aws.permissions import permission
from services.adapters.aws.session import Place

WOULD_HAVE = "DryRunOperation"
"""AWS's way to say that it would have done it."""


class AwsRehearsal(AwsChanges):
    """Implements `core.ports.Changes`; nothing is ever changed."""

    def _place(self, account: Account, region: str) -> Place:
        return _Dry(self._sessions, account, region)


class _Dry(Place):
    def write(self, service: str, operation: str, /, **arguments: object) -> dict[str, Any]:
        """Ask with DryRun. Raises as the call would, and `Untried` where it has no such option: it is not sent then."""
        client = self._client(service, operation, writes=False)
        name = client.meta.method_to_api_mapping[operation]
        shape = client.meta.service_model.operation_model(name).input_shape
        if shape is None or "DryRun" not in shape.members:
            raise Untried(f"AWS has no way to try {permission(service, operation)}.")
        try:
            return self.read(service, operation, DryRun=True, **arguments)
        except Refused as error:
            if isinstance(error.__cause__, Exception) and code_of(error.__cause__) == WOULD_HAVE:
                return {}
            raise
