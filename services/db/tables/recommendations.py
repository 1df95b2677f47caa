"""What rules found, what they could not tell, and what people said of it."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, Numeric, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from services.db.tables.metadata import INSTANT, METADATA, organisation

findings = Table(
    "finding",
    METADATA,
    organisation(primary_key=True),
    Column("rule", Text, primary_key=True),
    Column("resource_id", Text, primary_key=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("account_id", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("resource_kind", Text, nullable=False),
    Column("resource_name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("because", Text, nullable=False),
    Column("saving", Numeric(38, 20), nullable=False),  # USD a month
    Column("cost", Numeric(38, 20)),  # USD a month of the resource now, from the bill; null: unknown
    Column("money_from", Text, nullable=False),  # bill, scaled or list
    Column("effort", Text, nullable=False),
    Column("risk", Text, nullable=False),
    Column("undo", Text, nullable=False),
    Column("lever", Text, nullable=False),
    Column("fix", Text),  # null: people do it by hand
    Column("fix_parameters", JSONB, nullable=False),
    Column("evidence", JSONB, nullable=False),
    Column(
        "claims", JSONB, nullable=False, server_default="{}"
    ),  # other resource -> USD a month of the saving
    Column("part", Numeric(38, 20)),  # USD a month of the cost that the lever acts on; null: all of it
    Column("seen", JSONB, nullable=False, server_default="{}"),  # the resource as the rule saw it
    Column("first_found_at", INSTANT, nullable=False),
    Column("last_found_at", INSTANT, nullable=False),
    Column("owner", Text),  # who sees to it, an e-mail
    Column("judged_by", Text),
    Column("judged_at", INSTANT),
    Column("judgement", Text),  # the reason given
    Column("until", INSTANT),  # end of a snooze
    Column("action_id", Uuid),
    Column(
        "unknown", Text
    ),  # why it cannot be told now whether it holds; null: it was found by the last look
    CheckConstraint(
        "state in ('open', 'accepted', 'applied', 'dismissed', 'snoozed', 'gone', 'verified')", name="state"
    ),
    Index("ix_finding_state", "organisation_id", "state", "saving"),
)

coverage = Table(
    "rule_coverage",
    METADATA,
    organisation(primary_key=True),
    Column("rule", Text, primary_key=True),
    Column("account_id", Text, primary_key=True),
    Column("found", Integer, nullable=False),
    Column("ok", Integer, nullable=False),
    Column("undetermined", JSONB, nullable=False),  # reason -> count
    Column("excluded", Integer, nullable=False, server_default="0"),
    Column("evaluated_at", INSTANT, nullable=False),
)
