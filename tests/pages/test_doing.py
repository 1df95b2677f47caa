"""What people do on the screens, and what is in a link."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.access.roles import User
from core.actions.model import ActionKind
from core.inventory import ExportLocation
from core.recommendations.finding import FindingState
from core.recommendations.selection import FindingFilter
from core.schedules.model import Period, ScheduleDefinition
from core.schedules.selector import Selector
from pages.ui import format as fmt
from services.context import Context
from services.usecases import actions, connections, profile, recommendations, schedules
from tests.builders import ACCOUNT, REGION, a_volume, an_instance
from tests.fleet import seen
from tests.pages.conftest import opened

PAGES = Path(__file__).parents[2] / "pages"
SignIn = Callable[[User | None], str]
RAW = {"html", "components", "iframe"}


def metric(app: AppTest, label: str) -> str:
    return next(str(each.value) for each in app.metric if each.label == label)


def text_of(app: AppTest) -> str:
    return "\n".join(each.value for kind in (app.markdown, app.caption, app.error, app.code) for each in kind)


def in_dialog(app: AppTest, opener: str, go: str, **typed: str) -> AppTest:
    """Press a dialog's button: tests run whole screens only, so what opened the dialog is pressed along with it."""
    for key, value in typed.items():
        app.text_input(key=key.replace("_", "-")).input(value)
    app.button(key=go).click()
    app.button(key=opener).click()
    return app.run()


def test_a_link_carries_period_grouping_and_filters(small_world: User, sign_in: SignIn) -> None:
    sign_in(small_world)
    everything = opened("costs", period="7d", by="service")
    narrowed = opened("costs", period="7d", by="account", f="service=Amazon Elastic Compute Cloud")
    assert metric(everything, "Total") == r"\$14"
    assert metric(narrowed, "Total") == r"\$7"
    assert narrowed.selectbox(key="kept-by").value == "account"


def test_a_choice_is_written_into_the_link(small_world: User, sign_in: SignIn) -> None:
    sign_in(small_world)
    app = opened("costs")
    app.selectbox(key="kept-period").select("7d").run()
    assert app.query_params["period"] == "7d"
    app.selectbox(key="kept-period").select("30d").run()
    assert "period" not in app.query_params


def test_what_a_link_says_wrongly_is_left_out(small_world: User, sign_in: SignIn) -> None:
    sign_in(small_world)
    app = opened("costs", period="century", by="zodiac", account="no", **{"in": "nonsense"})
    assert not app.exception
    assert app.selectbox(key="kept-by").value == "service"


def test_a_filter_that_leaves_nothing_is_named(small_world: User, sign_in: SignIn) -> None:
    sign_in(small_world)
    app = opened("resources", q="nothing is called so")
    assert "nothing is called so" in text_of(app)
    assert not app.dataframe


def test_what_a_link_asks_of_a_filter_that_has_it_not_is_said(small_world: User, sign_in: SignIn) -> None:
    sign_in(small_world)
    app = opened("resources", account="999999999999")
    assert "nothing here is 999999999999" in text_of(app)
    assert app.dataframe
    assert "nothing here is" not in text_of(opened("resources", account=ACCOUNT))


def test_a_schedule_is_attached_to_an_instance_and_told_by_its_name(
    ctx: Context, small_world: User, sign_in: SignIn
) -> None:
    sign_in(small_world)
    seen(ctx, small_world.organisation_id, an_instance("i-lone", name="lone"))
    app = opened("resources", resource="i-lone")
    app.button(key="attach-schedule").click().run()
    in_dialog(app, "attach-schedule", "attach-to-go")
    assert not app.exception
    app = opened("schedules")
    assert "lone" in [each.value for each in app.markdown]
    assert "I-lone" not in text_of(app)


def test_a_tag_that_no_instance_carries_is_not_offered_to_a_schedule(
    ctx: Context, small_world: User, sign_in: SignIn
) -> None:
    seen(
        ctx,
        small_world.organisation_id,
        an_instance("i-a", tags={"stage": "one"}),
        a_volume("vol-a", tags={"stage": "two", "disk": "yes"}),
    )
    sign_in(small_world)
    app = opened("schedules")
    app.button(key=next(each.key for each in app.button if each.label == "Attach by tag")).click().run()
    app.selectbox(key="attach-key").select("stage")
    app.button(key=next(each.key for each in app.button if each.label == "Attach by tag")).click().run()
    assert app.selectbox(key="attach-value").options == ["one"]
    assert "disk" not in app.selectbox(key="attach-key").options
    assert "It is for 1 resource now: i-a." in text_of(app).replace("\\", "")
    assert not app.warning


