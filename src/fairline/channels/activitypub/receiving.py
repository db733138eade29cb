"""Take in one request to an inbox of ours: judged, stored, answered; understood afterwards.

The shared inbox takes what is meant for any of our accounts. What is meant for none is answered
kindly and dropped: a server sends its followers' news there too.
"""

import hashlib
from typing import Any

from fairline.channels import raw, store_inboxes
from fairline.channels.activitypub import gathering, places, store, store_outgoing
from fairline.channels.activitypub.fetching import Fetcher
from fairline.channels.activitypub.followers import host_of
from fairline.channels.activitypub.judging import WAIT_S, Judged, judge
from fairline.channels.activitypub.people import KIND
from fairline.channels.activitypub.places import same_host
from fairline.channels.activitypub.requests import Signed
from fairline.channels.activitypub.shapes import as2
from fairline.channels.activitypub.tables import MOST_URI
from fairline.channels.activitypub.transport import Transport
from fairline.channels.contract import HookAnswer, HookRequest, InboxInfo, Pushed
from fairline.channels.registry import Channels
from fairline.core.errors import NotFound, TooMany
from fairline.web import limits

ACCEPTED = 202
# What is about something said or somebody known, and names nobody that it is for.
FOR_ALL = frozenset({"Delete", "Update", "Undo", "Move", "Block", "Reject", "Accept"})
MOST_VALUES = 5_000
# So much of one server in a minute; the rest it sends again later.
MOST_PER_HOST = 3_000.0


def take(transport: Transport, channels: Channels, request: Signed, inbox_id: str | None) -> int:
    """Take in one request; `inbox_id` None is the shared inbox. Returns the status to answer with.
    Raises what `judge` raises, NotFound when there is no such account. *Effects*: a raw item for
    each account it is for, or a job that stores it when what it names was fetched.
    """
    inboxes = accounts(transport, channels)
    if inbox_id is not None:
        inboxes = [inbox for inbox in inboxes if inbox.id == inbox_id]
    if not inboxes:
        raise NotFound("There is no such account here.")
    judged = judge(transport, request, inboxes)
    if judged is None:
        return ACCEPTED
    _is_back(transport, judged)
    wanted = list(judged.inboxes)
    if inbox_id is None:
        wanted = meant_for(transport, judged.activity, wanted)
    native_id = native_id_of(judged, request.body)
    with transport.database.write() as unit:
        limits.take(unit, f"fediverse {host_of(judged.actor.id)}", most=MOST_PER_HOST, per_s=60)
        for inbox in wanted:
            if gathering.wanted_for(judged, inbox) or gathering.wants_count(judged):
                gathering.put_off(unit, inbox.id, native_id, judged)
            else:
                raw.keep(unit, inbox.id, gathering.item_of(native_id, judged, {}))
    return ACCEPTED


def hook(request: HookRequest, inbox: InboxInfo, transport: Transport) -> HookAnswer:
    """The same for one inbox, with all that is to be fetched fetched while the sender waits."""
    signed = Signed(
        method=request.method, url=request.url, headers=request.headers, body=request.body
    )
    judged = judge(transport, signed, [inbox])
    if judged is None:
        return HookAnswer(status=ACCEPTED)
    # Strangers choose how slow what they name is: they never hold more than a few of our threads.
    if not transport.gathering.acquire(timeout=WAIT_S):
        raise TooMany("Too many at once. Try again in a minute.", retry_after_s=60)
    try:
        fetcher = Fetcher(transport, inbox, within_s=gathering.MOST_TIME_S)
        objects, _ = gathering.gather(fetcher, judged)
    finally:
        transport.gathering.release()
    item = gathering.item_of(native_id_of(judged, request.body), judged, objects)
    return HookAnswer(status=ACCEPTED, items=(Pushed(item=item),))


def accounts(transport: Transport, channels: Channels) -> list[InboxInfo]:
    """Every account of ours, oldest first. A paused one takes in all the same."""
    with transport.database.read() as unit:
        return [channels.info(unit, one) for one in store_inboxes.all_inboxes(unit, kind=KIND)]


def native_id_of(judged: Judged, body: bytes) -> str:
    """Bound to the sender, so that nobody can use up another's ids: the post's own id for a new
    one, else the activity's, else its digest.
    """
    activity = judged.activity
    named = as2.only(activity, "object") if "Create" in as2.types(activity) else ""
    for candidate in (named, as2.address(activity)):
        if candidate and len(candidate) <= MOST_URI and same_host(candidate, judged.actor.id):
            return candidate
    return hashlib.sha256(judged.actor.id.encode() + b"\0" + body).hexdigest()


def meant_for(
    transport: Transport, activity: dict[str, Any], inboxes: list[InboxInfo]
) -> list[InboxInfo]:
    """Whose it is: of accounts and posts that it names anywhere, or everybody's."""
    if FOR_ALL & set(as2.types(activity)):
        return inboxes
    root = places.root(inboxes[0])
    named = {text for text in _strings(activity) if text.startswith(root)}
    found = {inbox.id for inbox in inboxes if _is_named(inbox, named)}
    posts = tuple(uri for uri in named if places.own_key(inboxes[0], uri))[:50]
    if posts:
        with transport.database.read() as unit:
            found |= store.inboxes_of_posts(unit, posts)
    return [inbox for inbox in inboxes if inbox.id in found]


def _is_named(inbox: InboxInfo, named: set[str]) -> bool:
    return bool({places.actor_id(inbox), places.followers(inbox)} & named)


def _strings(value: Any) -> list[str]:
    """Every string in a document, up to a bound; no recursion on what strangers nest."""
    found: list[str] = []
    waiting = [value]
    for _ in range(MOST_VALUES):
        if not waiting:
            break
        one = waiting.pop()
        if isinstance(one, str):
            found.append(one)
        elif isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return found


def _is_back(transport: Transport, judged: Judged) -> None:
    """A server that had been silent speaks: what waits for it is due at once."""
    host = host_of(judged.actor.inbox)
    with transport.database.read() as unit:
        known = store_outgoing.host_by_name(unit, host)
    if known is None or not known.failures:
        return
    with transport.database.write() as unit:
        values = {"failures": 0, "failing_since": None, "error": ""}
        due = {"due_at": unit.now} if known.due_at else {}
        store_outgoing.update_host(unit, host, {**values, **due})
        unit.after_commit(unit.database.rouse)
