"""What invoices and consoles say of a month, as people typed it in."""

from sqlalchemy import CheckConstraint, Column, Date, Numeric, Table, Text, UniqueConstraint, Uuid

from core.costs.focus import PRECISION, SCALE
from services.db.tables.metadata import INSTANT, METADATA, organisation

invoices = Table(
    "invoice_total",
    METADATA,
    Column("id", Uuid, primary_key=True),
    organisation(),
    Column("month", Date, nullable=False),  # its first day
    Column("source", Text, nullable=False, server_default=""),  # empty: of any
    Column("payer", Text, nullable=False, server_default=""),  # provider:billing account; empty: of any
    Column("cost", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("service", Text, nullable=False, server_default=""),  # empty: all services
    Column("kind", Text, nullable=False, server_default=""),  # of charge; empty: all
    Column("amount", Numeric(PRECISION, SCALE), nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("typed_by", Text, nullable=False),
    Column("typed_at", INSTANT, nullable=False),
    CheckConstraint("extract(day from month) = 1", name="month"),
    CheckConstraint("cost in ('billed', 'effective', 'list', 'contracted')", name="cost"),
    UniqueConstraint(
        "organisation_id", "month", "source", "payer", "cost", "currency", "service", "kind",
        name="uq_invoice_total_of",
    ),
)  # fmt: skip
