"""A stored activity as something said, as news of it, or as nothing to us with the reason. Pure.

Nobody speaks for another: an activity counts only when its actor is who verifiably sent it, and
what it carries only when it lies on that actor's server, or was fetched from its own. What we do
not act on is kept with its outcome in words. Source: ActivityPub, 6 and 7.
"""

from collections.abc import Callable
from datetime import datetime

from fairline.channels.activitypub import acts, places, posts
from fairline.channels.activitypub.envelope import opened
from fairline.channels.activitypub.heard import Heard, kind_of
from fairline.channels.activitypub.people import ACTORS, normalise
from fairline.channels.activitypub.shapes import as2
from fairline.channels.activitypub.shapes.as2 import Doc
from fairline.channels.contract import (
    Edited,
    Ignored,
    Inbound,
    InboxInfo,
    Invalid,
    Translation,
)
from fairline.people.contacts import MAX_ADDRESS

_UNHEARD = {
    "Accept": "an answer to an invitation or a follow that we never sent",
    "TentativeAccept": "an answer to an invitation that we never sent",
    "Reject": "a refusal of something that we never asked",
    "TentativeReject": "a refusal of something that we never asked",
    "Add": "a post was put into a collection",
    "Remove": "a post was taken out of a collection",
    "Invite": "an invitation; nobody of ours goes by it",
    "Join": "somebody joins something",
    "Leave": "somebody leaves something",
    "Offer": "an offer that this server has no use for",
    "Question": "a question without words",
    "View": "somebody looked at a post",
    "Read": "somebody read a post",
    "Listen": "somebody listened to something",
    "QuoteRequest": "a request to quote us; quoting needs no leave here",
}


def translate(payload: bytes, inbox: InboxInfo, *, received_at: datetime) -> Translation:  # noqa: ARG001
    """Raises Invalid when it is no activity at all."""
    envelope = opened(payload)
    heard = Heard(envelope, inbox, payload)
    kinds = as2.types(heard.activity)
    if not heard.activity:
        raise Invalid("There is no activity in it.", code="bad_payload")
    if envelope.actor == heard.us:
        return heard.ignored("own", "our own words came back to us")
    said_by = as2.only(heard.activity, "actor")
    if said_by and said_by != envelope.actor:
        return heard.refused(f"it speaks for {said_by}, and {envelope.actor} sent it")
    for kind in kinds:
        if kind in _TAKERS:
            return _TAKERS[kind](heard)
    if set(kinds) & ACTORS:
        return heard.own("profile", "a profile", actor=heard.actor)
    if posts.is_post(heard.activity) or as2.worded(heard.activity, "content")[0]:
        return _said(heard, heard.activity)
    words = next((_UNHEARD[kind] for kind in kinds if kind in _UNHEARD), "")
    return heard.ignored(
        "chatter", words or f"{kind_of(heard.activity)}: nothing that is said to us"
    )


def _create(heard: Heard) -> Translation:
    doc, problem = _object(heard)
    return _said(heard, doc) if doc is not None else heard.refused(problem)


def _object(heard: Heard) -> tuple[Doc | None, str]:
    """What an activity is about, where it may be believed; else why not."""
    for value in as2.values(heard.activity, "object")[:1]:
        doc = heard.envelope.named(value)
        if doc is not None:
            return doc, ""
        uri = as2.address(value)
        if isinstance(value, dict):
            return None, f"what it carries lies on another server: {uri}"
        return None, f"what it names could not be fetched: {uri}"
    return None, "it carries nothing"


def _said(heard: Heard, doc: Doc) -> Translation:
    """Something was said: to us, or past us."""
    told = _written(heard, doc)
    if not isinstance(told, tuple):
        return told
    inbound, is_for_us = told
    if is_for_us:
        return inbound
    heard_of = inbound if inbound.is_public else None  # what is private is not ours to list
    return heard.ignored("chatter", "it neither names us nor answers us", heard_of)


