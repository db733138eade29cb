"""The bytes of the demo's attachments. A PNG is drawn here, square by square; the rest is text."""

import struct
import zlib

from fairline.demo.stories import FileSpec

SQUARE = 24


def to_bytes(spec: FileSpec) -> bytes:
    """What the file holds. A PNG has `SQUARE` by `SQUARE` dots for each letter of its `pixels`."""
    if not spec.pixels:
        return (spec.text.strip() + "\n").encode()
    rows = (
        b"\0" + b"".join(bytes.fromhex(spec.colours[letter].lstrip("#")) * SQUARE for letter in row)
        for row in spec.pixels
        for _ in range(SQUARE)
    )
    width, height = len(spec.pixels[0]) * SQUARE, len(spec.pixels) * SQUARE
    # PNG, W3C 2003, section 11.2.2: eight bits a colour, colour type 2 (red, green, blue).
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            _chunk(b"IHDR", header),
            _chunk(b"IDAT", zlib.compress(b"".join(rows), 9)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
