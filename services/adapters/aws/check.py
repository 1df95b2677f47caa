"""Whether an account is connected as it should be: each line is one thing tried, in words."""

import secrets
from collections.abc import Iterator, Sequence

from core.errors import Forbidden, PioneerError
from core.inventory import Account, Gap
from core.ports import AccountCheck
from services.adapters.aws.failures import TRANSPORT, in_words
from services.adapters.aws.inventory.listing import Listed, Listing
from services.adapters.aws.session import HOME_REGION, Place, Sessions

Line = tuple[bool, str]


def check(sessions: Sessions, account: Account, listings: Sequence[Listing]) -> AccountCheck:
    """Enter the account, prove that its role asks for our ExternalId, look into each region and try each listing once."""
    entered = _enter(sessions, account)
    if not entered[0]:
        return AccountCheck(ok=False, lines=(entered,))
    must = [entered, *_external_id(sessions, account), *_regions(sessions, account)]
    seen, gaps = _listings(sessions, account, listings)
    missing = sorted({gap.permission for gap in gaps if gap.permission})
    return AccountCheck(
        all(ok for ok, _ in must), (*must, *seen, *((False, _unknown(gap)) for gap in gaps)), tuple(missing)
    )


def _enter(sessions: Sessions, account: Account) -> Line:
    sessions.forget(account)  # what worked an hour ago proves nothing
    try:
        answer = Place(sessions, account, HOME_REGION).read("sts", "get_caller_identity")
    except Forbidden as error:
        if account.role_arn is None:
            return False, error.message
        return False, (
            f"AWS does not let us assume {account.role_arn}: there is no such role, or its trust policy does not name us "
            "with our ExternalId. Compare it with the trust policy shown here."
        )
    except PioneerError as error:
        return False, f"{error.message} {error.mend or ''}".strip()
    if answer["Account"] != account.id:
        return False, f"These credentials lead into account {answer['Account']}, not {account.id}."
    return True, f"AWS answers as {answer['Arn']}."


def _external_id(sessions: Sessions, account: Account) -> Iterator[Line]:
    """A role that lets us in without our ExternalId lets any customer of ours in: refuse it."""
    if account.role_arn is None:
        return
    for words, wrong in (("a wrong ExternalId", secrets.token_hex(16)), ("no ExternalId", None)):
        try:
            sessions.assume(account.role_arn, wrong)
        except TRANSPORT as error:
            failure = in_words(error, "sts:AssumeRole", f"account {account.id}", writes=False)
            if isinstance(failure, Forbidden):
                yield True, f"The role refuses {words}, as it should."
            else:
                yield False, f"Whether the role refuses {words} could not be told: {failure.message}"
        else:
            yield (
                False,
                f"The role can be assumed with {words}: add the ExternalId condition to its trust policy.",
            )


def _regions(sessions: Sessions, account: Account) -> Iterator[Line]:
    for region in account.regions:
        try:
            Place(sessions, account, region).read("ec2", "describe_instances", MaxResults=5)
        except PioneerError as error:
            yield False, f"{region}: {error.message}"
        else:
            yield True, f"{region} answers."


def _listings(
    sessions: Sessions, account: Account, listings: Sequence[Listing]
) -> tuple[tuple[Line, ...], tuple[Gap, ...]]:
    """What can be read; and what we will not see, which is no reason to stay away: it will be shown as unknown."""
    if not account.regions:
        return (), ()
    listed = Listed(Place(sessions, account, account.regions[0]))
    for listing in listings:
        try:
            next(listing.read(listed), None)
        except PioneerError as error:
            listed.missing(listing.title, error, listing.needs)
    seen = (each.title for each in listings if each.title not in listed.gaps)
    return tuple((True, f"{title} can be read.") for title in seen), tuple(listed.gaps.values())


def _unknown(gap: Gap) -> str:
    grant = f" Grant {gap.permission}." if gap.permission else ""
    return f"{gap.service} will be unknown: {gap.reason}{grant}"
