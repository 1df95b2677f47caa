"""All rules: every file in `rules/` holds one, and being there is all it takes."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from core.recommendations import rules
from core.recommendations.rule import BadRule, Rule


@cache
def catalog() -> Mapping[str, Rule]:
    """Rules by id, in alphabetical order. Raises `BadRule` for a file that holds none."""
    found: dict[str, Rule] = {}
    for module in sorted(iter_modules(rules.__path__), key=lambda module: module.name):
        rule = getattr(import_module(f"{rules.__name__}.{module.name}"), module.name, None)
        if not isinstance(rule, Rule):
            message = f"core/recommendations/rules/{module.name}.py holds no rule called {module.name}."
            raise BadRule(message)
        found[rule.id] = rule
    return found
