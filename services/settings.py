"""Every setting, its default and one sentence. Read from the environment, then `.env` beside the project."""

import os
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from core.errors import Invalid
from services.mail_settings import MailSettings, refuse_unsafe_mail

PROJECT = Path(__file__).resolve().parent.parent
"""Where Home.py, pages and .streamlit are."""
SECRET_LENGTH = 32
KNOWN_SECRETS = frozenset({"secret", "changeme", "change-me", "password", "pioneer", "demo", "test"})
BCRYPT_COST_FLOOR = 12


class Settings(MailSettings):
    """What can be configured. Names are environment variables in upper case."""

    model_config = SettingsConfigDict(env_file=PROJECT / ".env", extra="ignore", frozen=True)

    mode: Annotated[
        Literal["demo", "real"],
        Field(
            alias="PIONEER_MODE",
            description="`demo` serves the made-up company; `real` your accounts. Set by the command, not by hand.",
        ),
    ] = "real"
    data: Annotated[
        Path,
        Field(
            alias="PIONEER_DATA",
            description="Where the embedded database, the warehouse's files and logs live; `--data DIR` sets it.",
        ),
    ] = Path(".pioneer")
    database_url: Annotated[
        SecretStr | None,
        Field(
            alias="DATABASE_URL",
            description="PostgreSQL to keep records in; without it an embedded one runs below the data directory.",
        ),
    ] = None
    warehouse_engine: Annotated[
        str,
        Field(
            alias="WAREHOUSE_ENGINE",
            pattern=r"^(duckdb|spark://\S+|sc://\S+|local\[(\d+|\*)\])$",
            description="What answers questions about the bill: `duckdb` in each process, or Spark at `spark://host:port` or (Spark Connect) `sc://host:port`.",
        ),
    ] = "duckdb"
    warehouse_engine_files: Annotated[
        str,
        Field(
            alias="WAREHOUSE_ENGINE_FILES",
            description="Where Spark finds the data directory's `warehouse` folder, such as s3a://bucket/warehouse; without it under the same path.",
        ),
    ] = ""
    secret_key: Annotated[
        SecretStr | None,
        Field(
            alias="SECRET_KEY",
            description="At least 32 random characters that sign tokens; without it one is made and kept in the data directory.",
        ),
    ] = None
    host: Annotated[str, Field(alias="HOST", description="Address the screens and API listen on.")] = (
        "127.0.0.1"
    )
    port: Annotated[
        int,
        Field(
            alias="PORT", ge=1, le=65535, description="Port the screens and API listen on; `--port` sets it."
        ),
    ] = 8501
    public_url: Annotated[
        str | None,
        Field(
            alias="PUBLIC_URL",
            description="How people reach it, such as https://pioneer.example.com; https makes the session cookie Secure.",
        ),
    ] = None
    signup: Annotated[
        Literal["approval", "open", "closed"],
        Field(
            alias="SIGNUP",
            description="`approval`: a new sign-up waits for an admin; `open`: enters as viewer; `closed`: refused.",
        ),
    ] = "approval"
    bcrypt_cost: Annotated[
        int,
        Field(
            alias="BCRYPT_COST",
            ge=4,
            le=16,
            description="Work factor of password hashes; below 12 only in tests.",
        ),
    ] = BCRYPT_COST_FLOOR
    session_idle_hours: Annotated[
        int,
        Field(
            alias="SESSION_IDLE_HOURS", ge=1, description="A sign-in ends after this many hours without use."
        ),
    ] = 12
    session_days: Annotated[
        int, Field(alias="SESSION_DAYS", ge=1, description="A sign-in ends after this many days in any case.")
    ] = 7
    token_minutes: Annotated[
        int,
        Field(
            alias="TOKEN_MINUTES",
            ge=1,
            description="How long an API token from /auth/login is good, in minutes.",
        ),
    ] = 60
    trusted_proxies: Annotated[
        tuple[str, ...],
        NoDecode,
        Field(
            alias="TRUSTED_PROXIES",
            description="Space-separated addresses of proxies whose X-Forwarded-For is believed.",
        ),
    ] = ()
    google_client_id: Annotated[
        str | None,
        Field(
            alias="GOOGLE_CLIENT_ID", description="Audience of the id tokens that POST /auth/google accepts."
        ),
    ] = None
    google_issuer: Annotated[str, Field(alias="GOOGLE_ISSUER", description="Issuer of these id tokens.")] = (
        "https://accounts.google.com"
    )
    google_jwks_url: Annotated[
        str, Field(alias="GOOGLE_JWKS_URL", description="Where the issuer publishes its keys.")
    ] = "https://www.googleapis.com/oauth2/v3/certs"
    aws_endpoint_url: Annotated[
        str | None,
        Field(
            alias="PIONEER_AWS_ENDPOINT",
            description="Another address for AWS, for the demo cloud or a local stand-in.",
        ),
    ] = None
    aws_calls_per_second: Annotated[
        float | None,
        Field(
            alias="AWS_CALLS_PER_SECOND",
            ge=0,
            description="How many changing calls a second actions send to one API of an account and region, four times as many that look; 0 for any number. Default: 5, and any number to a stand-in.",
        ),
    ] = None
    collect_threads: Annotated[
        int,
        Field(
            alias="COLLECT_THREADS",
            ge=1,
            le=64,
            description="How many account-region pairs are collected at once.",
        ),
    ] = 8
    collect_every: Annotated[
        str, Field(alias="COLLECT_EVERY", description="How often inventory is collected, such as 15m or 1h.")
    ] = "15m"
    metrics_every: Annotated[
        str,
        Field(
            alias="METRICS_EVERY",
            description="How often hourly metrics are pulled: AWS bills each metric asked, so daily is cheapest.",
        ),
    ] = "24h"
    bills_every: Annotated[
        str, Field(alias="BILLS_EVERY", description="How often billing exports are looked at.")
    ] = "1h"
    bill_history_days: Annotated[
        int,
        Field(
            alias="BILL_HISTORY_DAYS",
            ge=1,
            description="How many days a state of the bill can still be asked after a later one replaced it.",
        ),
    ] = 30
    approval_above: Annotated[
        Decimal | None,
        Field(
            alias="APPROVAL_ABOVE",
            ge=0,
            description="USD a month that a resource costs, or an action promises to save, from which a second person must approve; with it set, what no click takes back always needs that. Empty: never.",
        ),
    ] = None
    tick_seconds: Annotated[
        int, Field(alias="TICK_SECONDS", ge=1, description="The worker's tick, in seconds.")
    ] = 5
    lease_seconds: Annotated[
        int,
        Field(
            alias="LEASE_SECONDS",
            ge=1,
            description="How long the worker's lease lasts without renewal, in seconds.",
        ),
    ] = 30
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"],
        Field(alias="LOG_LEVEL", description="How much is logged."),
    ] = "INFO"

    @field_validator("approval_above", mode="before")
    @classmethod
    def _empty(cls, value: object) -> object:
        """An empty variable is none."""
        return None if value == "" else value

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _words(cls, value: object) -> object:
        """One variable holds several addresses, apart by spaces."""
        return tuple(value.split()) if isinstance(value, str) else value

    @property
    def demo(self) -> bool:
        """Whether this is the made-up company."""
        return self.mode == "demo"

    @property
    def secure_cookies(self) -> bool:
        """Whether people reach us over https, so that the cookie may insist on it."""
        return (self.public_url or "").startswith("https://")


