"""Every screen of the demo's company for every one of its people, and links into the middle of it; no browser is needed."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest
from websockets.sync.client import connect

from core.access.roles import Role, User
from core.access.sessions import cookie_name
from core.costs.members import is_grouped
from core.costs.scope import ACCOUNT, RESOURCE, SERVICE, Dimension, Scope
from core.inventory import Kind
from core.periods import last_days
from core.resources import ResourceFilter
from pages.ui import format as fmt
from pages.ui import navigation
from services.context import Context
from services.db.stores import access
from services.demo.birth import birthday
from services.demo.company import ACCOUNTS, DEMO_USERS, PAYER, DemoUser
from services.demo.surcharges import committed
from services.demo.world import make
from services.usecases import actions, budgets, cost_resources, costs, recommendations, reconcile, resources
from tests.browser.conftest import Demo
from tests.pages.conftest import opened
from tests.web.test_served_screens import run

SignIn = Callable[[User | None], str]
ADMIN, OPERATOR, STAGING = (
    next(one for one in DEMO_USERS if (one.role, one.accounts is None) == wanted)
    for wanted in ((Role.ADMIN, True), (Role.OPERATOR, True), (Role.OPERATOR, False))
)
ELSEWHERE = {Kind.EMR_CLUSTER}
"""Kinds of which the demo company has none."""


def member(ctx: Context, one: DemoUser) -> User:
    with ctx.begin() as db:
        found = access.by_email(db, one.email)
    assert found is not None
    return found.user


def seen(app: AppTest) -> str:
    """What a person reads on the screen: text without its escapes, a figure as `label value`, tables as rows."""
    texts = [
        each.value
        for kind in (app.title, app.subheader, app.markdown, app.caption, app.error, app.warning, app.info)
        for each in kind
    ]
    figures = [f"{each.label} {each.value}" for each in app.metric]
    choices = [name for kind in (app.selectbox, app.multiselect) for each in kind for name in each.options]
    tables = [each.value.to_csv(index=False) for each in app.dataframe]
    whole = "\n".join([*texts, *figures, *choices, *tables])
    return whole.replace("\\", "").replace(fmt.JOINER, "")


def month(ctx: Context, user: User) -> Scope:
    """What Costs shows first: 30 days up to the newest in the bill."""
    newest = costs.freshness(ctx, user).last_day
    assert newest is not None
    return Scope(last_days(newest, 30))


def total(ctx: Context, user: User, scope: Scope) -> str:
    spent = costs.table(ctx, user, scope, ())
    assert spent.total > 0
    return f"Total {fmt.money(spent.total, spent.currency)}"


def the_whole_bill(ctx: Context, user: User) -> str:
    spent = costs.table(ctx, user, month(ctx, user), ())
    return f"= The bill {fmt.money(spent.total, spent.currency, 2)}"


def saving(ctx: Context, user: User) -> str:
    amount = recommendations.plan(ctx, user).total_saving
    assert amount > 0
    return f"Could be saved a month {fmt.money(amount)}"


def inventory(ctx: Context, user: User) -> str:
    """The company's living resources as it was made up, and the bucket of its bill."""
    born = birthday(ctx.settings.data, ctx.now().date())
    owners = [*(life.resource.account_id for life in make(born).living()), PAYER.id]
    return f"Resources in all {len([each for each in owners if user.sees(each)])}"


def first_running(ctx: Context, user: User) -> str:
    """One of those that Live watches unasked."""
    wanted = ResourceFilter(kinds=(Kind.INSTANCE, Kind.DATABASE), states=("running", "available"), limit=1)
    (first,) = resources.search(ctx, user, wanted).rows
    return first.name or first.short_id


def promised(ctx: Context, user: User) -> Sequence[str]:
    """Of the company's plans: the hourly fees of 30 days of the one that runs, and by when the other ended."""
    world = make(birthday(ctx.settings.data, ctx.now().date()))
    plans = [plan for plan in world.commitments if user.sees(plan.account_id)]
    running = [plan for plan in plans if plan.end > ctx.now()]
    fees = sum(committed(world, plan) * 24 * 30 for plan in running)
    ended = [
        f"by {fmt.day((plan.end - timedelta(seconds=1)).date() + timedelta(days=1))}"
        for plan in plans
        if plan not in running
    ]
    assert user.accounts is not None or (len(running), len(ended)) == (1, 1)
    return [*(plan.name for plan in plans), *ended, *([f"of {fmt.money(fees)} committed"] if running else [])]


def tied(ctx: Context, user: User) -> str:
    """The bill of each month is in our table as its files had it."""
    if user.accounts is not None:
        return "invoices are of whole bills"
    rows = reconcile.statements(ctx, user).rows
    assert rows
    return f"Tie to the cent {len(rows)} of {len(rows)}"


TRUE: dict[str, Callable[[Context, User], Sequence[str]]] = {
    "overview": lambda ctx, user: [saving(ctx, user)],
    "commitments": promised,
    "costs": lambda ctx, user: [total(ctx, user, month(ctx, user))],
    "allocation": lambda ctx, user: [
        the_whole_bill(ctx, user),
        "Shared: Tax",
        "tag application is storefront",
    ],
    "units": lambda _ctx, _user: ["Unit cost of orders", "Hekla/Shop OrdersPlaced"],
    "budgets": lambda ctx, user: [
        words
        for each in budgets.listing(ctx, user)
        for words in (each.plan.name, each.standing.state.capitalize())
    ],
    "reconcile": lambda ctx, user: [tied(ctx, user)],
    "recommendations": lambda ctx, user: [saving(ctx, user)],
    "schedules": lambda _ctx, _user: ["Reykjavik office hours", "training-01"],
    "resources": lambda ctx, user: [inventory(ctx, user)],
    "live": lambda ctx, user: [first_running(ctx, user)],
    "actions": lambda ctx, user: list(actions.listing(ctx, user).names.values()),
    "connections": lambda _ctx, user: [each.title for each in ACCOUNTS if user.sees(each.id)],
    "team": lambda _ctx, _user: [one.email for one in DEMO_USERS],
    "profile": lambda _ctx, user: [user.email],
}
"""By screen, what must be read on it: asked of the use-cases and of the made-up company, not of the screen."""