def test_a_schedule_is_attached_to_all_of_a_region_without_a_tag_but_never_to_everything(
    ctx: Context, small_world: User, sign_in: SignIn
) -> None:
    made = schedules.save(ctx, small_world, None, "Days", ScheduleDefinition("UTC", (Period(),)))
    sign_in(small_world)
    app = opened("schedules")
    opener = f"attach-{made.id}"
    app.button(key=opener).click().run()
    app.selectbox(key="attach-key").select("Any tag, or none")
    app.button(key=opener).click().run()
    assert app.button(key="attach-go").disabled
    assert "it would be everything" in text_of(app)
    app.multiselect(key="attach-regions").set_value([REGION])
    app.button(key=opener).click().run()
    in_dialog(app, opener, "attach-go")
    assert not app.exception
    (held,) = schedules.one(ctx, small_world, made.id).attachments
    assert held.selector == Selector(regions=(REGION,))


def test_attaching_by_tag_says_what_follows_another_schedule_already(
    ctx: Context, small_world: User, sign_in: SignIn
) -> None:
    fleet = (an_instance(each, tags={"stage": "one"}) for each in ("i-a", "i-b", "i-c"))
    seen(ctx, small_world.organisation_id, *fleet)
    days = ScheduleDefinition("UTC", (Period("08:00", "18:00"),))
    first, second = (schedules.save(ctx, small_world, None, name, days) for name in ("Days", "Nights"))
    schedules.attach(ctx, small_world, first.id, Selector(resource_ids=("i-a", "i-b")))
    sign_in(small_world)
    app = opened("schedules")
    app.button(key=f"attach-{second.id}").click().run()
    app.selectbox(key="attach-key").select("stage")
    app.button(key=f"attach-{second.id}").click().run()
    (said,) = [each.value for each in app.warning]
    assert said.startswith(fmt.plain("2 of them follow “Days” already. Neither replaces the other"))


def test_one_level_down_leads_to_the_resource_and_to_its_lines(small_world: User, sign_in: SignIn) -> None:
    sign_in(small_world)
    by_resource = opened("costs", **{"in": "service::Amazon Elastic Compute Cloud"})
    assert list(by_resource.dataframe[0].value["Id"]) == ["i-1"]
    lines = opened("costs", **{"in": "resource::i-1"})
    assert len(lines.dataframe[0].value) == 30


def test_a_recommendation_is_applied_with_a_reason_only(
    ctx: Context, small_world: User, sign_in: SignIn
) -> None:
    sign_in(small_world)
    wanted = FindingFilter(rules=("ebs_gp2_to_gp3",))
    finding = recommendations.listing(ctx, small_world, wanted).findings[0]
    app = opened("recommendations", finding=str(finding.id))
    assert "ec2:ModifyVolume" in text_of(app)
    app.button(key="apply").click().run()
    in_dialog(app, "apply", "finding-go")
    assert recommendations.one(ctx, small_world, finding.id).finding.state is FindingState.OPEN
    in_dialog(app, "apply", "finding-go", finding_reason="cheaper")
    assert not app.exception
    assert recommendations.one(ctx, small_world, finding.id).finding.state is FindingState.ACCEPTED
    assert "The worker takes it up within seconds" in text_of(
        opened("recommendations", finding=str(finding.id))
    )


def test_an_instance_is_stopped_with_a_reason_only(ctx: Context, small_world: User, sign_in: SignIn) -> None:
    sign_in(small_world)
    wanted = actions.ActionFilter(resource_id="i-2")
    app = opened("resources", resource="i-2")
    app.button(key="act-stop").click().run()
    assert "ec2:StopInstances" in text_of(app)
    in_dialog(app, "act-stop", "confirm-go")
    assert actions.listing(ctx, small_world, wanted).total == 0
    in_dialog(app, "act-stop", "confirm-go", confirm_reason="nobody uses it")
    asked = actions.listing(ctx, small_world, wanted).rows
    assert [(each.kind, each.reason) for each in asked] == [(ActionKind.STOP_INSTANCE, "nobody uses it")]


