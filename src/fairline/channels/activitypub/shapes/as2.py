"""Reads Activity Streams 2.0 as it is really written, without a JSON-LD processor. Pure.

One value or a list of them, an address or the whole object, a Link or a string, `id` or `@id`,
`Note` or `as:Note`, compact or expanded: each reader takes them all and never raises.
Sources: Activity Streams 2.0, 2.1 and 4; Activity Vocabulary; JSON-LD 1.1, 9.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from fairline.channels.activitypub.places import PUBLIC_SPELLINGS
from fairline.core.errors import Invalid

Doc = dict[str, Any]

AS = "https://www.w3.org/ns/activitystreams#"
MOST_BYTES = 1_048_576
MOST_VALUES = 1_000
MOST_ADDRESS = 1_000
_LEVELS = 4
_KEYWORDS = {"id": "@id", "type": "@type"}
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_FRACTION = re.compile(r"(\.\d{6})\d+")


def load(payload: bytes) -> Doc:
    """The document in a payload. Raises Invalid when it is none."""
    if len(payload) > MOST_BYTES * 4:
        raise Invalid("That is far too long for a post.", code="bad_payload")
    try:
        found = msgspec.json.decode(payload)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise Invalid("That cannot be read as JSON.", code="bad_payload") from error
    if not isinstance(found, dict):
        raise Invalid("That is no document of the fediverse.", code="bad_payload")
    return found


def values(doc: Any, name: str) -> list[Any]:
    """Everything that stands under `name`, as a list; nothing is an empty one."""
    if not isinstance(doc, dict):
        return []
    for key in (name, _KEYWORDS.get(name, f"as:{name}"), AS + name):
        if (found := doc.get(key)) is not None:
            return list(_each(found))[:MOST_VALUES]
    return []


def _each(found: Any, level: int = 0) -> Iterator[Any]:
    if isinstance(found, list):
        if level < _LEVELS:
            for one in found[:MOST_VALUES]:
                yield from _each(one, level + 1)
    elif isinstance(found, dict) and "@list" in found:
        yield from _each(found["@list"], level + 1)
    elif found is not None:
        yield found


def text(doc: Any, name: str) -> str:
    """The first string under `name`, '' without one."""
    return next((said for one in values(doc, name) if (said := _string(one))), "")


def _string(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("@value")
    return value if isinstance(value, str) else ""


def number(doc: Any, name: str) -> int | None:
    """The first whole number under `name`."""
    for one in values(doc, name):
        given = one.get("@value") if isinstance(one, dict) else one
        if isinstance(given, int) and not isinstance(given, bool) and 0 <= given < 10**12:
            return given
    return None


def is_true(doc: Any, name: str) -> bool:
    return any(one is True for one in values(doc, name))


def types(doc: Any) -> tuple[str, ...]:
    """Its types in their short form, in order."""
    named = (one for one in values(doc, "type") if isinstance(one, str))
    return tuple(one.removeprefix(AS).removeprefix("as:") for one in named)


def address(value: Any) -> str:
    """The id that a value is or has: a string, an object with an id, a Link with its href."""
    if isinstance(value, dict):
        is_link = {"Link", "Mention", "Hashtag"} & set(types(value))
        for name in ("href", "id") if is_link else ("id", "href"):
            if found := text(value, name).strip():
                return found[:MOST_ADDRESS]
        return ""
    return value.strip()[:MOST_ADDRESS] if isinstance(value, str) else ""


def addresses(doc: Any, name: str) -> list[str]:
    """Every id under `name`, each once, in order."""
    return list(dict.fromkeys(found for one in values(doc, name) if (found := address(one))))


def only(doc: Any, name: str) -> str:
    """The first id under `name`, or ''."""
    return next(iter(addresses(doc, name)), "")


def inner(doc: Any, name: str) -> Doc | None:
    """The first whole object under `name`."""
    return next((one for one in values(doc, name) if isinstance(one, dict)), None)


def web_addresses(doc: Any, name: str) -> list[tuple[str, str]]:
    """Every http(s) address under `name` with its media type: strings, Links, objects with urls."""
    found: list[tuple[str, str]] = []
    for one in values(doc, name):
        candidates = [address(one)]
        if isinstance(one, dict) and not values(one, "href"):
            candidates = [address(inner) for inner in values(one, "url")] or candidates
        media_type = text(one, "mediaType").lower() if isinstance(one, dict) else ""
        found += [(url, media_type) for url in candidates if is_web(url)]
    return found


def is_web(url: str) -> bool:
    """Whether it can be put into a page as a link."""
    return url.lower().startswith(("https://", "http://")) and not re.search(r"[\s<>\"]", url)


def is_public(spelling: str) -> bool:
    return spelling in PUBLIC_SPELLINGS


def moment(doc: Any, name: str) -> datetime | None:
    """A time in UTC; None where it cannot be read, or has no zone. Source: RFC 3339."""
    given = _FRACTION.sub(r"\1", text(doc, name).strip()[:40])
    try:
        found = datetime.fromisoformat(given.replace("Z", "+00:00").replace("z", "+00:00"))
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def worded(doc: Any, name: str) -> tuple[str, str]:
    """What is said under `name`, and its language where that is told: `content` or `contentMap`,
    one string or one a language.
    """
    plain = text(doc, name)
    by_language = inner(doc, f"{name}Map") or {}
    translated = [
        (language, said)
        for language, value in list(by_language.items())[:50]
        if (said := _string(value)) and isinstance(language, str)
    ]
    if plain:
        same = [language for language, said in translated if said == plain] or [
            language for language, _ in translated if len(translated) == 1
        ]
        return plain, tag(next(iter(same), "")) or _language_of(doc, name)
    if translated:
        language, said = translated[0]
        return said, tag(language)
    return "", ""


def _language_of(doc: Any, name: str) -> str:
    """As an expanded value says, as Lemmy says, or as the context does."""
    for one in values(doc, name):
        if isinstance(one, dict) and (found := tag(text(one, "@language"))):
            return found
    if isinstance(doc, dict):
        named = doc.get("language")
        if found := tag(named if isinstance(named, str) else text(named, "identifier")):
            return found
        for context in values(doc, "@context"):
            if isinstance(context, dict) and (found := tag(_string(context.get("@language")))):
                return found
    return ""


def tag(language: str) -> str:
    """A language tag as we keep it, '' for what is none (RFC 5646). `und` says nothing."""
    language = language.strip()
    if not _LANGUAGE.fullmatch(language) or language.lower() in {"und", "zxx", "mul"}:
        return ""
    return language.lower()[:20]
