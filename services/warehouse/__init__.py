"""Our numbers: bill lines in an Iceberg table, asked through DuckDB."""
