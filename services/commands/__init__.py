"""One file = one sub-command of ./pioneer."""
