"""What providers push: `/hooks/<inbox id>`, one address for each inbox.

The signature is checked on the raw body before anything is read from it. The answer goes out after
the commit, in the form that the provider wants.
"""

from typing import Any
from uuid import UUID

from litestar import Request, Response, route

from fairline.channels.contract import HookRequest
from fairline.channels.hearing import MOST_BYTES, REFUSED, hear
from fairline.channels.registry import Channels
from fairline.core.clock import now
from fairline.core.errors import NotAllowed
from fairline.core.settings import Settings
from fairline.db.engine import Database


@route(
    ["/hooks/{inbox_id:uuid}", "/hooks/{inbox_id:uuid}/{rest:path}"],
    http_method=["GET", "POST", "PUT"],
    status_code=200,
    sync_to_thread=True,
    include_in_schema=False,
)
def hook(
    inbox_id: UUID,
    request: Request[Any, Any, Any],
    body: bytes,
    database: Database,
    channels: Channels,
    settings: Settings,
    rest: str = "",
) -> Response[bytes]:
    """One request of a provider. Told twice is stored once."""
    if len(body) > MOST_BYTES:
        raise NotAllowed(REFUSED, code="bad_signature")
    scope = request.scope
    asked = scope.get("query_string", b"").decode("latin-1")
    path = scope.get("raw_path", scope["path"].encode()).decode("latin-1").partition("?")[0]
    answer = hear(
        database,
        channels,
        str(inbox_id),
        HookRequest(
            method=request.method,
            url=f"{settings.public_url}{path}{'?' + asked if asked else ''}",
            at=now(),
            path=rest,
            query=tuple(request.query_params.multi_items()),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=body,
        ),
    )
    return Response(answer.body, status_code=answer.status, media_type=answer.media_type)


HANDLERS: list[Any] = [hook]
