"""One activity on its way to being understood, and the ways to say what became of it. Pure."""

import hashlib

from fairline.channels.activitypub import places
from fairline.channels.activitypub.envelope import Envelope
from fairline.channels.activitypub.people import normalise
from fairline.channels.activitypub.shapes import as2
from fairline.channels.activitypub.shapes.as2 import Doc
from fairline.channels.contract import Ignored, Inbound, InboxInfo, Invalid, Own


class Heard:
    """One activity on its way to being understood."""

    def __init__(self, envelope: Envelope, inbox: InboxInfo, payload: bytes) -> None:
        self.envelope = envelope
        self.inbox = inbox
        self.activity = envelope.activity
        self.actor = envelope.actor
        self.us = places.actor_id(inbox)
        activity_id = as2.text(self.activity, "id").strip()[: as2.MOST_ADDRESS]
        # An address on somebody else's server would take that name from what is really there.
        is_own = bool(activity_id) and envelope.may_tell(activity_id)
        digest = f"sha256:{hashlib.sha256(payload).hexdigest()}"
        self.native_id = activity_id if is_own else digest

    def ignored(self, outcome: str, reason: str, inbound: Inbound | None = None) -> Ignored:
        return Ignored(native_id=self.native_id, outcome=outcome, reason=reason, inbound=inbound)

    def refused(self, reason: str) -> Ignored:
        return self.ignored("refused", reason)

    def own(self, outcome: str, reason: str, **data: str) -> Own:
        return Own(native_id=self.native_id, outcome=outcome, reason=reason, data=dict(data))


def kind_of(doc: Doc) -> str:
    """What it calls itself, for the reason that people read."""
    return " ".join(next(iter(as2.types(doc)), "something without a type").split())[:60]


def address_of(actor: str) -> str:
    try:
        return normalise(actor)
    except Invalid:
        return actor
