"""The Reconcile screen and the menu of saved views, as they are used."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from core.access.roles import Role, User
from core.costs.budgets import Every, Plan
from core.costs.scope import CostType
from services.context import Context
from services.usecases import budgets, reconcile, views
from tests.bills import Billed, a_line
from tests.pages.conftest import HOSTILE, opened

SignIn = Callable[[User | None], str]


@pytest.fixture
def march(finance: User, billed: Billed) -> User:
    lines = [a_line(cost="100.2", ServiceName=HOSTILE[0]), a_line(cost="3", ChargeCategory="Tax")]
    billed(lines)
    return finance


def listed(app: AppTest) -> list[str]:
    return list(app.dataframe[0].value["How it stands"])


def test_an_invoice_is_typed_in_and_the_residual_told_in_words(march: User, sign_in: SignIn) -> None:
    sign_in(march)
    app = opened("reconcile")
    assert listed(app) == ["ties to the last digit"]
    assert ("Tie to the cent", "1 of 1") in [(each.label, each.value) for each in app.metric]
    assert any("own files; no invoice was typed in yet" in each.value for each in app.caption)
    assert any(each.value.startswith("Every row ties") for each in app.caption)
    app.button(key="invoice-new").click().run()
    months = app.selectbox(key="invoice-month")
    months.select_index(next(place for place, name in enumerate(months.options) if name == "Mar 2026"))
    for text, said in (("1.234,5", "no amount"), ("100.00", "")):
        app.text_input(key="invoice-amount").input(text)
        app.button(key="invoice-keep").click()
        app.button(
            key="invoice-new"
        ).click()  # whole screens only are run here: what opens the dialog is pressed along
        app.run()
        assert not said or said in app.error[0].value
    assert not app.exception
    assert listed(app)[0] == "off by $3.20: $3.00 tax left out of theirs, $0.20 unexplained"
    assert any("why ours is not theirs" in each.value for each in app.caption)


def test_who_may_only_look_is_told_who_can_type(
    march: User, person: Callable[..., User], sign_in: SignIn
) -> None:
    sign_in(person(Role.VIEWER, organisation=march.organisation_id))
    app = opened("reconcile")
    assert "invoice-new" not in {each.key for each in app.button}
    assert any("finance" in each.value for each in app.caption)


def test_who_sees_some_accounts_only_is_shown_no_invoices(
    march: User, person: Callable[..., User], sign_in: SignIn
) -> None:
    limited = person(Role.FINANCE, organisation=march.organisation_id, accounts=frozenset({"222222222222"}))
    sign_in(limited)
    app = opened("reconcile")
    assert not app.error
    assert not app.dataframe
    assert any("invoices are of whole bills" in each.value for each in app.markdown)


def test_other_cost_types_are_held_against_what_was_typed_of_them(
    ctx: Context, march: User, sign_in: SignIn
) -> None:
    month = reconcile.statements(ctx, march).rows[0].statement.month
    reconcile.type_in(ctx, march, month, Decimal("103.2"), currency="USD", cost=CostType.LIST)
    sign_in(march)
    assert listed(opened("reconcile", cost="list")) == ["ties to the last digit"]
    assert listed(opened("reconcile")) == ["ties to the last digit"]


def test_what_is_shown_is_saved_as_a_view_whose_link_shows_it_again(
    ctx: Context, march: User, sign_in: SignIn
) -> None:
    sign_in(march)
    app = opened("reconcile", cost="list")
    app.text_input(key="view-name").input("Lists")
    next(each for each in app.button if each.label == "Save view").click().run()
    assert not app.exception
    (view,) = views.listing(ctx, march)
    assert view.link == "/reconcile?cost=list"
    app = opened("reconcile")
    app.button(key=f"view-open-{view.id}").click().run()
    assert app.query_params["cost"] == "list"
    assert app.selectbox(key="kept-cost").value == "list"
    app.button(key=f"view-delete-{view.id}").click().run()
    assert views.listing(ctx, march) == ()
    app.button(key="view-undo-go").click().run()
    assert views.listing(ctx, march) == (view,)
    assert not app.exception


def test_an_allocation_is_saved_as_a_view_too(ctx: Context, march: User, sign_in: SignIn) -> None:
    sign_in(march)
    app = opened("allocation", cost="list", period="90d")
    app.text_input(key="view-name").input("By list price")
    next(each for each in app.button if each.label == "Save view").click().run()
    assert not app.exception
    (view,) = views.listing(ctx, march)
    assert view.link == "/allocation?cost=list&period=90d"


@pytest.mark.parametrize(
    ("file", "query", "link"),
    [
        ("commitments", {"period": "90d", "by": "region"}, "/commitments?period=90d&by=region"),
        ("budgets", {"state": "at risk"}, "/budgets?state=at+risk"),
    ],
)
def test_commitments_and_budgets_are_saved_as_views_too(
    ctx: Context, march: User, sign_in: SignIn, file: str, query: dict[str, str], link: str
) -> None:
    plan = Plan("All", Decimal(10), "USD", Every.MONTH, ctx.now().date().replace(day=1))
    budgets.save(ctx, march, None, plan)
    sign_in(march)
    app = opened(file, **query)
    app.text_input(key="view-name").input("Kept")
    next(each for each in app.button if each.label == "Save view").click().run()
    assert not app.exception
    (view,) = views.listing(ctx, march)
    assert view.link == link
