"""Which findings to act on together, so that savings add up: those that exclude each other are told as alternatives.

On one resource, removing it leaves nothing else to save on; any other lever is pulled once, and each acts on what the one before
left of the same part of the cost: off half of the time (50%) and half the size (50%) save 75% of the instance, not 100%. A finding that also claims other resources'
cost (a stopped instance's volumes) takes those resources' findings with it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal
from itertools import product
from uuid import UUID

from core.money import ZERO, total
from core.recommendations.finding import StoredFinding
from core.recommendations.lever import ORDER, Lever, Part
from core.recommendations.unbilled import Promises, left_of

_PLACES = Decimal("0.000001")
"""Shares of shares have no end: what counts is rounded down to a millionth of a dollar, so that it never exceeds the cost."""
_TRIED = 10
"""Up to so many findings that reach into each other's resources, every set of them is tried; beyond, the largest saving goes first."""


_SPOKEN_FOR = "A change that is under way, or done and not on the bill yet, promises all of its cost already."
_UNDER_WAY = (
    "Counted on the cost that a change under way, or done and not on the bill yet, promises to leave."
)


def _none(_finding: StoredFinding) -> Promises:
    """Nothing is under way."""
    return {}


@dataclass(frozen=True)
class Choice:
    """A finding taken into the plan, and the USD a month it counts for after those before it on the same resource."""

    finding: StoredFinding
    counts: Decimal
    because: str = ""
    """Why it counts for less than it would save alone; empty where it does not."""


@dataclass(frozen=True)
class Alternative:
    """A finding that is not taken, and why."""

    finding: StoredFinding
    because: str
    rather: StoredFinding | None = None
    """The one that is taken in its place."""


@dataclass(frozen=True)
class Plan:
    """What to do, and what else could be done instead. `total_saving` is US dollars a month."""

    total_saving: Decimal
    chosen: tuple[Choice, ...]
    alternatives: tuple[Alternative, ...]

    def saving_of(self, resource_id: str) -> Decimal:
        """USD a month that the plan saves by findings on one resource."""
        return total(choice.counts for choice in self.chosen if choice.finding.resource_id == resource_id)


@dataclass(frozen=True)
class _Stack:
    """Findings to act on together on one resource, in order, and what each counts for."""

    choices: tuple[Choice, ...]
    saves: Decimal

    @property
    def rank(self) -> tuple[Decimal, int, tuple[str, ...]]:
        """More saved is better, then fewer changes, then by name: so the order of the findings never matters."""
        return -self.saves, len(self.choices), tuple(choice.finding.rule for choice in self.choices)


def plan(findings: Iterable[StoredFinding], promises: Callable[[StoredFinding], Promises] = _none) -> Plan:
    """The set that saves most; what it leaves out is told as alternatives with the reason.

    Never more than the resources cost, never a dollar twice, and the same whatever the order of `findings`. `promises` are what
    changes under way or in the ledger promise already of what a finding is about: it counts on what they leave. What is not known now
    counts nothing.
    """
    by_resource: dict[str, list[StoredFinding]] = defaultdict(list)
    spoken_for, lessened = list[Alternative](), set[UUID]()
    for finding in sorted(findings, key=lambda each: (each.resource_id, each.rule)):
        if finding.unknown:
            spoken_for.append(Alternative(finding, finding.doubt))
            continue
        left = left_of(finding, promises(finding))
        if left is None:
            spoken_for.append(Alternative(finding, _SPOKEN_FOR))
            continue
        if left is not finding:
            lessened.add(finding.id)
        by_resource[finding.resource_id].append(left)
    chosen: list[Choice] = []
    for resources in _entangled(by_resource):
        chosen += _best({resource: by_resource[resource] for resource in resources})
    taken = {choice.finding.id for choice in chosen}
    left_out = [each for found in by_resource.values() for each in found if each.id not in taken]
    alternatives = [*_alternatives(left_out, chosen), *spoken_for]
    chosen = [_lessened(choice) if choice.finding.id in lessened else choice for choice in chosen]
    chosen.sort(key=lambda choice: (-choice.counts, choice.finding.rule, choice.finding.resource_id))
    alternatives.sort(key=lambda each: (-each.finding.saving, each.finding.rule, each.finding.resource_id))
    return Plan(total(choice.counts for choice in chosen), tuple(chosen), tuple(alternatives))


