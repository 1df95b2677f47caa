"""Our records: PostgreSQL through SQLAlchemy Core."""
