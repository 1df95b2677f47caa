"""What the demo cloud measures: a file per family of resources, each declaring its `SERIES`, found by being here."""

import importlib
import pkgutil
from functools import cache

from services.demo.measured.series import Series


@cache
def series() -> dict[tuple[str, str], Series]:
    """Every series by CloudWatch's namespace and name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return {(one.namespace, one.name): one for module in modules for one in getattr(module, "SERIES", ())}
