"""What must be fetched before an activity can be understood. Pure; never raises."""

from fairline.channels.activitypub.places import same_host
from fairline.channels.activitypub.shapes import as2
from fairline.channels.activitypub.shapes.as2 import Doc

_SPEAKS = frozenset({"Create", "Update"})
_POINTS = frozenset({"Announce", "Add"})
_INNER = frozenset({"Create", "Update", "Announce"})


def needs(activity: Doc, actor: str) -> tuple[str, ...]:
    """The addresses to fetch, most needed first: objects that are only named or that their sender
    may not vouch for, and what is answered. At most a few; none for what changes no words.
    """
    wanted: list[str] = []
    kinds = set(as2.types(activity))
    for value in as2.values(activity, "object")[:2]:
        uri = as2.address(value)
        doc = value if isinstance(value, dict) else None
        if kinds & _SPEAKS and (doc is None or not same_host(uri, actor)):
            wanted.append(uri)
        elif kinds & _POINTS and doc is not None and set(as2.types(doc)) & _INNER:
            # A group passes on what a member did: only the member's own server can say that.
            wanted.append(as2.only(doc, "object"))
        elif kinds & _POINTS:
            wanted.append(uri)
        if doc is not None and kinds & _SPEAKS:
            wanted += as2.addresses(doc, "inReplyTo")[:1]
    if "Move" in kinds:
        wanted.append(as2.only(activity, "target"))
    return tuple(dict.fromkeys(uri for uri in wanted if as2.is_web(uri)))
