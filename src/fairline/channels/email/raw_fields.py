"""The fields of a raw header block, taken apart without changing a byte. Pure.

For the few places that put fields in or leave some out; understanding a mail is `translate`'s.
"""

import re
from collections.abc import Iterator

from fairline.channels.email.identify import header_block

_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_START = re.compile(rb"([!-9;-~]+)[ \t]*:")


def raw_fields(head: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each field of a header block: (name in lower case, its lines with their ends), in order.

    *Shape*: a line that is no field and continues none comes with the name b"".
    """
    name, raw = b"", b""
    for match in _LINE.finditer(head):
        line = match[0]
        if line[:1] in {b" ", b"\t"} and raw:
            raw += line
            continue
        if raw:
            yield name, raw
        start = _START.match(line)
        name, raw = (start[1].lower() if start else b""), line
    if raw:
        yield name, raw


def without_fields(payload: bytes, names: frozenset[bytes]) -> bytes:
    """The same mail without these fields (names in lower case); all else stays as it is."""
    head = header_block(payload)
    kept = [raw for name, raw in raw_fields(head) if name not in names]
    return b"".join(kept) + payload[len(head) :]
