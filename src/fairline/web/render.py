"""Pages from templates: autoescaped, undefined names are errors, assets under their hash.

`page` is what every handler of the board and the desk returns.
"""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from litestar import Response
from markupsafe import Markup

from fairline.core.channel_names import account_of
from fairline.core.clock import now

WEB = Path(__file__).parent
STATIC = WEB / "static"
TEMPLATES = WEB / "templates"


def _mark_of(folder: Path) -> str:
    """A hash of all files in a folder, names and content."""
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(str(file.relative_to(folder)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]


STATIC_MARK = _mark_of(STATIC)


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
    # As a filter of a fixed name it is worked out once, when the template is compiled.
    environment.filters.update(asset=asset)
    # Of anything that has an address and a name: what people can read of it.
    environment.filters.update(account=lambda one: account_of(one.address, one.name))
    environment.filters.update(ago=ago, iso=iso, utc=utc, size=size, minutes=minutes, html=Markup)
    return environment


def asset(path: str) -> str:
    """The URL of a static file, which may be cached for ever: a release's files have their own
    folder, so that the modules a script imports change with it.
    """
    return f"/static/{STATIC_MARK}/{path}"


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
    at = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return f"{at.isoformat()[:19]}Z"


def utc(moment: datetime) -> str:
    """For whoever hovers over it without JavaScript: `2026-11-22 10:00:00 UTC`."""
    return f"{iso(moment)[:-1].replace('T', ' ')} UTC"


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
