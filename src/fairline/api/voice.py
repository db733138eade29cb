"""Callbacks of telephone providers: verified on the raw body, stored, answered, then understood.

One address for each inbox. A wrong inbox, one without a provider and a forged callback are
refused alike.
"""

from typing import Any
from uuid import UUID

from litestar import Request, Response

from fairline.channels import raw, store_inboxes
from fairline.channels.contract import HookRequest, RawItem
from fairline.channels.ingest import Ingest
from fairline.channels.registry import Channels
from fairline.channels.voice import Talking
from fairline.core.clock import now
from fairline.core.errors import NotAllowed
from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.handoff.calls import placing, talking
from fairline.web.handle import writes

MOST_BYTES = 65_536


@writes("/voice/{inbox_id:uuid}", status_code=200, include_in_schema=False)
def hear(
    inbox_id: UUID,
    request: Request[Any, Any, Any],
    body: bytes,
    database: Database,
    channels: Channels,
) -> Response[dict[str, str]]:
    """Told twice is heard once. *Effects*: a raw item; the state of a call of ours."""
    with database.read() as unit:
        inbox = store_inboxes.inbox_by_id(unit, str(inbox_id))
        is_there = inbox is not None and inbox.archived_at is None
        voice = placing.voice_at(unit, channels, inbox) if inbox and is_there else None
    if inbox is None or voice is None or len(body) > MOST_BYTES:
        raise NotAllowed("That did not come from the switchboard.", code="bad_signature")
    try:
        news = voice.read(request.headers, body)
    finally:
        voice.close()
    with database.write() as unit:
        item = RawItem(native_id=news.native_id, payload=body)
        if raw.keep(unit, inbox.id, item) and news.kind == "status":
            placing.hear(unit, inbox.id, news)
    return Response({"status": "heard"})


@writes("/voice/{inbox_id:uuid}/{rest:path}", status_code=200, include_in_schema=False)
def talk(
    inbox_id: UUID,
    rest: str,
    request: Request[Any, Any, Any],
    body: bytes,
    database: Database,
    channels: Channels,
    settings: Settings,
) -> Response[bytes]:
    """What is said next in a call, for a provider that asks step by step."""
    asked = request.scope.get("query_string", b"").decode("latin-1")
    path = request.scope.get("raw_path", b"").decode("latin-1").partition("?")[0]
    called = HookRequest(
        method="POST",
        url=f"{settings.public_url}{path}{'?' + asked if asked else ''}",
        at=now(),
        path=rest,
        query=tuple(request.query_params.multi_items()),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
    )
    said, media_type = say_next(database, channels, str(inbox_id), called)
    return Response(said, media_type=media_type)


def say_next(
    database: Database, channels: Channels, inbox_id: str, called: HookRequest
) -> tuple[bytes, str]:
    """What a provider is answered, and its media type. Raises NotAllowed, Invalid."""
    with database.read() as unit:
        inbox = store_inboxes.inbox_by_id(unit, inbox_id)
        is_there = inbox is not None and inbox.archived_at is None
        voice = placing.voice_at(unit, channels, inbox) if inbox and is_there else None
    if inbox is None or not isinstance(voice, Talking) or len(called.body) > MOST_BYTES:
        raise NotAllowed("That did not come from the telephone provider.", code="bad_signature")
    try:
        step = voice.heard(called)
        ingest = Ingest(database, channels)
        return voice.script(talking.answer(database, channels, ingest, inbox, step))
    finally:
        voice.close()


HANDLERS: list[Any] = [hear, talk]
