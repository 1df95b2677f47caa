"""One row a screen: its file, title, group, the question it answers, and the permission it takes."""

from dataclasses import dataclass

from core.access.roles import Permission, User


@dataclass(frozen=True)
class Row:
    """A screen. `file` is the stem of its file in pages/ and its path in the URL."""

    file: str
    title: str
    group: str
    question: str
    permission: Permission


ROWS: tuple[Row, ...] = (
    Row("overview", "Overview", "", "How are we doing, and what needs me?", Permission.VIEW_COSTS),
    Row("inbox", "Inbox", "", "What was I told?", Permission.OWN_PROFILE),
    Row(
        "costs", "Costs", "Spend", "What do we spend, on what, and why did it change?", Permission.VIEW_COSTS
    ),
    Row("allocation", "Allocation", "Spend", "Whose cost is it?", Permission.VIEW_COSTS),
    Row(
        "commitments",
        "Commitments",
        "Spend",
        "Are our Savings Plans and reservations used, and when do they end?",
        Permission.VIEW_COSTS,
    ),
    Row("units", "Units", "Spend", "What does one order cost?", Permission.VIEW_COSTS),
    Row("budgets", "Budgets", "Spend", "Will we stay inside?", Permission.VIEW_COSTS),
    Row(
        "reconcile",
        "Reconcile",
        "Spend",
        "Do our totals tie to the invoices, and if not, why?",
        Permission.VIEW_COSTS,
    ),
    Row(
        "recommendations",
        "Recommendations",
        "Save",
        "What should I do first?",
        Permission.VIEW_RECOMMENDATIONS,
    ),
    Row(
        "rules",
        "Rules",
        "Save",
        "What is looked for, how strictly, and what is left alone?",
        Permission.VIEW_RECOMMENDATIONS,
    ),
    Row(
        "savings",
        "Savings",
        "Save",
        "Did it save what we were promised?",
        Permission.VIEW_RECOMMENDATIONS,
    ),
    Row(
        "schedules", "Schedules", "Save", "When is it off, and what happens next?", Permission.VIEW_SCHEDULES
    ),
    Row(
        "resources", "Resources", "Operate", "What runs, whose is it, is it busy?", Permission.VIEW_RESOURCES
    ),
    Row("live", "Live", "Operate", "What happens right now?", Permission.VIEW_RESOURCES),
    Row("actions", "Actions", "Operate", "What was asked, and did it happen?", Permission.VIEW_ACTIONS),
    Row("connections", "Connections", "Settings", "Can I trust these numbers?", Permission.VIEW_CONNECTIONS),
    Row("team", "Team", "Settings", "Who may see and do what?", Permission.MANAGE_TEAM),
    Row(
        "profile",
        "Profile",
        "Settings",
        "My sign-ins, password, notices and API token",
        Permission.OWN_PROFILE,
    ),
)


def row(file: str) -> Row:
    """The row of a screen's file. Raises `KeyError` for a screen that has none."""
    return {each.file: each for each in ROWS}[file]


def offered(user: User) -> tuple[Row, ...]:
    """The screens a user may open, in order."""
    return tuple(each for each in ROWS if user.may(each.permission))


def groups(user: User) -> dict[str, list[Row]]:
    """The same, by group."""
    found: dict[str, list[Row]] = {}
    for each in offered(user):
        found.setdefault(each.group, []).append(each)
    return found
