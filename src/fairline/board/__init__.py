"""board pages."""

from typing import Any

ROUTES: list[Any] = []
