"""What a provider pushes: one request to `/hooks/<inbox id>`, judged by the channel, then stored.

`hook` is pure: it checks the signature on the raw body, cuts the body into raw items, and says
what the provider wants to read back. The door (`api/hooks.py`) stores the items in one transaction
and answers after it; nothing is understood while the provider waits.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from fairline.channels.items import RawItem


class HookRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One request. `url` is the address the provider called, query included, below our public URL
    (signatures are made over it); `path` is what follows `/hooks/<inbox id>` ('' or '/status').
    Names of headers are in lower case. `at` is when it reached us.
    """

    method: str
    url: str
    at: datetime
    path: str = ""
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = {}
    body: bytes = b""

    def asked(self, name: str) -> str:
        """The first value of a query parameter, or ''."""
        return next((value for key, value in self.query if key == name), "")


class Pushed(msgspec.Struct, frozen=True, kw_only=True):
    """One item of a request. `address` names another inbox of the same kind that it is for, where
    a provider sends the news of several accounts to one place; '' is the inbox that was called.
    `kind` names another kind, where it sends the news of several of our channels to one place (a
    page's comments and its private messages); '' is the kind that was called.
    """

    item: RawItem
    address: str = ""
    kind: str = ""


class HookAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What the provider reads, after the items are safely on disk."""

    status: int = 200
    body: bytes = b""
    media_type: str = "text/plain"
    items: tuple[Pushed, ...] = ()
