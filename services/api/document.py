"""The API's application, whose OpenAPI document says each operation in a sentence and names the cookie as it is set here."""

from typing import Any

from fastapi import FastAPI

from core.access.sessions import cookie_name
from services.api.deps import COOKIE

METHODS = frozenset({"get", "post", "put", "patch", "delete"})


class Described(FastAPI):
    """FastAPI with our document."""

    def openapi(self) -> dict[str, Any]:
        """The document, made once."""
        made = self.openapi_schema is not None
        document = super().openapi()
        if not made:
            for operations in document["paths"].values():
                for operation in (each for method, each in operations.items() if method in METHODS):
                    operation["summary"] = sentence(operation.get("description", ""))
            schemes = document["components"]["securitySchemes"]
            schemes[COOKIE]["name"] = cookie_name(secure=self.state.ctx.settings.secure_cookies)
        return document


def sentence(text: str) -> str:
    """The first sentence of a description."""
    first, stop, _ = " ".join(text.split()).replace("; ", ". ").partition(". ")
    return f"{first}." if stop else first
