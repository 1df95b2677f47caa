"""Tags, cost categories, and who shares an instance: their keys as people wrote them, as far as the report still tells.

Legacy reports write `resourceTags/user:cost-center`; those made for Athena, and CUR 2.0, flatten the key to `user_cost_center`.
CUR 2.0's column of all tags has keys such as `resourceTags/team`, `accountTag/team` and `costCategory/team`. AWS's own keys stay `aws:...`.
"""

import re
from collections.abc import Iterable, Mapping

from core.costs.focus import PROMOTED_TAGS
from services.warehouse import values
from services.warehouse.cur.columns import Columns, snake
from services.warehouse.files import TWIN

AWS_KEYS = (
    "aws:autoscaling:groupName",
    "aws:cloudformation:logical-id",
    "aws:cloudformation:stack-id",
    "aws:cloudformation:stack-name",
    "aws:createdBy",
    "aws:ecs:clusterName",
    "aws:ecs:serviceName",
    "aws:ecs:taskDefinitionFamily",
    "aws:eks:cluster-name",
    "aws:eks:deployment",
    "aws:eks:namespace",
    "aws:eks:node",
    "aws:eks:workload-name",
    "aws:eks:workload-type",
    "aws:elasticbeanstalk:environment-name",
    "aws:elasticmapreduce:job-flow-id",
    "aws:servicecatalog:productArn",
)
"""Keys of AWS's own tags whose flattened form does not tell how they are written."""


def flattened(key: str) -> str:
    """A key as AWS flattens it: `aws:ecs:clusterName` is aws_ecs_cluster_name."""
    return snake(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key)).translate(_FLAT)


_FLAT = {ord(sign): "_" for sign in ":-./ @+="}
_UNFLATTENED = {flattened(key): key for key in AWS_KEYS} | {
    f"user_{flattened(key)}": key for key in PROMOTED_TAGS if flattened(key) != key
}

CLUSTER = ("aws:eks:cluster-name", "aws:ecs:clusterName")
NAMESPACE = ("aws:eks:namespace",)
WORKLOAD = ("aws:eks:workload-name", "aws:ecs:serviceName")


def key_of(written: str) -> str:
    """The tag's key in a column's name or a map's key: `user:team`, `user_team` and `resourceTags/user:team` are team."""
    name = written.removeprefix("resourceTags/")
    if name in _UNFLATTENED:
        return _UNFLATTENED[name]
    if name.startswith(("user:", "user_")):
        return name[len("user:") :]
    return f"aws:{name.removeprefix('aws_')}" if name.startswith("aws_") else name


def columns_of(names: Iterable[str], prefixes: tuple[str, ...]) -> dict[str, str]:
    """Columns that hold one tag or category each: the file's name -> what follows the prefix; the first of a key counts."""
    return {
        name: name[len(prefix) :].rstrip(TWIN)
        for name in names
        for prefix in prefixes
        if name.startswith(prefix) and len(name) > len(prefix)
    }


def tags(file: Columns) -> str:
    """SQL for the map of tags."""
    if file.has("tags"):
        given = _where(file.map("tags"), "not starts_with(e.key, 'costCategory/')")
        return _with_keys(given, "regexp_replace(k, '^resourceTags/(user:)?', '')")
    return _renamed(file.map("resource_tags")) if file.has("resource_tags") else _columns(file, file.tags)


def categories(file: Columns) -> str:
    """SQL for the map of cost categories."""
    if file.has("cost_category"):
        return file.map("cost_category")
    if file.has("tags"):
        ours = _where(file.map("tags"), "starts_with(e.key, 'costCategory/')")
        return _with_keys(ours, f"k[{len('costCategory/') + 1}:]")
    return _columns(file, file.categories)


def tag(file: Columns, keys: tuple[str, ...]) -> str:
    """SQL for the first of AWS's own tags that a line has, however its key is written."""
    found = [
        values.text(values.identifier(name), file.kinds[name])
        for key in keys
        for name, own in file.tags.items()
        if own == key
    ]
    found += [
        file.member(column, f"{prefix}{written}")
        for column, prefix in (("resource_tags", ""), ("tags", "resourceTags/"))
        if file.has(column)
        for key in keys
        for written in (key, flattened(key))
    ]
    return f"coalesce({', '.join([*found, 'null::varchar'])})"


def _columns(file: Columns, keys: Mapping[str, str]) -> str:
    first: dict[str, str] = {}
    for name, key in keys.items():
        first.setdefault(key, values.text(values.identifier(name), file.kinds[name]))
    return values.kept(first)


def _where(given: str, test: str) -> str:
    return f"map_from_entries(list_filter(map_entries({given}), lambda e: {test}))"


def _renamed(given: str) -> str:
    """A map with its keys as `key_of` has them."""
    known = (
        "map {"
        + ", ".join(f"{values.literal(flat)}: {values.literal(key)}" for flat, key in _UNFLATTENED.items())
        + "}"
    )
    name = f"""coalesce({known}[k], case when k[:5] in ('user:', 'user_') then k[6:]
        when k[:4] = 'aws_' then 'aws:' || k[5:] else k end)"""
    return _with_keys(given, name)


def _with_keys(given: str, name: str) -> str:
    """A map with other keys; null where it is empty. The list binds `m`, so that the map is read once."""
    made = f"map(list_transform(map_keys(m), lambda k: {name}), map_values(m))"
    return f"list_transform([{given}], lambda m: case when cardinality(m) > 0 then {made} end)[1]"
