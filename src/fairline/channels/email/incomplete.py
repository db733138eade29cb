"""A stand-in for a mail that we could not take in whole.

One bad or huge mail must never stop a mailbox, and its sender must not be ignored either: what
could be had (its headers) is kept, and the body says in plain words where the original is. Pure.
"""

from fairline.channels.email.identify import header_block
from fairline.channels.email.raw_fields import raw_fields

# Marks a stand-in: its value says why. `translate` may show it; nothing else may carry it.
NOTE_FIELD = "X-Fairline-Incomplete"

# They describe a body that is not here.
_ABOUT_THE_BODY = frozenset({b"mime-version", b"dkim-signature", NOTE_FIELD.lower().encode()})


def stand_in(head: bytes, *, reason: str, original: str) -> bytes:
    """A small, valid mail in place of one that could not be had.

    `head` is its header block, or b"" when not even that came; then it has no sender, and intake
    sets it aside where an operator sees it. `original` says where the real one is.
    """
    note = f"{reason} {original}"
    lines = [
        *_kept_fields(head),
        b"%s: %s" % (NOTE_FIELD.encode(), _one_line(reason)),
        b"MIME-Version: 1.0",
        b"Content-Type: text/plain; charset=utf-8",
        b"Content-Transfer-Encoding: 8bit",
        b"",
        note.encode("utf-8", "replace"),
        b"",
    ]
    return b"\r\n".join(lines)


def _kept_fields(head: bytes) -> list[bytes]:
    return [
        raw.rstrip(b"\r\n")
        for name, raw in raw_fields(header_block(head))
        if name and name not in _ABOUT_THE_BODY and not name.startswith(b"content-")
    ]


def _one_line(text: str) -> bytes:
    return " ".join(text.split()).encode("ascii", "replace")
