"""Who is calling the demo cloud: AssumeRole with the right ExternalId gives keys that carry their account, so they outlive a restart.

moto lets anybody assume anything; AWS does not, and a connection with a wrong ExternalId must fail here as it would there.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from secrets import token_hex
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from services.demo.company import ACCOUNTS, PAYER

_KEY = re.compile(r"Credential=([A-Z0-9a-z]+)/")
_ISSUED = re.compile(r"ASIA(\d{12})[A-Z0-9]{4}$")
_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
_ROLES = {account.role_arn: account for account in ACCOUNTS}
OK, FORBIDDEN = 200, 403


def access_key(headers: Mapping[str, str]) -> str:
    """The access key a request was signed with, or nothing."""
    found = _KEY.search(headers.get("HTTP_AUTHORIZATION", "")) or _KEY.search(headers.get("QUERY_STRING", ""))
    return found.group(1) if found else ""


def account_of(key: str) -> str:
    """The account an access key belongs to: the one it was issued for, else the payer's."""
    found = _ISSUED.match(key)
    return found.group(1) if found else PAYER.id


def answer(action: str, body: bytes, key: str) -> tuple[int, str] | None:
    """HTTP status and XML for the two STS calls answered here; None for all others."""
    if action == "GetCallerIdentity":
        return OK, _identity(key)
    if action == "AssumeRole":
        given = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        return _assume(
            given.get("RoleArn", ""), given.get("ExternalId"), given.get("RoleSessionName", ""), given
        )
    return None


def _arn(account: str, role: str, session: str) -> str:
    return f"arn:aws:sts::{account}:assumed-role/{role}/{session}"


def _identity(key: str) -> str:
    account = account_of(key)
    issued = _ISSUED.match(key)
    arn = _arn(account, "CloudPioneer", "session") if issued else f"arn:aws:iam::{account}:user/cloud-pioneer"
    return _wrapped(
        "GetCallerIdentity",
        f"<Arn>{arn}</Arn><UserId>{'AROA' if issued else 'AIDA'}HEKLA</UserId><Account>{account}</Account>",
    )


def _assume(role: str, external_id: str | None, session: str, given: Mapping[str, str]) -> tuple[int, str]:
    account = _ROLES.get(role)
    if account is None or external_id != account.external_id:
        said = f"User: arn:aws:iam::{PAYER.id}:user/cloud-pioneer is not authorized to perform: sts:AssumeRole on resource: {role}"
        return FORBIDDEN, _denied(said)
    key = f"ASIA{account.id}{token_hex(2).upper()}"
    until = datetime.now(UTC) + timedelta(seconds=int(given.get("DurationSeconds", "3600")))
    secret = sha256(key.encode()).hexdigest()[:40]
    body = (
        f"<Credentials><AccessKeyId>{key}</AccessKeyId><SecretAccessKey>{secret}</SecretAccessKey>"
        f"<SessionToken>{secret}</SessionToken><Expiration>{until:%Y-%m-%dT%H:%M:%SZ}</Expiration></Credentials>"
        f"<AssumedRoleUser><AssumedRoleId>AROAHEKLA:{escape(session)}</AssumedRoleId>"
        f"<Arn>{escape(_arn(account.id, role.rsplit('/', 1)[-1], session))}</Arn></AssumedRoleUser>"
    )
    return OK, _wrapped("AssumeRole", body)


def _wrapped(action: str, result: str) -> str:
    return (
        f'<{action}Response xmlns="{_NAMESPACE}"><{action}Result>{result}</{action}Result>'
        f"<ResponseMetadata><RequestId>{token_hex(16)}</RequestId></ResponseMetadata></{action}Response>"
    )


def _denied(message: str) -> str:
    return (
        f'<ErrorResponse xmlns="{_NAMESPACE}"><Error><Type>Sender</Type><Code>AccessDenied</Code>'
        f"<Message>{escape(message)}</Message></Error><RequestId>{token_hex(16)}</RequestId></ErrorResponse>"
    )
