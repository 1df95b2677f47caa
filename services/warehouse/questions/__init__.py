"""One file, one question: an Ibis expression over FOCUS columns."""
