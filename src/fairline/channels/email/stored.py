"""Mail in files, as people keep it: raw messages, mbox files, maildirs, folders of these.

Only reads. What looks like no mail in a folder (notes, pictures) is passed over; a file that is
named outright is always taken.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fairline.channels.contract import RawItem
from fairline.channels.email.addresses import Address
from fairline.channels.email.identify import native_id_of
from fairline.channels.email.parse import parse_message
from fairline.channels.email.quoting import read_reply
from fairline.channels.email.subjects import is_forward
from fairline.core.clock import now

MAIL_ENDINGS = frozenset({".eml", ".mbox", ".mbx", ".mail", ".msg"})
OTHER_ENDINGS = frozenset(
    {
        ".c", ".cfg", ".css", ".csv", ".gz", ".htm", ".html", ".ini", ".jpeg", ".jpg", ".js",
        ".json", ".jsonl", ".md", ".pdf", ".png", ".py", ".pyc", ".rst", ".sh", ".toml", ".ts",
        ".xml", ".yaml", ".yml", ".zip",
    }
)  # fmt: skip
MAILDIR = ("cur", "new")

# Not `From : Cleo`, which is a field in an old style (RFC 5322, 4.5).
_SEPARATOR = re.compile(rb"(?:\A|(?<=\n))From (?![ \t]*:)[^\r\n]*\r?\n")
_FIELD = re.compile(rb"[!-9;-~]{1,76}[ \t]*:")
# mboxrd puts one > before every line that begins with From and any number of >.
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)


def items_in(path: Path) -> Iterator[tuple[str, RawItem]]:
    """Each mail in `path` with its name: the file, and `:n` for the n-th of several."""
    for file in _files(path):
        payload = file.read_bytes()
        if not _SEPARATOR.match(payload):
            yield str(file), _item(payload)
            continue
        mails = split_mbox(payload)
        for number, mail in enumerate(mails, 1):
            yield (f"{file}:{number}" if len(mails) > 1 else str(file)), _item(mail)


def _item(payload: bytes) -> RawItem:
    return RawItem(native_id=native_id_of(payload), payload=payload)


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    if all((path / part).is_dir() for part in MAILDIR):
        found = [file for part in MAILDIR for file in (path / part).iterdir() if file.is_file()]
        yield from sorted(found, key=lambda file: file.name)
        folders = [
            inner
            for inner in path.iterdir()
            if inner.is_dir() and inner.name not in {*MAILDIR, "tmp"}
        ]
        for inner in sorted(folders):
            yield from _files(inner)
        return
    for inner in sorted(path.iterdir()):
        if inner.is_symlink() and inner.is_dir():
            continue  # it could lead round in a circle
        if inner.is_dir() or (inner.is_file() and looks_like_mail(inner)):
            yield from _files(inner)


def looks_like_mail(file: Path) -> bool:
    """By its ending, else by whether it begins like a header or an mbox."""
    ending = file.suffix.lower()
    if ending in MAIL_ENDINGS:
        return True
    if ending in OTHER_ENDINGS or file.name.startswith("."):
        return False
    with file.open("rb") as opened:
        start = opened.read(2000).lstrip(b"\xef\xbb\xbf\r\n\t ")
    return bool(_SEPARATOR.match(start) or _FIELD.match(start))


def split_mbox(payload: bytes) -> list[bytes]:
    """The mails of an mbox file, without their separator lines.

    A `From ` line separates only at the start or after an empty line: writers quote the others.
    """
    starts = [
        match
        for match in _SEPARATOR.finditer(payload)
        if match.start() == 0
        or payload[max(0, match.start() - 4) : match.start()].endswith((b"\n\n", b"\r\n\r\n"))
    ]
    ends = [match.start() for match in starts[1:]] + [len(payload)]
    if len(starts) == 1:  # one mail saved with its envelope line: nothing in it was quoted
        return [payload[starts[0].end() :]]
    mails = (payload[start.end() : end] for start, end in zip(starts, ends, strict=True))
    return [_QUOTED_FROM.sub(rb"\1", mail) for mail in mails]


def describe(payload: bytes) -> dict[str, Any]:
    """What a mail says of itself; the text as an agent would see it."""
    mail = parse_message(payload, received_at=now())
    reply = read_reply(
        mail.text, mail.html, is_forward=is_forward(mail.subject), sender_name=mail.sender.name
    )
    return {
        "from": _shown(mail.sender),
        "to": tuple(_shown(one) for one in mail.to),
        "cc": tuple(_shown(one) for one in mail.cc),
        "subject": mail.subject,
        "text": reply.text,
        "html_kept": bool(mail.html),
        "attachments": tuple(
            {"name": file.name, "type": file.media_type, "bytes": len(file.data)}
            for file in mail.files
        ),
        "auth": {"spf": "", "dkim": "", "dmarc": ""},
    }


def _shown(one: Address) -> str:
    return f"{one.name} <{one.address}>" if one.name and one.address else one.address or one.name
