"""What runs, whose is it, is it busy?"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from math import ceil

import streamlit as st

from core.access.roles import Permission
from core.costs.members import is_grouped
from core.costs.spend import ResourceCost
from core.inventory import Kind, Resource
from core.recommendations.selection import FindingFilter
from core.resources import ResourceChoices, ResourceFilter, ResourcePage, ResourceSort
from pages.ui import act, bill, cards, describe, fleet, kept, one_click, page, resource_detail, states, tables
from pages.ui import format as fmt
from pages.ui.bill import Bill
from pages.ui.page import Screen
from services.usecases import cost_resources, costs, metrics, recommendations, resources, schedules

SIZE = 50
ANY = ""
FOUND = {"any": None, "with": True, "without": False}
FOUND_WORDS = {"any": "With or without", "with": "With a recommendation", "without": "Without"}
WIDE = 168  # pixels of a filter: two stand abreast on a phone
LARGEST_FIRST = frozenset({ResourceSort.COST, ResourceSort.CREATED, ResourceSort.LAST_SEEN})
SPARSE = ("CPU, week", "Could save, USD", "Owner", "Next")  # left out where no row of the page has any
COLUMNS = {
    "Name": tables.thing_column("Name"),
    "USD a month": tables.money_column(
        "USD a month",
        hint="Effective cost of the last 30 full days; of a group or service, of all its members. Empty: not on the bill.",
    ),
    "State": tables.word_column("State"),
    "CPU, week": tables.spark_column(
        "CPU, week",
        high=100,
        hint="Average CPU of the last 7 days, 0 to 100%; 0 also where there is no sample. Empty: none at all.",
    ),
    "Could save, USD": tables.money_column(
        "Could save, USD", hint="A month, by its best open recommendation", width=None
    ),
}


def bar(choices: ResourceChoices) -> tuple[ResourceFilter, tuple[str, ...]]:
    """The filters, kept in the URL, and in words what is in force."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = kept.text("Search", "q", placeholder="Name, id or tag", width=WIDE)
        present = [kind.value for kind in choices.states]
        usual = [Kind.INSTANCE.value] if Kind.INSTANCE in choices.states else []
        kinds = kept.many(
            "Kind",
            present,
            "kind",
            usual,
            format_func=lambda kind: Kind(kind).noun,
            width=WIDE,
            placeholder="Every kind",
        )
        every = sorted({state for each in choices.states.values() for state in each})
        wanted = kept.many("State", every, "state", width=WIDE, placeholder="Every state")
        sort = kept.select(
            "Sort by", [each.value for each in ResourceSort], "sort", format_func=fmt.sentence, width=WIDE
        )
        more, further = _further(choices)
    kept.left_out(
        (
            ("Kind", "kind", present),
            ("State", "state", every),
            ("Accounts", "account", dict(choices.accounts)),
            ("Regions", "region", choices.regions),
            ("Tag", "has-tag", _tags(choices)),
        )
    )
    wish = replace(
        more,
        kinds=tuple(Kind(kind) for kind in kinds),
        states=tuple(wanted),
        text=text,
        sort=ResourceSort(sort),
        descending=ResourceSort(sort) in LARGEST_FIRST,
        limit=SIZE,
    )
    said = [*(Kind(kind).noun for kind in kinds), *wanted, *further, *([f"“{text}”"] if text else [])]
    return wish, tuple(fmt.clean(each) for each in said)


def _further(choices: ResourceChoices) -> tuple[ResourceFilter, list[str]]:
    """What is seldom filtered by, out of the way; its button says how much of it is in force."""
    held = len([key for key in ("account", "region", "has-tag", "finding-is") if key in st.query_params])
    with st.popover(f"More filters: {held}" if held else "More filters"):
        names = dict(choices.accounts)
        accounts = kept.many(
            "Accounts", list(names), "account", format_func=lambda key: fmt.clean(names[key])
        )
        regions = kept.many("Regions", list(choices.regions), "region")
        tag = kept.select(
            "Tag", [ANY, *_tags(choices)], "has-tag", format_func=lambda each: fmt.clean(each) or "Any"
        )
        found = kept.select(
            "Recommendations", list(FOUND), "finding-is", format_func=lambda each: FOUND_WORDS[each]
        )
    key, _, value = tag.partition("=")
    said = [*(names[each] for each in accounts), *regions, *([tag] if tag else [])]
    if FOUND[found] is not None:
        said.append(FOUND_WORDS[found].lower())
    return (
        ResourceFilter(
            accounts=tuple(accounts),
            regions=tuple(regions),
            tag=(key, value) if key else None,
            has_finding=FOUND[found],
        ),
        said,
    )


def _tags(choices: ResourceChoices) -> list[str]:
    return [f"{key}={value}" for key, values in choices.tags.items() for value in values]


