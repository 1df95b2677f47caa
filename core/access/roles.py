"""Roles, the permissions each carries, and the user that carries roles."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from core.errors import Forbidden


class Permission(StrEnum):
    """Something one may or may not do."""

    VIEW_COSTS = "view costs"
    VIEW_RESOURCES = "view resources"
    VIEW_RECOMMENDATIONS = "view recommendations"
    VIEW_ACTIONS = "view actions"
    VIEW_SCHEDULES = "view schedules"
    VIEW_CONNECTIONS = "view connections"
    OWN_PROFILE = "manage one's own profile"
    MANAGE_COSTS = "manage budgets, allocation and units"
    JUDGE_RECOMMENDATIONS = "dismiss and reopen recommendations"
    ACT = "act on resources"
    EDIT_SCHEDULES = "edit schedules"
    EDIT_ALERTS = "edit alerts"
    APPROVE = "approve actions"
    MANAGE_CONNECTIONS = "manage connections"
    MANAGE_TEAM = "manage the team"
    VIEW_AUDIT = "view the audit log"
    VIEW_TELEMETRY = "read the service's own metrics"


class Role(StrEnum):
    """What a person is here for."""

    VIEWER = "viewer"
    FINANCE = "finance"
    OPERATOR = "operator"
    APPROVER = "approver"
    ADMIN = "admin"


_VIEWER = frozenset(
    {
        Permission.VIEW_COSTS,
        Permission.VIEW_RESOURCES,
        Permission.VIEW_RECOMMENDATIONS,
        Permission.VIEW_ACTIONS,
        Permission.VIEW_SCHEDULES,
        Permission.VIEW_CONNECTIONS,
        Permission.OWN_PROFILE,
    }
)
_OPERATOR = _VIEWER | {
    Permission.JUDGE_RECOMMENDATIONS,
    Permission.ACT,
    Permission.EDIT_SCHEDULES,
    Permission.EDIT_ALERTS,
}

ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.VIEWER: _VIEWER,
    Role.FINANCE: _VIEWER
    | {
        Permission.MANAGE_COSTS,
        Permission.JUDGE_RECOMMENDATIONS,
        Permission.EDIT_ALERTS,
        Permission.VIEW_AUDIT,
    },
    Role.OPERATOR: _OPERATOR,
    Role.APPROVER: _OPERATOR | {Permission.APPROVE, Permission.VIEW_AUDIT},
    Role.ADMIN: frozenset(Permission),
}


@dataclass(frozen=True)
class User:
    """Somebody signed in. `accounts` None means every AWS account of the organisation; else only these ids."""

    id: UUID
    organisation_id: UUID
    email: str
    name: str
    roles: frozenset[Role]
    accounts: frozenset[str] | None = None

    @property
    def permissions(self) -> frozenset[Permission]:
        """All that the user's roles carry."""
        return frozenset().union(*(ROLE_PERMISSIONS[role] for role in self.roles))

    def may(self, permission: Permission) -> bool:
        """Whether one of the roles carries `permission`."""
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Raise `Forbidden`, naming the roles that could, unless the user has `permission`."""
        if not self.may(permission):
            able = ", ".join(role for role in Role if permission in ROLE_PERMISSIONS[role])
            message = f"Your role does not let you {permission}."
            raise Forbidden(message, mend=f"Ask somebody with one of these roles: {able}.")

    def sees(self, account_id: str) -> bool:
        """Whether resources and costs of this AWS account are within the user's scope."""
        return self.accounts is None or account_id in self.accounts
