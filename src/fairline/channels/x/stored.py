"""Payloads of X in files: JSON as captured, one a line or one a file, and tables of posts (CSV).

Only reads. A file that holds several events is cut into them, as a webhook's body is.
"""

import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from fairline.channels.contract import Invalid, RawItem
from fairline.channels.x.archive import of_row
from fairline.channels.x.cutting import pieces
from fairline.channels.x.directs import new_direct, old_direct
from fairline.channels.x.people import Person
from fairline.channels.x.posts import post_of
from fairline.channels.x.reading import read_body, rows, table

ENDINGS = frozenset({".json", ".jsonl", ".ndjson", ".csv"})
MOST_FIELD = 1_000_000


def items_in(path: Path) -> Iterator[tuple[str, RawItem]]:
    """Each event in `path` with its name: the file, and `:n` for the n-th of several."""
    for file in _files(path):
        found = list(_rows(file) if file.suffix.lower() == ".csv" else _events(file))
        for number, item in enumerate(found, 1):
            yield (f"{file}:{number}" if len(found) > 1 else str(file)), item


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for inner in sorted(path.rglob("*")):
        if inner.is_file() and inner.suffix.lower() in ENDINGS:
            yield inner


def _rows(file: Path) -> Iterator[RawItem]:
    csv.field_size_limit(MOST_FIELD)
    with file.open(encoding="utf-8", errors="replace", newline="") as opened:
        for row in csv.DictReader(opened):
            kept = {k: v for k, v in row.items() if isinstance(k, str) and isinstance(v, str)}
            payload = msgspec.json.encode(kept)
            found = next(pieces(kept), None)
            yield RawItem(native_id=found.native_id if found else _odd(payload), payload=payload)


def _events(file: Path) -> Iterator[RawItem]:
    content = file.read_bytes()
    is_lines = file.suffix.lower() in {".jsonl", ".ndjson"}
    for payload in [one for one in content.splitlines() if one.strip()] if is_lines else [content]:
        yield from _cut(payload)


def _cut(payload: bytes) -> Iterator[RawItem]:
    try:
        found = list(pieces(read_body(payload)))
    except Invalid:
        found = []
    if not found:  # it is set aside, with the reason
        yield RawItem(native_id=_odd(payload), payload=payload)
    for piece in found:
        yield RawItem(native_id=piece.native_id, payload=msgspec.json.encode(piece.body))


def _odd(payload: bytes) -> str:
    return f"odd:{hashlib.sha256(payload).hexdigest()[:32]}"


def describe(payload: bytes) -> dict[str, Any]:
    """What a payload says of itself. Never raises."""
    told: dict[str, Any] = {"from": "", "to": (), "cc": (), "subject": "", "text": ""}
    told |= {"html_kept": False, "attachments": (), "auth": {}}
    try:
        sender, text, files = _said(read_body(payload))
    except Invalid:
        return told
    kinds = tuple({"name": one.name, "type": one.media_type, "bytes": 0} for one in files)
    return told | {"from": sender, "text": text, "attachments": kinds}


def _said(body: dict[str, Any]) -> tuple[str, str, tuple[Any, ...]]:
    if "tweet_id" in body:
        row = of_row(body)
        return str(body.get("author_id", ""))[:100], getattr(row, "text", ""), ()
    data = table(body.get("data"))
    includes = table(data.get("includes") or body.get("includes"))
    one = table(data.get("payload")) or data
    posts = rows(body.get("tweet_create_events"))
    directs = rows(body.get("direct_message_events"))
    direct = old_direct(directs[0], body.get("users")) if directs else new_direct(one, includes)
    if direct:
        return _name(direct.sender), direct.text, direct.files
    post = post_of(posts[0] if posts else one, includes)
    return (_name(post.author), post.said, post.files) if post else ("", "", ())


def _name(person: Person) -> str:
    return person.shown or person.id
