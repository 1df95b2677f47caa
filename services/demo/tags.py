"""Tags as companies really have them: mostly right, here misspelt, there missing."""

from collections.abc import Callable, Mapping

from services.demo.company import digest

COST_CENTERS: Mapping[str, str] = {
    "web": "CC-410",
    "payments": "CC-420",
    "fulfilment": "CC-430",
    "platform": "CC-500",
    "finance": "CC-610",
    "sales": "CC-620",
    "marketing": "CC-630",
    "supply": "CC-440",
    "people": "CC-640",
    "data": "CC-700",
    "data-science": "CC-710",
}

Tags = dict[str, str]


def _untagged(tags: Tags) -> Tags:
    return {"Name": tags["Name"]}


def _misspelt(tags: Tags) -> Tags:
    return {("enviroment" if key == "environment" else key): value for key, value in tags.items()}


def _capital(tags: Tags) -> Tags:
    return {("Team" if key == "team" else key): value for key, value in tags.items()}


def _without(key: str) -> Callable[[Tags], Tags]:
    return lambda tags: {name: value for name, value in tags.items() if name != key}


def _short(tags: Tags) -> Tags:
    return {**tags, "environment": tags["environment"][:4]}


_GAPS: tuple[tuple[int, Callable[[Tags], Tags]], ...] = (
    (7, _untagged),
    (4, _misspelt),
    (4, _capital),
    (6, _without("team")),
    (6, _without("cost-center")),
    (4, _short),
)
"""Of a hundred resources so many have this wrong; the rest are right."""


def tagged(
    seed: int, name: str, application: str, team: str, environment: str, *, strict: bool = False
) -> Tags:
    """The tags of the resource called `name`; `strict` ones have no gaps."""
    whole = {
        "Name": name,
        "application": application,
        "team": team,
        "environment": environment,
        "cost-center": COST_CENTERS[team],
    }
    draw = int(digest(seed, "tags", name)[:8], 16) % 100
    for share, gap in _GAPS if not strict else ():
        if draw < share:
            return gap(whole)
        draw -= share
    return whole
