"""Everything that was collected, to look up what belongs together."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TypeVar

from core.inventory import Kind, Resource

Wanted = TypeVar("Wanted", bound=Resource)


class Fleet:
    """Resources by id and by kind, as the last collection saw them."""

    def __init__(self, resources: Iterable[Resource], kinds: Collection[Kind] | None = None) -> None:
        """Index them once; all lookups are quick then.

        With `kinds` it holds no others, and to ask it for one raises `LookupError`: what was not loaded is not gone.
        """
        self._kinds = kinds
        self._by_id: dict[str, Resource] = {}
        self._by_type: dict[type[Resource], list[Resource]] = {}
        for resource in resources:
            self._by_id[resource.id] = resource
            self._by_type.setdefault(type(resource), []).append(resource)
        self._short: dict[tuple[type[Resource], str, str, str], Resource] = {}
        self._having: dict[tuple[type[Resource], str], dict[object, list[Resource]]] = {}

    def find(self, resource_id: str) -> Resource | None:
        """A resource by its id."""
        return self._by_id.get(resource_id)

    def all(self, kind: type[Wanted]) -> Iterator[Wanted]:
        """Every resource of a kind."""
        self._demand(kind)
        for resource in self._by_type.get(kind, ()):
            assert isinstance(resource, kind)  # noqa: S101  it was filed under its type
            yield resource

    def beside(self, resource: Resource, kind: type[Wanted], short_id: str) -> Wanted | None:
        """The resource of a kind with this short id in the same account and region; None where none was seen."""
        self._demand(kind)
        if not self._short:
            self._short = {
                (type(one), one.account_id, one.region, one.short_id): one for one in self._by_id.values()
            }
        found = self._short.get((kind, resource.account_id, resource.region, short_id))
        return found if isinstance(found, kind) else None

    def having(self, resource: Resource, kind: type[Wanted], field: str, value: object) -> Sequence[Wanted]:
        """Resources of a kind, in the same account and region, whose field has this value or, where it holds several, holds it."""
        self._demand(kind)
        if (kind, field) not in self._having:
            index: dict[object, list[Resource]] = {}
            for one in self._by_type.get(kind, ()):
                held = getattr(one, field)
                for each in held if isinstance(held, tuple) else (held,):
                    index.setdefault(each, []).append(one)
            self._having[kind, field] = index
        return [
            one
            for one in self._having[kind, field].get(value, ())
            if isinstance(one, kind)
            and (one.account_id, one.region) == (resource.account_id, resource.region)
        ]

    def _demand(self, kind: type[Resource]) -> None:
        held = kind.__dataclass_fields__["kind"].default
        if self._kinds is not None and held not in self._kinds:
            message = f"The fleet was loaded without its {held}s, and a rule asks for them."
            raise LookupError(message)


NO_FLEET = Fleet(())
