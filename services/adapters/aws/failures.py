"""What AWS says when it says no, in our own words."""

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    PartialCredentialsError,
    ReadTimeoutError,
)
from botocore.parsers import ResponseParserError

from core.errors import Forbidden, Lost, NoCapacity, NotFound, PioneerError, Refused, Unavailable

TRANSPORT = (BotoCoreError, ClientError, ResponseParserError, IncompleteReadError, HTTPClientError)
"""All that a call through botocore raises."""
TRUNCATED = (ResponseParserError, IncompleteReadError)
"""A body that ended too early: botocore does not ask again by itself."""
EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired", "InvalidClientTokenId"})
THROTTLED = frozenset(
    {
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "TooManyRequestsException",
        "BandwidthLimitExceeded",
        "SlowDown",
        "PriorRequestNotComplete",
    }
)
_DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "UnauthorizedOperation",
        "AuthFailure",
        "Forbidden",
        "403",
        "OptInRequired",
        "UnrecognizedClientException",
        "SignatureDoesNotMatch",
        "InvalidAccessKeyId",
    }
)
_NO_CAPACITY = frozenset(
    {"InsufficientInstanceCapacity", "InsufficientHostCapacity", "InsufficientVolumeCapacity"}
)
_UNKNOWN_CALL = frozenset(
    {"500", "501", "InvalidAction", "UnknownOperationException", "NotImplemented", "UnknownAction"}
)
_SERVER_FAULT = 500
_BUSY = 503


class CapabilityMissing(Unavailable):
    """Whoever answers does not know this call: a stand-in without it, or a region without the service."""


def code_of(error: Exception) -> str:
    """AWS's own word for the failure; empty where there is none."""
    if not isinstance(error, ClientError):
        return ""
    return (
        str(error.response.get("Error", {}).get("Code", "")).removeprefix("Client.").removeprefix("Server.")
    )


def in_words(error: Exception, permission: str, place: str, *, writes: bool) -> PioneerError:
    """The failure as one of ours. `permission` is the IAM action of the call, `place` the account and region.

    For a call that writes, a failure that leaves its effect unknown is `Lost`.
    """
    if isinstance(error, ClientError):
        assuming = error.operation_name == "AssumeRole"
        return _answered(
            error, "sts:AssumeRole" if assuming else permission, place, writes=writes and not assuming
        )
    if isinstance(error, NoCredentialsError | PartialCredentialsError):
        return Unavailable(
            "Cloud Pioneer has no AWS credentials of its own.",
            mend="Give the process credentials (an instance role, or AWS_PROFILE), then try again.",
        )
    sent = (ReadTimeoutError, ConnectionClosedError, ResponseParserError, IncompleteReadError)
    if writes and isinstance(error, sent):
        return Lost(f"{permission} was sent to {place}, and no whole answer came back.")
    return Unavailable(
        f"AWS did not answer {permission} in {place}: {_short(error)}.", mend="It is asked again by itself."
    )


def _answered(error: ClientError, permission: str, place: str, *, writes: bool) -> PioneerError:
    code = code_of(error)
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    said = _short(error.response.get("Error", {}).get("Message", ""))
    if code in _DENIED or code in EXPIRED:
        return Forbidden(
            f"AWS did not let us {permission} in {place} ({code}).",
            mend=f"Grant {permission} to the role that Cloud Pioneer uses in this account.",
        )
    trouble = _trouble(code, status, said, permission, place, writes=writes)
    if trouble is not None:
        return trouble
    if "NotFound" in code or code.startswith("NoSuch"):
        return NotFound(f"AWS knows no such thing in {place}: {said or code}")
    return Refused(f"AWS refused {permission}: {said or code} ({code})")


def _trouble(
    code: str, status: int, said: str, permission: str, place: str, *, writes: bool
) -> PioneerError | None:
    """What is AWS's fault, not ours: full, busy, without this call, or broken."""
    if code in _NO_CAPACITY:
        return NoCapacity(
            f"AWS has no capacity for this in {place} right now: {said}", mend="Try again later."
        )
    if code in THROTTLED or status == _BUSY:
        return Unavailable(
            f"AWS asks us to slow down ({permission} in {place}).", mend="It is asked again by itself."
        )
    if code in _UNKNOWN_CALL and not writes:
        return CapabilityMissing(f"{permission} is not offered in {place}.")
    if status < _SERVER_FAULT:
        return None
    if writes:
        return Lost(
            f"{permission} failed inside AWS in {place} ({code}): whether it took effect is not known."
        )
    return Unavailable(
        f"AWS failed on {permission} in {place} ({code}).", mend="It is asked again by itself."
    )


def _short(text: object, limit: int = 300) -> str:
    """One line, not too long: what others wrote must not fill our screens."""
    return " ".join(str(text).split())[:limit]
