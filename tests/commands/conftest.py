"""An installation as commands find it."""

from uuid import UUID

import pytest

from services.context import Context


@pytest.fixture
def terminal(ctx: Context, organisation_id: UUID, monkeypatch: pytest.MonkeyPatch) -> Context:
    """The installation that commands find by its settings."""
    assert organisation_id
    assert ctx.settings.database_url is not None
    monkeypatch.setenv("DATABASE_URL", ctx.settings.database_url.get_secret_value())
    monkeypatch.setenv("PIONEER_DATA", str(ctx.settings.data))
    return ctx
