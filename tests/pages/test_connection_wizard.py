"""Adding an AWS account, step by step, and what each mistake is answered with. AWS is moto, where it says no botocore's Stubber."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws
from moto.core import set_initial_no_auth_action_count
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from core.access.roles import Role, User
from pages.ui import format as fmt
from pages.ui.bill import STALE_DAYS
from services.adapters.aws.session import Sessions
from services.context import Context
from services.db.stores import jobs
from services.usecases import connections, ingest, inventory, metrics
from tests.bills import a_bill, a_line
from tests.pages.conftest import opened

SignIn = Callable[[User | None], str]
OWN, OTHER = "123456789012", "222222222222"
ROLE = f"arn:aws:iam::{OTHER}:role/CloudPioneer"
DENIED = {"service_error_code": "AccessDenied", "service_message": "no", "http_status_code": 403}


@pytest.fixture
def wizard(sign_in: SignIn, admin: User) -> Iterator[Callable[..., AppTest]]:
    """Opens the dialog with these fields filled, and presses a button of it."""
    with mock_aws():
        sign_in(admin)

        def opening(press: str | None = None, **fields: str) -> AppTest:
            app = opened("connections")
            app.button(key="add-account").click().run()
            for key, value in fields.items():
                app.text_input(key=key.replace("_", "-")).input(value)
            if press is not None:
                app.button(key=press).click()
            app.button(key="add-account").click()
            return app.run()

        yield opening


def stubbed(ctx: Context) -> Stubber:
    sessions = ctx.cloud._sessions  # type: ignore[attr-defined]  # the real adapter's clients, to stub one of them
    assert isinstance(sessions, Sessions)
    return Stubber(sessions.client(None, "sts", "us-east-1"))


def errors(app: AppTest) -> str:
    return "\n".join(each.value for each in app.error).replace("\\", "").replace(fmt.JOINER, "")


def test_the_role_s_two_policies_are_there_to_copy_with_our_external_id(
    ctx: Context, admin: User, wizard: Callable[..., AppTest]
) -> None:
    app = wizard()
    external_id = connections.offer(ctx, admin).external_id
    trust, policy = (json.loads(each.value)["Statement"] for each in app.code)
    assert trust[0]["Principal"] == {"AWS": f"arn:aws:iam::{OWN}:root"}
    assert trust[0]["Condition"] == {"StringEquals": {"sts:ExternalId": external_id}}
    assert "ec2:DescribeInstances" in policy[0]["Action"]
    assert "ReadBillingExport" not in {each["Sid"] for each in policy}
    assert any(external_id in each.value for each in app.markdown)


def test_the_bucket_of_an_export_is_in_the_policy_once_it_is_named(wizard: Callable[..., AppTest]) -> None:
    app = wizard(export_bucket="bills", export_prefix="focus", export_name="daily")
    policy = json.loads(app.code[1].value)["Statement"]
    (reading,) = (each for each in policy if each["Sid"] == "ReadBillingExport")
    assert reading["Resource"] == ["arn:aws:s3:::bills", "arn:aws:s3:::bills/focus/*"]


@pytest.mark.parametrize("press", ["test-account", "add-go"])
@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"new_account": "12"}, "An AWS account id has twelve digits."),
        ({"new_account": OTHER, "new_role": f"arn:aws:iam::{OTHER}:user/me"}, "A role is named by its ARN"),
        ({"new_account": OWN, "new_role": ROLE}, f"This role belongs to account {OTHER}, not to {OWN}."),
    ],
)
def test_what_cannot_be_right_is_said_before_anything_is_asked(
    ctx: Context,
    admin: User,
    wizard: Callable[..., AppTest],
    press: str,
    fields: dict[str, str],
    said: str,
) -> None:
    assert said in errors(wizard(press, **fields))
    assert connections.accounts(ctx, admin) == ()


def test_a_role_that_cannot_be_assumed_is_told_with_what_to_compare(
    ctx: Context, admin: User, wizard: Callable[..., AppTest]
) -> None:
    us = {"Account": OWN, "Arn": f"arn:aws:iam::{OWN}:user/us", "UserId": "AIDA"}
    with stubbed(ctx) as sts:
        for _ in ("opened", "pressed"):  # each time, the trust policy names who we are
            sts.add_response("get_caller_identity", us)
        sts.add_client_error("assume_role", **DENIED)
        app = wizard("test-account", new_account=OTHER, new_role=ROLE)
    assert f"AWS does not let us assume {ROLE}" in errors(app)
    assert "its trust policy does not name us with our ExternalId" in errors(app)
    assert not app.success
    assert connections.accounts(ctx, admin) == ()


@pytest.mark.parametrize("press", ["test-account", "add-go"])
def test_a_trust_policy_without_the_external_id_is_refused(
    ctx: Context, admin: User, wizard: Callable[..., AppTest], press: str
) -> None:
    app = wizard(press, new_account=OTHER, new_role=ROLE)  # moto lets anybody assume anything
    for how in ("a wrong ExternalId", "no ExternalId"):
        assert f"The role can be assumed with {how}: add the ExternalId condition" in errors(app)
    assert connections.accounts(ctx, admin) == ()


def test_a_permission_that_is_missing_is_named_and_keeps_nobody_away(
    ctx: Context, admin: User, wizard: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    iam = boto3.client("iam")
    iam.create_user(UserName="pioneer")
    allowed = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    kept = {"Effect": "Deny", "Action": "lambda:ListFunctions", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed, kept]})
    iam.put_user_policy(UserName="pioneer", PolicyName="all-but-one", PolicyDocument=policy)
    made = iam.create_access_key(UserName="pioneer")["AccessKey"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", made["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", made["SecretAccessKey"])

    @set_initial_no_auth_action_count(0)
    def guarded() -> AppTest:
        app = wizard("test-account", new_account=OWN)
        wizard("add-go", new_account=OWN)
        return app

    app = guarded()
    (told,) = [each.value.replace("\\", "") for each in app.warning]
    assert told.startswith("**The account can be added; this will be unknown until it is granted**")
    assert "Grant lambda:ListFunctions." in told
    to_copy = json.loads(app.code[-1].value)["Statement"][0][
        "Action"
    ]  # moto denies two more, whatever the policy says
    assert "lambda:ListFunctions" in to_copy
    assert "ec2:DescribeVolumes" not in to_copy
    assert [each.account.id for each in connections.accounts(ctx, admin)] == [OWN]


def test_an_account_that_passes_is_added_and_its_first_collection_is_watched(
    ctx: Context, admin: User, wizard: Callable[..., AppTest]
) -> None:
    app = wizard("test-account", new_account=OWN)
    assert [each.value for each in app.success] == ["The account can be added."]
    assert connections.accounts(ctx, admin) == (), "a test keeps nothing"
    app = wizard("add-go", new_account=OWN, new_name="Production")
    assert "Production is connected" in app.toast[0].value.replace("\\", "")
    seen = "\n".join(each.value for each in app.markdown)
    assert f"**{fmt.plain('Collect inventory')}** waits for the worker" in seen
    with ctx.begin() as db:
        jobs.know(db, connections.JOBS, ctx.now())
        jobs.start(db, "collect-inventory", 1, ctx.now())
        jobs.say(db, "collect-inventory", 1, "0 of 1 account regions")
    assert "0 of 1 account regions" in "\n".join(each.value for each in opened("connections").markdown)
    inventory.collect(ctx)
    (figure, *_) = opened("connections").metric
    assert figure.label == "Accounts seen wholly and lately"
    (production,) = connections.accounts(ctx, admin)
    assert production.inventory.whole


def test_an_account_that_is_whole_but_old_is_told_since_when_it_was_not_looked_at(
    ctx: Context, wizard: Callable[..., AppTest]
) -> None:
    wizard("add-go", new_account=OWN, new_name="Production")
    inventory.collect(ctx)
    metrics.collect(ctx)
    with ctx.begin() as db:
        db.execute(text("insert into clock_shift (shift) values (interval '6 hours')"))
    app = opened("connections")
    assert app.metric[0].value == "0 of 1"
    assert app.metric[1].value == "0"
    said = "\n".join(each.value for each in app.caption).replace("\\", "")
    assert "Nothing is missing; not looked at since" in said
    assert "6 hours ago" in said
    assert "with what is missing" not in said


@pytest.mark.parametrize("ago", [3, 4])
def test_a_bill_that_costs_calls_old_is_told_with_its_newest_day(
    ctx: Context, admin: User, tmp_path: Path, wizard: Callable[..., AppTest], ago: int
) -> None:
    wizard("add-go", new_account=OWN, new_name="Production")
    inventory.collect(ctx)
    metrics.collect(ctx)
    late = ago > STALE_DAYS
    last = ctx.now().date() - timedelta(days=ago)
    ingest.files(ctx, admin.organisation_id, [a_bill(tmp_path / "bill.csv", [a_line(day=last.isoformat())])])
    said = [each.value.replace("\\", "") for each in opened("connections").caption]
    assert (f"But no day of the bill after {fmt.day(last)} came" in said) is late
    assert ("Nothing is missing" in said) is not late
    assert any("The newest day in the bill is" in each.value for each in opened("costs").warning) is late


def test_one_who_may_not_manage_connections_is_told_whom_to_ask(
    sign_in: SignIn, person: Callable[..., User]
) -> None:
    sign_in(person(Role.OPERATOR))
    app = opened("connections")
    assert "add-account" not in {each.key for each in app.button}
    assert any("ask one of: admin" in each.value.replace("\\", "") for each in app.caption)
