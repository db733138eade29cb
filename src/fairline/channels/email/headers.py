"""The header of a mail as raw bytes: split, looked up, decoded. Never raises on any bytes.

Hand-written because the standard library's parser raised on 34 of 5,387 real mails. RFC 5322
(fields), RFC 2047 (encoded words), RFC 2231 (parameters), each read as senders really write them.
"""

import base64
import binascii
import quopri
import re
import urllib.parse
from collections.abc import Iterator

import msgspec

from fairline.channels.email.charset import codec_of, decode

MAX_HEADER_BYTES = 1_000_000
MAX_FIELDS = 2_000
MAX_VALUE_BYTES = 100_000

_MBOX_LINE = re.compile(rb">?From [ \t]*+[^:\s]")
_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:(.*)", re.DOTALL)
_WORD = re.compile(r"=\?([^?\s=]{1,60})\?([bBqQ])\?([^?]*(?:\?(?!=)[^?]*)*)\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?[^?\s=]{1,60}\?[bBqQ]\?)")
_CHARSET_IN_TYPE = re.compile(rb"charset\s*=\s*\"?([A-Za-z0-9_.:-]+)", re.IGNORECASE)


class Headers(msgspec.Struct, frozen=True):
    """Fields in their order: (name in lower case, raw value, unfolded)."""

    fields: tuple[tuple[str, bytes], ...] = ()

    def raw(self, name: str) -> bytes:
        """The first value of `name`, undecoded, or b''."""
        return next((value for key, value in self.fields if key == name), b"")

    def text(self, name: str) -> str:
        """The first value of `name` with its encoded words decoded, on one line, or ''."""
        return next(self.texts(name), "")

    def texts(self, name: str) -> Iterator[str]:
        """Each value of `name`, decoded."""
        return (self.decoded(value) for key, value in self.fields if key == name)

    def plain(self, name: str) -> str:
        """The first value of `name` as text with its encoded words left alone."""
        return self.unlabelled(self.raw(name))

    def plains(self, name: str) -> Iterator[str]:
        return (self.unlabelled(value) for key, value in self.fields if key == name)

    def has(self, name: str) -> bool:
        return any(key == name for key, _ in self.fields)

    def decoded(self, value: bytes) -> str:
        return " ".join(decode_words(self.unlabelled(value)).split())

    def unlabelled(self, value: bytes) -> str:
        """Raw 8-bit in a header says nothing of its character set: the body's is the best hint."""
        if value.isascii():
            return value.decode("ascii")
        hint = _CHARSET_IN_TYPE.search(self.raw("content-type"))
        return decode(value, hint[1].decode("ascii") if hint else "")


def split_headers(data: bytes, *, is_part: bool = False) -> tuple[Headers, bytes]:
    """The fields at the beginning of `data`, and the body after them.

    A part of a multipart may have no fields at all; a whole message always has some.
    """
    fields: list[tuple[str, bytes]] = []
    position = 0 if is_part else _first_field(data)
    limit = min(len(data), MAX_HEADER_BYTES)
    while position < limit:
        end = _line_end(data, position)
        line = data[position:end].rstrip(b"\r\n")
        if not line:
            return _made(fields), data[end:]
        if line[:1] in b" \t" and fields:
            name, value = fields[-1]
            if len(value) < MAX_VALUE_BYTES:
                fields[-1] = (name, value + b" " + line.strip())
        elif (match := _FIELD.fullmatch(line)) and (fields or not is_part or _opens(match[1])):
            if len(fields) < MAX_FIELDS:
                name = match[1].decode("ascii").lower()
                fields.append((name, match[2].strip()[:MAX_VALUE_BYTES]))
        elif not _header_goes_on(data, end):
            # The blank line before the body was forgotten.
            return _made(fields), data[position:]
        position = end
    return _made(fields), data[position:]


def _made(fields: list[tuple[str, bytes]]) -> Headers:
    return Headers(tuple(fields))


def _first_field(data: bytes) -> int:
    """Step over blank lines and an mbox separator."""
    position = 0
    while data[position : position + 1] in {b"\r", b"\n"}:
        position += 1
    if _MBOX_LINE.match(data, position):
        position = _line_end(data, position)
    return position


def _line_end(data: bytes, position: int) -> int:
    found = data.find(b"\n", position)
    if found < 0:
        return len(data)
    return found + 1


def _opens(name: bytes) -> bool:
    """Whether a part's header may begin with `name`: its text may begin with any word and colon."""
    return b"-" in name or name.lower() in _COMMON


