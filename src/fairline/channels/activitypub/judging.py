"""Who sends us this? The signature is checked against the key that the sender's server publishes.

A key that we know is used as it is. One that we do not know is fetched, a few at a time and within
seconds; one that does not fit is asked for once more, since keys are renewed. Whatever fails on the
way, the request is refused: 401 for one that proves nothing, 403 for one that is kept out.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from fairline.channels.activitypub import blocks, store
from fairline.channels.activitypub.fetching import Fetcher, may_ask_again
from fairline.channels.activitypub.requests import Claim, Signed, refused
from fairline.channels.activitypub.rows import Actor
from fairline.channels.activitypub.shapes import as2
from fairline.channels.activitypub.tables import MOST_URI
from fairline.channels.activitypub.transport import Transport
from fairline.channels.activitypub.verifying import claim_of, is_true
from fairline.channels.contract import InboxInfo
from fairline.core.clock import now
from fairline.core.errors import DeliveryError, NotAllowed, TooMany, Unavailable

MOST_BYTES = 1_048_576
WAIT_S = 0.3
# Their server holds the line meanwhile, and one of our threads.
LOOK_UP_S = 10.0


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A genuine activity, who sent it, and which of our accounts may hear it."""

    actor: Actor
    activity: dict[str, Any]
    inboxes: tuple[InboxInfo, ...] = ()


def judge(transport: Transport, request: Signed, inboxes: Sequence[InboxInfo]) -> Judged | None:
    """The activity in a request, and for which of these accounts it may be; None for one that needs
    no more than a yes (a farewell of somebody we never knew, somebody who is kept out). Raises
    NotAllowed, Invalid for what is no activity, Unavailable when their server does not answer.
    """
    claim = claim_of(request, now())
    inboxes = [inbox for inbox in inboxes if not blocks.is_shut_out(inbox, claim.key_id)]
    if not inboxes:
        raise NotAllowed("Your server is kept out here.", code="kept_out")
    activity = as2.load(request.body)
    speaker = as2.only(activity, "actor")
    if not as2.is_web(speaker) or len(speaker) > MOST_URI:
        raise refused("The activity does not say whose it is.")
    if all(blocks.is_blocked(inbox, speaker) for inbox in inboxes):
        return None
    known = _known(transport, claim.key_id)
    if known is None and "Delete" in as2.types(activity):
        return None  # thousands of them come when an account ends somewhere
    actor = holder_of(transport, claim, inboxes[0], known)
    if actor.id != speaker:
        raise refused("The activity is another account's than the signature.")
    may = [one for one in inboxes if not blocks.is_blocked(one, actor.id, actor.handle)]
    return Judged(actor=actor, activity=activity, inboxes=tuple(may)) if may else None


def judge_reader(
    transport: Transport, request: Signed, inbox: InboxInfo, *, looks_up: bool = True
) -> Actor:
    """Who reads something, where only those may read who say who they are. Without `looks_up` only
    a key that we know counts: two servers that both ask for signatures would look each other up
    for ever. Raises NotAllowed.
    """
    claim = claim_of(request, now())
    if blocks.is_shut_out(inbox, claim.key_id):
        raise NotAllowed("Your server is kept out here.", code="kept_out")
    known = _known(transport, claim.key_id)
    if known is None and not looks_up:
        raise refused("We do not know that key yet.")
    actor = holder_of(transport, claim, inbox, known)
    if blocks.is_blocked(inbox, actor.id, actor.handle):
        raise NotAllowed("Your account is kept out here.", code="kept_out")
    return actor


def holder_of(transport: Transport, claim: Claim, inbox: InboxInfo, known: Actor | None) -> Actor:
    """Whose signature it verifiably is. Raises NotAllowed, Unavailable."""
    if known and is_true(claim, known.public):
        return known
    if known and not may_ask_again(known, now()):
        raise refused("The signature is not that of the key it names.")
    fresh = _looked_up(transport, claim.key_id, inbox)
    if not is_true(claim, fresh.public):
        raise refused("The signature is not that of the key it names.")
    return fresh


def _known(transport: Transport, key_id: str) -> Actor | None:
    with transport.database.read() as unit:
        return store.actor_by_key(unit, key_id)


def _looked_up(transport: Transport, key_id: str, inbox: InboxInfo) -> Actor:
    if transport.has_failed(key_id, now()):
        raise refused("The key cannot be had.")
    if not transport.looking_up.acquire(timeout=WAIT_S):
        raise TooMany("Too many strangers at once. Try again in a minute.", retry_after_s=60)
    try:
        return Fetcher(transport, inbox, within_s=LOOK_UP_S).holder(key_id)
    except DeliveryError as error:
        if error.permanent:
            transport.note_failure(key_id, now())
            raise refused(f"The key cannot be had: {error.text}") from error
        raise Unavailable("Your server does not answer, so the key cannot be had.") from error
    finally:
        transport.looking_up.release()
