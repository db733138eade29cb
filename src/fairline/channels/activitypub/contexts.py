"""The thread that a post belongs to, as its server named it: an answer keeps the name.

Mastodon follows `inReplyTo`; Akkoma, Friendica and others keep threads together by `context` or
`conversation`. What was said to us is on disk as it came; what we said in public as it left.
"""

from fairline.channels import raw, store_raw
from fairline.channels.activitypub import store
from fairline.channels.activitypub.envelope import opened
from fairline.channels.activitypub.shapes import as2
from fairline.channels.activitypub.shapes.as2 import Doc
from fairline.channels.contract import InboxInfo, Invalid
from fairline.db.unit import Unit

NAMES = ("context", "conversation")
# So many posts back is looked, where the last ones were our own.
LOOKED_AT = 5


def context_of(unit: Unit, inbox: InboxInfo, above: tuple[str, ...]) -> dict[str, str]:
    """What the nearest post of the thread says of it; {} where none of them says anything.

    `above` is nearest first. Indexes: (inbox_id, native_id) of raw items, key of our posts.
    """
    for native_id in above[:LOOKED_AT]:
        if named := _named(_post(unit, inbox, native_id)):
            return named
    return {}


def _post(unit: Unit, inbox: InboxInfo, native_id: str) -> Doc:
    row = store_raw.by_native_id(unit, inbox.id, native_id)
    if row is None:
        ours = store.post_by_id(unit, native_id)
        return ours.doc if ours else {}
    try:
        envelope = opened(raw.payload_of(unit, row))
    except Invalid:
        return {}
    return envelope.named(next(iter(as2.values(envelope.activity, "object")), None)) or {}


def _named(doc: Doc) -> dict[str, str]:
    found = {name: as2.only(doc, name) for name in NAMES}
    return {name: value for name, value in found.items() if value and " " not in value}
