"""One request that was signed, or is to be. Pure shapes of both signature schemes."""

from collections.abc import Mapping
from typing import Protocol
from urllib.parse import urlsplit

import msgspec

from fairline.core.errors import NotAllowed

MOST_HEADER = 16_384


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """A request. `url` is the address as its sender knows it (our public URL and the path as it
    came, still encoded); names of headers are in lower case.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def authority(self) -> str:
        """The host, with its port unless it is the scheme's own (RFC 9421, 2.2.3)."""
        parts = urlsplit(self.url)
        netloc = parts.netloc.lower()
        usual = {"http": ":80", "https": ":443"}.get(parts.scheme, "")
        return netloc.removesuffix(usual) if usual else netloc

    @property
    def path(self) -> str:
        return urlsplit(self.url).path or "/"

    @property
    def query(self) -> str:
        """As it came, with its question mark; '' without one."""
        _, mark, rest = self.url.partition("?")
        return mark + rest

    @property
    def target(self) -> str:
        return self.path + self.query


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What a signature says of itself, once its form is right: whose key, over which text."""

    key_id: str
    algorithm: str
    text: bytes
    signature: bytes
    scheme: str


class Key(Protocol):
    """A key of ours: its id, and what signs."""

    @property
    def key_id(self) -> str: ...

    @property
    def private(self) -> str: ...


def refused(text: str) -> NotAllowed:
    return NotAllowed(text, code="bad_signature")
