"""Mail addresses in headers, as senders write them: read leniently, kept in one normal form.

RFC 5322, 3.4 (groups and comments too), plus what is found in the wild: commas forgotten, two
addresses glued together, names with unquoted commas or at-signs. Pure; only `normalise` raises.
"""

import re

import msgspec

from fairline.channels.email.headers import Headers, decode_words
from fairline.core.errors import Invalid

MAX_ADDRESSES = 500
MAX_ADDRESS_CHARS = 320
MAX_NAME_CHARS = 200
# How far the end of a quote or comment is looked for: junk must not make this quadratic.
_REACH = 2_000

_ENCODED_WORD = re.compile(r"=\?[^?\s]{1,60}\?[bBqQ]\?[^?]*\?=")
_SHAPE = re.compile(r"(?P<local>[^\s@<>\"(),;:\\]+|\"[^\"\r\n]+\")@(?P<domain>[^\s@<>\"(),;:\\]+)")
_DOMAIN = re.compile(r"(?!-)[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f.:]+\]|\[ipv6:[0-9a-f:.]+\]")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")


class Address(msgspec.Struct, frozen=True):
    """`address` is in normal form, or '' where a header named nobody reachable."""

    address: str
    name: str = ""

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def normalise(address: str) -> str:
    """The one form under which an address is stored: lower case, the domain in ASCII.

    Local parts are case-sensitive on paper (RFC 5321, 2.4) and nowhere else. Raises Invalid.
    """
    text = address.strip().strip("<>").removeprefix("mailto:").strip().lower()
    local, at, domain = text.rpartition("@")
    domain = domain.rstrip(".")
    if not domain.isascii() and len(domain) <= 253:
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            domain = ""
    is_usable = (
        at and local and len(text) <= MAX_ADDRESS_CHARS and not re.search(r"[\s<>\x00-\x1f]", local)
    )
    if not is_usable or not _DOMAIN.fullmatch(domain):
        raise Invalid(
            "That is not an e-mail address.",
            code="bad_address",
            detail=address[:200],
            field="address",
        )
    return f"{local}@{domain}"


def addresses_in(headers: Headers, name: str) -> tuple[Address, ...]:
    """Everyone named in the fields `name`, each address once, in order."""
    found: dict[str, Address] = {}
    for value in headers.plains(name):
        for one in parse_addresses(value):
            known = found.get(one.address)
            if known is None or (one.name and not known.name):
                found[one.address] = one
    return tuple(one for one in found.values() if one.address)


def parse_addresses(text: str) -> list[Address]:
    """Read an address list. A name without a usable address comes with address ''."""
    found: list[Address] = []
    for words, angle, comment in _entries(text[:100_000]):
        if len(found) >= MAX_ADDRESSES:
            break
        if angle is not None and (address := _usable(angle)):
            found.append(Address(address, _name(words) or _name(comment)))
            continue
        loose = [a for match in _SHAPE.finditer(words) if (a := _usable(match[0]))]
        if loose:
            name = _name(comment) if len(loose) == 1 else ""
            found += [Address(address, name) for address in loose]
        elif name := _name(words) or _name(comment):
            found.append(Address("", name))
    return found


def _usable(text: str) -> str:
    if '"' not in text:
        text = re.sub(r"\([^()]{0,200}\)|\s+", "", text)
    shape = _SHAPE.search(text)
    try:
        return normalise(shape[0]) if shape else ""
    except Invalid:
        return ""


def _name(text: str) -> str:
    """A display name: decoded, unquoted, on one line."""
    name = decode_words(text).replace('\\"', '"').strip()
    while len(name) > 1 and name[0] == name[-1] and name[0] in "\"'":
        name = name[1:-1].strip()
    name = " ".join(_CONTROLS.sub(" ", decode_words(name)).split())
    return name[:MAX_NAME_CHARS]


def _entries(text: str) -> list[tuple[str, str | None, str]]:
    """Cut a list into (words, what stood in angle brackets, comments)."""
    entries: list[tuple[str, str | None, str]] = []
    words: list[str] = []
    comments: list[str] = []

    def flush(angle: str | None = None) -> None:
        joined = "".join(words).strip()
        if joined or angle is not None or comments:
            entries.append((joined, angle, " ".join(comments)))
        words.clear()
        comments.clear()

    position = 0
    while position < len(text) and len(entries) <= MAX_ADDRESSES:
        char = text[position]
        if char == "=" and (word := _ENCODED_WORD.match(text, position)):
            words.append(word[0])
            position = word.end()
        elif char == '"':
            quoted, position = _quoted(text, position)
            words.append(quoted)
        elif char == "(":
            comment, position = _comment(text, position)
            comments.append(comment)
        elif char == "<":
            angle, position = _angle(text, position)
            flush(angle)
        elif char in ",;":
            flush()
            position += 1
        elif char == ":" and not "".join(words).strip().lower().endswith("mailto"):
            words.clear()  # the name of a group
            position += 1
        else:
            words.append(char)
            position += 1
    flush()
    return entries


def _quoted(text: str, position: int) -> tuple[str, int]:
    end, limit = position + 1, min(len(text), position + _REACH)
    while end < limit and text[end] != '"':
        end += 2 if text[end] == "\\" else 1
    if end >= limit:  # never closed: an ordinary character
        return "", position + 1
    return text[position : end + 1], end + 1


def _comment(text: str, position: int) -> tuple[str, int]:
    depth, end, limit = 0, position, min(len(text), position + _REACH)
    while end < limit:
        depth += {"(": 1, ")": -1}.get(text[end], 0)
        end += 2 if text[end] == "\\" else 1
        if depth == 0:
            return text[position + 1 : end - 1], end
    return "", position + 1


def _angle(text: str, position: int) -> tuple[str, int]:
    end = position + 1
    while end < len(text) and text[end] not in "<>,":
        end += 1
    if text[end : end + 1] == ",":  # an old source route, or a bracket never closed
        closing = text.find(">", end, end + _REACH)
        if closing >= 0 and text[position + 1 : position + 2] == "@":
            return text[position:closing].rpartition(":")[2], closing + 1
    is_closed = text[end : end + 1] == ">"
    return text[position + 1 : end], end + 1 if is_closed else max(end, position + 1)