def _header_goes_on(data: bytes, position: int) -> bool:
    """Whether a line that is no field stands inside a header: another field follows soon."""
    for _ in range(5):
        line = data[position : min(_line_end(data, position), position + 1000)].rstrip(b"\r\n")
        if line[:1] not in {b" ", b"\t"}:
            match = _FIELD.fullmatch(line)
            return bool(match and _opens(match[1]))
        position = _line_end(data, position)
    return False


_COMMON = frozenset(
    {b"from", b"to", b"cc", b"subject", b"date", b"sender", b"received", b"references", b"bcc"}
)


def decode_words(text: str) -> str:
    """Decode RFC 2047 words, also broken ones: split inside a character, padded badly, in quotes,
    without the space between.
    """
    if "=?" not in text:
        return text
    text = _BETWEEN_WORDS.sub(r"\1", text)
    pieces: list[str] = []
    position, pending, label = 0, b"", ""
    for match in _WORD.finditer(text):
        is_adjacent = match.start() == position and position > 0
        if pending and not (is_adjacent and codec_of(match[1]) == codec_of(label)):
            pieces.append(decode(pending, label))
            pending = b""
        pieces.append(text[position : match.start()])
        label = match[1]
        pending += _word_bytes(match[2], match[3])
        position = match.end()
    if pending:
        pieces.append(decode(pending, label))
    return "".join([*pieces, text[position:]])


def _word_bytes(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "replace")
    if encoding in "bB":
        return lenient_base64(raw)
    return quopri.decodestring(raw.replace(b" ", b"_"), header=True)


def lenient_base64(data: bytes) -> bytes:
    """Decode what can be decoded: foreign characters are skipped, padding is optional, and data
    glued together after padding goes on.
    """
    try:  # nearly all of it is as it should be, and files are large
        return base64.b64decode(data.translate(None, b"\r\n\t "), validate=True)
    except binascii.Error:
        pass
    if b"=" not in data.rstrip(b"=\r\n\t "):
        return _base64_run(data)
    return b"".join(_base64_run(run) for run in re.split(rb"=+", data))


def _base64_run(data: bytes) -> bytes:
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    usable = len(letters) - (len(letters) % 4 == 1)
    try:
        return base64.b64decode(letters[:usable] + b"=" * (-usable % 4))
    except binascii.Error:  # pragma: no cover  the alphabet and length were just made right
        return b""


class Value(msgspec.Struct, frozen=True):
    """A structured field: `text/plain; charset=utf-8` is ("text/plain", {"charset": "utf-8"})."""

    value: str
    parameters: dict[str, str]


_PARAMETER = re.compile(
    r"""[;\s]*+(?P<name>[^\s=;"]{1,100})\s*+=\s*+
        (?:"(?P<quoted>(?:[^"\\]|\\.)*+)"?|(?P<bare>[^;]*+))""",
    re.VERBOSE | re.DOTALL,
)
_SECTION = re.compile(r"(?P<name>[^*]+)(?:\*(?P<number>\d{1,3}))?(?P<coded>\*)?")


def parse_value(headers: Headers, name: str) -> Value:
    """The field `name` as value and parameters (names in lower case)."""
    head, _, rest = headers.plain(name).partition(";")
    value = head.strip().strip('"').lower()
    if " " in value and "=" in value:  # the semicolon was forgotten
        value, _, missing = value.partition(" ")
        rest = f"{head.strip()[len(value) :]};{rest}" if missing else rest
    sections: dict[str, dict[int, tuple[str, bool]]] = {}
    for match in _PARAMETER.finditer(rest):
        section = _SECTION.fullmatch(match["name"].lower())
        if not section:
            continue
        quoted = match["quoted"]
        text = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else match["bare"].strip()
        parts = sections.setdefault(section["name"], {})
        number, is_coded = int(section["number"] or 0), bool(section["coded"])
        # Beside a plain `filename` for old readers, `filename*` is the true one (RFC 6266, 4.3).
        if number not in parts or (is_coded and not parts[number][1]):
            parts[number] = (text, is_coded)
    return Value(value, {name: _joined(parts) for name, parts in sections.items()})


def _joined(parts: dict[int, tuple[str, bool]]) -> str:
    """RFC 2231: sections in order, the first may begin with charset'language'."""
    if len(parts) == 1 and not next(iter(parts.values()))[1]:
        return decode_words(parts[min(parts)][0])
    label, data = "", b""
    for position, number in enumerate(sorted(parts)):
        text, is_coded = parts[number]
        if is_coded and position == 0 and text.count("'") >= 2:
            label, _, text = text.split("'", 2)
        raw = text.encode("utf-8", "surrogateescape")
        data += urllib.parse.unquote_to_bytes(raw) if is_coded else raw
    return decode_words(decode(data, label))
