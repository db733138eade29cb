"""The native id of a mail: its Message-ID, or a hash of its bytes where it has none.

Called by the wire (before anything is parsed), by the receiver and by `translate`, so that the
same mail has the same id on every way in. Pure and cheap: reads the header block only.
"""

import hashlib
import re

# Longer ids exist only in junk; the column is part of a unique index (PostgreSQL: 2,704 bytes).
MAX_ID_CHARACTERS = 400

_BLANK_LINE = re.compile(rb"\r\n\r\n|\n\r?\n|\r\r|\A\r?\n")
_FIELD = re.compile(
    rb"(?:\A|[\r\n])message-id[ \t]*:((?:[^\r\n]|\r?\n[ \t]|\r[ \t])*)", re.IGNORECASE
)
_BRACKETED = re.compile(r"<([^<>]*)>")
_NOISE = re.compile(r"[\s\x00-\x1f\x7f]+")


def native_id_of(payload: bytes) -> str:
    """The id under which this mail is stored once per inbox.

    *Shape*: a Message-ID without angle brackets, else `sha256:` and 64 hex digits of the payload
    with its line ends made equal (a mailbox file has LF where IMAP has CRLF).
    *Source*: RFC 5322, 3.6.4.
    """
    for match in _FIELD.finditer(header_block(payload)):
        if found := clean_message_id(match[1].decode("utf-8", "replace")):
            return found
    content = payload.replace(b"\r\n", b"\n")
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def clean_message_id(value: str) -> str:
    """One Message-ID as it is stored: no brackets, no white space, never too long. '' when blank.

    Use it for In-Reply-To and References too, or a reply to an odd id would miss its thread.
    """
    bracketed = _BRACKETED.search(value)
    inner = bracketed[1] if bracketed else value.replace("<", "").replace(">", "")
    found = _NOISE.sub("", inner)
    if len(found) > MAX_ID_CHARACTERS:
        digest = hashlib.sha256(found.encode("utf-8", "surrogatepass")).hexdigest()
        return f"sha256:{digest}"
    return found


def header_block(payload: bytes) -> bytes:
    """Everything before the first empty line."""
    end = _BLANK_LINE.search(payload)
    return payload[: end.start()] if end else payload
