"""Who may call the widget's endpoints: pages of the origins that its inbox names, and no others.

Strict CORS: an exact match of the whole origin, no wildcard, no cookies; each answer varies by
origin, errors too, so that the page can read what went wrong. Without origins the widget is off.
"""

import asyncio
import re
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from fairline.channels import store_inboxes
from fairline.channels.rows import Inbox
from fairline.db.engine import Database

METHODS = "GET, POST"
HEADERS = "Authorization, Content-Type, Idempotency-Key, Last-Event-ID"
PREFLIGHT_S = "7200"


def allowed_origins(inbox: Inbox) -> frozenset[str]:
    """The origins an inbox names, in the form in which browsers send them."""
    lines = str(inbox.options.get("allowed_origins", "")).replace(",", "\n").split()
    return frozenset(origin for line in lines if (origin := origin_of(line)))


def origin_of(text: str) -> str:
    """`https://host` or `https://host:port` without a default port; '' for anything else."""
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
        return ""
    if parts.query or parts.fragment or parts.username is not None:
        return ""
    is_ipv6 = ":" in parts.hostname
    if not is_ipv6 and not re.fullmatch(r"[a-z0-9.-]+", parts.hostname):
        return ""
    host = f"[{parts.hostname}]" if is_ipv6 else parts.hostname
    default = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != default else "")


class Refusal(msgspec.Struct, frozen=True):
    """Why a page may not use the widget: clear to the developer who reads the console."""

    status: int
    code: str
    text: str


NO_INBOX = Refusal(
    404, "no_inbox", "There is no such widget. Check the data-inbox of the script line."
)
OFF = Refusal(403, "widget_off", "The widget is off: its inbox names no sites (Settings, Inboxes).")


def refusal_of(database: Database, inbox_id: str, origin: str | None) -> Refusal | None:
    """None when a page of `origin` may use the widget of this inbox."""
    try:
        known = str(UUID(inbox_id))
    except ValueError:
        return NO_INBOX
    with database.read() as unit:
        inbox = store_inboxes.inbox_by_id(unit, known)
    if inbox is None or inbox.kind != "web" or inbox.archived_at:
        return NO_INBOX
    origins = allowed_origins(inbox)
    if not origins:
        return OFF
    if origin is None or origin in origins:
        return None
    text = f"{origin[:200]} is not among the sites of this widget (Settings, Inboxes)."
    return Refusal(403, "origin_not_allowed", text)


def widget_door(app: ASGIApp) -> ASGIApp:
    """ASGI middleware around the widget's routes."""

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.WEBSOCKET:
            await app(scope, receive, send)
            return
        database: Database = scope["litestar_app"].state.office.database
        origin = Headers.from_scope(scope).get("origin")
        inbox_id = scope["path"].split("/")[2]
        refused = await asyncio.to_thread(refusal_of, database, inbox_id, origin)
        if refused is not None:
            await _answer(send, refused.status, {"code": refused.code, "text": refused.text})
            return
        allowed = _allowed(origin)
        if scope["method"] == "OPTIONS":
            await _answer(send, 204, None, allowed)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = MutableScopeHeaders.from_message(message)
                for name, value in allowed.items():
                    present[name] = value
            await send(message)

        await app(scope, receive, with_headers)

    return guarded


def _allowed(origin: str | None) -> dict[str, str]:
    headers = {"vary": "Origin", "cache-control": "no-store", "x-robots-tag": "noindex"}
    if origin is not None:
        headers |= {
            "access-control-allow-origin": origin,
            "access-control-allow-methods": METHODS,
            "access-control-allow-headers": HEADERS,
            "access-control-max-age": PREFLIGHT_S,
            "access-control-expose-headers": "Retry-After",
            "cross-origin-resource-policy": "cross-origin",
        }
    return headers


async def _answer(
    send: Send, status: int, error: dict[str, Any] | None, headers: dict[str, str] | None = None
) -> None:
    body = msgspec.json.encode({"error": error}) if error else b""
    sent = {"vary": "Origin", "cache-control": "no-store", **(headers or {})}
    if body:
        sent["content-type"] = "application/json"
    pairs = [(name.encode(), value.encode()) for name, value in sent.items()]
    pairs.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body, "more_body": False})
