"""Fetch what an activity only names, before it is understood: the post that was shared, what it
answers, how many follow its author. So translating needs no network, and can be done again.

Within limits of number, depth and time. What cannot be had is left out after a few tries; the
activity itself is never lost.
"""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from fairline.channels import raw
from fairline.channels.activitypub import places, store
from fairline.channels.activitypub.envelope import sealed
from fairline.channels.activitypub.fetching import Fetcher, with_count
from fairline.channels.activitypub.judging import Judged
from fairline.channels.activitypub.rows import Actor
from fairline.channels.activitypub.shapes import as2
from fairline.channels.activitypub.transport import Transport
from fairline.channels.activitypub.wanted import needs
from fairline.channels.contract import InboxInfo, RawItem
from fairline.channels.registry import Channels
from fairline.core.errors import DeliveryError, NotFound
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.jobs.queue import enqueue

JOB = "fediverse_gather"
# How many documents for one activity, how far up a thread, and how long in all.
MOST_DOCUMENTS = 10
MOST_LEVELS = 6
MOST_TIME_S = 30.0
TRIES_AFTER_S = (0, 60, 600)


class Errand(msgspec.Struct, frozen=True, kw_only=True):
    """What the job carries: an activity that waits for what it names."""

    inbox_id: str
    native_id: str
    actor: str
    activity: dict[str, Any]
    at: datetime
    tries: int = 0


def wanted_for(judged: Judged, inbox: InboxInfo) -> tuple[str, ...]:
    """The addresses to fetch; none of our own, which we know."""
    named = needs(judged.activity, judged.actor.id)
    return tuple(uri for uri in named if not places.is_ours(inbox, uri))


def wants_count(judged: Judged) -> bool:
    """Whether somebody says something of whom we do not know yet how many listen."""
    return "followersCount" not in judged.actor.doc and "Create" in as2.types(judged.activity)


def put_off(unit: Unit, inbox_id: str, native_id: str, judged: Judged) -> None:
    """Leave the fetching to a job. *Effects*: one job, which stores the raw item in the end."""
    errand = Errand(
        inbox_id=inbox_id,
        native_id=native_id,
        actor=judged.actor.id,
        activity=judged.activity,
        at=unit.now,
    )
    enqueue(unit, JOB, msgspec.to_builtins(errand), key=f"{JOB}:{inbox_id}:{native_id}"[:900])


class Gatherer:
    """Runs the job."""

    def __init__(self, transport: Transport, channels: Channels) -> None:
        self.transport = transport
        self.channels = channels

    def work(self, database: Database, payload: dict[str, Any]) -> None:
        errand = msgspec.convert(payload, Errand)
        try:
            with database.read() as unit:
                inbox = self.channels.info_by_id(unit, errand.inbox_id)
                actor = store.actor_by_id(unit, errand.actor)
        except NotFound:
            return
        fetcher = Fetcher(self.transport, inbox, within_s=MOST_TIME_S)
        if actor is None:
            try:
                actor = fetcher.actor(errand.actor)
            except DeliveryError as error:
                if not error.permanent:
                    raise  # the worker tries again; nothing is lost meanwhile
                return
        judged = Judged(actor=actor, activity=errand.activity)
        objects, is_whole = gather(fetcher, judged)
        if not is_whole and errand.tries + 1 < len(TRIES_AFTER_S):
            again = msgspec.structs.replace(errand, tries=errand.tries + 1)
            with database.write() as unit:
                run_at = unit.now + timedelta(seconds=TRIES_AFTER_S[again.tries])
                enqueue(unit, JOB, msgspec.to_builtins(again), run_at=run_at)
            return
        item = item_of(errand.native_id, judged, objects)
        with database.write() as unit:
            raw.keep(unit, inbox.id, item, received_at=errand.at)


def gather(fetcher: Fetcher, judged: Judged) -> tuple[dict[str, dict[str, Any]], bool]:
    """Everything it names, by address, and whether a later try may find more."""
    inbox = fetcher.inbox
    found: dict[str, dict[str, Any]] = {}
    is_whole = True
    about = as2.addresses(judged.activity, "object")
    waiting = [(uri, 0) for uri in wanted_for(judged, inbox)]
    while waiting and len(found) < MOST_DOCUMENTS:
        uri, level = waiting.pop(0)
        if uri in found or places.is_ours(inbox, uri):
            continue
        try:
            doc = fetcher.document(uri)
        except DeliveryError as error:
            # Only what it is about is waited for: words that are here are not held up by what
            # they answer.
            is_whole = is_whole and (error.permanent or uri not in about)
            continue
        found[uri] = doc
        if level < MOST_LEVELS:
            waiting += [(up, level + 1) for up in as2.addresses(doc, "inReplyTo")[:1]]
            if author := as2.only(doc, "attributedTo"):
                waiting.append((author, MOST_LEVELS))
    actor = judged.actor
    if wants_count(judged):
        actor = _counted(fetcher, actor)
    found[actor.id] = actor.doc
    return found, is_whole


def _counted(fetcher: Fetcher, actor: Actor) -> Actor:
    counted = with_count(actor, fetcher.followers_of(actor))
    with fetcher.transport.database.write() as unit:
        store.put_actor(unit, counted)
    return counted


def item_of(native_id: str, judged: Judged, objects: dict[str, dict[str, Any]]) -> RawItem:
    """What is stored of it."""
    payload = sealed(
        judged.actor.id, judged.activity, {judged.actor.id: judged.actor.doc, **objects}
    )
    return RawItem(native_id=native_id, payload=payload)