def headline(screen: Screen) -> bool:
    """The answer: how much runs. Answers whether there is anything at all."""
    counts = page.need(resources.counts, screen.ctx, screen.user)
    if not counts:
        states.empty(
            "Nothing was collected yet",
            "Connect an AWS account; its first collection takes a minute or two.",
        )
        st.page_link("pages/connections.py", label="Open Connections")
        return False
    instances, volumes = counts.get(Kind.INSTANCE, {}), counts.get(Kind.VOLUME, {})
    databases = counts.get(Kind.DATABASE, {})
    cards.figures(
        [
            cards.Figure(
                "Instances running",
                f"{instances.get('running', 0):,}",
                because=f"{instances.get('stopped', 0):,} stopped",
            ),
            cards.Figure(
                "Volumes attached",
                f"{volumes.get('in-use', 0):,}",
                because=f"{volumes.get('available', 0):,} attached to nothing",
            ),
            cards.Figure(
                "Databases available",
                f"{databases.get('available', 0):,}",
                because=f"{sum(databases.values()):,} in all",
            ),
            cards.Figure(
                "Resources in all",
                f"{sum(sum(each.values()) for each in counts.values()):,}",
                because=f"of {fmt.count(len(counts), 'kind')}",
            ),
        ]
    )
    return True


def _costs(ours: Bill | None, ids: Sequence[str]) -> Mapping[str, ResourceCost]:
    """What each costs; of a group or service, what all its members do."""
    if ours is None:
        return {}
    grouped = tuple(each for each in ids if is_grouped(each))
    known = ours.ask(costs.resource_cost, tuple(each for each in ids if each not in grouped)) or {}
    whole = ours.ask(cost_resources.cost_of_groups, grouped) if grouped else None
    return {**known, **(whole or {})}


def listed(
    screen: Screen, ours: Bill | None, found: ResourcePage, wish: ResourceFilter, accounts: Mapping[str, str]
) -> tuple[tuple[Resource, ...], dict[str, Decimal | None]]:
    """The table of one page; answers the selected resources and what is known of cost."""
    ids = [each.id for each in found.rows]
    known = _costs(ours, ids)
    sparks = page.lately(screen, metrics.sparklines, ids) or {}
    coming = page.lately(screen, schedules.next_transitions, ids) or ()
    ahead = {each.resource_id: each for each in coming}
    plan = page.lately(screen, recommendations.plan, FindingFilter(resource_ids=tuple(ids)))
    savings = {each.finding.resource_id: each.counts for each in plan.chosen} if plan else {}
    monthly = describe.monthly(known)
    columns: dict[str, Sequence[object]] = {
        "Name": [fmt.clean(each.name or each.short_id) for each in found.rows],
        "USD a month": [fmt.pixel(monthly.get(each.id)) for each in found.rows],
        "State": [fmt.words(each.state) for each in found.rows],
        "CPU, week": [describe.spark(sparks.get(each.id), screen.now) for each in found.rows],
        "Could save, USD": [fmt.pixel(savings.get(each.id)) for each in found.rows],
        "Kind": [each.kind.noun for each in found.rows],
        "Size": [describe.size(each) for each in found.rows],
        "Owner": [fmt.clean(describe.owner(each)) for each in found.rows],
        "Next": [describe.transition(ahead.get(each.id), screen.now) for each in found.rows],
        "Account": [fmt.clean(accounts.get(each.account_id, each.account_id)) for each in found.rows],
        "Region": [each.region for each in found.rows],
    }
    repeated = {"Kind": wish.kinds, "State": wish.states, "Account": wish.accounts, "Region": wish.regions}
    said_above = {name for name, chosen in repeated.items() if len(chosen) == 1}
    bare = {name for name in SPARSE if not any(columns[name])}
    picked = tables.show(
        {name: values for name, values in columns.items() if name not in said_above | bare},
        COLUMNS,
        alt="Resources with cost, state and use",
        key="resources",
        select="multi-row",
        rows=ids,
        tallest=14,
        placeholder="",
    )
    exact = {name: values for name, values in columns.items() if name not in {"CPU, week", *bare}} | {
        "USD a month": [monthly.get(each.id) for each in found.rows],
        "Could save, USD": [savings.get(each.id) for each in found.rows],
        "Account id": [each.account_id for each in found.rows],
        "Id": ids,
    }
    tables.export(exact, "resources.csv", key="resources-csv")
    return tuple(found.rows[place] for place in picked), monthly


def _clicks(screen: Screen, chosen: Sequence[Resource]) -> None:
    """What is done with a click beside starting and stopping, for those of the chosen that it is for."""
    several = one_click.switchable(chosen)
    if several and one_click.may(screen, several):
        with st.container(horizontal=True, vertical_alignment="center"):
            one_click.buttons(screen, several, owned=not screen.may(Permission.ACT))


def main() -> None:
    """The screen."""
    screen = page.begin()
    states.said()
    wanted = st.query_params.get("resource")
    if wanted:
        resource_detail.show(screen, bill.opened(screen), wanted)
        return
    if not headline(screen):
        return
    ours = bill.tried(screen)
    choices = page.need(page.lately, screen, resources.choices)
    wish, said = bar(choices)
    number = tables.page_number("resources-page", wish)
    wanted_page = describe.on_page(wish, number, SIZE)
    found = fleet.found(screen, wanted_page, ours)
    if not found.total:
        in_force = f"In force: {', '.join(said)}. Take one away." if said else "Everything is gone."
        states.empty("No resource matches", in_force)
        return
    above = st.container()
    chosen, monthly = listed(screen, ours, found, wish, dict(choices.accounts))
    with st.container(horizontal=True, vertical_alignment="center"):
        states.note(f"{fmt.count(found.total, 'resource')}. Select rows to act on them, or one to open it.")
        if found.total > SIZE:
            tables.pager(ceil(found.total / SIZE), "resources-page")
    with above:
        act.buttons(screen, chosen, monthly, open_one=True)
        _clicks(screen, chosen)
        act.follow(screen)


main()
