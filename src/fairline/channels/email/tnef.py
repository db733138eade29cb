"""Files out of `winmail.dat`, the envelope Outlook puts around attachments for other Outlooks.

By hand: the library at hand loops four thousand million times over one wrong count. Pure; what
cannot be read is left out, and None means it is no such envelope. Source: [MS-OXTNEF].
"""

import struct
from collections.abc import Iterator

import msgspec

from fairline.channels.email.charset import decode

_SIGNATURE = 0x223E9F78
_MAX_ATTRIBUTES = 5_000
_MAX_PROPERTIES = 2_000
_MAX_DEPTH = 3

# Attributes ([MS-OXTNEF] 2.1.3.2), low half of the id.
_BODY, _MESSAGE_PROPERTIES, _CODEPAGE = 0x800C, 0x9003, 0x9007
_NEW_FILE, _TITLE, _DATA, _FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
# Properties ([MS-OXPROPS]).
_P_BODY, _P_HTML, _P_NAME, _P_DATA = 0x1000, 0x1013, 0x3001, 0x3701
_P_SHORT_NAME, _P_LONG_NAME, _P_TYPE, _P_CONTENT_ID = 0x3704, 0x3707, 0x370E, 0x3712
_FIXED = {0x02: 4, 0x0B: 4, 0x03: 4, 0x04: 4, 0x0A: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x14: 8, 0x40: 8}
_FIXED[0x48] = 16
_OBJECT, _STRING, _UNICODE, _BINARY = 0x0D, 0x1E, 0x1F, 0x102


class TnefFile(msgspec.Struct, kw_only=True):
    name: str = ""
    media_type: str = ""
    content_id: str = ""
    data: bytes = b""


class Tnef(msgspec.Struct, kw_only=True):
    """What an envelope holds; `text` and `html` are '' when the mail itself says it all."""

    text: str = ""
    html: str = ""
    files: list[TnefFile]


def open_tnef(data: bytes, *, depth: int = 0) -> Tnef | None:
    """Read an envelope, or return None when `data` is none."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        return None
    found = Tnef(files=[])
    label = "cp1252"
    for attribute, value in _attributes(data):
        if attribute == _CODEPAGE and len(value) >= 4:
            label = f"cp{struct.unpack_from('<I', value)[0]}"
        elif attribute == _BODY:
            found.text = _string(value, label)
        elif attribute == _MESSAGE_PROPERTIES:
            for number, kind, raw in _properties(value):
                if number == _P_BODY:
                    found.text = _value(kind, raw, label)
                elif number == _P_HTML:
                    found.html = _value(kind, raw, label)
        elif attribute == _NEW_FILE:
            found.files.append(TnefFile())
        elif found.files:
            _add(found, attribute, value, label, depth)
    found.files = [file for file in found.files if file.data]
    return found


def _add(found: Tnef, attribute: int, value: bytes, label: str, depth: int) -> None:
    file = found.files[-1]
    if attribute == _TITLE:
        file.name = file.name or _string(value, label)
    elif attribute == _DATA:
        file.data = value
    elif attribute == _FILE_PROPERTIES:
        for number, kind, raw in _properties(value):
            if number == _P_LONG_NAME or (number in {_P_SHORT_NAME, _P_NAME} and not file.name):
                file.name = _value(kind, raw, label)
            elif number == _P_TYPE:
                file.media_type = _value(kind, raw, label)
            elif number == _P_CONTENT_ID:
                file.content_id = _value(kind, raw, label).strip("<>")
            elif number == _P_DATA and kind == _OBJECT:
                _add_embedded(found, file, raw[16:], depth)
            elif number == _P_DATA:
                file.data = raw


def _add_embedded(found: Tnef, file: TnefFile, raw: bytes, depth: int) -> None:
    """A message inside: its text becomes a file, its files join ours."""
    inner = open_tnef(raw, depth=depth + 1) if depth < _MAX_DEPTH else None
    if inner is None:
        file.data = raw
        return
    file.name = f"{file.name or 'message'}.{'html' if inner.html else 'txt'}"
    file.media_type = "text/html" if inner.html else "text/plain"
    file.data = (inner.html or inner.text).encode()
    found.files[-1:-1] = inner.files


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    position = 6
    for _ in range(_MAX_ATTRIBUTES):
        if position + 9 > len(data):
            return
        _, attribute, _, length = struct.unpack_from("<BHHI", data, position)
        yield attribute, data[position + 9 : position + 9 + length]
        position += 9 + length + 2  # a checksum follows


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(number, type, value) of each property that has a value."""
    try:
        count = struct.unpack_from("<I", data)[0]
        position = 4
        for _ in range(min(count, _MAX_PROPERTIES)):
            kind, number = struct.unpack_from("<HH", data, position)
            position += 4
            if number >= 0x8000:
                position = _after_property_name(data, position)
            values = 1
            is_multiple, kind = bool(kind & 0x1000), kind & 0xEFFF
            if is_multiple or kind not in _FIXED:
                values = struct.unpack_from("<I", data, position)[0]
                position += 4
            if values > _MAX_PROPERTIES:
                return
            for _ in range(values):
                length = _FIXED.get(kind)
                if length is None:
                    length = struct.unpack_from("<I", data, position)[0]
                    position += 4
                yield number, kind, data[position : position + length]
                position += length + -length % 4
    except struct.error:  # cut off or not what it says: what came so far stands
        return


def _after_property_name(data: bytes, position: int) -> int:
    kind, length = struct.unpack_from("<II", data, position + 16)
    return int(position + 24 + (length + -length % 4 if kind else 0))


def _value(kind: int, raw: bytes, label: str) -> str:
    return decode(raw, "utf-16-le").rstrip("\0") if kind == _UNICODE else _string(raw, label)


def _string(raw: bytes, label: str) -> str:
    return decode(raw.rstrip(b"\0"), label)
