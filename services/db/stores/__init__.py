"""Plain functions over the tables, one file per subject. They never commit."""
