"""The settings by which notices leave as mail, and what of them is refused as unsafe."""

from email.errors import MessageError
from email.headerregistry import Address
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings

from core.errors import Invalid

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class MailSettings(BaseSettings):
    """How mail is sent. Without SMTP_HOST none is, and notices stay in the inbox of the screens."""

    smtp_host: Annotated[
        str | None,
        Field(
            alias="SMTP_HOST",
            description="Mail server that notices are sent through; without it they stay in the inbox of the screens.",
        ),
    ] = None
    smtp_port: Annotated[
        int,
        Field(alias="SMTP_PORT", ge=1, le=65535, description="Its port: 587 as a rule, 465 for `implicit`."),
    ] = 587
    smtp_tls: Annotated[
        Literal["starttls", "implicit", "none"],
        Field(
            alias="SMTP_TLS",
            description="`starttls` (insisted upon) or `implicit`, the certificate checked; `none` only to a server on this machine, and without a password.",
        ),
    ] = "starttls"
    smtp_user: Annotated[
        str | None,
        Field(alias="SMTP_USER", description="Whom to sign in to the mail server as; empty: nobody."),
    ] = None
    smtp_password: Annotated[
        SecretStr | None, Field(alias="SMTP_PASSWORD", description="The password of SMTP_USER.")
    ] = None
    smtp_from: Annotated[
        str | None,
        Field(alias="SMTP_FROM", description="Address that mails come from, such as pioneer@example.com."),
    ] = None
    stop_notice_minutes: Annotated[
        int,
        Field(
            alias="STOP_NOTICE_MINUTES",
            ge=1,
            le=1440,
            description="How many minutes before a scheduled stop those whom it concerns are told; each may choose another number.",
        ),
    ] = 15

    @field_validator("smtp_host", "smtp_user", "smtp_password", "smtp_from", mode="before")
    @classmethod
    def _unset(cls, value: object) -> object:
        """An empty variable is none."""
        return None if value == "" else value


def refuse_unsafe_mail(settings: MailSettings) -> None:
    """Raise `Invalid` for a mail server that could not be used, or that a password or mail would reach in the clear."""
    if settings.smtp_host is None:
        return
    if not _address(settings.smtp_from):
        message = "SMTP_HOST is set, but SMTP_FROM is no e-mail address."
        raise Invalid(message, mend="Set SMTP_FROM to one address, such as pioneer@example.com.")
    if (settings.smtp_user is None) != (settings.smtp_password is None):
        message = "SMTP_USER and SMTP_PASSWORD belong together."
        raise Invalid(message, mend="Set both, or neither.")
    if settings.smtp_tls == "none" and settings.smtp_password is not None:
        message = "SMTP_TLS=none would send SMTP_PASSWORD in the clear."
        raise Invalid(message, mend="Set SMTP_TLS to starttls or implicit.")
    if settings.smtp_tls == "none" and settings.smtp_host not in LOOPBACK:
        message = f"SMTP_TLS=none would send mails to {settings.smtp_host} in the clear."
        raise Invalid(
            message, mend="Set SMTP_TLS to starttls or implicit, or use a mail server on this machine."
        )


def _address(text: str | None) -> bool:
    try:
        found = Address(addr_spec=text or "")
    except (MessageError, ValueError, IndexError):
        return False
    return bool(found.username and found.domain) and str(text).isprintable()
