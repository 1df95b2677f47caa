"""The one metadata object, and the columns every table of an organisation has."""

from sqlalchemy import Column, DateTime, ForeignKey, MetaData, Uuid

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

INSTANT = DateTime(timezone=True)


def organisation(*, primary_key: bool = False) -> Column[object]:
    """Whose row this is."""
    return Column(
        "organisation_id", Uuid, ForeignKey("organisation.id"), nullable=False, primary_key=primary_key
    )
