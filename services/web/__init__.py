"""One origin: the screens at /, the API at /api, and the sign-in routes."""
