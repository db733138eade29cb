"""One stored piece of news becomes what it means: the way in for all four kinds. Pure.

Whatever comes, nothing but Invalid is raised.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from fairline.channels.contract import Ignored, Inbound, InboxInfo, Invalid, RawItem, Translation
from fairline.channels.meta.comments import read_change
from fairline.channels.meta.cutting import Piece, pieces_of
from fairline.channels.meta.messaging import read_event
from fairline.channels.meta.reading import fingerprint, name, parse, rows, table
from fairline.channels.meta.whatsapp_news import read_whatsapp
from fairline.core.clock import now

LABELS = {
    "messenger": "Messenger",
    "instagram": "Instagram",
    "whatsapp": "WhatsApp",
    "facebook": "a page's posts and comments",
}


def translate(
    payload: bytes, inbox: InboxInfo, *, media_url: str = "", received_at: datetime
) -> Translation:
    """Understand one payload. Raises Invalid when it holds nothing, or several things."""
    data = parse(payload)
    pieces = []
    for piece in pieces_of(data, inbox.kind):
        pieces.append(piece)
        if len(pieces) > 1:
            raise Invalid("That holds several pieces of news: feed it in parts.", code="several")
    if not pieces:
        raise Invalid("That is nothing that Meta sends to a webhook.", code="bad_payload")
    piece = pieces[0]
    elsewhere = table(data, "for")
    if elsewhere and _is_elsewhere(elsewhere, inbox):
        account = name(elsewhere, "address") or "another account"
        reason = f"for {account} on {LABELS.get(name(elsewhere, 'kind'), 'Meta')}: no such inbox"
        return Ignored(native_id=piece.native_id, outcome="chatter", reason=reason)
    if piece.kind != inbox.kind:
        raise Invalid(f"That is news of {LABELS[piece.kind]}.", code="other_channel")
    return _read(piece, inbox, media_url, received_at)


def _is_elsewhere(named: dict[str, Any], inbox: InboxInfo) -> bool:
    return name(named, "kind") != inbox.kind or name(named, "address") not in {"", inbox.address}


def _read(piece: Piece, inbox: InboxInfo, media_url: str, received_at: datetime) -> Translation:
    entry = next(rows(piece.data, "entry"), {})
    for event in (*rows(entry, "messaging"), *rows(entry, "standby")):
        return read_event(event, inbox, received_at=received_at)
    change = next(rows(entry, "changes"), {})
    if piece.kind == "whatsapp":
        return read_whatsapp(change, inbox, media_url=media_url, received_at=received_at)
    return read_change(change, entry, inbox, received_at=received_at)


def items_in(path: Path, kind: str) -> Iterator[tuple[str, RawItem]]:
    """Every piece of news in a file or in the JSON files of a folder, in order of name. What holds
    none is an item of its own, so that it is told.
    """
    for file in sorted(path.rglob("*.json")) if path.is_dir() else [path]:
        payload = file.read_bytes()
        try:
            pieces = list(pieces_of(parse(payload), kind))
        except Invalid:
            pieces = []
        if not pieces:
            yield str(file), RawItem(native_id=f"file:{fingerprint(str(payload))}", payload=payload)
        for number, piece in enumerate(pieces, 1):
            called = f"{file}:{number}" if len(pieces) > 1 else str(file)
            yield called, RawItem(native_id=piece.native_id, payload=piece.payload)


def describe(payload: bytes, kind: str) -> dict[str, Any]:
    """What a payload says of itself. Never raises."""
    nowhere = InboxInfo(
        id="", brand_id="", brand_name="", kind=kind, name="", address="", options={}, public_url=""
    )
    try:
        said = translate(payload, nowhere, received_at=now())
    except Invalid as error:
        return {"error": error.text}
    if not isinstance(said, Inbound):
        return {"news": type(said).__name__.lower(), "native_id": said.native_id}
    return {
        "from": said.author.address,
        "name": said.author.name,
        "text": said.text,
        "attachments": [file.name for file in said.files],
        "public": said.is_public,
        "in_reply_to": list(said.in_reply_to),
    }
