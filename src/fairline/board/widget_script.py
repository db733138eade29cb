"""The widget's one script, at the address that sites paste: `/widget/fairline.js`.

Without a version it is checked again each hour, so that a fix reaches every site; with one
(`?v=`, as in the line shown on the settings page) it is kept for good.
"""

import hashlib
from functools import lru_cache
from typing import Any

from litestar import Request, Response

from fairline.web.handle import reads
from fairline.web.render import STATIC

HOUR = "public, max-age=3600, stale-while-revalidate=86400"
FOR_GOOD = "public, max-age=31536000, immutable"


@reads("/widget/fairline.js")
def widget_script(request: Request[Any, Any, Any], v: str = "") -> Response[bytes]:
    """The file, or 304 for a browser that has it."""
    script, version = built_script()
    mark = f'"{version}"'
    headers = {
        "ETag": mark,
        "Cache-Control": FOR_GOOD if v == version else HOUR,
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Access-Control-Allow-Origin": "*",
    }
    if mark in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    return Response(script, media_type="text/javascript; charset=utf-8", headers=headers)


@lru_cache(maxsize=1)
def built_script() -> tuple[bytes, str]:
    """The script and a mark of its content."""
    script = (STATIC / "widget/fairline.js").read_bytes()
    return script, hashlib.sha256(script).hexdigest()[:12]