def test_resizing_shows_both_list_prices(small_world: User, sign_in: SignIn) -> None:
    sign_in(small_world)
    app = opened("resources", resource="i-2")
    app.button(key="act-resize_instance").click().run()
    assert not app.exception
    assert "By list price" in text_of(app)
    assert "a month now and" in text_of(app)


def test_what_has_no_list_price_is_said_to_have_none(
    ctx: Context, small_world: User, sign_in: SignIn
) -> None:
    seen(ctx, small_world.organisation_id, an_instance("i-far", region="ap-south-1"))
    sign_in(small_world)
    app = opened("resources", resource="i-far")
    app.button(key="act-resize_instance").click().run()
    assert "No list price is known" in text_of(app)
    assert "By list price" not in text_of(app)


def test_the_costliest_resource_stands_first(small_world: User, sign_in: SignIn) -> None:
    sign_in(small_world)
    by_cost = list(opened("resources").dataframe[0].value["USD a month"])
    assert by_cost[0] > 0
    assert list(opened("resources", sort="name").dataframe[0].value["USD a month"]) != by_cost


def test_other_sign_ins_end_at_once(ctx: Context, small_world: User, sign_in: SignIn) -> None:
    sign_in(small_world)
    sign_in(small_world)
    this = sign_in(small_world)
    app = opened("profile")
    app.button(key="end-others").click().run()
    assert not app.exception
    assert [each.current for each in profile.sessions(ctx, small_world, this)] == [True]


def test_office_hours_are_one_click_away(ctx: Context, small_world: User, sign_in: SignIn) -> None:
    sign_in(small_world)
    app = opened("schedules")
    app.button(key="new-schedule").click().run()
    in_dialog(app, "new-schedule", "save-new")
    assert not app.exception
    made = {view.schedule.name: view.schedule.definition for view in schedules.listing(ctx, small_world)}
    assert made["Office hours"].periods[0].weekdays == ("mon-fri",)


def test_an_export_is_added_on_the_accounts_card(ctx: Context, small_world: User, sign_in: SignIn) -> None:
    sign_in(small_world)
    app = opened("connections")
    key = f"export-{ACCOUNT}"
    app.button(key=f"{key}-save").click().run()
    assert "needs a bucket" in text_of(app)
    app.text_input(key=f"{key}-bucket").input("bills")
    app.text_input(key=f"{key}-name").input("daily")
    app.button(key=f"{key}-save").click().run()
    assert not app.exception
    (connection,) = connections.accounts(ctx, small_world)
    assert connection.account.export == ExportLocation("bills", "", "daily", "us-east-1")


@pytest.mark.parametrize("path", sorted(PAGES.glob("*.py")), ids=lambda path: path.stem)
def test_no_bare_text_on_a_page_that_streamlit_would_show(path: Path) -> None:
    first, *rest = ast.parse(path.read_text()).body
    assert isinstance(first, ast.Expr)
    assert not [node for node in rest if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)]


@pytest.mark.parametrize("path", sorted(PAGES.rglob("*.py")), ids=lambda path: path.stem)
def test_raw_html_is_written_in_one_place_only(path: Path) -> None:
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    raw = [each for each in calls if isinstance(each.func, ast.Attribute) and each.func.attr in RAW]
    unsafe = [
        each for each in calls if any((word.arg or "").startswith("unsafe_allow") for word in each.keywords)
    ]
    assert not unsafe
    assert not raw or path.stem == "theme"


def test_a_new_schedule_is_painted_with_its_words_beside_it_or_written(
    small_world: User, sign_in: SignIn
) -> None:
    sign_in(small_world)
    app = opened("schedules")
    app.button(key="new-schedule").click().run()
    assert not app.exception
    said = [each.value for each in app.markdown]
    assert "**On 50 of 168 hours a week**" in said
    assert any("From 08:00 to 18:00, Mon to Fri" in each.replace("\\", "") for each in said)
    (hours,) = [each for each in app.get("button_group") if each.key == "hours-way-new"]
    assert [each.content for each in hours.proto.options] == ["Paint the week", "Write the rules"]
