"""News of what we sent: a bounce, a delivery or read receipt becomes the delivery's state."""

from datetime import datetime
from typing import Any

from fairline.cases import store
from fairline.cases.rows import SYSTEM, Actor
from fairline.cases.timeline import record
from fairline.channels import store_deliveries, store_inboxes
from fairline.channels.contract import Receipt
from fairline.channels.rows import Delivery, Inbox
from fairline.db.unit import Unit
from fairline.people import store_contacts

# So long an id is the only one of its kind; "17" is somebody else's in the next inbox.
SURELY_ONE = 20
# A state never goes back to one before it.
RANK = {"queued": 0, "sending": 1, "unknown": 2, "sent": 3, "delivered": 4, "read": 5}


def apply(unit: Unit, receipt: Receipt, inbox: Inbox) -> Delivery | None:
    """Move the delivery it is about; None when we sent nothing of the kind. `inbox` is who told us.

    *Effects*: a permanent failure marks the address undeliverable and shows on the desk's list.
    """
    delivery = find(unit, receipt.native_ids, inbox)
    if delivery is None:
        return None
    if receipt.state == "failed" and not receipt.is_permanent:
        return delivery  # the other server still tries: nothing has been lost yet
    if receipt.state == "failed" and receipt.blames_address:
        store_contacts.update_identity(unit, delivery.identity_id, {"undeliverable_at": unit.now})
    if delivery.state == "replaced":
        return delivery  # it went another way, or somebody has dealt with it
    if receipt.state != "failed" and RANK.get(delivery.state, 9) >= RANK[receipt.state]:
        return delivery
    move(unit, delivery, receipt.state, error=receipt.text, provider_code=receipt.provider_code)
    return delivery


def seen(unit: Unit, case_id: str, identity_id: str) -> None:
    """The identity has opened its thread: what was sent there has been read."""
    for delivery in store_deliveries.mark_read(unit, case_id, identity_id):
        _record(unit, delivery, "read")


def find(unit: Unit, native_ids: tuple[str, ...], inbox: Inbox) -> Delivery | None:
    """By the delivery's own key (36 characters with dashes, or 32 without), or by native id.

    An inbox tells of what it sent itself; of another one's of its brand only by an id that nobody
    else can have by chance (a bounce in the shared mailbox, an answer that a sister channel sent).
    """
    for native_id in native_ids:
        key = _as_key(native_id)
        keyed = store_deliveries.by_id(unit, key) if key else None
        found = [keyed] if keyed else []
        found += store_deliveries.by_native_id(unit, native_id)
        for delivery in found:
            if delivery.inbox_id == inbox.id:
                return delivery
        for delivery in found:
            other = store_inboxes.inbox_by_id(unit, delivery.inbox_id)
            if other and other.brand_id == inbox.brand_id and len(native_id) >= SURELY_ONE:
                return delivery
    return None


def move(
    unit: Unit,
    delivery: Delivery,
    state: str,
    *,
    by: Actor = SYSTEM,
    error: str = "",
    provider_code: str = "",
    **more: Any,
) -> None:
    """Set a delivery's state with its time and record `delivery_changed`."""
    values: dict[str, Any] = {"state": state, "error": error[:1000], "provider_code": provider_code}
    stamp: dict[str, datetime] = {f"{state}_at": unit.now} if state in _STAMPED else {}
    if state in {"dead", "unknown"}:
        stamp = {"failed_at": unit.now}
    store_deliveries.update(unit, delivery.id, {**values, **stamp, **more})
    if delivery.parts and state in {"sent", "delivered", "read"}:
        store_deliveries.release_next(unit, delivery)
    _record(unit, delivery, state, error, by=by)


def _record(
    unit: Unit, delivery: Delivery, state: str, error: str = "", *, by: Actor = SYSTEM
) -> None:
    case = store.case_by_id(unit, delivery.case_id)
    record(
        unit,
        "delivery_changed",
        by=by,
        case_id=delivery.case_id,
        brand_id=case.brand_id if case else None,
        data={
            "delivery_id": delivery.id,
            "message_id": delivery.message_id,
            "state": state,
            "text": error[:300],
        },
    )


_STAMPED = frozenset({"sent", "delivered", "read", "failed"})


def _as_key(text: str) -> str:
    bare = text.replace("-", "").lower()
    if len(bare) != 32 or set(bare) - set("0123456789abcdef"):
        return ""
    return f"{bare[:8]}-{bare[8:12]}-{bare[12:16]}-{bare[16:20]}-{bare[20:]}"
