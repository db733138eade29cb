"""A logo is judged by its bytes."""

import struct
import zlib

import pytest

from fairline.core.errors import Invalid
from fairline.people.logos import MAX_BYTES, check_logo


def png(width: int = 64, height: int = 64) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + crc

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\x00" * ((width + 1) * min(height, 4)))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xc0\x00\x11\x08\x00\x20\x00\x40\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01"
)
GIF = b"GIF89a\x10\x00\x20\x00\x80\x00\x00;"
WEBP = (
    b"RIFF\x1e\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\x3f\x00\x00\x1f\x00\x00"
    + b"\0" * 8
)


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (png(), "image/png"),
        (JPEG, "image/jpeg"),
        (GIF, "image/gif"),
        (WEBP, "image/webp"),
    ],
)
def test_pictures_are_known_by_their_bytes(data: bytes, media_type: str) -> None:
    assert check_logo(data) == media_type


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "not a picture"),
        (b"<html><script>alert(1)</script>", "not a picture"),
        (b'<?xml version="1.0"?><svg onload="alert(1)">', "SVG"),
        (b"%PDF-1.7", "not a picture"),
        (png()[:18], "damaged"),
        (b"\xff\xd8\xff\xe0", "damaged"),
        (png(4000, 10), "4000 x 10"),
        (png() + b"\0" * MAX_BYTES, "at most 512 kB"),
    ],
)
def test_what_is_no_small_picture_is_refused_with_the_reason(data: bytes, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        check_logo(data)
