"""What providers push: `/hooks/<inbox id>`, one address for each inbox.

The signature is checked on the raw body before anything is read from it. The answer goes out after
the commit, in the form that the provider wants.
"""

from typing import Any
from uuid import UUID

from litestar import Request, Response

from fairline.channels.contract import HookRequest
from fairline.channels.hearing import MOST_BYTES, REFUSED, hear
from fairline.channels.registry import Channels
from fairline.core.clock import now
from fairline.core.errors import NotAllowed
from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.web.handle import reads, writes


@writes("/hooks/{inbox_id:uuid}", status_code=200, include_in_schema=False)
def told(
    inbox_id: UUID,
    request: Request[Any, Any, Any],
    body: bytes,
    database: Database,
    channels: Channels,
    settings: Settings,
) -> Response[bytes]:
    """One request of a provider. Told twice is stored once."""
    return _hear(inbox_id, "", request, body, database, channels, settings)


@writes("/hooks/{inbox_id:uuid}/{rest:path}", status_code=200, include_in_schema=False)
def told_there(
    inbox_id: UUID,
    rest: str,
    request: Request[Any, Any, Any],
    body: bytes,
    database: Database,
    channels: Channels,
    settings: Settings,
) -> Response[bytes]:
    """The same, where a provider tells different things at different addresses."""
    return _hear(inbox_id, rest, request, body, database, channels, settings)


@reads("/hooks/{inbox_id:uuid}", include_in_schema=False)
def asked(
    inbox_id: UUID,
    request: Request[Any, Any, Any],
    database: Database,
    channels: Channels,
    settings: Settings,
) -> Response[bytes]:
    """A provider asks whether the address is ours: it wants its challenge back."""
    return _hear(inbox_id, "", request, b"", database, channels, settings)


@reads("/hooks/{inbox_id:uuid}/{rest:path}", include_in_schema=False)
def asked_there(
    inbox_id: UUID,
    rest: str,
    request: Request[Any, Any, Any],
    database: Database,
    channels: Channels,
    settings: Settings,
) -> Response[bytes]:
    """The same, at an address below."""
    return _hear(inbox_id, rest, request, b"", database, channels, settings)


def _hear(
    inbox_id: UUID,
    rest: str,
    request: Request[Any, Any, Any],
    body: bytes,
    database: Database,
    channels: Channels,
    settings: Settings,
) -> Response[bytes]:
    if len(body) > MOST_BYTES:
        raise NotAllowed(REFUSED, code="bad_signature")
    scope = request.scope
    query = scope.get("query_string", b"").decode("latin-1")
    path = scope.get("raw_path", scope["path"].encode()).decode("latin-1").partition("?")[0]
    answer = hear(
        database,
        channels,
        str(inbox_id),
        HookRequest(
            method=request.method,
            url=f"{settings.public_url}{path}{'?' + query if query else ''}",
            at=now(),
            path=rest,
            query=tuple(request.query_params.multi_items()),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=body,
        ),
    )
    return Response(answer.body, status_code=answer.status, media_type=answer.media_type)


# Each path is a handler of its own: one with two paths is wrapped twice by Litestar 2.
HANDLERS: list[Any] = [told, told_there, asked, asked_there]