def _written(heard: Heard, doc: Doc) -> tuple[Inbound, bool] | Ignored:
    """The post and whether it is for us, or why it is none."""
    uri = as2.text(doc, "id").strip()[: as2.MOST_ADDRESS]
    author = _author(heard, doc, uri)
    if not author:
        return heard.ignored("chatter", "it does not say who wrote it")
    is_sender = author == heard.actor
    if not is_sender and (heard.envelope.objects.get(uri) is not doc):
        return heard.refused(f"it is said to be by {author}, and {heard.actor} sent it")
    # What lies elsewhere would take its address from what is really there.
    is_named = is_sender and (heard.envelope.is_fed or not as2.is_web(uri))
    if uri and not is_named and not places.same_host(uri, author):
        return heard.refused(f"{uri} lies on another server than {author}")
    if author == heard.us:
        return heard.ignored("own", "our own words came back to us")
    if set(as2.types(doc)) & {"Tombstone"}:
        return heard.ignored("chatter", "it was taken back before it reached us")
    if not posts.is_post(doc) and not as2.worded(doc, "content")[0]:
        return heard.ignored("chatter", f"{kind_of(doc)}: nothing that is said to us")
    if posts.is_vote(doc):
        return heard.ignored("like", "a vote in a poll")
    inbound, audience = posts.to_inbound(
        doc, uri or heard.native_id, author, heard.envelope, heard.inbox
    )
    if not inbound.text.strip() and not inbound.files:
        return heard.ignored("chatter", "it has neither words nor pictures")
    return inbound, audience.is_for_us


def _author(heard: Heard, doc: Doc, uri: str) -> str:
    """Who wrote a post: the sender where it is one of those named, else who is named first."""
    named = as2.addresses(doc, "attributedTo") or as2.addresses(doc, "actor")
    if not named and heard.envelope.objects.get(uri) is not doc:
        named = [heard.actor]
    found = heard.actor if heard.actor in named else next(iter(named), "")
    try:
        is_usable = found and len(normalise(found)) <= MAX_ADDRESS
    except Invalid:
        return ""
    return found if is_usable else ""


def _update(heard: Heard) -> Translation:
    doc, problem = _object(heard)
    if doc is None:
        return heard.refused(problem)
    if set(as2.types(doc)) & ACTORS:
        if as2.text(doc, "id") != heard.actor:
            return heard.refused("a profile is changed by its owner only")
        return heard.own("profile", "the sender changed their profile", actor=heard.actor)
    told = _written(heard, doc)
    if not isinstance(told, tuple):
        return told
    inbound, is_for_us = told
    return Edited(
        native_id=heard.native_id,
        of=inbound.native_id,
        address=inbound.author.address,
        text=inbound.text,
        html=inbound.html,
        edited_at=as2.moment(doc, "updated") or as2.moment(heard.activity, "published"),
        inbound=inbound if is_for_us else None,
    )


def _announce(heard: Heard) -> Translation:
    """A repost, which is no words of its own; or a group that passes on what a member said."""
    value = next(iter(as2.values(heard.activity, "object")), None)
    inner = value if isinstance(value, dict) else None
    passes_on = bool(inner and set(as2.types(inner)) & {"Create", "Update"})
    uri = as2.only(inner, "object") if passes_on else as2.address(value)
    is_group = "Group" in as2.types(heard.envelope.objects.get(heard.actor))
    if places.own_key(heard.inbox, uri):
        return heard.ignored("repost", "our own post was passed on")
    doc = heard.envelope.objects.get(uri)
    if doc is None or not (passes_on or is_group):
        return heard.ignored("repost", f"a repost of {uri[:300] or 'something'}")
    told = _written(heard, doc)
    if isinstance(told, tuple) and told[1]:
        return told[0]
    return heard.ignored("repost", f"a group passes on {uri[:300]}")


_TAKERS: dict[str, Callable[[Heard], Translation]] = {
    "Create": _create,
    "Update": _update,
    "Delete": acts.delete,
    "Undo": acts.undo,
    "Announce": _announce,
    "Like": acts.like,
    "Dislike": acts.like,
    "EmojiReact": acts.like,
    "EmojiReaction": acts.like,
    "Follow": acts.follow,
    "Block": acts.block,
    "Flag": acts.flag,
    "Move": acts.move,
}
