"""What one server allows: read from it, kept in the inbox's memory, never assumed. Pure.

Source: docs.joinmastodon.org, Entities: Instance (`configuration`, since 4.0.0) and V1::Instance;
servers with longer posts (glitch-soc, GoToSocial, Pleroma) say so in the same place.
"""

import msgspec

from fairline.channels.mastodon.entities import read
from fairline.core.errors import Invalid
from fairline.core.lengths import LengthRule

DEFAULT_CHARACTERS = 500
# "@", a name of at most 30 letters (a server's own bound) and a space: the name of the person is in
# every answer, and counts without its host. And "CW", where a warning must stand above it.
ROOM_FOR_THE_NAME = 34
FACT = "server"


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What fits into one post here, and where the stream is. `media` are types; empty: any."""

    characters: int = DEFAULT_CHARACTERS
    url_characters: int = 23
    most_files: int = 4
    image_bytes: int = 16_777_216
    video_bytes: int = 103_809_024
    alt_characters: int = 1_500
    media: tuple[str, ...] = ()
    streaming: str = ""
    version: str = ""
    domain: str = ""

    @property
    def length(self) -> LengthRule:
        return LengthRule(counts="mastodon", most=max(20, self.characters - ROOM_FOR_THE_NAME))

    def size_for(self, media_type: str) -> int:
        return self.image_bytes if media_type.startswith("image/") else self.video_bytes

    def takes(self, media_type: str) -> bool:
        return not self.media or media_type in self.media


class _Urls(msgspec.Struct, kw_only=True):
    streaming: str | None = None
    streaming_api: str | None = None


class _Statuses(msgspec.Struct, kw_only=True):
    max_characters: int | None = None
    max_media_attachments: int | None = None
    characters_reserved_per_url: int | None = None


class _Media(msgspec.Struct, kw_only=True):
    supported_mime_types: list[str] | None = None
    image_size_limit: int | None = None
    video_size_limit: int | None = None
    description_limit: int | None = None


class _Configuration(msgspec.Struct, kw_only=True):
    urls: _Urls | None = None
    statuses: _Statuses | None = None
    media_attachments: _Media | None = None


class _Instance(msgspec.Struct, kw_only=True):
    domain: str | None = None
    uri: str | None = None
    version: str | None = None
    urls: _Urls | None = None
    max_toot_chars: int | None = None
    configuration: _Configuration | None = None


def limits_of(payload: bytes) -> Limits:
    """The limits in an answer of `/api/v2/instance` or `/api/v1/instance`. Raises Invalid."""
    told = read(payload, _Instance)
    given = told.configuration or _Configuration()
    statuses = given.statuses or _Statuses()
    media = given.media_attachments or _Media()
    urls = given.urls or told.urls or _Urls()
    usual = Limits()
    return Limits(
        characters=statuses.max_characters or told.max_toot_chars or usual.characters,
        url_characters=statuses.characters_reserved_per_url or usual.url_characters,
        most_files=statuses.max_media_attachments or usual.most_files,
        image_bytes=media.image_size_limit or usual.image_bytes,
        video_bytes=media.video_size_limit or usual.video_bytes,
        alt_characters=media.description_limit or usual.alt_characters,
        media=tuple((media.supported_mime_types or ())[:100]),
        streaming=urls.streaming or urls.streaming_api or "",
        version=(told.version or "")[:100],
        # Some software gives its address in place of its name.
        domain=(told.domain or told.uri or "").rpartition("://")[2].rstrip("/")[:255].lower(),
    )


def kept(fact: str) -> Limits:
    """The limits as the memory holds them; the usual ones when it holds none."""
    try:
        return read(fact, Limits) if fact else Limits()
    except Invalid:
        return Limits()


def to_keep(limits: Limits) -> str:
    return msgspec.json.encode(limits).decode()
