"""How the addresses of our accounts are asked and answered: what all their routes share.

A handler is made with `reads` or `takes`: what proves nothing is answered with 401 and logged.
"""

from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, route

from fairline.channels.activitypub import judging, places, receiving
from fairline.channels.activitypub.people import KIND
from fairline.channels.activitypub.requests import Signed
from fairline.channels.activitypub.transport import Transport
from fairline.channels.contract import InboxInfo
from fairline.channels.registry import Channels
from fairline.core.errors import NotAllowed, NotFound
from fairline.core.log import log
from fairline.core.settings import Settings
from fairline.web.handle import writes

READS: list[Any] = ["GET", "HEAD"]
AnyRequest = Request[Any, Any, Any]


def unproven(request: AnyRequest, error: NotAllowed) -> Response[bytes]:
    """Who has not proved who they are is told 401: servers then try the other kind of signature."""
    status = 403 if error.code == "kept_out" else 401
    given = request.headers
    signature = given.get("signature-input") or given.get("signature") or ""
    log.info("fediverse: refused", why=error.text, path=request.url.path, signed=signature[:200])
    return as_json({"error": error.text}, "application/json", status=status)


REFUSALS: Any = {NotAllowed: unproven}
reads = partial(
    route,
    http_method=READS,
    sync_to_thread=True,
    include_in_schema=False,
    exception_handlers=REFUSALS,
)
takes = partial(writes, status_code=202, include_in_schema=False, exception_handlers=REFUSALS)


def let_read(
    channels: Channels,
    inbox: InboxInfo,
    request: AnyRequest,
    settings: Settings,
    *,
    looks_up: bool = True,
) -> None:
    """Where reading asks for a signature: raises NotAllowed without a good one."""
    if inbox.options.get("authorised_fetch"):
        as_sent = signed(request, b"", settings)
        judging.judge_reader(transport_of(channels), as_sent, inbox, looks_up=looks_up)


def signed(request: AnyRequest, body: bytes, settings: Settings) -> Signed:
    scope = request.scope
    path = scope.get("raw_path", scope["path"].encode()).decode("latin-1").partition("?")[0]
    query = scope.get("query_string", b"").decode("latin-1")
    return Signed(
        method=str(request.method),
        url=f"{settings.public_url}{path}{'?' + query if query else ''}",
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
    )


def is_for_machines(request: AnyRequest) -> bool:
    """Whether a document is asked for, not a page. Who does not say is a machine."""
    accepts = request.headers.get("accept", "")
    wants = any(kind in accepts for kind in ("activity+json", "ld+json", "application/json"))
    return wants or "text/html" not in accepts


def transport_of(channels: Channels) -> Transport:
    transport = getattr(channels.of_kind(KIND), "transport", None)
    if not isinstance(transport, Transport):
        raise NotFound("There is no such account here.")
    return transport


def accounts_of(channels: Channels) -> list[InboxInfo]:
    return receiving.accounts(transport_of(channels), channels)


def account_of(channels: Channels, inbox_id: UUID) -> InboxInfo:
    found = next((i for i in accounts_of(channels) if i.id == str(inbox_id)), None)
    if found is None:
        raise NotFound("There is no such account here.")
    return found


def as_activity(doc: dict[str, Any], inbox: InboxInfo, *, status: int = 200) -> Response[bytes]:
    is_open = not inbox.options.get("authorised_fetch")
    headers = {
        "vary": "accept, signature, signature-input",
        "cache-control": "public, max-age=60" if is_open else "private, no-store",
    }
    return as_json(doc, f"{places.MEDIA_TYPE}; charset=utf-8", headers, status=status)


def as_json(
    value: Any, media_type: str, headers: dict[str, str] | None = None, *, status: int = 200
) -> Response[bytes]:
    return Response(
        msgspec.json.encode(value), media_type=media_type, headers=headers, status_code=status
    )
