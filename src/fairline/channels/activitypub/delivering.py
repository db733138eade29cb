"""What goes to many: posts for all who follow, changes, farewells, and the answer to a follow.

Written in the transaction of what it tells about, sent by a worker step, server by server: one that
is down is tried less and less often, in order and without costing the others time, and is given up
with all its followers after some days. Source: ActivityPub, 7.1 and 7.1.3 (shared inboxes).
"""

import random
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import msgspec

from fairline.channels.activitypub import store, store_outgoing
from fairline.channels.activitypub.fetching import Fetcher
from fairline.channels.activitypub.followers import host_of
from fairline.channels.activitypub.rows import Errand, Host, Post
from fairline.channels.activitypub.transport import Transport
from fairline.channels.contract import DeliveryError, InboxInfo
from fairline.channels.provider import retry_after_s
from fairline.channels.registry import Channels
from fairline.core.clock import now
from fairline.core.errors import NotFound
from fairline.core.ids import new_id
from fairline.core.log import log
from fairline.db.unit import Unit

LEASE = timedelta(minutes=10)
AT_A_TIME = 20
FIRST_WAIT_S, WORST_WAIT_S = 30.0, 21_600.0
MOST_ATTEMPTS = 12
DROP_AFTER_DAYS = 7
KEPT_ACTORS = timedelta(days=180)
# A server that is down or busy, not one that stumbles over what we send.
AWAY = frozenset(
    {"", "408", "429", "502", "503", "504", "unknown_host", DeliveryError.OUTCOME_UNKNOWN}
)
# Stands before the address of somebody whose inbox is looked up when it is sent.
TO = "actor:"


def publish(
    unit: Unit, inbox_id: str, activity: dict[str, Any], note: dict[str, Any] | None = None
) -> None:
    """Keep a public post (or its tombstone) where others fetch it, and send the activity to all
    who follow, once for each server. *Effects*: the post, and what is to be sent.
    """
    if note is not None:
        store.put_post(
            unit,
            Post(
                id=str(note["id"]),
                inbox_id=inbox_id,
                doc=note,
                activity=activity,
                is_gone=note.get("type") == "Tombstone",
                place=new_id(),
                published_at=unit.now,
            ),
        )
    _queue(unit, inbox_id, activity, store.targets_of(unit, inbox_id))


def post(unit: Unit, inbox_id: str, activity: dict[str, Any], to: Iterable[str]) -> None:
    """Send an activity to some people. *Effects*: what is to be sent."""
    people = tuple(dict.fromkeys(to))
    known = {actor.id: actor for actor in store.actors_by_id(unit, people)}
    targets = [
        (known[one].inbox, host_of(known[one].inbox)) if one in known else (TO + one, host_of(one))
        for one in people
    ]
    _queue(unit, inbox_id, activity, targets)


def note_of(unit: Unit, uri: str) -> dict[str, Any] | None:
    """A public post of ours as it stands; None for one that is not there, or gone."""
    found = store.post_by_id(unit, uri)
    return None if found is None or found.is_gone else found.doc


def _queue(
    unit: Unit, inbox_id: str, activity: dict[str, Any], targets: list[tuple[str, str]]
) -> None:
    if targets:
        store_outgoing.insert(unit, inbox_id, msgspec.json.encode(activity).decode(), targets)
        unit.after_commit(unit.database.rouse)


