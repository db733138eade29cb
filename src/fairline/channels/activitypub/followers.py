"""Who follows our accounts. Anybody may; posts for all of a server go to it once."""

from datetime import datetime
from urllib.parse import urlsplit

from fairline.channels.activitypub import store
from fairline.channels.activitypub.rows import Actor
from fairline.db.unit import Unit


def follow(unit: Unit, inbox_id: str, actor_id: str, follow_id: str, at: datetime) -> bool:
    """Note a follower. Returns False when nothing is known of them, so nothing could be sent.

    Twice changes nothing more.
    """
    actor = store.actor_by_id(unit, actor_id)
    if actor is None:
        return False
    store.put_follower(unit, _row(inbox_id, actor, follow_id, at))
    return True


def unfollow(unit: Unit, inbox_id: str, actor_id: str) -> bool:
    """Returns whether they followed."""
    return store.remove_follower(unit, inbox_id, actor_id)


def moved(unit: Unit, inbox_id: str, old: str, new: str) -> bool:
    """A follower's account lives elsewhere now. Returns whether the old one followed and the new
    one is known; otherwise the new one follows anew by itself, as all servers do.
    """
    actor = store.actor_by_id(unit, new)
    if not store.remove_follower(unit, inbox_id, old):
        return False
    if actor is None:
        return False
    store.put_follower(unit, _row(inbox_id, actor, "", unit.now))
    return True


def _row(inbox_id: str, actor: Actor, follow_id: str, at: datetime) -> dict[str, object]:
    target = actor.shared_inbox or actor.inbox
    return {
        "inbox_id": inbox_id,
        "actor_id": actor.id,
        "follow_id": follow_id[:1000],
        "target": target,
        "host": host_of(target),
        "followed_at": at,
    }


def host_of(url: str) -> str:
    """The server of an address, with its port where it names one."""
    return urlsplit(url).netloc.lower()


def follow_of(unit: Unit, inbox_id: str, actor_id: str) -> str:
    """The id of the activity by which somebody follows; '' when they do not."""
    return store.follow_of(unit, inbox_id, actor_id)
