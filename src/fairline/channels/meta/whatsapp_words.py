"""A WhatsApp message of any type, in words and as files to fetch. Pure.

Source: "messages webhook reference" of the WhatsApp Business Platform.
"""

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

import msgspec

from fairline.cases.inbound import InboundFile
from fairline.channels.meta.reading import name, page_address, rows, table, text

MEDIA = ("image", "video", "audio", "voice", "document", "sticker")
ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "video/mp4": ".mp4",
    "video/3gpp": ".3gp",
    "audio/ogg": ".ogg",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/amr": ".amr",
    "audio/aac": ".aac",
    "application/pdf": ".pdf",
}
MOST_CARDS = 20
NOT_HANDED_OVER = "(Sent something that WhatsApp does not hand over. Look there.)"


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What a message says. `is_chatter` asks nothing of anybody."""

    text: str = ""
    files: tuple[InboundFile, ...] = ()
    is_chatter: bool = False


def words_of(message: dict[str, Any], media_url: str) -> Said:
    """What a message says, by its type. `media_url` is where a file's id is looked up."""
    kind = name(message, "type")
    if kind not in _READERS:
        # Some senders name a type that we do not know, and say plain words all the same.
        kind = next((known for known in (*_READERS, *MEDIA) if table(message, known)), kind)
    if kind in MEDIA:
        return _media(message, kind, media_url)
    reader = _READERS.get(kind)
    said = reader(message) if reader else ""
    said = said or (NOT_HANDED_OVER + _problem(message))
    return Said(text=_with_origin(message, said))


def _media(message: dict[str, Any], kind: str, media_url: str) -> Said:
    data = table(message, kind)
    media_type = name(data, "mime_type").partition(";")[0].strip().lower()
    own = name(data, "id")
    caption = text(data, "caption").strip()
    if not own or "errors" in message or "/" in own:
        caption = f"{caption}\n\n(A file did not arrive.{_problem(message)})".strip()
        return Said(text=_with_origin(message, caption))
    given = PurePosixPath(name(data, "filename").replace("\\", "/")).name
    file = InboundFile(
        name=given or f"{kind}{ENDINGS.get(media_type, '')}",
        media_type=media_type or "application/octet-stream",
        url=f"{media_url}/{own}",
    )
    return Said(text=_with_origin(message, caption), files=(file,))


def _problem(message: dict[str, Any]) -> str:
    """Why, in WhatsApp's words."""
    error = next(rows(message, "errors"), {})
    said = name(error, "error_data", "details") or name(error, "title") or name(error, "details")
    return f" WhatsApp says: {said[:300]}" if said else ""


def _with_origin(message: dict[str, Any], said: str) -> str:
    """With the advertisement or the product that led here."""
    more = []
    if headline := name(message, "referral", "headline") or name(message, "referral", "source_url"):
        more.append(f"(Came by the advertisement {headline[:200]}.)")
    product = name(message, "context", "referred_product", "product_retailer_id")
    if product:
        more.append(f"(About the product {product[:80]}.)")
    return "\n\n".join(part for part in (said, *more) if part)


def _location(message: dict[str, Any]) -> str:
    place = table(message, "location")
    called = ", ".join(p for p in (name(place, "name"), name(place, "address")) if p)
    spot = f"{text(place, 'latitude')[:20]}, {text(place, 'longitude')[:20]}"
    link = page_address(place.get("url"))
    lines = [f"(Sent a place: {called or 'without a name'}; {spot}.)", link]
    return "\n".join(line for line in lines if line)


def _cards(message: dict[str, Any]) -> str:
    lines = []
    for card in list(rows(message, "contacts"))[:MOST_CARDS]:
        called = name(card, "name", "formatted_name") or name(card, "name", "first_name")
        ways = [name(phone, "phone") for phone in rows(card, "phones")]
        ways += [name(mail, "email") for mail in rows(card, "emails")]
        lines.append(f"(Sent a contact: {', '.join(p for p in (called, *ways[:10]) if p)}.)")
    return "\n".join(lines)


def _chosen(message: dict[str, Any]) -> str:
    """A button, an entry of a list, or a filled-in form."""
    data = table(message, "interactive")
    for part in ("button_reply", "list_reply"):
        if title := text(data, part, "title"):
            about = text(data, part, "description")
            return f"{title}\n{about}".strip()
    if table(data, "nfm_reply"):
        return text(data, "nfm_reply", "body") or "(Filled in a form.)"
    return ""


def _order(message: dict[str, Any]) -> str:
    said = text(message, "order", "text").strip()
    lines = [
        f"(Ordered {text(item, 'quantity')[:12]} of {name(item, 'product_retailer_id')[:80]}, "
        f"at {text(item, 'item_price')[:16]} {name(item, 'currency')[:8]} each.)"
        for item in list(rows(message, "order", "product_items"))[:MOST_CARDS]
    ]
    return "\n".join(part for part in (said, *lines) if part)


def _plain(message: dict[str, Any]) -> str:
    return text(message, "text", "body").strip()


_READERS: dict[str, Callable[[dict[str, Any]], str]] = {
    "text": _plain,
    "ephemeral": _plain,
    "button": lambda message: text(message, "button", "text").strip(),
    "interactive": _chosen,
    "location": _location,
    "contacts": _cards,
    "order": _order,
    "request_welcome": lambda _: "(Opened the talk for the first time.)",
}