DEMO = {
    "DATABASE_URL": None,
    "SECRET_KEY": None,
    "HOST": "127.0.0.1",
    "PUBLIC_URL": None,
    "TRUSTED_PROXIES": "",
    "GOOGLE_CLIENT_ID": None,
    "SIGNUP": "open",
    "SMTP_HOST": None,
}
"""What the demo never takes from the environment: its people have published passwords, so it must reach nothing real."""


def load(**overrides: object) -> Settings:
    """Read the settings; what the command line said wins. Raises `Invalid` naming each variable that cannot be used."""
    given = {name: value for name, value in overrides.items() if value is not None}
    given.setdefault("PIONEER_MODE", os.environ.get("PIONEER_MODE", "real"))
    if given["PIONEER_MODE"] == "demo":
        given |= {"_env_file": None, **DEMO}
    try:
        settings = Settings(**given)  # type: ignore[arg-type]  # pydantic checks these by alias
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors()
        )
        message = f"These settings cannot be used: {wrong}."
        raise Invalid(
            message, mend="Correct the environment or .env; docs/reference/settings.md lists every setting."
        ) from error
    refuse_unsafe(settings)
    return settings


def refuse_unsafe(settings: Settings) -> None:
    """Raise `Invalid` for secrets that are short or well known, and for shortcuts that only the demo may take."""
    if settings.secret_key is not None:
        secret = settings.secret_key.get_secret_value()
        weak = (
            len(secret) < SECRET_LENGTH
            or secret.lower() in KNOWN_SECRETS
            or len(set(secret)) < SECRET_LENGTH // 4
        )
        if weak:
            message = f"SECRET_KEY must be at least {SECRET_LENGTH} random characters."
            raise Invalid(
                message, mend="Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
            )
    refuse_unsafe_mail(settings)
    if settings.demo:
        return
    if settings.bcrypt_cost < BCRYPT_COST_FLOOR:
        message = f"BCRYPT_COST below {BCRYPT_COST_FLOOR} is for tests only."
        raise Invalid(message, mend=f"Remove it, or set it to {BCRYPT_COST_FLOOR} or more.")
    if settings.host not in {"127.0.0.1", "::1", "localhost"} and not settings.secure_cookies:
        message = f"HOST={settings.host} listens beyond this machine, but PUBLIC_URL is not an https address."
        raise Invalid(
            message,
            mend="Set PUBLIC_URL to the https address people use (a TLS proxy in front), or listen on 127.0.0.1.",
        )
