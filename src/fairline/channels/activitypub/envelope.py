"""What is stored of an activity: itself, who verifiably sent it, and what was fetched beside it.

The route that took it in writes it, `translate` reads it: so understanding needs no network, and
can be done again.
"""

from collections.abc import Mapping

import msgspec

from fairline.channels.activitypub.places import same_host
from fairline.channels.activitypub.shapes import as2
from fairline.channels.activitypub.shapes.as2 import Doc


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """`actor` is whose signature was good. `objects` holds documents by the address they were
    fetched from, each by its own server. `is_fed` marks a capture that the operator put in.
    """

    actor: str
    activity: Doc
    objects: Mapping[str, Doc]
    is_fed: bool = False

    def named(self, value: object) -> Doc | None:
        """The document that a value is or names, if it may be believed: fetched from its own
        server, or told by an actor of the same one.
        """
        uri = as2.address(value)
        if (fetched := self.objects.get(uri)) is not None:
            return fetched
        if isinstance(value, dict) and self.may_tell(uri):
            return value
        return None

    def may_tell(self, uri: str) -> bool:
        """Whether what the sender says of this address counts."""
        if same_host(uri, self.actor):
            return True
        return not uri or (self.is_fed and not as2.is_web(uri))


def sealed(actor: str, activity: Doc, objects: Mapping[str, Doc]) -> bytes:
    """As it is stored. Raises nothing for what JSON can hold."""
    return msgspec.json.encode({"actor": actor, "activity": activity, "objects": objects})


def opened(payload: bytes) -> Envelope:
    """Raises Invalid when it is none."""
    whole = as2.load(payload)
    activity = whole.get("activity")
    objects = whole.get("objects")
    return Envelope(
        actor=as2.address(whole.get("actor")),
        activity=activity if isinstance(activity, dict) else {},
        objects={
            uri: doc
            for uri, doc in (objects.items() if isinstance(objects, dict) else ())
            if isinstance(doc, dict)
        },
        is_fed=whole.get("fed") is True,
    )
