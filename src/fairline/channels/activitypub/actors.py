"""Somebody's profile, as their server tells it: read strictly, since their key stands in it.

Pure but for `forget`. Source: ActivityPub, 4.1; W3C CG report "ActivityPub and HTTP Signatures"
(the key's owner must be the actor, and the actor must name the key).
"""

from datetime import datetime
from typing import Any

from fairline.channels.activitypub import crypto, store
from fairline.channels.activitypub.people import handle_of
from fairline.channels.activitypub.places import same_host
from fairline.channels.activitypub.rows import Actor
from fairline.channels.activitypub.shapes import as2
from fairline.channels.activitypub.tables import MOST_URI
from fairline.core.errors import Invalid
from fairline.db.unit import Unit


def read_actor(doc: dict[str, Any], at: datetime, *, key_id: str = "") -> Actor:
    """The actor in a document that came from its own server. With `key_id` that very key must be
    theirs. Raises Invalid.
    """
    actor_id = as2.address(doc)
    inbox = as2.only(doc, "inbox")
    shared = as2.only(as2.inner(doc, "endpoints") or {}, "sharedInbox")
    if not _is_fit(actor_id) or not _is_fit(inbox):
        raise Invalid("That is no profile: it has no address, or no inbox.", code="bad_actor")
    found, public = _key(doc, actor_id, key_id)
    if key_id and found != key_id:
        raise Invalid("The profile does not know that key.", code="bad_actor")
    return Actor(
        id=actor_id,
        key_id=found,
        public=public,
        handle=handle_of(actor_id, doc),
        inbox=inbox,
        shared_inbox=shared if _is_fit(shared) and same_host(shared, inbox) else "",
        doc=doc,
        fetched_at=at,
    )


def _key(doc: dict[str, Any], actor_id: str, wanted: str) -> tuple[str, str]:
    """The key that is wanted, or the first usable one; ('', '') for a profile without."""
    for one in as2.values(doc, "publicKey")[:10]:
        key_id = as2.address(one)
        owner = as2.only(one, "owner") or as2.only(one, "controller")
        public = as2.text(one, "publicKeyPem").strip()
        fits = owner == actor_id and same_host(key_id, actor_id) and len(key_id) <= MOST_URI
        if fits and len(public) < 5000 and wanted in {"", key_id} and crypto.is_key(public):
            return key_id, public
    return "", ""


def _is_fit(uri: str) -> bool:
    return as2.is_web(uri) and len(uri) <= MOST_URI


def forget(unit: Unit, actor_id: str) -> None:
    """Their profile has changed, or they are gone: who is needed again is fetched again."""
    store.forget_actor(unit, actor_id)
