"""Pages from templates: autoescaped, undefined names are errors, assets under their content's hash.

`page` is what every handler of the board and the desk returns.
"""

import hashlib
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from litestar import Response
from markupsafe import Markup

from fairline.core.clock import now

WEB = Path(__file__).parent
STATIC = WEB / "static"
TEMPLATES = WEB / "templates"


def make_environment() -> Environment:
    """The one Jinja environment."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(asset=asset, now=now)
    environment.filters.update(ago=ago, iso=iso, size=size, minutes=minutes, html=Markup)
    return environment


@lru_cache(maxsize=512)
def asset(path: str) -> str:
    """The URL of a static file with a hash of its content, so that it may be cached for ever."""
    file = STATIC / path
    mark = hashlib.sha256(file.read_bytes()).hexdigest()[:10] if file.is_file() else "missing"
    return f"/static/{path}?v={mark}"


def render(template: str, **context: Any) -> str:
    """A template's text."""
    return ENVIRONMENT.get_template(template).render(**context)


def page(
    template: str, *, status: int = 200, headers: dict[str, str] | None = None, **context: Any
) -> Response[str]:
    """An HTML answer."""
    return Response(
        render(template, **context),
        media_type="text/html",
        status_code=status,
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def iso(moment: datetime) -> str:
    """For `<time datetime>`: UTC to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def ago(moment: datetime) -> str:
    """How long ago or how far ahead, in the largest unit that fits: `4 min`, `3 h`, `in 2 d`."""
    seconds = (now() - moment).total_seconds()
    span = minutes(abs(seconds) / 60)
    if abs(seconds) < 45:
        return "now"
    return span if seconds > 0 else f"in {span}"


def minutes(value: float) -> str:
    """A span of minutes in words short enough for a list."""
    if value < 60:
        return f"{max(1, round(value))} min"
    if value < 60 * 36:
        return f"{round(value / 60)} h"
    if value < 60 * 24 * 60:
        return f"{round(value / 60 / 24)} d"
    return f"{round(value / 60 / 24 / 30)} months"


def size(count: int) -> str:
    """Bytes for people."""
    if count < 1000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{count / 1000:.0f} kB"
    if count < 1_000_000_000:
        return f"{count / 1_000_000:.1f} MB"
    return f"{count / 1_000_000_000:.1f} GB"


ENVIRONMENT = make_environment()
