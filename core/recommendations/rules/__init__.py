"""One file is one rule; its function carries the same name. `core.recommendations.catalog` finds them."""
