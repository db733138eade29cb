"""Judges an uploaded logo by its own bytes, never by its name or by what the browser called it.

Pure. SVG is refused: it is a document that can carry scripts.
"""

import re

from fairline.core.errors import Invalid

MAX_BYTES = 512 * 1024
MAX_SIDE = 2000
_JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def check_logo(data: bytes) -> str:
    """The media type of a PNG, JPEG, WebP or GIF. Raises Invalid, saying what to do instead."""
    if len(data) > MAX_BYTES:
        raise _refused(f"That picture has {len(data) // 1024} kB. A logo has at most 512 kB.")
    media_type, (width, height) = _look(data)
    if not media_type:
        if re.search(rb"<svg[\s>]", data[:4096], re.IGNORECASE):
            raise _refused("SVG pictures can carry scripts and are not taken. Save it as PNG.")
        raise _refused("That is not a picture we know. Use PNG, JPEG, WebP or GIF.")
    if not (width and height):
        raise _refused("That picture is damaged. Save it again and try once more.")
    if max(width, height) > MAX_SIDE:
        raise _refused(
            f"That picture is {width} x {height} pixels. A logo has at most {MAX_SIDE} on a side."
        )
    return media_type


def _refused(text: str) -> Invalid:
    return Invalid(text, code="bad_logo", field="logo")


def _look(data: bytes) -> tuple[str, tuple[int, int]]:
    """The media type and the size in pixels; zeros when the header is cut short."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png", (_big(data[16:20]), _big(data[20:24]))
    if data[:6] in {b"GIF87a", b"GIF89a"}:
        return "image/gif", (_little(data[6:8]), _little(data[8:10]))
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp", _webp_size(data)
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg", _jpeg_size(data)
    return "", (0, 0)


def _webp_size(data: bytes) -> tuple[int, int]:
    """*Source*: WebP container specification, the VP8, VP8L and VP8X chunks."""
    kind = data[12:16]
    if len(data) < 30:
        return 0, 0
    if kind == b"VP8X":
        return 1 + _little(data[24:27]), 1 + _little(data[27:30])
    if kind == b"VP8L":
        bits = _little(data[21:25])
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        return _little(data[26:28]) & 0x3FFF, _little(data[28:30]) & 0x3FFF
    return 0, 0


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """Walk the segments to the frame header. *Source*: ITU-T T.81, B.2.2."""
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in _JPEG_SIZES:
            return _big(data[at + 7 : at + 9]), _big(data[at + 5 : at + 7])
        at += 1 if marker == 0xFF else 2 + max(2, _big(data[at + 2 : at + 4]))
    return 0, 0


def _big(data: bytes) -> int:
    return int.from_bytes(data, "big")


def _little(data: bytes) -> int:
    return int.from_bytes(data, "little")
