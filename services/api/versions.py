"""Versions of what is kept, as HTTP has them: `ETag: "3"` in answers, `If-Match: "3"` in changes (RFC 9110)."""

import re
from typing import Annotated

from fastapi import Depends, Header
from starlette.responses import Response

from core.errors import Invalid, Unconditional

_TAG = re.compile('"([0-9]{1,18})"')
_NEVER = -1
"""No version of ours: it matches nothing."""

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=200,
        description="The ETag of what is changed, as it was last read; * for whatever it is now. 412 where it has moved on.",
    ),
]


def tagged(response: Response, version: int) -> None:
    """Say which version an answer shows."""
    response.headers["ETag"] = f'"{version}"'


def given(said: IfMatch = None) -> int | None:
    """The version that a change is of, where the client says one; None: whatever it is now. Raises `Invalid` for several."""
    if said is None or said.strip() == "*":
        return None
    if "," in said:
        raise Invalid("If-Match takes one ETag here, as GET answered it.")
    found = _TAG.fullmatch(said.strip())
    return int(found[1]) if found else _NEVER


def demanded(said: IfMatch = None) -> int | None:
    """The same where a client has to say it. Raises `Unconditional`."""
    if said is None:
        raise Unconditional(
            "This change needs the header If-Match, so that nobody's work is overwritten.",
            mend="Send the ETag that GET answered, or * to change whatever is there now.",
        )
    return given(said)


GivenVersion = Annotated[int | None, Depends(given)]
DemandedVersion = Annotated[int | None, Depends(demanded)]
