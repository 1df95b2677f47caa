"""Adding an AWS account: the role to make, the test, the first collection, where its bill is delivered."""

import json
from collections.abc import Sequence

import streamlit as st

from core.inventory import Account, ExportLocation
from core.ports import AccountCheck
from pages.ui import dialog, page, states
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import connections

REGIONS = (
    "us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1",
    "eu-north-1", "eu-south-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1", "ap-northeast-2", "sa-east-1",
)  # fmt: skip
"""Offered; another may be typed."""
ASKING = "Asking AWS, some seconds for each region"
SHOWN = 200
"""Pixels of a policy: the rest is scrolled to, and the button in its corner copies all of it."""
WHAT_IS_READ = "A FOCUS Data Export (1.0 or 1.2) to S3. One account, the payer, is enough for all."


def statement(permissions: Sequence[str]) -> str:
    """A policy that grants these actions, as JSON."""
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": list(permissions), "Resource": "*"}],
    }
    return json.dumps(policy, indent=2)


def open_dialog(screen: Screen) -> None:
    """Open the dialog."""
    _dialog(screen)


@st.dialog("Add an AWS account", width="large")
def _dialog(screen: Screen) -> None:
    now = page.again(screen)
    st.markdown("**1. In the AWS account, make a role** with this trust policy and this permissions policy.")
    export = _export()
    offer = page.attempt(connections.offer, now.ctx, now.user, export)
    if offer is None:
        return
    st.markdown(
        f"Our ExternalId: `{offer.external_id}`. It stands in the trust policy; who does not know it is kept out."
    )
    trust, policy = st.tabs(["Trust policy", "Permissions policy"])
    trust.code(offer.trust_policy_json, language="json", height=SHOWN)
    policy.code(offer.policy_json, language="json", height=SHOWN)
    if offer.note:
        states.note(offer.note)
    st.markdown("**2. Say which account it is.**")
    left, right = st.columns(2)
    account_id = left.text_input("Account id", key="new-account", placeholder="12 digits", max_chars=12)
    name = right.text_input("Name", key="new-name", placeholder="Production")
    role = st.text_input(
        "Role ARN",
        key="new-role",
        placeholder="arn:aws:iam::123456789012:role/CloudPioneer",
        help="IAM shows it on the role's page. Leave it empty for the account whose credentials Cloud Pioneer itself runs with.",
    )
    regions = st.multiselect(
        "Regions to collect", REGIONS, ["us-east-1"], accept_new_options=True, key="new-regions"
    )
    st.markdown("**3. Test it, then add it.** :gray[The test reads a little and keeps nothing.]")
    tested = st.button("Test", key="test-account")
    told = st.container()  # above the buttons below: what stands under them is out of sight
    given = (account_id.strip(), role.strip() or None, offer.external_id, tuple(regions))
    if dialog.decided("Add and collect", "add-go"):
        with told, st.spinner(ASKING):
            made = page.attempt(connections.add, now.ctx, now.user, given[0], name, *given[1:], export)
        if made is not None:
            states.say(f"{made.account.name} is connected. Its first collection begins now.")
    elif tested:
        with told, st.spinner(ASKING):
            checked = page.attempt(connections.test, now.ctx, now.user, *given)
        if checked is not None:
            with told:
                _tell(checked)


def _tell(checked: AccountCheck) -> None:
    """What the test found: first what is wrong and how it is mended, then what is fine, folded."""
    wrong = [words for ok, words in checked.lines if not ok]
    fine = [words for ok, words in checked.lines if ok]
    listed = "\n".join(f"- {fmt.plain(words)}" for words in wrong)
    if not checked.ok:
        st.error(f"**The account cannot be added yet**\n\n{listed}")
    elif wrong:
        st.warning(f"**The account can be added; this will be unknown until it is granted**\n\n{listed}")
    else:
        st.success("The account can be added.")
    if checked.missing:
        with st.expander("The permissions to add, ready to copy"):
            st.code(statement(checked.missing), language="json")
    if fine:
        with st.expander(f"{fmt.count(len(fine), 'thing')} tried and fine"):
            st.markdown("\n".join(f"- {fmt.plain(words)}" for words in fine))


def _export() -> ExportLocation | None:
    with st.expander("It owns the billing export: say where, and the policy lets us read it"):
        states.note(WHAT_IS_READ)
        return _location(None, "export")


def _location(now: ExportLocation | None, key: str) -> ExportLocation | None:
    """The four fields of an export, filled with what is known; None while bucket or name is empty."""
    left, right = st.columns(2)
    bucket = left.text_input("Bucket", now.bucket if now else "", key=f"{key}-bucket")
    prefix = right.text_input("Prefix", now.prefix if now else "", key=f"{key}-prefix")
    left, right = st.columns(2)
    name = left.text_input("Export name", now.name if now else "", key=f"{key}-name")
    region = right.text_input("Region of the bucket", now.region if now else "us-east-1", key=f"{key}-region")
    if not bucket.strip() or not name.strip():
        return None
    return ExportLocation(bucket.strip(), prefix.strip(), name.strip(), region.strip())


def export_form(screen: Screen, account: Account) -> None:
    """On a connected account's card: where its billing export is delivered."""
    known = account.export
    key = f"export-{account.id}"
    with st.expander("Billing export" if known else "Add a billing export"), st.form(key, border=False):
        states.note(WHAT_IS_READ)
        given = _location(known, key)
        states.note(
            "What was loaded from another place stays: the same bill under two places would count twice."
        )
        with st.container(horizontal=True):
            kept = st.form_submit_button("Save the export", key=f"{key}-save")
            removed = known is not None and st.form_submit_button("Read it no longer", key=f"{key}-remove")
        if kept and given is None:
            st.error("An export needs a bucket and a name.")
        elif kept or removed:
            export = None if removed else given
            done = page.attempt(connections.set_export, screen.ctx, screen.user, account.id, export)
            if done is not None:
                told = (
                    "its bills are read no longer"
                    if removed
                    else "the worker reads its bills at its next tick"
                )
                states.say(f"{account.name}: {told}.")
