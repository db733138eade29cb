"""Mastodon's JSON in files, as people keep it: one entity a file, lists, or an entity a line.

Only reads. In a folder, what is neither a post nor news of one (settings, filters, answers of the
administration) is passed over; a file that is named outright is always taken.
"""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from fairline.channels.contract import Echo, Edited, Ignored, Inbound, InboxInfo, RawItem
from fairline.channels.mastodon.translate import translate
from fairline.core.clock import now
from fairline.core.errors import Invalid

ENDINGS = frozenset({".json", ".jsonl", ".ndjson"})
# Where entities hold others of interest.
WITHIN = ("ancestors", "descendants", "statuses", "notifications", "last_status")
MOST_DEEP = 4
NOWHERE = InboxInfo(
    id="feed",
    brand_id="",
    brand_name="",
    kind="mastodon",
    name="",
    address="we@mastodon",
    options={},
    public_url="",
)


def items_in(path: Path) -> Iterator[tuple[str, RawItem]]:
    """Each post, notification and event in `path`, with the name of its file (and `:n`)."""
    for file in _files(path):
        payloads = list(_payloads(file.read_bytes(), is_named=file == path))
        for number, payload in enumerate(payloads, 1):
            yield (f"{file}:{number}" if len(payloads) > 1 else str(file)), item_of(payload)


def item_of(payload: bytes) -> RawItem:
    """A payload under the id that the wire would give it, or one made of its content."""
    try:
        fields = msgspec.json.decode(payload, type=dict[str, msgspec.Raw])
        own = msgspec.json.decode(fields.get("id", b'""'), type=str | int)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        fields, own = {}, ""
    kind = "status" if "content" in fields else "notification" if "type" in fields else ""
    if own and kind == "notification":
        return RawItem(native_id=f"notification:{str(own)[:100]}", payload=payload)
    return RawItem(native_id=f"sha256:{hashlib.sha256(payload).hexdigest()}", payload=payload)


def describe(payload: bytes) -> dict[str, Any]:
    """What a payload says of itself; the text as an agent would see it. Never raises."""
    said: Any = None
    with suppress(Invalid):
        said = translate(payload, NOWHERE, received_at=now())
    if isinstance(said, Ignored):
        said = said.inbound
    if isinstance(said, Edited):
        said = said.inbound or said
    is_said = isinstance(said, Inbound)
    return {
        "from": said.author.name if is_said else getattr(said, "address", ""),
        "to": (),
        "cc": (),
        "subject": "",
        "text": said.text if isinstance(said, Inbound | Edited | Echo) else "",
        "html_kept": bool(getattr(said, "html", "")),
        "attachments": tuple(
            {"name": file.name, "type": file.media_type, "bytes": len(file.data)}
            for file in (said.files if is_said else ())
        ),
        "auth": {"spf": "", "dkim": "", "dmarc": ""},
    }


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for inner in sorted(path.iterdir()):
        if inner.is_dir() and not inner.is_symlink():
            yield from _files(inner)
        elif inner.is_file() and inner.suffix.lower() in ENDINGS:
            yield inner


def _payloads(content: bytes, *, is_named: bool) -> Iterator[bytes]:
    try:
        whole = [msgspec.json.decode(content)]
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        try:
            whole = msgspec.json.Decoder().decode_lines(content) if content.strip() else []
        except (msgspec.MsgspecError, RecursionError, UnicodeError):
            whole = []
    found = [entity for one in whole for entity in _entities(one, MOST_DEEP)]
    if found:
        yield from (msgspec.json.encode(entity) for entity in found)
    elif is_named:
        yield content


def _entities(one: Any, deep: int) -> Iterator[dict[str, Any]]:
    """The entities of interest in a decoded value."""
    if isinstance(one, list) and deep:
        for inner in one:
            yield from _entities(inner, deep - 1)
    if not isinstance(one, dict):
        return
    is_news = "type" in one and "created_at" in one and "account" in one
    is_post = "content" in one and "account" in one and "id" in one
    if is_news or is_post or ("event" in one and "stream" in one):
        yield one
    elif deep:
        for name in WITHIN:
            yield from _entities(one.get(name), deep - 1)
