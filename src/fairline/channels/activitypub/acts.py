"""What people do besides speaking: take back, like, follow, block, report, move. Pure.

Each is believed only about what is the sender's own. Source: ActivityPub, 7.
"""

from fairline.channels.activitypub.heard import Heard, address_of, kind_of
from fairline.channels.activitypub.people import author_of
from fairline.channels.activitypub.shapes import as2
from fairline.channels.activitypub.shapes.wording import worded
from fairline.channels.contract import Consent, Inbound, Removed, Translation


def delete(heard: Heard) -> Translation:
    gone = as2.addresses(heard.activity, "object")
    if not gone:
        return heard.ignored("chatter", "nothing is named that was taken back")
    if heard.actor in gone:
        return heard.own("gone", "the sender's account was deleted", actor=heard.actor)
    if foreign := [uri for uri in gone if not heard.envelope.may_tell(uri)]:
        return heard.refused(f"{foreign[0]} is not the sender's to take back")
    return Removed(native_id=heard.native_id, of=tuple(gone), address=address_of(heard.actor))


def undo(heard: Heard) -> Translation:
    undone = as2.inner(heard.activity, "object")
    uri = as2.only(heard.activity, "object")
    if undone is None and (known := heard.envelope.objects.get(uri)):
        undone = known
    if undone is None:
        return heard.own("undone", "something was taken back", actor=heard.actor, activity=uri)
    if (by := as2.only(undone, "actor")) and by != heard.actor:
        return heard.refused(f"it takes back what {by} did")
    kinds = set(as2.types(undone))
    target = as2.only(undone, "object")
    if "Follow" in kinds:
        return heard.own("unfollowed", "follows us no more", actor=heard.actor, activity=uri)
    if "Block" in kinds:
        return _consent(heard, target, stops=False)
    if kinds & {"Create", "Note", "Article", "Question"}:
        own = tuple(u for u in [target if "Create" in kinds else uri] if u)
        if own and all(heard.envelope.may_tell(one) for one in own):
            return Removed(native_id=heard.native_id, of=own, address=address_of(heard.actor))
        return heard.refused("it is not the sender's to take back")
    if "Announce" in kinds:
        return heard.ignored("repost", "a repost was taken back")
    if "Delete" in kinds:
        return heard.ignored("chatter", "a post that was taken back is there again")
    return heard.ignored("like", f"{kind_of(undone)} was taken back")


def like(heard: Heard) -> Translation:
    return heard.ignored(
        "like", f"{kind_of(heard.activity)} of {as2.only(heard.activity, 'object')[:300]}"
    )


def follow(heard: Heard) -> Translation:
    if heard.us not in as2.addresses(heard.activity, "object"):
        return heard.refused("it asks to follow somebody else")
    return heard.own("follower", "follows us", actor=heard.actor, follow=heard.native_id)


def block(heard: Heard) -> Translation:
    return _consent(heard, as2.only(heard.activity, "object"), stops=True)


def _consent(heard: Heard, target: str, *, stops: bool) -> Translation:
    if target != heard.us:
        return heard.refused("it blocks somebody else")
    text = "blocked our account" if stops else "does not block our account any more"
    return Consent(
        native_id=heard.native_id, address=address_of(heard.actor), stops=stops, text=text
    )


def flag(heard: Heard) -> Translation:
    """A report about us, by another server's moderators: listed among the mentions, where people
    see it and may make a case of it.
    """
    words = worded(as2.worded(heard.activity, "content")[0][:5_000]).text
    about = as2.addresses(heard.activity, "object")[:20]
    told = Inbound(
        native_id=heard.native_id,
        author=author_of(heard.actor, heard.envelope.objects.get(heard.actor)),
        text="\n\n".join(part for part in ("Reported to us:", words, *about) if part),
        is_listed=True,
    )
    return heard.ignored("chatter", "a report by another server's moderators", told)


def move(heard: Heard) -> Translation:
    """An account goes elsewhere: believed when the new one names the old one as its own."""
    target = as2.only(heard.activity, "target")
    if as2.only(heard.activity, "object") != heard.actor or not as2.is_web(target):
        return heard.refused("only its owner can move an account")
    new = heard.envelope.objects.get(target)
    if new is None or heard.actor not in as2.addresses(new, "alsoKnownAs"):
        return heard.refused(f"{target} does not say that it is the same person")
    return heard.own("moved", f"moved to {target}", actor=heard.actor, target=address_of(target))
