"""What is collected: one file per AWS service, found by being here."""

import importlib
import pkgutil

from services.adapters.aws.inventory.listing import Listing


def listings() -> tuple[Listing, ...]:
    """Every listing that a file of this folder declares as `LISTINGS`."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = (importlib.import_module(f"{__name__}.{name}") for name in names)
    return tuple(listing for module in modules for listing in getattr(module, "LISTINGS", ()))
