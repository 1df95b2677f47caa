"""Finds every kind in `kinds/`: a new file there is a new kind."""

import importlib
import pkgutil
from collections.abc import Mapping

from core.actions import kinds
from core.actions.kind import Declaration
from core.actions.model import ActionKind
from core.errors import Invalid


def _found() -> dict[ActionKind, Declaration]:
    names = sorted(module.name for module in pkgutil.iter_modules(kinds.__path__))
    modules = [importlib.import_module(f"{kinds.__name__}.{name}") for name in names]
    declarations: list[Declaration] = [module.DECLARATION for module in modules]
    return {declaration.kind: declaration for declaration in declarations}


DECLARATIONS: Mapping[ActionKind, Declaration] = _found()


def checked(kind: ActionKind, given: Mapping[str, object]) -> dict[str, object]:
    """The parameters without those left empty. Raises `Invalid` for one that is unknown, missing or of the wrong sort."""
    declared = DECLARATIONS[kind]
    if unknown := sorted(given.keys() - declared.parameters):
        message = f"{declared.title} takes no {', '.join(unknown)}."
        raise Invalid(message, mend=f"It takes: {', '.join(sorted(declared.parameters)) or 'nothing'}.")
    kept = {name: value for name, value in given.items() if value is not None}
    declared.check(kept)
    return kept
