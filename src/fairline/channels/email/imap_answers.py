"""What an IMAP server answers, taken apart. Pure; used by `imap.py` only."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

UID = re.compile(rb"\bUID (\d+)", re.IGNORECASE)
SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)", re.IGNORECASE)
NEWS = re.compile(rb"^\* \d+ EXISTS\b", re.IGNORECASE)
_BODY_LITERAL = re.compile(rb"\bBODY\[[^\]]*\](?:<\d+>)? \{\d+\}$", re.IGNORECASE)
_BODY_QUOTED = re.compile(rb'\bBODY\[[^\]]*\](?:<\d+>)? "((?:[^"\\]|\\.)*)"', re.IGNORECASE)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def responses(said: Iterable[object]) -> Iterator[tuple[bytes, bytes | None]]:
    """Group imaplib's flat answer: (text without literals, body or None) for each response."""
    text, body = b"", None
    for piece in said:
        if isinstance(piece, tuple):
            text += piece[0]
            if _BODY_LITERAL.search(piece[0]):
                body = piece[1]
        elif isinstance(piece, bytes):
            text += piece
            if body is None and (quoted := _BODY_QUOTED.search(text)):
                body = re.sub(rb"\\(.)", rb"\1", quoted[1])
            yield text, body
            text, body = b"", None


def number(said: list[bytes | None]) -> int:
    """The number that an answer consists of; 0 when it is none."""
    text = (said[-1] or b"").strip() if said else b""
    return int(text) if text.isdigit() else 0


def imap_date(day: date) -> str:
    """`02-Nov-2026`, whatever the locale."""
    return f"{day.day:02}-{_MONTHS[day.month - 1]}-{day.year}"
