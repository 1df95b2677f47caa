"""Adding an AWS account: the role to make, the test, the first collection, where its bill is delivered."""

import json
from collections.abc import Sequence

import streamlit as st

from core.inventory import Account, ExportLocation
from pages.ui import dialog, page, states
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import connections

REGIONS = (
    "us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1",
    "eu-north-1", "eu-south-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1", "ap-northeast-2", "sa-east-1",
)  # fmt: skip
"""Offered; another may be typed."""
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
    trust, policy = st.tabs(["Trust policy", "Permissions policy"])
    trust.code(offer.trust_policy_json, language="json", height=180)
    policy.code(offer.policy_json, language="json", height=180)
    if offer.note:
        states.note(offer.note)
    st.markdown("**2. Say which account it is.**")
    left, right = st.columns(2)
    account_id = left.text_input("Account id", key="new-account", placeholder="12 digits", max_chars=12)
    name = right.text_input("Name", key="new-name", placeholder="Production")
    role = st.text_input(
        "Role ARN", key="new-role", placeholder="arn:aws:iam::123456789012:role/CloudPioneer"
    )
    regions = st.multiselect(
        "Regions to collect", REGIONS, ["us-east-1"], accept_new_options=True, key="new-regions"
    )
    st.markdown("**3. Test it, then add it.**")
    tested = st.button("Test", key="test-account")
    added = dialog.decided("Add and collect", "add-go")
    if tested:
        _test(now, account_id, role, offer.external_id, regions)
    if added:
        made = page.attempt(
            connections.add,
            now.ctx,
            now.user,
            account_id.strip(),
            name,
            role.strip() or None,
            offer.external_id,
            tuple(regions),
            export,
        )
        if made is not None:
            states.say(f"{made.account.name} is connected. Its first collection begins now.")


def _test(screen: Screen, account_id: str, role: str, external_id: str, regions: Sequence[str]) -> None:
    checked = page.attempt(
        connections.test,
        screen.ctx,
        screen.user,
        account_id.strip(),
        role.strip() or None,
        external_id,
        tuple(regions),
    )
    if checked is None:
        return
    lines = "\n".join(
        f"- {states.badge('fine' if ok else 'not yet', 'green' if ok else 'orange')} {fmt.plain(words)}"
        for ok, words in checked.lines
    )
    st.markdown(lines)
    if checked.ok:
        st.success("The account can be added.")


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
