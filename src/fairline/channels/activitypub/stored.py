"""Captured documents in files, as `fairline inbox feed` takes them. Only reads.

One document a file, or several in a list. What is no JSON, or JSON of something else, is passed
over in a folder and taken where it is named outright. Whoever feeds a capture vouches for it.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from fairline.channels.activitypub.envelope import opened
from fairline.channels.activitypub.people import ACTORS, author_of
from fairline.channels.activitypub.posts import files_of
from fairline.channels.activitypub.shapes import as2
from fairline.channels.activitypub.shapes.as2 import Doc
from fairline.channels.activitypub.shapes.wording import worded
from fairline.channels.contract import Invalid, RawItem

ENDINGS = frozenset({".json", ".jsonld", ".as2", ".jsonl"})


def items_in(path: Path) -> Iterator[tuple[str, RawItem]]:
    """Each document in `path` with its name: the file, and `:n` for the n-th of several."""
    for file in _files(path):
        payload = file.read_bytes()
        documents = _documents(file, payload)
        if path.is_dir():
            documents = [one for one in documents if looks_like_ours(one)]
        for number, document in enumerate(documents, 1):
            name = f"{file}:{number}" if len(documents) > 1 else str(file)
            yield name, _item(document)


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for inner in sorted(path.rglob("*")):
        if inner.is_file() and inner.suffix.lower() in ENDINGS and not inner.name.startswith("."):
            yield inner


def _documents(file: Path, payload: bytes) -> list[Any]:
    try:
        if file.suffix.lower() == ".jsonl":
            return [msgspec.json.decode(line) for line in payload.splitlines() if line.strip()]
        found = msgspec.json.decode(payload)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return [payload]
    if isinstance(found, list) and found and all(isinstance(one, dict) for one in found):
        return found
    return [found]


def looks_like_ours(document: Any) -> bool:
    """Whether it is of the fediverse: not every JSON file in a folder is."""
    if not isinstance(document, dict):
        return False
    if isinstance(document.get("activity"), dict):
        return True
    kinds = as2.types(document)
    if any(kind.startswith("h-") for kind in kinds):  # microformats
        return False
    says_so = "activitystreams" in str(document.get("@context", ""))[:5_000]
    return bool(kinds) or (says_so and len(document) > 1)


def _item(document: Any) -> RawItem:
    if isinstance(document, bytes) or not isinstance(document, dict):
        payload = document if isinstance(document, bytes) else msgspec.json.encode(document)
        return RawItem(native_id=_digest(payload), payload=payload)
    if isinstance(document.get("activity"), dict):  # as a server of ours stored it
        payload = msgspec.json.encode(document)
        return RawItem(native_id=_native_id(document["activity"], payload), payload=payload)
    sender = _sender(document)
    objects = {uri: doc for uri, doc in _people_in(document) if as2.is_web(uri)}
    payload = msgspec.json.encode(
        {"actor": sender, "activity": document, "objects": objects, "fed": True}
    )
    return RawItem(native_id=_native_id(document, payload), payload=payload)


def _sender(document: Doc) -> str:
    """Who a capture says it is by: an actor's id, or its page where it has none."""
    for name in ("actor", "attributedTo"):
        if found := as2.only(document, name):
            return found
        if person := as2.inner(document, name):
            return next((url for url, _ in as2.web_addresses(person, "url")), "")
    return as2.text(document, "id") if set(as2.types(document)) & ACTORS else ""


def _people_in(document: Doc) -> Iterator[tuple[str, Doc]]:
    """Actors that a capture carries whole."""
    for name in ("actor", "attributedTo"):
        person = as2.inner(document, name)
        if person is not None:
            yield as2.address(person), person


def _native_id(document: Doc, payload: bytes) -> str:
    """The document's id with what stands in it: two captures may share an example's id."""
    return f"{as2.text(document, 'id')[:500]} {_digest(payload)}".strip()


def _digest(payload: bytes) -> str:
    return f"sha256:{hashlib.sha256(payload).hexdigest()}"


def describe(payload: bytes) -> dict[str, Any]:
    """What a document says of itself. Never raises."""
    try:
        envelope = opened(payload)
    except Invalid:
        return {}
    activity = envelope.activity
    doc = as2.inner(activity, "object") or activity
    said = worded(as2.worded(doc, "content")[0], as2.text(doc, "mediaType"))
    try:
        sender = author_of(envelope.actor, envelope.objects.get(envelope.actor)).address
    except Invalid:
        sender = envelope.actor
    return {
        "from": sender,
        "to": tuple(as2.addresses(doc, "to")),
        "cc": tuple(as2.addresses(doc, "cc")),
        "subject": as2.worded(doc, "name")[0][:300],
        "text": said.text[:2_000],
        "html_kept": bool(said.html),
        "attachments": tuple(
            {"name": file.name, "type": file.media_type, "bytes": 0} for file in files_of(doc)
        ),
        "auth": {},
    }
