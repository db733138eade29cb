"""Origins of web sites as operators write them down, for the sites that may show the widget."""

import re
from urllib.parse import urlsplit

from fairline.core.errors import Invalid

MOST = 50
_HOST = re.compile(r"(?!-)[a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:.]+\]", re.ASCII)


def read_origins(text: str, *, field: str = "") -> tuple[str, ...]:
    """One origin a line, each once, as a browser sends it. Raises Invalid naming the line.

    A whole address is cut to its origin, since people copy it from the browser.
    """
    found: dict[str, None] = {}
    for line in text.splitlines():
        if line.strip():
            found[_origin(line.strip(), field)] = None
    if len(found) > MOST:
        raise Invalid(f"At most {MOST} sites can show the widget.", field=field)
    return tuple(found)


def _origin(line: str, field: str) -> str:
    try:
        parts = urlsplit(line if "://" in line else f"https://{line}")
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except (ValueError, UnicodeError):
        host, port, parts = "", None, urlsplit("")
    if parts.scheme not in {"http", "https"} or not _HOST.fullmatch(
        f"[{host}]" if ":" in host else host
    ):
        raise Invalid(
            f"{line[:80]!r} is not a site. Write it as https://www.example.com.",
            code="bad_origin",
            field=field,
        )
    shown = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{shown}" + (f":{port}" if port and port != usual else "")
