"""The JSON API: parse, call one action, answer. Reference: docs/reference/api.md."""

from typing import Any

from litestar.openapi import OpenAPIConfig

from fairline import __version__

ROUTES: list[Any] = []
OPENAPI = OpenAPIConfig(title="Fairline", version=__version__, path="/api/schema")
