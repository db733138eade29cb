"""What a message on Telegram holds, as words and files. Pure.

Source: Bot API, objects Message and MessageEntity. Offsets of entities count UTF-16 units. A bot
can fetch files of up to 20 MB (getFile); a larger one is named in words.
"""

from collections.abc import Mapping
from typing import Any

from fairline.channels.contract import InboundFile

MOST_FILE_BYTES = 20_000_000
FILE_SCHEME = "telegram:"
MOST_OPTIONS = 20

# What each kind of file is called, its ending, and its type where the message does not say.
_FILES = {
    "document": ("file", "", "application/octet-stream"),
    "video": ("video", ".mp4", "video/mp4"),
    "audio": ("sound", ".mp3", "audio/mpeg"),
    "voice": ("voice message", ".ogg", "audio/ogg"),
    "video_note": ("video message", ".mp4", "video/mp4"),
}


def words_of(message: Mapping[str, Any]) -> str:
    """What a person said, with everything that is no text said in words."""
    lines = [_written(message), *_shared(message)]
    for kind, (name, _, _) in _FILES.items():
        if (file := struct(message.get(kind))) and not (kind == "document" and _is_clip(message)):
            lines.append(_file_words(name, file, has_text=bool(lines[0])))
    if (photo := _largest(message)) and _is_too_big(photo):
        lines.append("(a photo that is too large for bots to fetch)")
    elif photo and not lines[0]:
        lines.append("(a photo)")
    if struct(message.get("animation")) and not lines[0]:
        lines.append("(a moving picture)")
    return "\n".join(line for line in lines if line).replace("\x00", "")


def files_of(message: Mapping[str, Any]) -> tuple[InboundFile, ...]:
    """What can be fetched: named by Telegram's id of it, never by an address with our token."""
    found = []
    if (photo := _largest(message)) and not _is_too_big(photo):
        found.append(_file(photo, "photo", ".jpg", "image/jpeg"))
    for kind, (name, ending, media_type) in _FILES.items():
        file = struct(message.get(kind))
        if file and not _is_too_big(file):
            found.append(_file(file, name.replace(" ", "-"), ending, media_type))
    return tuple(one for one in found if one.url != FILE_SCHEME)


def _written(message: Mapping[str, Any]) -> str:
    text = text_in(message.get("text")) or text_in(message.get("caption"))
    entities = message.get("entities") or message.get("caption_entities")
    return _with_addresses(text, entities if isinstance(entities, list) else [])


def _with_addresses(text: str, entities: list[Any]) -> str:
    """Where words lead to a page its address is written behind them."""
    units = text.encode("utf-16-le", "surrogatepass")
    for entity in sorted((struct(one) for one in entities), key=end_of, reverse=True):
        url, end = text_in(entity.get("url")), end_of(entity) * 2
        if entity.get("type") == "text_link" and url and 0 < end <= len(units):
            units = units[:end] + f" ({url[:2000]})".encode("utf-16-le") + units[end:]
    return units.decode("utf-16-le", "replace")


def end_of(entity: Mapping[str, Any]) -> int:
    return number_in(entity.get("offset")) + number_in(entity.get("length"))


def _shared(message: Mapping[str, Any]) -> list[str]:
    """A place, a number, a sticker, a vote, a throw of dice."""
    said = []
    venue, spot = struct(message.get("venue")), struct(message.get("location"))
    if venue:
        said.append(f"{text_in(venue.get('title'))}, {text_in(venue.get('address'))}".strip(", "))
    if spot and isinstance(spot.get("latitude"), int | float):
        at = f"{spot['latitude']}, {spot.get('longitude')}"
        said.append(f"Their place: {at}")
    if contact := struct(message.get("contact")):
        said.append(_contact(contact, struct(message.get("from"))))
    if sticker := struct(message.get("sticker")):
        said.append(f"{text_in(sticker.get('emoji'))} (a sticker)".strip())
    if poll := struct(message.get("poll")):
        options = poll.get("options")
        answers = [struct(one) for one in options] if isinstance(options, list) else []
        named = "".join(f"\n- {text_in(one.get('text'))}" for one in answers[:MOST_OPTIONS])
        said.append(f"A vote: {text_in(poll.get('question'))}{named}")
    if dice := struct(message.get("dice")):
        said.append(f"{text_in(dice.get('emoji'))} {number_in(dice.get('value'))}".strip())
    if story := struct(message.get("story")):
        said.append("(a story that bots cannot see)" if story else "")
    return said


def _contact(contact: Mapping[str, Any], sender: Mapping[str, Any]) -> str:
    """Telegram names the person that a number belongs to: their own is said to be so."""
    name = f"{text_in(contact.get('first_name'))} {text_in(contact.get('last_name'))}".strip()
    number = text_in(contact.get("phone_number"))
    number = number if number.startswith("+") else f"+{number}"
    if contact.get("user_id") and contact.get("user_id") == sender.get("id"):
        return f"My own telephone number: {number}"
    return f"A contact: {name} {number}".strip()


def _file_words(name: str, file: Mapping[str, Any], *, has_text: bool) -> str:
    if _is_too_big(file):
        size = number_in(file.get("file_size")) // 1_000_000
        return f"(a {name} of {size} MB: more than Telegram gives to bots)"
    if has_text:
        return ""
    seconds = number_in(file.get("duration"))
    return f"(a {name}, {seconds // 60}:{seconds % 60:02})" if seconds else f"(a {name})"


def _file(file: Mapping[str, Any], name: str, ending: str, media_type: str) -> InboundFile:
    return InboundFile(
        name=text_in(file.get("file_name"))[:200] or f"{name}{ending}",
        media_type=text_in(file.get("mime_type"))[:100] or media_type,
        url=f"{FILE_SCHEME}{text_in(file.get('file_id'))[:300]}",
    )


def _largest(message: Mapping[str, Any]) -> Mapping[str, Any]:
    """The best of a photo's sizes that can be fetched, else the smallest."""
    sizes = message.get("photo")
    found = [struct(one) for one in sizes] if isinstance(sizes, list) else []
    found = sorted((one for one in found if one), key=_area)
    fitting = [one for one in found if not _is_too_big(one)]
    return (fitting or found[:1] or [{}])[-1]


def _area(size: Mapping[str, Any]) -> int:
    return number_in(size.get("width")) * number_in(size.get("height"))


def _is_clip(message: Mapping[str, Any]) -> bool:
    """An animation comes as a document as well."""
    return bool(struct(message.get("animation")))


def _is_too_big(file: Mapping[str, Any]) -> bool:
    return number_in(file.get("file_size")) > MOST_FILE_BYTES


def struct(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def text_in(value: object) -> str:
    return value if isinstance(value, str) else ""


def number_in(value: object) -> int:
    return value if isinstance(value, int) and abs(value) < 2**53 else 0