def _lessened(choice: Choice) -> Choice:
    """Say why it counts for less than it was found to save."""
    return replace(choice, because=f"{_UNDER_WAY} {choice.because}".strip())


def _entangled(by_resource: Mapping[str, Sequence[StoredFinding]]) -> Iterator[tuple[str, ...]]:
    """Resources in groups: those that some finding claims together. Most are alone."""
    leader: dict[str, str] = {}

    def find(name: str) -> str:
        while leader.get(name, name) != name:
            leader[name] = leader.get(leader[name], leader[name])
            name = leader[name]
        return name

    for resource, found in by_resource.items():
        for other in {claimed for each in found for claimed in each.claims}:
            leader[find(resource)] = find(other)
    groups: dict[str, list[str]] = defaultdict(list)
    for resource in by_resource:
        groups[find(resource)].append(resource)
    for group in groups.values():
        yield tuple(sorted(group))


def _best(group: Mapping[str, Sequence[StoredFinding]]) -> tuple[Choice, ...]:
    """The set that saves most on resources that are entangled."""
    reaching = [each for found in group.values() for each in found if each.claims]
    if not reaching:
        return tuple(choice for found in group.values() for choice in _stacked(found).choices)
    if len(reaching) > _TRIED:
        return _greedy(group, reaching)
    sets = [
        chosen
        for flags in product((False, True), repeat=len(reaching))
        if (chosen := _with(group, [each for each, flag in zip(reaching, flags, strict=True) if flag]))
        is not None
    ]
    return min(
        sets,
        key=lambda choices: (
            -total(choice.counts for choice in choices),
            len(choices),
            [choice.finding.rule + choice.finding.resource_id for choice in choices],
        ),
    )


def _greedy(
    group: Mapping[str, Sequence[StoredFinding]], reaching: Sequence[StoredFinding]
) -> tuple[Choice, ...]:
    """Too many to try all: the largest first, each only where the whole gets better by it."""
    taken: list[StoredFinding] = []
    best = _with(group, taken) or ()
    for each in sorted(reaching, key=lambda one: (-_capped(one), one.rule, one.resource_id)):
        tried = _with(group, [*taken, each])
        if tried is not None and total(one.counts for one in tried) > total(one.counts for one in best):
            taken, best = [*taken, each], tried
    return best


def _with(
    group: Mapping[str, Sequence[StoredFinding]], reaching: Sequence[StoredFinding]
) -> tuple[Choice, ...] | None:
    """These far-reaching findings, and the best of what is left where they do not reach; None where two of them collide."""
    held: dict[str, str] = {}
    for each in reaching:
        for resource in (each.resource_id, *each.claims):
            if resource in held:
                return None
            held[resource] = each.rule
    choices = [Choice(each, _capped(each)) for each in reaching]
    for resource, found in group.items():
        if resource not in held:
            choices += _stacked([each for each in found if not each.claims]).choices
    return tuple(choices)


def _stacked(found: Sequence[StoredFinding]) -> _Stack:
    """The best way to combine findings on one resource: one that removes it, or at most one of each other lever."""
    by_lever: dict[Lever, list[StoredFinding | None]] = defaultdict(lambda: [None])
    ways: list[tuple[StoredFinding, ...]] = [()]
    for each in found:
        if each.lever is Lever.REMOVE:
            ways.append((each,))
        else:
            by_lever[each.lever].append(each)
    levers = [by_lever[lever] for lever in ORDER if lever in by_lever]
    ways += [tuple(each for each in way if each is not None) for way in product(*levers)]
    return min((_stack(way) for way in ways), key=lambda stack: stack.rank)