class Deliverer:
    """Sends what waits, one server at a time. One per worker process."""

    def __init__(self, transport: Transport, channels: Channels) -> None:
        self.transport = transport
        self.channels = channels
        self.database = transport.database

    def step(self, _worker: str) -> bool:
        """Talk to one server that is due. Returns whether there was one: a worker step."""
        with self.database.read() as unit:  # mostly there is nothing: nobody waits for a look
            if not store_outgoing.is_due(unit):
                return False
        with self.database.write() as unit:
            host = store_outgoing.claim(unit, LEASE)
        if host is None:
            return False
        with self.database.read() as unit:
            errands = store_outgoing.waiting_for(unit, host.host, limit=AT_A_TIME)
        fault: DeliveryError | None = None
        failed: Errand | None = None
        days = DROP_AFTER_DAYS
        for errand in errands:
            try:
                inbox = self._account(errand.inbox_id)
                if inbox is not None:
                    days = days_until_dropped(inbox)
                    self._send(inbox, errand)
            except DeliveryError as error:
                if not error.permanent and errand.attempts + 1 < MOST_ATTEMPTS:
                    fault, failed = error, errand
                    break
                log.warning("fediverse: not taken", target=errand.target, error=str(error))
            with self.database.write() as unit:
                store_outgoing.done(unit, errand)
        self._finish(host, fault, failed, days)
        return True

    def sweep(self) -> None:
        """Forget what nobody waits for, and whom nobody has asked for in months; send what had
        waited for an inbox to be resumed: a period.
        """
        with self.database.write() as unit:
            for host in store_outgoing.overlooked(unit):
                store_outgoing.note_work(unit, host)
            store_outgoing.sweep(unit, unit.now - timedelta(days=1))
            store.forget_old_actors(unit, unit.now - KEPT_ACTORS)

    def _account(self, inbox_id: str) -> InboxInfo | None:
        try:
            with self.database.read() as unit:
                return self.channels.info_by_id(unit, inbox_id)
        except NotFound:
            return None

    def _send(self, inbox: InboxInfo, errand: Errand) -> None:
        """Hand it over. Raises DeliveryError."""
        target = errand.target
        if target.startswith(TO):
            target = Fetcher(self.transport, inbox).party(target.removeprefix(TO)).inbox
        answer = self.transport.post(inbox, target, errand.body.encode())
        if answer.status < 300:
            return
        if answer.status == 410:
            with self.database.write() as unit:
                store.remove_followers_at(unit, host=host_of(target), target=target)
        passing = answer.status in {408, 429} or answer.status >= 500
        raise DeliveryError(
            f"Their server answered {answer.status}.",
            permanent=not passing,
            retry_after_s=retry_after_s(answer.headers, at=now()),
            provider_code=str(answer.status),
        )

    def _finish(
        self, claimed: Host, fault: DeliveryError | None, errand: Errand | None, days: int
    ) -> None:
        with self.database.write() as unit:
            host = store_outgoing.host_by_name(unit, claimed.host, lock=True) or claimed
            if fault is None:
                due = unit.now if store_outgoing.is_waited_for(unit, host.host) else None
                values = {"failures": 0, "failing_since": None, "error": "", "due_at": due}
                store_outgoing.update_host(unit, host.host, values)
                return
            since = host.failing_since or unit.now
            if unit.now - since > timedelta(days=days):
                dropped = store.remove_followers_at(unit, host=host.host)
                store_outgoing.give_up(unit, host.host)
                log.warning("fediverse: server given up", host=host.host, followers=dropped)
                gone = {"failures": 0, "failing_since": None, "due_at": None, "error": fault.text}
                store_outgoing.update_host(unit, host.host, gone)
                return
            if errand is not None and fault.provider_code not in AWAY:
                store_outgoing.tried(unit, errand)
            wait_s = fault.retry_after_s or wait_after_s(host.failures + 1)
            store_outgoing.update_host(
                unit,
                host.host,
                {
                    "failures": host.failures + 1,
                    "failing_since": since,
                    "due_at": unit.now + timedelta(seconds=wait_s),
                    "error": fault.text[:500],
                },
            )


def wait_after_s(failures: int) -> float:
    """Half a minute, doubling up to six hours, with jitter."""
    most: float = min(WORST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(failures - 1, 20))
    return most * random.uniform(0.75, 1.0)  # noqa: S311  nothing secret


def days_until_dropped(inbox: InboxInfo) -> int:
    given = inbox.options.get("drop_hosts_after_days", "")
    return int(given) if given.isdigit() and int(given) > 0 else DROP_AFTER_DAYS
