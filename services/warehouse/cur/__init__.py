"""AWS's cost and usage reports, legacy and 2.0, read into FOCUS columns: one meaning, whatever a file calls its columns."""
