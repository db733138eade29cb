"""HEAD is answered like GET, without the body: link checkers, proxies and previews ask so.

Not for streams, which never end, nor for secret links: asking for one's head is no proof that
somebody has read what stands there.
"""

from typing import Any

from litestar import Litestar
from litestar.types import (
    LifeSpanReceive,
    LifeSpanScope,
    LifeSpanSend,
    Message,
    Receive,
    Scope,
    Send,
)

SECRET = "/t/"  # noqa: S105  a path


class App(Litestar):
    """The framework's application, asked by one more method."""

    async def __call__(
        self,
        scope: Scope | LifeSpanScope,
        receive: Receive | LifeSpanReceive,
        send: Send | LifeSpanSend,
    ) -> None:
        asked: Any = scope
        if _asks_head(asked):
            asked = {**asked, "method": "GET"}
            await super().__call__(asked, receive, _without_body(send))
        else:
            await super().__call__(scope, receive, send)


def _asks_head(scope: Any) -> bool:
    if scope["type"] != "http" or scope["method"] != "HEAD":
        return False
    path = scope["path"]
    return not path.startswith(SECRET) and not path.rstrip("/").endswith("/stream")


def _without_body(send: Any) -> Send:
    async def headers_only(message: Message) -> None:
        if message["type"] == "http.response.body":
            empty: Any = {**message, "body": b""}
            await send(empty)
        else:
            await send(message)

    return headers_only
