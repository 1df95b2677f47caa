"""Who the demo company is: Hekla Outfitters of Reykjavik, whose offices keep UTC all year. All of it is made up."""

from dataclasses import dataclass
from hashlib import blake2b
from uuid import UUID

from core.access.roles import Role
from core.inventory import Account, ExportLocation

NAME = "Hekla Outfitters"
SEED = 2010
"""The company that `./pioneer demo` shows; another seed gives other ids and other noise, the same stories."""
ORGANISATION_ID = UUID("0d3c7a52-6f0e-4c8e-9a44-3d1b2e8f5a10")
US, EU = "us-east-1", "eu-west-1"
REGIONS = (US, EU)
ROLE_NAME = "CloudPioneer"
EXPORT = ExportLocation(bucket="hekla-billing-exports", prefix="focus", name="hekla-focus", region=US)
OFFICE_HOURS = range(8, 18)
"""Hours of the day (UTC) in which the offices work, Monday to Friday."""


@dataclass(frozen=True)
class DemoAccount:
    """One of the company's AWS accounts."""

    key: str
    id: str
    title: str

    @property
    def role_arn(self) -> str:
        """The role that Cloud Pioneer assumes in it."""
        return f"arn:aws:iam::{self.id}:role/{ROLE_NAME}"

    @property
    def external_id(self) -> str:
        """What the role's trust policy wants to hear. Fixed, because the demo has nothing to hide."""
        return "pioneer-" + digest("external-id", self.id)[:24]


PRODUCTION = DemoAccount("production", "318204417751", "Hekla Production")
STAGING = DemoAccount("staging", "527619038846", "Hekla Staging")
DATA = DemoAccount("data", "640193875520", "Hekla Data")
ACCOUNTS = (PRODUCTION, STAGING, DATA)
BY_KEY = {account.key: account for account in ACCOUNTS}
PAYER = PRODUCTION
"""The organization's management account: pays the bill and owns the export's bucket."""


@dataclass(frozen=True)
class DemoUser:
    """Somebody of the company, with a password that everybody may know. `accounts` None: sees every account."""

    email: str
    name: str
    password: str
    role: Role
    what: str
    accounts: frozenset[str] | None = None


DEMO_USERS = (
    DemoUser("admin@hekla.example", "Anna Admin", "basalt-lantern-41", Role.ADMIN, "does everything"),
    DemoUser(
        "operator@hekla.example",
        "Oskar Operator",
        "glacier-wrench-73",
        Role.OPERATOR,
        "stops, starts, schedules",
    ),
    DemoUser(
        "approver@hekla.example",
        "Asta Approver",
        "harbour-stamp-28",
        Role.APPROVER,
        "as the operator; approves what waits for a second person",
    ),
    DemoUser(
        "finance@hekla.example",
        "Finnur Finance",
        "ledger-puffin-56",
        Role.FINANCE,
        "reviews cost and findings",
    ),
    DemoUser("viewer@hekla.example", "Vala Viewer", "moss-window-19", Role.VIEWER, "looks, changes nothing"),
    DemoUser(
        "staging@hekla.example",
        "Stefan Staging",
        "tarmac-kettle-84",
        Role.OPERATOR,
        "operates the staging account only",
        frozenset({STAGING.id}),
    ),
)


def digest(*parts: object) -> str:
    """Forty hexadecimal digits that depend on `parts` alone."""
    return blake2b("|".join(str(part) for part in parts).encode(), digest_size=20).hexdigest()


def connection(account: DemoAccount, organisation_id: UUID = ORGANISATION_ID) -> Account:
    """The account as Cloud Pioneer connects to it; the payer's carries the billing export."""
    return Account(
        id=account.id,
        organisation_id=organisation_id,
        name=account.title,
        external_id=account.external_id,
        regions=REGIONS,
        role_arn=account.role_arn,
        export=EXPORT if account == PAYER else None,
    )
