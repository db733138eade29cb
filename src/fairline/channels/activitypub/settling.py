"""Acts on what only the fediverse knows: who follows us, who moved, who is gone.

Called in the transaction that marks the item as taken; the same news twice changes nothing more.
"""

from fairline.channels.activitypub import actors, composing, delivering, followers
from fairline.channels.activitypub.people import KIND
from fairline.channels.contract import InboxInfo, Own
from fairline.core.ids import new_id
from fairline.db.unit import Unit
from fairline.people import store_contacts
from fairline.people.contacts import add_identity


def settle(unit: Unit, own: Own, inbox: InboxInfo) -> None:
    """*Effects*: followers, an answer to a follow, an identity, the cache of profiles."""
    actor = own.data.get("actor", "")
    if not actor:
        return
    if own.outcome == "follower":
        _followed(unit, actor, own.data.get("follow", ""), inbox)
    elif own.outcome in {"unfollowed", "undone"}:
        _unfollowed(unit, actor, own, inbox)
    elif own.outcome == "profile":
        actors.forget(unit, actor)
    elif own.outcome == "moved":
        _moved(unit, actor, own.data.get("target", ""), inbox)
    elif own.outcome == "gone":
        _gone(unit, actor, inbox)


def _followed(unit: Unit, actor: str, follow_id: str, inbox: InboxInfo) -> None:
    """Whoever asks may follow: an account of public answers has nothing to hide."""
    followers.follow(unit, inbox.id, actor, follow_id, unit.now)
    answer = composing.accept(follow_id, actor, inbox, key=new_id())
    delivering.post(unit, inbox.id, answer, to=(actor,))


def _unfollowed(unit: Unit, actor: str, own: Own, inbox: InboxInfo) -> None:
    """A bare address that is taken back is a follow only if we know it as one."""
    if own.outcome == "undone":
        known = followers.follow_of(unit, inbox.id, actor)
        if not known or known != own.data.get("activity"):
            return
    followers.unfollow(unit, inbox.id, actor)


def _moved(unit: Unit, old: str, new: str, inbox: InboxInfo) -> None:
    """Both servers say that they are one person: the new account is an identity of the same."""
    followers.moved(unit, inbox.id, old, new)
    known = store_contacts.identity_at(unit, inbox.brand_id, KIND, old)
    if known is None or store_contacts.identity_at(unit, inbox.brand_id, KIND, new):
        return
    add_identity(unit, inbox.brand_id, KIND, new, contact_id=known.contact_id, name=known.name)


def _gone(unit: Unit, actor: str, inbox: InboxInfo) -> None:
    """The account is no more: nothing arrives there. What was said stays with its case."""
    followers.unfollow(unit, inbox.id, actor)
    actors.forget(unit, actor)
    known = store_contacts.identity_at(unit, inbox.brand_id, KIND, actor)
    if known is not None and known.undeliverable_at is None:
        store_contacts.update_identity(unit, known.id, {"undeliverable_at": unit.now})
