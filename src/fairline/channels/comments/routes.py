"""`GET /comments/<inbox id>/<page>`: what stands on a page, for the page itself.

Public, without cookies, kept for half a minute. Scripts of the sites that the inbox names may read
it (CORS, an exact match of the whole origin); servers may in any case.
"""

import hashlib
import re
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, route

from fairline.channels import store_inboxes
from fairline.channels.comments.showing import page_of
from fairline.channels.comments.translate import KIND, page_key
from fairline.channels.contract import InboxInfo
from fairline.channels.registry import Channels
from fairline.core.errors import Invalid, NotFound
from fairline.core.secrets import Keyring
from fairline.db.engine import Database
from fairline.db.unit import Unit

KEPT_S = 30
# One handler for both: another one of the same path would not be asked.
METHODS: list[Any] = ["GET", "OPTIONS"]
PATH = "/comments/{inbox_id:uuid}/{page:path}"
_PLACE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


@route(PATH, http_method=METHODS, sync_to_thread=True, include_in_schema=False)
def read_page(
    inbox_id: UUID,
    page: str,
    request: Request[Any, Any, Any],
    database: Database,
    channels: Channels,
    keyring: Keyring,
) -> Response[bytes]:
    """The comments of one page with our answers; a page without any is empty, not missing."""
    origin = request.headers.get("origin", "")
    before = request.query_params.get("before", "")
    if before and not _PLACE.fullmatch(before):
        raise Invalid("`before` is what the newer comments said.", field="before")
    with database.read() as unit:
        inbox = _inbox(unit, channels, str(inbox_id))
        if request.method == "OPTIONS":
            return _may_read(inbox, origin)
        found = page_of(unit, keyring, inbox, page_key(page), before=before)
    body = msgspec.json.encode(found)
    mark = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    headers = {
        "etag": mark,
        "cache-control": f"public, max-age={KEPT_S}",
        "x-robots-tag": "noindex",
        **_open_to(inbox, origin),
    }
    if mark in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    return Response(body, status_code=200, media_type="application/json", headers=headers)


def _may_read(inbox: InboxInfo, origin: str) -> Response[bytes]:
    """A browser asks first, where a script sends a mark along."""
    headers = _open_to(inbox, origin)
    if "access-control-allow-origin" in headers:
        headers["access-control-allow-methods"] = "GET"
        headers["access-control-allow-headers"] = "If-None-Match"
        headers["access-control-max-age"] = "7200"
    return Response(b"", status_code=204, headers=headers)


def _inbox(unit: Unit, channels: Channels, inbox_id: str) -> InboxInfo:
    inbox = store_inboxes.inbox_by_id(unit, inbox_id)
    if inbox is None or inbox.kind != KIND or inbox.archived_at:
        raise NotFound("There is no such comment box.", code="no_inbox")
    return channels.info(unit, inbox)


def _open_to(inbox: InboxInfo, origin: str) -> dict[str, str]:
    """CORS headers. The origins stand one a line, as browsers send them (`origins.py`)."""
    headers = {"vary": "Origin"}
    if origin and origin in inbox.options.get("allowed_origins", "").split():
        headers["access-control-allow-origin"] = origin
        headers["access-control-expose-headers"] = "ETag"
        headers["cross-origin-resource-policy"] = "cross-origin"
    return headers


ROUTES: tuple[Any, ...] = (read_page,)
