"""What a person does with a delivery that is stuck: try again, send another way, let it be."""

from datetime import datetime

import msgspec

from fairline.cases import store, store_messages
from fairline.cases.changes import get_case
from fairline.cases.editing import get_message
from fairline.cases.rows import Actor, Participant
from fairline.channels import outgoing, receipts, store_deliveries
from fairline.channels.rows import Delivery
from fairline.core.errors import Conflict, Invalid, NotFound
from fairline.db.unit import Unit
from fairline.people import store_contacts

STUCK = frozenset({"dead", "failed", "unknown"})


def get_delivery(unit: Unit, delivery_id: str) -> Delivery:
    """Raises NotFound."""
    delivery = store_deliveries.by_id(unit, delivery_id)
    if delivery is None:
        raise NotFound("There is no such delivery.", code="no_delivery")
    return delivery


def try_again(unit: Unit, delivery_id: str, *, by: Actor) -> Delivery:
    """Send it once more, under the same key. Raises Conflict when it is not stuck."""
    delivery = get_delivery(unit, delivery_id)
    if delivery.state not in STUCK:
        raise Conflict("This delivery is not stuck.", code="not_stuck")
    inbox = outgoing.inbox_for(unit, get_case(unit, delivery.case_id), delivery.channel)
    if inbox is None:
        raise Invalid(f"No inbox of this brand can send by {delivery.channel}.", code="no_inbox")
    receipts.move(
        unit,
        delivery,
        "queued",
        by=by,
        next_try_at=unit.now,
        attempts=0,
        handed_at=None,
        leased_by=None,
        failed_at=None,
        inbox_id=inbox.id,
        native_id=delivery.native_id or outgoing.own_native_id(delivery.id, inbox),
    )
    if not outgoing.is_stopped(unit, delivery):
        store_contacts.update_identity(unit, delivery.identity_id, {"undeliverable_at": None})
    unit.after_commit(unit.database.rouse)
    return get_delivery(unit, delivery_id)


def send_another_way(unit: Unit, delivery_id: str, identity_id: str, *, by: Actor) -> Delivery:
    """Send the same message to another address of the customer; the one that is stuck, or waits
    for its inbox, is replaced. Raises Conflict for one that has left meanwhile.
    """
    delivery = get_delivery(unit, delivery_id)
    is_waiting = delivery.state == "queued" and delivery.next_try_at is not None
    if delivery.state not in STUCK and not (
        is_waiting and store_deliveries.give_up_waiting(unit, delivery.id)
    ):
        raise Conflict("This delivery is not stuck.", code="not_stuck")
    case = get_case(unit, delivery.case_id, lock=True)
    other = next((p for p in ways(unit, delivery) if p.identity_id == identity_id), None)
    if other is None:
        raise Invalid("That is not another address of this customer.", field="identity_id")
    store.add_participant(
        unit, case.id, identity_id, "customer", confirmed=bool(other.confirmed_at)
    )
    message = get_message(unit, delivery.message_id)
    fresh = outgoing.plan(unit, case, message, other, is_notice=delivery.is_notice)
    for one in (delivery, *store_deliveries.parts_after(unit, delivery)):
        receipts.move(unit, one, "replaced", by=by, error=one.error, next_try_at=None)
    unit.after_commit(unit.database.rouse)
    return fresh


def let_be(unit: Unit, delivery_id: str, *, by: Actor) -> None:
    """Take it off the list: somebody saw that it arrived, or that it no longer matters."""
    delivery = get_delivery(unit, delivery_id)
    if delivery.state not in STUCK:
        raise Conflict("This delivery is not stuck.", code="not_stuck")
    receipts.move(unit, delivery, "replaced", by=by, error=delivery.error, next_try_at=None)
    if delivery.parts:  # what follows it may go now
        store_deliveries.release_next(unit, delivery)
        unit.after_commit(unit.database.rouse)


def ways(unit: Unit, delivery: Delivery) -> list[Participant]:
    """Other addresses this message could go to: of the case, and proven ones of its contact."""
    case = get_case(unit, delivery.case_id)
    known = {p.identity_id: p for p in store.participants_of(unit, case.id) if p.role == "customer"}
    for identity in store_contacts.identities_of(unit, case.contact_id):
        if identity.confirmed_at and identity.id not in known:
            known[identity.id] = Participant(
                identity_id=identity.id,
                role="customer",
                confirmed_at=identity.confirmed_at,
                channel=identity.channel,
                address=identity.address,
                name=identity.name,
                contact_id=identity.contact_id,
                undeliverable_at=identity.undeliverable_at,
            )
    tried = {
        d.identity_id
        for d in store_deliveries.of_messages(unit, [delivery.message_id]).get(
            delivery.message_id, []
        )
    }
    return [p for p in known.values() if p.identity_id not in tried]


class Stuck(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the dead-letter list."""

    delivery: Delivery
    reference: str
    subject: str
    text: str


def stuck_list(unit: Unit, *, brand_ids: tuple[str, ...] = (), limit: int = 50) -> list[Stuck]:
    """Newest first, with the case and the first words; no `brand_ids` means all brands'."""
    return _lines(unit, store_deliveries.stuck(unit, brand_ids=brand_ids, limit=limit))


def waiting_list(
    unit: Unit, until: datetime, *, brand_ids: tuple[str, ...] = (), limit: int = 50
) -> list[Stuck]:
    """What has waited since before `until`, the longest first."""
    return _lines(unit, store_deliveries.waiting_long(unit, until, brand_ids, limit=limit))


def _lines(unit: Unit, found: list[Delivery]) -> list[Stuck]:
    cases = store.cases_by_id(unit, list({d.case_id for d in found}))
    lines = []
    for delivery in found:
        message = store_messages.message_by_id(unit, delivery.message_id)
        case = cases.get(delivery.case_id)
        if message and case:
            lines.append(
                Stuck(
                    delivery=delivery,
                    reference=case.reference,
                    subject=case.subject,
                    text=message.text[:200],
                )
            )
    return lines
