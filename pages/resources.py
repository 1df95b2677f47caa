"""What runs, whose is it, is it busy?"""

from collections.abc import Mapping, Sequence
from math import ceil

import streamlit as st

from core.inventory import Kind, Resource
from core.recommendations.selection import FindingFilter
from core.resources import ResourceChoices, ResourceFilter, ResourcePage, ResourceSort
from pages.ui import act, bill, cards, describe, kept, page, resource_detail, states, tables
from pages.ui import format as fmt
from pages.ui.bill import Bill
from pages.ui.page import Screen
from services.usecases import costs, metrics, recommendations, resources, schedules

SIZE = 50
ANY = ""
FOUND = {"any": None, "with": True, "without": False}
FOUND_WORDS = {"any": "With or without", "with": "With a recommendation", "without": "Without"}


def bar(choices: ResourceChoices) -> tuple[ResourceFilter, tuple[str, ...]]:
    """The filters, kept in the URL, and in words what is in force."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = kept.text("Search", "q", placeholder="Name, id or tag", width=220)
        present = [kind.value for kind in choices.states]
        usual = [Kind.INSTANCE.value] if Kind.INSTANCE in choices.states else []
        kinds = kept.many(
            "Kind", present, "kind", usual, format_func=fmt.words, width=220, placeholder="Every kind"
        )
        every = sorted({state for each in choices.states.values() for state in each})
        wanted = kept.many("State", every, "state", width=180, placeholder="Every state")
        with st.popover("More filters"):
            names = dict(choices.accounts)
            accounts = kept.many(
                "Accounts", list(names), "account", format_func=lambda key: fmt.clean(names[key])
            )
            regions = kept.many("Regions", list(choices.regions), "region")
            tags = [f"{key}={value}" for key, values in choices.tags.items() for value in values]
            tag = kept.select(
                "Tag", [ANY, *tags], "has-tag", format_func=lambda each: fmt.clean(each) or "Any"
            )
            found = kept.select(
                "Recommendations", list(FOUND), "finding-is", format_func=lambda each: FOUND_WORDS[each]
            )
        sort = kept.select(
            "Sort by", [each.value for each in ResourceSort], "sort", format_func=fmt.sentence, width=140
        )
    key, _, value = tag.partition("=")
    wish = ResourceFilter(
        kinds=tuple(Kind(kind) for kind in kinds),
        accounts=tuple(accounts),
        regions=tuple(regions),
        states=tuple(wanted),
        tag=(key, value) if key else None,
        text=text,
        has_finding=FOUND[found],
        sort=ResourceSort(sort),
        limit=SIZE,
    )
    said = [*kinds, *wanted, *accounts, *regions, *([tag] if tag else []), *([f"“{text}”"] if text else [])]
    return wish, tuple(fmt.clean(each) for each in said)


def headline(screen: Screen) -> bool:
    """The answer: how much runs. Answers whether there is anything at all."""
    counts = page.need(resources.counts, screen.ctx, screen.user)
    if not counts:
        states.empty(
            "Nothing was collected yet",
            "Connect an AWS account under Connections; the first collection takes a minute or two.",
        )
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


def listed(screen: Screen, ours: Bill, found: ResourcePage) -> tuple[tuple[Resource, ...], dict[str, object]]:
    """The table of one page; answers the selected resources and what is known of cost."""
    ids = [each.id for each in found.rows]
    known = ours.ask(costs.resource_cost, tuple(ids)) or {}
    sparks = page.lately(screen, metrics.sparklines, ids) or {}
    coming = page.lately(screen, schedules.next_transitions, ids) or ()
    ahead = {each.resource_id: each for each in coming}
    plan = page.lately(screen, recommendations.plan, FindingFilter(resource_ids=tuple(ids)))
    savings = {each.finding.resource_id: each.counts for each in plan.chosen} if plan else {}
    monthly = describe.monthly(known)
    columns: Mapping[str, Sequence[object]] = {
        "Name": [fmt.clean(each.name or each.short_id) for each in found.rows],
        "Kind": [fmt.words(each.kind) for each in found.rows],
        "State": [each.state for each in found.rows],
        "Size": [describe.size(each) for each in found.rows],
        "Owner": [fmt.clean(describe.owner(each)) for each in found.rows],
        "USD a month": [fmt.pixel(monthly.get(each.id)) for each in found.rows],
        "CPU, 7 days": [_spark(sparks.get(each.id)) for each in found.rows],
        "Next": [describe.transition(ahead.get(each.id), screen.now) for each in found.rows],
        "Could save, USD": [fmt.pixel(savings.get(each.id)) for each in found.rows],
        "Account": [each.account_id for each in found.rows],
        "Region": [each.region for each in found.rows],
    }
    picked = tables.show(
        columns,
        {
            "Name": tables.text_column("Name", width=210),
            "USD a month": tables.money_column(
                "USD a month", hint="Effective cost of the last 30 full days. Empty: not on the bill."
            ),
            "CPU, 7 days": tables.spark_column(
                "CPU, 7 days", high=100, hint="Average CPU, 0 to 100 %. Empty: no samples."
            ),
            "Could save, USD": tables.money_column(
                "Could save, USD", hint="A month, by its best open recommendation"
            ),
        },
        alt="Resources with state, cost and use",
        key="resources",
        select="multi-row",
        rows=ids,
        tallest=14,
        placeholder="",
    )
    return tuple(found.rows[place] for place in picked), monthly


def _spark(values: Sequence[float | None] | None) -> list[float] | None:
    known = [value for value in values or () if value is not None]
    return known or None


def main() -> None:
    """The screen."""
    screen = page.begin()
    states.said()
    ours = bill.opened(screen)
    wanted = st.query_params.get("resource")
    if wanted:
        resource_detail.show(screen, ours, wanted)
        return
    if not headline(screen):
        return
    wish, said = bar(page.need(page.lately, screen, resources.choices))
    number = tables.page_number("resources-page", wish)
    found = page.need(resources.search, screen.ctx, screen.user, describe.on_page(wish, number, SIZE))
    if not found.total:
        states.empty("No resource matches", f"In force: {', '.join(said) or 'no filter'}. Take one away.")
        return
    above = st.container()
    chosen, monthly = listed(screen, ours, found)
    with st.container(horizontal=True, vertical_alignment="center"):
        states.note(f"{fmt.count(found.total, 'resource')}. Select rows to act on them, or one to open it.")
        if found.total > SIZE:
            st.pagination(ceil(found.total / SIZE), key="resources-page")
    with above:
        act.buttons(screen, chosen, monthly, open_one=True)
        act.follow(screen)


main()
