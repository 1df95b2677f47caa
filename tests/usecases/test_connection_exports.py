"""Where a connected account's billing export is delivered."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from moto import mock_aws

from core.access.roles import Role, User
from core.connections import Outcome
from core.errors import Invalid, NotFound
from core.inventory import ExportLocation
from services.context import Context
from services.db.stores import jobs, records
from services.usecases import connections
from tests.usecases.test_connections import EXPORT, OTHER, OWN, add_own


def test_an_export_is_added_to_a_connected_account_and_its_bills_asked_for(ctx: Context, admin: User) -> None:
    with mock_aws():
        add_own(ctx, admin)
    with ctx.begin() as db:
        jobs.start(db, "ingest-bills", 1, ctx.now())
    changed = connections.set_export(ctx, admin, OWN, EXPORT)
    assert (changed.account.export, changed.bills and changed.bills.outcome) == (EXPORT, Outcome.NEVER)
    assert connections.set_export(ctx, admin, OWN, EXPORT) == changed
    with ctx.begin() as db:
        assert jobs.listing(db)["ingest-bills"].requested_at is not None
    assert connections.set_export(ctx, admin, OWN, None).bills is None
    with ctx.begin() as db:
        rows = records.audit_rows(db, admin.organisation_id)
    said = {row.data["what"] for row in rows if row.action == "AccountChanged"}
    assert (len(rows), said) == (3, {"export is s3://bills/focus/daily", "no export"})


@pytest.mark.parametrize(
    "export",
    [
        replace(EXPORT, bucket="s3://bills"),
        replace(EXPORT, bucket=""),
        replace(EXPORT, name=""),
        replace(EXPORT, region="here"),
    ],
    ids=str,
)
def test_an_export_that_cannot_be_right_is_refused(ctx: Context, admin: User, export: ExportLocation) -> None:
    with mock_aws():
        add_own(ctx, admin)
    with pytest.raises(Invalid):
        connections.set_export(ctx, admin, OWN, export)
    assert connections.accounts(ctx, admin)[0].account.export is None


def test_an_export_is_set_only_on_an_account_one_sees(ctx: Context, person: Callable[..., User]) -> None:
    with mock_aws():
        add_own(ctx, person(Role.ADMIN))
    with pytest.raises(NotFound):
        connections.set_export(ctx, person(Role.ADMIN, accounts=frozenset({OTHER})), OWN, EXPORT)