def good(app: AppTest, title: str, words: Sequence[str], where: object) -> str:
    """The screen, once it has opened whole and says `words`."""
    assert not app.exception, (where, app.exception)
    assert app.title[0].value == title
    assert not app.error, (where, [each.value for each in app.error])
    text = seen(app)
    for each in words:
        assert each in text, (where, each, text)
    return text


def test_a_link_opens_its_screen_on_a_server_that_served_nobody_yet(
    demo: Demo, its_context: Context, sign_in: SignIn
) -> None:
    user = member(its_context, ADMIN)
    cookie = f"{cookie_name(secure=False)}={sign_in(user)}"
    for row in sorted(navigation.offered(user), key=lambda row: row.file):
        with connect(
            f"{demo.url.replace('http', 'ws')}/_stcore/stream",
            origin=demo.url,
            subprotocols=["streamlit"],
            additional_headers={"Cookie": cookie},
            max_size=None,
        ) as tab:
            _, messages = run(tab, row.file)
        drawn = [each.delta.new_element for each in messages if each.WhichOneof("type") == "delta"]
        assert row.title in [each.heading.body for each in drawn if each.HasField("heading")]
        assert not [each.exception for each in drawn if each.HasField("exception")], row.file


@pytest.mark.parametrize("one", DEMO_USERS, ids=lambda one: one.email.partition("@")[0])
def test_every_screen_opens_on_the_demo_world_and_tells_the_truth(
    its_context: Context, sign_in: SignIn, one: DemoUser
) -> None:
    user = member(its_context, one)
    sign_in(user)
    for row in navigation.offered(user):
        words = TRUE[row.file](its_context, user) if row.file in TRUE else ()
        text = good(opened(row.file), row.title, words, row.file)
        for each in ACCOUNTS:
            if not user.sees(each.id):
                assert each.title not in text, row.file
                assert each.id not in text, row.file


def test_a_link_leads_to_every_level_of_the_bill(its_context: Context, sign_in: SignIn) -> None:
    user = member(its_context, OPERATOR)
    sign_in(user)
    scope = month(its_context, user)

    def largest(by: Dimension) -> str:
        return next(
            str(row.keys[0]) for row in costs.table(its_context, user, scope, (by,)).rows if row.keys[0]
        )

    service, account, team = largest(SERVICE), largest(ACCOUNT), largest(Dimension("tag:team"))
    within = scope.at(SERVICE, service)
    thing = costs.by_resource(its_context, user, within, top=1).rows[0].resource_id
    lines = costs.lines(its_context, user, scope.at(RESOURCE, thing), limit=1).count
    assert lines > 0
    for steps, words in (
        ([f"account::{account}"], total(its_context, user, scope.at(ACCOUNT, account))),
        ([f"tag:team::{team}"], total(its_context, user, scope.at(Dimension("tag:team"), team))),
        ([f"service::{service}"], total(its_context, user, within)),
        ([f"service::{service}", f"resource::{thing}"], fmt.count(lines, "line")),
    ):
        good(opened("costs", **{"in": steps}), "Costs", [words], steps)


@pytest.mark.parametrize("kind", [each for each in Kind if each not in ELSEWHERE])
def test_a_link_leads_to_a_resource_of_every_kind(its_context: Context, sign_in: SignIn, kind: Kind) -> None:
    user = member(its_context, OPERATOR)
    sign_in(user)
    (found,) = resources.search(its_context, user, ResourceFilter(kinds=(kind,), limit=1)).rows
    spent = (
        cost_resources.cost_with_members(its_context, user, found.id)[0]
        if is_grouped(found.id)
        else costs.resource_cost(its_context, user, (found.id,)).get(found.id)
    )
    text = good(opened("resources", resource=found.id), "Resources", [found.name or found.short_id], kind)
    assert (f"Costs a month {fmt.UNKNOWN}" in text) == (spent is None), text
    assert spent is None or "No line in the last" not in text


def test_a_link_leads_to_a_recommendation_of_every_rule(its_context: Context, sign_in: SignIn) -> None:
    user = member(its_context, OPERATOR)
    sign_in(user)
    found = {each.rule: each for each in recommendations.listing(its_context, user).findings}
    assert len(found) >= 5
    for rule, finding in found.items():
        words = [finding.because, f"Saves a month {fmt.money(finding.saving, places=2)}"]
        good(opened("recommendations", finding=str(finding.id)), "Recommendations", words, rule)


def test_a_link_into_an_account_that_one_does_not_see_opens_nothing(
    its_context: Context, sign_in: SignIn
) -> None:
    everything, user = member(its_context, OPERATOR), member(its_context, STAGING)
    choice = next(
        each
        for each in recommendations.plan(its_context, everything).chosen
        if not user.sees(each.finding.account_id)
        and each.finding.account_id not in each.finding.resource_id  # what one asked for is said again
    )
    sign_in(user)
    for file, query in (
        ("resources", {"resource": choice.finding.resource_id}),
        ("recommendations", {"finding": str(choice.finding.id)}),
    ):
        app = opened(file, **query)
        assert not app.exception
        assert app.error, file
        assert choice.finding.account_id not in seen(app)
        assert choice.finding.because not in seen(app)
