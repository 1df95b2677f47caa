"""One file, one kind of action; each holds a `DECLARATION`."""
