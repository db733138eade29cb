"""What hangs on a message of Messenger or Instagram, in words and as files to fetch.

Addresses of files end after some time, so they are fetched as soon as the message is on record.
What only points elsewhere (a shared link) stays a link. Source: "messages" webhook reference of the
Messenger Platform; "Webhooks" of Instagram Messaging.
"""

from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import msgspec

from fairline.cases.inbound import InboundFile
from fairline.channels.meta.reading import file_address, name, page_address, rows, table, text

MOST_FILES = 20
MEDIA_TYPES = {
    "image": "image/jpeg",
    "video": "video/mp4",
    "audio": "audio/mp4",
    "file": "application/octet-stream",
    "sticker": "image/png",
    "animated_image": "image/gif",
    "reel": "video/mp4",
    "ig_reel": "video/mp4",
    "ig_story": "image/jpeg",
    "story_mention": "image/jpeg",
    "share": "image/jpeg",
    "ig_post": "image/jpeg",
}
ENDINGS = {"image": ".jpg", "video": ".mp4", "audio": ".m4a", "sticker": ".png"}
SAID = {
    "reel": "Shared a reel",
    "ig_reel": "Shared a reel",
    "ig_story": "Shared a story",
    "ig_post": "Shared a post",
    "share": "Shared a post",
    "story_mention": "Mentioned us in a story",
    "template": "Sent a card",
    "location": "Sent a place",
    "fallback": "Sent a link",
    "appointment_booking": "Booked an appointment",
}


class Hanging(msgspec.Struct, frozen=True, kw_only=True):
    """Files to fetch, and lines that say what else there was."""

    files: tuple[InboundFile, ...] = ()
    lines: tuple[str, ...] = ()
    is_mention: bool = False


def read_attachments(message: dict[str, Any]) -> Hanging:
    """Everything that hangs on a message, in its order."""
    files: list[InboundFile] = []
    lines: list[str] = []
    kinds: list[str] = []
    for one in list(rows(message, "attachments"))[:MOST_FILES]:
        kind = name(one, "type") or "file"
        payload = table(one, "payload")
        kinds.append(kind)
        url = file_address(payload.get("url") or payload.get("story_media_url"))
        if kind in SAID:
            lines.append(_line(kind, one, payload, url))
        if url and kind in MEDIA_TYPES:
            files.append(_file(kind, url, len(files) + 1, payload))
        elif kind not in SAID:
            lines.append(f"(Sent something that is not handed over: {kind[:40]}.)")
    is_mention = "story_mention" in kinds and not text(message, "text")
    return Hanging(files=tuple(files), lines=tuple(lines), is_mention=is_mention)


def _line(kind: str, one: dict[str, Any], payload: dict[str, Any], url: str) -> str:
    title = name(payload, "title") or name(one, "title") or name(payload, "name")
    place = table(payload, "coordinates")
    if kind == "location" and place:
        title = f"{text(place, 'lat')[:20]}, {text(place, 'long')[:20]}"
    link = page_address(one.get("url")) if kind in {"fallback", "template"} else ""
    if kind == "fallback":
        link = link or url
    return f"({SAID[kind]}{f': {title}' if title else ''}.)" + (f"\n{link}" if link else "")


def _file(kind: str, url: str, number: int, payload: dict[str, Any]) -> InboundFile:
    """Its true media type is known when it is fetched; its name is the address's last part."""
    last = PurePosixPath(urlsplit(url).path).name[-100:]
    plain = last if "." in last else f"{kind}-{number}{ENDINGS.get(kind, '')}"
    media_type = MEDIA_TYPES[kind]
    if payload.get("sticker_id"):
        plain, media_type = f"sticker-{number}.png", "image/png"
    return InboundFile(name=plain, media_type=media_type, url=url)
