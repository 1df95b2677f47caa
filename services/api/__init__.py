"""The HTTP API: thin routes over the same use-cases as the screens."""
