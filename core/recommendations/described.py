"""Every rule in words, as a page: what it finds, how it decides, how it is mended, and what others do."""

from collections.abc import Iterator, Sequence

from core.actions.catalog import DECLARATIONS
from core.inventory import Kind
from core.recommendations.catalog import catalog
from core.recommendations.rule import Rule

_HEAD = """# Rules

Written by `./pioneer docs`, from what each rule declares of itself. A rule judges one kind of resource and answers a finding, that all
is well, or that it cannot tell and why. Money is what the bill says, a month is 730 hours. Of what rules find on one resource, the
plan takes what goes together and saves most. [rules-coverage.md](rules-coverage.md) says what other tools check, and what has no rule here.
"""


def rules_page() -> str:
    """Every rule by kind of resource."""
    by_kind: dict[Kind, list[Rule]] = {}
    for rule in catalog().values():
        by_kind.setdefault(rule.kind, []).append(rule)
    lines = [_HEAD]
    for kind, rules in sorted(by_kind.items()):
        lines.append(f"## {kind.noun[0].upper()}{kind.noun[1:]}\n")
        for rule in rules:
            lines += _told(rule)
    return "\n".join(lines).rstrip() + "\n"


def _told(rule: Rule) -> Iterator[str]:
    fix = f"one click, `{rule.fix}`" if rule.fix else f"by hand: {rule.by_hand}"
    yield f"### {rule.title}\n"
    yield f"`{rule.id}`. {rule.why} Effort {rule.effort}, risk {rule.risk}, {rule.undo}; it pulls the lever “{rule.lever}”.\n"
    yield f"* Fix: {fix}"
    yield f"* Reads: {_listed(rule.reads)}"
    if rule.fix is not None:
        needed = DECLARATIONS[rule.fix].permissions
        yield f"* The fix needs: {_listed(needed) if needed else 'no permission in AWS: it changes our records only'}"
    if not rule.options:
        yield "* Nothing to set: it goes by prices and by what AWS supports."
    for option in rule.options:
        yield f"* `{option.name}` = {option.default:g} {option.unit}: {option.told}"
    yield f"* Others: {'; '.join(rule.peers)}."
    yield ""


def _listed(permissions: Sequence[str]) -> str:
    return ", ".join(f"`{one}`" for one in permissions)
