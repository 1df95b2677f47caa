"""What a schedule is attached to: resources with a tag, named ones, or all of some accounts, regions or kinds."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from core.errors import Invalid, NotFound
from core.inventory import Kind, Resource
from core.schedules.switch import SWITCHED, SWITCHES

MOST_IDS = 5000


@dataclass(frozen=True)
class Selector:
    """A tag (key, value), resource ids, or neither; each further list narrows it (None: it does not), and one is needed where there is neither.

    An empty list of accounts or regions selects nothing: some are kept from when they could be attached. `within` refuses new ones.
    Raises `Invalid` for both, for what would select everything, and for kinds that no schedule switches.
    """

    tag: tuple[str, str] | None = None
    resource_ids: tuple[str, ...] | None = None
    accounts: tuple[str, ...] | None = None
    kinds: tuple[Kind, ...] | None = None
    regions: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        """Refuse a selector that would select nothing, or everything."""
        narrowed = any(each is not None for each in (self.accounts, self.kinds, self.regions))
        if self.tag is None and self.resource_ids is None and not narrowed:
            message = (
                "Say what the schedule is for: a tag, a list of resource ids, or accounts, regions or kinds."
            )
            raise Invalid(message)
        if self.tag is not None and self.resource_ids is not None:
            message = "Say what the schedule is for: either a tag or a list of resource ids."
            raise Invalid(message)
        if self.tag is not None and not self.tag[0].strip():
            message = "A tag needs its key."
            raise Invalid(message)
        if self.resource_ids is not None and not 0 < len(self.resource_ids) <= MOST_IDS:
            message = f"Name between 1 and {MOST_IDS} resources; for more, use a tag."
            raise Invalid(message)
        if self.kinds is not None and (not self.kinds or set(self.kinds) - set(SWITCHED)):
            message = f"Schedules switch these kinds: {', '.join(SWITCHED)}."
            raise Invalid(message, mend="Name one of them, or none for all.")

    @classmethod
    def from_json(cls, given: object) -> "Selector":
        """Read `{"tag": {"key", "value"}}` or `{"resource_ids": [...]}`; raises `Invalid` saying what is wrong."""
        body = given if isinstance(given, Mapping) else {}
        tag, ids, accounts = body.get("tag"), body.get("resource_ids"), body.get("accounts")
        if tag is not None and not (
            isinstance(tag, Mapping) and isinstance(tag.get("key"), str) and isinstance(tag.get("value"), str)
        ):
            message = "A tag is an object with key and value, both text."
            raise Invalid(message)
        return cls(
            tag=(tag["key"], tag["value"]) if isinstance(tag, Mapping) else None,
            resource_ids=_texts(ids, "resource_ids"),
            accounts=_texts(accounts, "accounts"),
            kinds=_kinds(body.get("kinds")),
            regions=_texts(body.get("regions"), "regions"),
        )

    def to_json(self) -> dict[str, object]:
        """The shape that `from_json` reads."""
        body: dict[str, object] = {}
        if self.tag is not None:
            body["tag"] = {"key": self.tag[0], "value": self.tag[1]}
        if self.resource_ids is not None:
            body["resource_ids"] = list(self.resource_ids)
        if self.accounts is not None:
            body["accounts"] = list(self.accounts)
        if self.kinds is not None:
            body["kinds"] = [kind.value for kind in self.kinds]
        if self.regions is not None:
            body["regions"] = list(self.regions)
        return body

    def within(self, accounts: frozenset[str] | None) -> "Selector":
        """The same within the accounts that somebody sees (None: all).

        Raises `NotFound` where it names none of them, `Invalid` where it can select nothing.
        """
        if self.accounts == () or self.regions == ():
            message = "A list of accounts or regions names at least one."
            raise Invalid(message, mend="Leave the list out to mean all of them.")
        if accounts is None:
            return self
        common = accounts if self.accounts is None else accounts.intersection(self.accounts)
        if not common:
            message = f"There is no account {min(self.accounts or ('',))} among those you see."
            raise NotFound(message)
        return replace(self, accounts=tuple(sorted(common)))

    def selects(self, resource: Resource) -> bool:
        """Whether the resource is one of those meant."""
        if self.accounts is not None and resource.account_id not in self.accounts:
            return False
        if self.kinds is not None and resource.kind not in self.kinds:
            return False
        if self.regions is not None and resource.region not in self.regions:
            return False
        if self.tag is not None:
            return resource.tags.get(self.tag[0]) == self.tag[1]
        return self.resource_ids is None or resource.id in self.resource_ids

    def __str__(self) -> str:
        """Such as `tag schedule=office-hours`, `3 named resources` or `all EC2 instances in eu-west-1`."""
        if self.resource_ids is not None:
            ids = self.resource_ids
            return ids[0] if len(ids) == 1 else f"{len(ids)} named resources"
        plurals = None if self.kinds is None else ", ".join(SWITCHES[kind].plural for kind in self.kinds)
        place = "" if self.regions is None else f" in {', '.join(self.regions) or 'no region'}"
        if self.tag is not None:
            nobody = " of no account" if self.accounts == () else ""
            return f"tag {self.tag[0]}={self.tag[1]}{f' ({plurals})' if plurals else ''}{place}{nobody}"
        owned = "" if self.accounts is None else f" of {', '.join(self.accounts) or 'no account'}"
        return f"all {plurals or 'that can be switched'}{place}{owned}"


def _kinds(given: object) -> tuple[Kind, ...] | None:
    named = _texts(given, "kinds")
    if named is None:
        return None
    if unknown := sorted(set(named) - set(SWITCHED)):
        message = f"Schedules do not switch “{unknown[0]}”."
        raise Invalid(message, mend=f"They switch: {', '.join(SWITCHED)}.")
    return tuple(Kind(name) for name in named)


def _texts(given: object, name: str) -> tuple[str, ...] | None:
    if given is None:
        return None
    if not isinstance(given, list | tuple) or not all(isinstance(item, str) for item in given):
        message = f"“{name}” must be a list of texts."
        raise Invalid(message)
    return tuple(dict.fromkeys(given))
