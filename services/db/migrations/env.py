"""Alembic's entry: runs on the connection it is handed, so that it never reads settings of its own."""

from alembic import context

from services.db.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata.METADATA,
    compare_type=True,
    include_object=lambda _object, name, kind, _reflected, _other: (
        not (kind == "table" and (str(name).startswith("metric_sample_") or str(name).startswith("iceberg_")))
    ),
)
with context.begin_transaction():
    context.run_migrations()
