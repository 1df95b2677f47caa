"""The API on a real database, people who ask, and an inventory to ask for."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import insert

from core.access.client import Client
from core.access.roles import User
from services.api import app as api
from services.context import Context
from services.db.tables.cloud import accounts, resources
from services.usecases import sign_in

ACCOUNT = "111122223333"


@pytest.fixture(scope="session")
def known() -> dict[bool, FastAPI]:
    """The API by whether its cookies are secure. FastAPI works each route out when it is first asked, which takes longer than a test."""
    return {}


@pytest.fixture
def app(ctx: Context, known: dict[bool, FastAPI]) -> FastAPI:
    """The API on this test's context: made once a process, as a server makes it, and not to be changed."""
    secure = ctx.settings.secure_cookies
    if secure not in known:
        known[secure] = api.create(ctx)
    known[secure].state.ctx = ctx
    return known[secure]


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as made:
        yield made


@pytest.fixture
def open_client(ctx: Context, organisation_id: UUID) -> Iterator[TestClient]:
    """The API where anybody may sign up."""
    assert organisation_id
    door = replace(ctx, settings=ctx.settings.model_copy(update={"signup": "open"}))
    with TestClient(api.create(door), raise_server_exceptions=False) as made:
        yield made


@pytest.fixture
def bearer(ctx: Context) -> Callable[[User], dict[str, str]]:
    """Headers that say who asks."""

    def headers(user: User) -> dict[str, str]:
        return {"Authorization": f"Bearer {sign_in.issue_token(ctx, user).access_token}"}

    return headers


@pytest.fixture
def cookie(ctx: Context) -> Callable[[User], dict[str, str]]:
    """Headers of a browser that is signed in to the screens."""

    def headers(user: User) -> dict[str, str]:
        token = sign_in.redeem_ticket(ctx, sign_in.issue_ticket(ctx, user), Client("127.0.0.1", "Firefox"))
        return {"Cookie": f"pioneer={token}"}

    return headers


@pytest.fixture
def instance(ctx: Context, organisation_id: UUID) -> Callable[..., str]:
    """Puts an instance into the inventory."""

    def make(
        resource_id: str,
        *,
        organisation: UUID | None = None,
        account: str = ACCOUNT,
        tags: dict[str, str] | None = None,
    ) -> str:
        owner, at = organisation or organisation_id, datetime.now(UTC)
        with ctx.begin() as db:
            have = db.execute(
                accounts.select().where(accounts.c.organisation_id == owner, accounts.c.id == account)
            ).first()
            if have is None:
                db.execute(
                    insert(accounts).values(
                        organisation_id=owner,
                        id=account,
                        name="Production",
                        external_id="x",
                        regions=["us-east-1"],
                        status="connected",
                        created_at=at,
                    )
                )
            db.execute(
                insert(resources).values(
                    organisation_id=owner,
                    id=resource_id,
                    kind="instance",
                    account_id=account,
                    region="us-east-1",
                    name=f"name of {resource_id}",
                    state="running",
                    tags=tags or {},
                    details={"type": "m5.large", "zone": "us-east-1a"},
                    created_at=at,
                    first_seen_at=at,
                    last_seen_at=at,
                )
            )
        return resource_id

    return make
