"""Switching what is off at size nothing: its sizes are kept with the action that took them away, and given back by the other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.actions.kind import Call, Declaration, Do, Next, Parameters, Sight, Wait, done, failed
from core.actions.model import Action, ActionKind
from core.errors import Invalid
from core.inventory import Kind, Resource
from core.prices import InstanceType

Sizes = Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Sized:
    """A kind of resource whose size is set: `sizes` are its fields, `desired` among them; `empty` what they are while it is off.

    `steady` are the states in which it takes a new size; `there` says how many of those wanted are there (None: AWS does not say).
    """

    on: Kind
    noun: str
    parts: str
    """What it consists of, such as instances."""
    sizes: tuple[str, ...]
    empty: Callable[[Sizes], Sizes]
    steady: frozenset[str]
    there: Callable[[Resource], int | None]
    stop: ActionKind
    start: ActionKind
    emptying: Call
    filling: Call
    permissions: tuple[str, ...]
    call: Callable[[Resource, Sizes], str]
    by_hand: Callable[[Resource, Sizes], str]
    terraform: Callable[[Sizes], str]
    unfit: Callable[[Resource], str | None] = lambda _: None

    def stopping(self) -> Declaration:
        """The action that takes its size away."""
        return Declaration(
            kind=self.stop,
            title=f"Scale {self.noun} to nothing",
            on=self.on,
            permissions=self.permissions,
            unsuitable=self._cannot_stop,
            calls=lambda it, _: (self.call(it, self.empty(self.now(it))),),
            by_hand=lambda it, _: (self.by_hand(it, self.empty(self.now(it))),),
            terraform=lambda _: self.terraform(self.empty(dict.fromkeys(self.sizes, 0))),
            reversal=lambda it: f"Undo gives it back its size: {_listed(self.now(it))}.",
            undo=self._given_back,
            next=self._next_down,
            sends=(self.emptying,),
        )

    def starting(self) -> Declaration:
        """The action that gives it its size back."""
        return Declaration(
            kind=self.start,
            title=f"Scale {self.noun} up again",
            on=self.on,
            permissions=self.permissions,
            parameters=frozenset(self.sizes),
            check=self._check,
            unsuitable=self._cannot_start,
            calls=lambda it, given: (self.call(it, self.wanted(given)),),
            by_hand=lambda it, given: (self.by_hand(it, self.wanted(given)),),
            terraform=lambda given: self.terraform(self.wanted(given)),
            reversal=lambda _: "Undo scales it to nothing again.",
            undo=lambda _: (self.stop, {}),
            next=self._next_up,
            sends=(self.filling,),
        )

    def now(self, resource: Resource) -> Sizes:
        """Its sizes as they are."""
        return {name: _whole(vars(resource).get(name)) for name in self.sizes}

    def wanted(self, given: Parameters) -> Sizes:
        """The sizes that an action was given."""
        return {name: _whole(given.get(name)) for name in self.sizes}

    def _check(self, given: Parameters) -> None:
        if any(not isinstance(given.get(name), int) or _whole(given.get(name)) < 0 for name in self.sizes):
            message = f"How large the {self.noun} was before is not known, so we cannot scale it up."
            raise Invalid(
                message,
                mend=f"Scale it up by hand once; what it has then is kept. It takes: {', '.join(self.sizes)}.",
            )
        sizes = self.wanted(given)
        low, high = sizes.get("smallest", 0), sizes.get("largest", sizes["desired"])
        if not sizes["desired"] > 0 or not low <= sizes["desired"] <= high:
            message = f"A {self.noun} is scaled up to at least 1, within its smallest and largest size; not to {_listed(sizes)}."
            raise Invalid(message)

    def _cannot_stop(
        self, resource: Resource, _given: Parameters, _types: Mapping[str, InstanceType]
    ) -> str | None:
        if why := self._unfit(resource):
            return why
        if self.now(resource)["desired"] == 0:
            return f"{resource.short_id} is at size 0 already."
        return None

    def _cannot_start(
        self, resource: Resource, _given: Parameters, _types: Mapping[str, InstanceType]
    ) -> str | None:
        if why := self._unfit(resource):
            return why
        if self.now(resource)["desired"] > 0:
            return f"{resource.short_id} is at size {self.now(resource)['desired']} already; only what is at size 0 is scaled up."
        return None

    def _unfit(self, resource: Resource) -> str | None:
        if resource.state not in self.steady:
            return f"{resource.short_id} is {resource.state} and takes no other size now."
        return self.unfit(resource)

    def _given_back(self, action: Action) -> tuple[ActionKind, dict[str, object]] | None:
        kept = kept_sizes(action.before or {}, self.sizes)
        return None if kept is None else (self.start, dict(kept))

    def _next_down(self, action: Action, sight: Sight) -> Next:
        if sight.resource is None:
            return failed(f"{action.short_id} no longer exists.")
        it, sizes = sight.resource, self.now(sight.resource)
        if it.state not in self.steady:
            return Wait(f"{action.short_id} is {it.state}; it takes another size after that.")
        if sizes != self.empty(sizes):
            return Do(self.emptying)
        if left := self.there(it):
            return Wait(f"{action.short_id} is at size 0; {left} of its {self.parts} are still there.")
        if not action.begun:
            return done(f"{action.short_id} was at size 0 already; nothing was done.")
        return done(f"{action.short_id} is at size 0.")

    def _next_up(self, action: Action, sight: Sight) -> Next:
        if sight.resource is None:
            return failed(f"{action.short_id} no longer exists.")
        it, sizes, wanted = sight.resource, self.now(sight.resource), self.wanted(action.parameters)
        if it.state not in self.steady:
            return Wait(f"{action.short_id} is {it.state}.")
        if sizes["desired"] == 0:
            return Do(self.filling)
        there = self.there(it)
        if there is not None and there < sizes["desired"]:
            return Wait(f"{action.short_id}: {there} of {sizes['desired']} {self.parts} are there.")
        if not action.begun:
            return done(f"{action.short_id} was at size {sizes['desired']} already; nothing was done.")
        return done(f"{action.short_id} is at size {wanted['desired']} again.")


def kept_sizes(before: Mapping[str, object], names: tuple[str, ...]) -> Sizes | None:
    """The sizes that a resource had before an action; None where it had none, or they were not kept."""
    kept = {name: value for name in names if isinstance(value := before.get(name), int)}
    return kept if len(kept) == len(names) and kept.get("desired", 0) > 0 else None


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _listed(sizes: Sizes) -> str:
    return ", ".join(f"{name} {value}" for name, value in sizes.items())
