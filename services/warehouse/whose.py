"""Lines with whose they are: a group's or a service's where something of theirs was billed, else a resource's own."""

from collections.abc import Mapping, Sequence
from typing import Any

import ibis

from core.costs.members import BETWEEN, INSTANCE, NOBODY, TASK, Members

# ruff: noqa: ANN401  Ibis expressions are not typed here

_TAGGED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    INSTANCE: ("i-", ("aws:autoscaling:groupName",)),
    TASK: ("arn:aws:ecs:", ("aws:ecs:clusterName", "aws:ecs:serviceName")),
}
"""How the ids of what AWS tags begin, and the tags that say whose it is."""
_PAIR, _ROW = "\x1f", "\x1e"
"""Characters that no name of AWS's may have: a list of pairs is one text, which takes no time to put into SQL, however long."""


def belonging(table: Any, members: Members) -> Any:
    """The table's lines that belong to somebody, with who that is as `whole`: one at most, by its id before its tags."""
    ids = _pairs(members.by_id)
    mine = table.join(ids, table.ResourceId == ids.known_by).drop("known_by")
    parts = [mine.filter(mine.whole != NOBODY)]
    for what, (begin, tags) in _TAGGED.items():
        pairs = [pair for pair in members.by_tag if pair[0].startswith(what + BETWEEN)]
        if pairs:
            others = table.filter(
                table.ResourceId.startswith(begin), *(table.Tags[tag].notnull() for tag in tags)
            )
            others = others.anti_join(ids, others.ResourceId == ids.known_by)
            known = _joined([what, others.SubAccountId, others.RegionId, *(others.Tags[tag] for tag in tags)])
            found = _pairs(pairs)
            parts.append(others.join(found, known == found.known_by).drop("known_by"))
    return ibis.union(*parts, distinct=False) if len(parts) > 1 else parts[0]


def apart(table: Any, members: Members) -> Any:
    """The table's lines of all but these, told by their ids."""
    ids = _pairs(members.by_id)
    return table.anti_join(ids, table.ResourceId == ids.known_by)


def _joined(parts: Sequence[Any]) -> Any:
    text = ibis.literal(parts[0])
    for each in parts[1:]:
        text = text + BETWEEN + each
    return text


def _pairs(pairs: Sequence[tuple[str, str]]) -> Any:
    """Pairs as a table of `known_by` and `whole`."""
    text = _ROW.join(f"{key}{_PAIR}{whole}" for key, whole in pairs)
    rows = ibis.literal(text).split(_ROW).unnest().name("pair").as_table()
    both = rows.pair.split(_PAIR)
    return rows.select(known_by=both[0], whole=both[1])
