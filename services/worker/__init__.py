"""The worker: all that happens by itself, on one tick, by one holder at a time."""
