"""Bluesky's JSON in files, as people keep it: one answer a file, lists, or an event a line.

Only reads. In a folder, what is neither a post nor news of one (schemas, profiles, likes) is passed
over; a file that is named outright is always taken.
"""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from fairline.channels.bluesky.entities import Log, Said, read
from fairline.channels.bluesky.translate import chat_id, translate
from fairline.channels.contract import Echo, Edited, Ignored, Inbound, InboxInfo, RawItem
from fairline.core.clock import now
from fairline.core.errors import Invalid

ENDINGS = frozenset({".json", ".jsonl", ".ndjson"})
# Where answers hold what is of interest.
WITHIN = ("notifications", "feed", "posts", "post", "thread", "replies", "parent", "logs", "quotes")
MOST_DEEP = 8
NOWHERE = InboxInfo(
    id="feed",
    brand_id="",
    brand_name="",
    kind="bluesky",
    name="",
    address="did:plc:nobody",
    options={},
    public_url="",
)


def items_in(path: Path) -> Iterator[tuple[str, RawItem]]:
    """Each post, message and event in `path`, with the name of its file (and `:n`)."""
    for file in _files(path):
        payloads = list(_payloads(file.read_bytes(), is_named=file == path))
        for number, payload in enumerate(payloads, 1):
            yield (f"{file}:{number}" if len(payloads) > 1 else str(file)), item_of(payload)


def item_of(payload: bytes) -> RawItem:
    """A payload under the id that the wire would give it, or one made of its content."""
    native = ""
    with suppress(msgspec.MsgspecError, RecursionError, UnicodeError, Invalid):
        fields = msgspec.json.decode(payload, type=dict[str, msgspec.Raw])
        if "convoId" in fields:
            entry = read(payload, Log)
            native = chat_id(entry.convo_id, read(entry.message, Said).id)
        elif "uri" in fields:
            native = msgspec.json.decode(fields["uri"], type=str)[:2000]
    return RawItem(
        native_id=native or f"sha256:{hashlib.sha256(payload).hexdigest()}", payload=payload
    )


def describe(payload: bytes) -> dict[str, Any]:
    """What a payload says of itself; the text as an agent would see it. Never raises."""
    said: Any = None
    with suppress(Invalid):
        said = translate(payload, NOWHERE, received_at=now())
    if isinstance(said, Ignored | Edited):
        said = said.inbound or said
    is_said = isinstance(said, Inbound)
    return {
        "from": said.author.name if is_said else getattr(said, "address", ""),
        "to": (),
        "cc": (),
        "subject": "",
        "text": said.text if isinstance(said, Inbound | Edited | Echo) else "",
        "html_kept": False,
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
    is_news = "reason" in one and "uri" in one and "record" in one
    is_view = {"uri", "author", "record", "cid"} <= set(one)
    if is_news or is_view or "convoId" in one or ("did" in one and "time_us" in one):
        yield one
    elif deep:
        for name in WITHIN:
            yield from _entities(one.get(name), deep - 1)
