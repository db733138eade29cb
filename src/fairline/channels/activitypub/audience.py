"""Who may read a post, and whether it is meant for us. Pure.

Public and unlisted posts name the public collection (`to` or `cc`); one for followers names only
their collection, a direct one only people. Source: ActivityPub, 5.6 and 7.1; Mastodon's visibility.
"""

import re

import msgspec

from fairline.channels.activitypub import places
from fairline.channels.activitypub.shapes import as2
from fairline.channels.activitypub.shapes.as2 import Doc
from fairline.channels.contract import InboxInfo

_FIELDS = ("to", "cc", "bto", "bcc", "audience")
_ALWAYS_PRIVATE = frozenset({"ChatMessage", "EncryptedMessage"})
_FOLLOWERS = re.compile(r"/followers?(?:[/?#]|$)", re.IGNORECASE)


class Audience(msgspec.Struct, frozen=True, kw_only=True):
    """`kind`: public, unlisted, followers, direct. `is_for_us`: named, mentioned, or answered."""

    kind: str
    is_for_us: bool
    others: tuple[str, ...] = ()

    @property
    def is_public(self) -> bool:
        return self.kind in {"public", "unlisted"}


def audience_of(doc: Doc, activity: Doc, inbox: InboxInfo) -> Audience:
    """Of a post. What the post itself names counts; the activity around it only where the post
    names nobody: one that only people are named on is never public because its wrapping was.
    """
    source = doc if any(as2.values(doc, field) for field in _FIELDS) else activity
    named = {field: as2.addresses(source, field) for field in _FIELDS}
    people = {uri for field in _FIELDS for uri in named[field] if not as2.is_public(uri)}
    mentioned = {
        as2.address(tag) for tag in as2.values(doc, "tag") if "Mention" in as2.types(tag)
    } | {uri for field in ("to", "cc", "bto", "bcc") for uri in as2.addresses(activity, field)}
    us = places.actor_id(inbox)
    answers_us = any(places.own_key(inbox, uri) for uri in as2.addresses(doc, "inReplyTo"))
    kind = _kind(doc, named, people)
    # Nobody is named, and it was delivered to us all the same: a blind copy.
    is_blind = not people and not mentioned and kind == "direct"
    return Audience(
        kind=kind,
        is_for_us=us in people or us in mentioned or answers_us or is_blind,
        others=tuple(sorted(people - {us})),
    )


def _kind(doc: Doc, named: dict[str, list[str]], people: set[str]) -> str:
    is_direct = as2.is_true(doc, "directMessage") or as2.is_true(doc, "litepub:directMessage")
    if is_direct or set(as2.types(doc)) & _ALWAYS_PRIVATE:
        return "direct"
    if any(as2.is_public(uri) for uri in named["to"] + named["audience"]):
        return "public"
    if any(as2.is_public(uri) for uri in named["cc"]):
        return "unlisted"
    return "followers" if any(_FOLLOWERS.search(uri) for uri in people) else "direct"