def _stack(way: Sequence[StoredFinding]) -> _Stack:
    """What each counts for, one after the other on what is left of the part of the cost that it acts on."""
    choices: list[Choice] = []
    costs = _parts(way)
    remains = dict.fromkeys(costs, Decimal(1))
    for each in way:
        part, base, alone = _part(each), _base(each), _capped(each)
        taken = alone / base if base > ZERO else ZERO
        if part is None:
            left, touched, of = _left(costs, remains), remains, "cost"
        else:
            left, touched, of = remains[part], {part: remains[part]}, part.words
            alone = min(alone, taken * costs[part]) if costs[part] < base else alone
        counts = alone if left == 1 else (alone * left).quantize(_PLACES, ROUND_DOWN)
        why = "" if left == 1 else f"Counted on the {left:.0%} of the {of} that the change before it leaves."
        choices.append(Choice(each, counts, why))
        remains |= {name: rest * (1 - taken) for name, rest in touched.items()}
    return _Stack(tuple(choices), total(choice.counts for choice in choices))


def _parts(way: Iterable[StoredFinding]) -> Mapping[Part | None, Decimal]:
    """USD a month of each part of a resource that findings act on, and of the rest (None); never more than it costs together."""
    rest = max((each.cost for each in way if each.cost is not None), default=ZERO)
    named = [(part, _base(each)) for each in way if (part := _part(each)) is not None]
    parts: dict[Part | None, Decimal] = {}
    for name in dict.fromkeys(part for part, _ in named):
        parts[name] = min(rest, max(usd for part, usd in named if part is name))
        rest -= parts[name]
    return {**parts, None: rest}


def _left(costs: Mapping[Part | None, Decimal], remains: Mapping[Part | None, Decimal]) -> Decimal:
    """The share of all of the cost that is left, once so much of each part is."""
    cost = total(costs.values())
    if len(set(remains.values())) == 1 or cost <= ZERO:
        return remains[None]
    return total(usd * remains[part] for part, usd in costs.items()) / cost


def _part(finding: StoredFinding) -> Part | None:
    """The part of the cost that it acts on; None: all of it."""
    return None if finding.part is None or finding.cost is None else finding.lever.part


def _base(finding: StoredFinding) -> Decimal:
    """What it acts on costs; where the bill does not know the resource yet, at least what it would save."""
    if finding.cost is None:
        return finding.saving
    return finding.cost if finding.part is None else min(finding.part, finding.cost)


def _capped(finding: StoredFinding) -> Decimal:
    """Never more than what it acts on costs; what it claims of others comes on top."""
    claimed = total(finding.claims.values())
    own = max(ZERO, finding.saving - claimed)
    return max(ZERO, (own if finding.cost is None else min(own, _base(finding))) + claimed)


def _alternatives(left: Sequence[StoredFinding], chosen: Sequence[Choice]) -> list[Alternative]:
    here: dict[str, list[StoredFinding]] = defaultdict(list)
    reached: dict[str, StoredFinding] = {}
    for choice in chosen:
        here[choice.finding.resource_id].append(choice.finding)
        for resource in choice.finding.claims:
            if resource != choice.finding.resource_id:
                reached[resource] = choice.finding
    return [_told(each, here[each.resource_id], reached.get(each.resource_id)) for each in left]


def _told(
    finding: StoredFinding, here: Sequence[StoredFinding], reaching: StoredFinding | None
) -> Alternative:
    """Why it is not taken: by what was taken on the same resource, or what reaches into it from another."""
    removing = next((each for each in here if each.lever is Lever.REMOVE or each.claims), None)
    alike = next((each for each in here if each.lever is finding.lever), None)
    if reaching is not None:
        return Alternative(finding, "Its cost is counted already by a change to another resource.", reaching)
    if removing is not None:
        return Alternative(finding, "Nothing is left to save on once the chosen change is made.", removing)
    if alike is not None:
        return Alternative(
            finding, "Only one change of this sort can be made; the chosen one saves more.", alike
        )
    return Alternative(finding, "It adds nothing to what is chosen.", here[0] if here else None)
