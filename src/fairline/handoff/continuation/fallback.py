"""What did not arrive, or waits for an inbox that does not work, goes out by another confirmed
address of the same customer, by itself.

Once for each message, never to an address that is only claimed, never a notice (its link or digits
are for one reader), and nothing that was said in public is turned into something private or the
reverse. Whoever owns the case is told, also when there was no other way.
"""

from datetime import timedelta

from fairline.cases import store_messages
from fairline.cases.changes import get_case, nudge
from fairline.cases.rows import SYSTEM, Case, Message, Participant
from fairline.cases.timeline import record
from fairline.channels import outgoing, receipts, store_deliveries, store_inboxes
from fairline.channels.registry import Channels
from fairline.channels.repair import STUCK, send_another_way, ways
from fairline.channels.rows import Delivery, Inbox
from fairline.channels.standing import trouble_of
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.handoff.continuation import store_fallbacks
from fairline.handoff.continuation.ways_to_prove import can
from fairline.line.alarms import thresholds_of

# How long an agent may look first. What is dead certainly did not go out. A mail that came back may
# have reached the reader all the same (another of their servers took it), and is looked at for a
# day; a hand-over that was cut off probably did arrive, and gets a working morning.
WAITS = {
    "dead": timedelta(minutes=10),
    "failed": timedelta(hours=24),
    "unknown": timedelta(hours=4),
}
# Older news helps nobody any more; it stays on the list of what did not arrive.
NOT_OLDER = timedelta(days=4)
BATCH = 50
ARRIVED = frozenset({"sent", "delivered", "read"})
ON_ITS_WAY = frozenset({"queued", "sending"})


def turn(database: Database, channels: Channels) -> int:
    """Look after what is lost. Returns how many went out another way: a period of the worker."""
    with database.read() as unit:
        found = store_fallbacks.lost(
            unit,
            since=unit.now - NOT_OLDER,
            until={state: unit.now - wait for state, wait in WAITS.items()},
            most=BATCH,
        )
    done = 0
    for delivery in found:
        with database.write() as unit:
            done += send_by_itself(unit, channels, delivery.id)
    for inbox, delivery_ids in _held_up(database):
        for delivery_id in delivery_ids:
            with database.write() as unit:
                done += send_instead(unit, channels, inbox, delivery_id)
    return done


def _held_up(database: Database) -> list[tuple[Inbox, list[str]]]:
    """What has waited too long for an inbox in trouble. A look-up for each of those."""
    with database.read() as unit:
        found = []
        for inbox in store_inboxes.troubled(unit):
            after = timedelta(minutes=thresholds_of(unit, inbox.brand_id).inbox_minutes)
            if trouble_of(inbox, unit.now, after=after):
                until = unit.now - after
                ids = store_fallbacks.waiting(
                    unit, inbox.id, since=unit.now - NOT_OLDER, until=until, most=BATCH
                )
                found.append((inbox, ids))
        return found


def send_instead(unit: Unit, channels: Channels, inbox: Inbox, delivery_id: str) -> bool:
    """Send what waits for an inbox in trouble another way. Returns whether it went; where there is
    no other way it goes on waiting, and the case's owner is told once.
    """
    delivery = store_deliveries.by_id(unit, delivery_id)
    if delivery is None or delivery.state != "queued":
        return False
    case = get_case(unit, delivery.case_id, lock=True)
    message = store_messages.message_by_id(unit, delivery.message_id)
    if message is None or _has_it(_deliveries(unit, message.id)):
        return False
    to = _other_way(unit, channels, case, message, delivery)
    if not store_fallbacks.note(unit, message.id, case.id):
        return False
    if to is None:
        _tell(unit, case, message, "no_other_way", {"delivery_id": delivery.id})
        return False
    # A worker may have taken it at this moment: then it is on its way after all.
    if not store_deliveries.give_up_waiting(unit, delivery.id):
        return False
    why = trouble_of(inbox, unit.now, after=timedelta(0)) or "does not work"
    receipts.move(unit, delivery, "dead", error=f"{inbox.name} {why}.", next_try_at=None)
    fresh = send_another_way(unit, delivery.id, to.identity_id, by=SYSTEM)
    store_fallbacks.set_delivery(unit, message.id, fresh.id)
    data = {"delivery_id": delivery.id, "identity_id": to.identity_id, "channel": to.channel}
    _tell(unit, case, message, "sent_another_way", data)
    return True


def send_by_itself(unit: Unit, channels: Channels, delivery_id: str) -> bool:
    """Send one lost delivery another way. Returns whether it went. *Effects*: `sent_another_way` or
    `no_other_way`, and a nudge to the case's owner; nothing where the reader has it already.
    """
    delivery = store_deliveries.by_id(unit, delivery_id)
    if delivery is None or delivery.state not in STUCK:
        return False
    case = get_case(unit, delivery.case_id, lock=True)
    message = store_messages.message_by_id(unit, delivery.message_id)
    sent = _deliveries(unit, message.id) if message else []
    if message is None or any(one.state in ON_ITS_WAY for one in sent):
        return False
    to = _other_way(unit, channels, case, message, delivery)
    if not store_fallbacks.note(unit, message.id, case.id) or _has_it(sent):
        return False
    if to is None:
        _tell(unit, case, message, "no_other_way", {"delivery_id": delivery.id})
        return False
    fresh = send_another_way(unit, delivery.id, to.identity_id, by=SYSTEM)
    store_fallbacks.set_delivery(unit, message.id, fresh.id)
    data = {"delivery_id": delivery.id, "identity_id": to.identity_id, "channel": to.channel}
    _tell(unit, case, message, "sent_another_way", data)
    return True


def _other_way(
    unit: Unit, channels: Channels, case: Case, message: Message, delivery: Delivery
) -> Participant | None:
    """A proven address of the customer that was not tried; mail first, since most read it."""
    if message.visibility == "public" and can(channels, delivery.channel, "public"):
        return None  # it was to be read by everybody: saying it to one is another thing
    found = [
        one
        for one in ways(unit, delivery)
        if one.confirmed_at
        and one.contact_id == case.contact_id
        and one.channel != "web"
        and not one.undeliverable_at
        and can(channels, one.channel, "private")
        # A public message would be posted there.
        and not (message.visibility == "public" and can(channels, one.channel, "public"))
        and _works(unit, case, one.channel)
    ]
    return min(found, key=lambda one: one.channel != "email", default=None)


def _works(unit: Unit, case: Case, channel: str) -> bool:
    """Whether there is an inbox for it, and not one that is in trouble itself."""
    inbox = outgoing.inbox_for(unit, case, channel)
    return inbox is not None and not trouble_of(inbox, unit.now, after=timedelta(0))


def _has_it(sent: list[Delivery]) -> bool:
    """Another address of theirs got it, or they have read it on the thread."""
    return any(
        one.state == "read" or (one.channel != "web" and one.state in ARRIVED) for one in sent
    )


def _deliveries(unit: Unit, message_id: str) -> list[Delivery]:
    return store_deliveries.of_messages(unit, [message_id]).get(message_id, [])


def _tell(unit: Unit, case: Case, message: Message, kind: str, data: dict[str, str]) -> None:
    """On the record, and to whoever has the case."""
    data = {"message_id": message.id, **data}
    record(unit, kind, by=SYSTEM, case_id=case.id, brand_id=case.brand_id, data=data)
    if case.owner_id:
        nudge(unit, case, case.owner_id, kind, by=SYSTEM, message_id=message.id)
