"""News of something said in our name: ours by way of the ledger, or by somebody on the network.

What we sent is known by its native id and dropped. While a delivery of the inbox is being handed
over nobody knows yet what it will be called: then the item waits a little. What answers a post that
has not come waits for it (`late_items`), for a day at most.
"""

from datetime import datetime, timedelta

import msgspec

from fairline.cases import echoes, store, store_messages, store_sent
from fairline.cases.echoes import Ours
from fairline.cases.inbound import Inbound, InboxRef, Taken
from fairline.cases.store_sent import cases_sent_under
from fairline.channels import receipts, store_deliveries, store_late
from fairline.channels.contract import Echo
from fairline.channels.rows import Inbox, RawRow
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.db.words import fold

WAITS_AT_MOST = timedelta(days=1)
FIRST_LOOK = timedelta(seconds=10)
HANDING_OVER = timedelta(seconds=3)
BATCH = 200
OURS = "sent by us"
ARRIVED = "sent by us, which nobody knew until now"
NOBODYS = "Said in our name to somebody whose words never came here."


class Waits(msgspec.Struct, frozen=True, kw_only=True):
    """It cannot be placed yet. `waits_for` is a native id, or `from:` and an address."""

    waits_for: str
    look_at: datetime


def take(unit: Unit, inbox: Inbox, ref: InboxRef, echo: Echo, row: RawRow) -> Taken | Waits | str:
    """Place it. A text says why it was dropped."""
    if receipts.find(unit, (echo.native_id,), inbox) or _was_sent(unit, inbox, echo.native_id):
        return OURS
    if _proves_arrival(unit, inbox, echo):
        return ARRIVED
    age = unit.now - row.received_at
    is_last_try = age >= WAITS_AT_MOST
    if not is_last_try and store_late.is_handing_over(unit, inbox.id, since=row.received_at):
        return Waits(waits_for="", look_at=unit.now + HANDING_OVER)
    ours = Ours(
        native_id=echo.native_id,
        text=echo.text,
        is_public=echo.is_public,
        in_reply_to=echo.in_reply_to,
        recipient=echo.recipient,
        author_name=echo.author_name,
        html=echo.html,
        sent_at=echo.sent_at,
        permalink=echo.permalink,
    )
    taken = echoes.take(unit, ref, ours, raw_sha256=row.payload_sha256, is_last_try=is_last_try)
    if taken:
        return taken
    if is_last_try:
        return NOBODYS
    until = row.received_at + WAITS_AT_MOST
    look_at = min(until, row.received_at + max(FIRST_LOOK, 2 * age))
    waits_for = echo.in_reply_to[0] if echo.in_reply_to else f"from:{echo.recipient}"
    return Waits(waits_for=waits_for, look_at=look_at)


def _was_sent(unit: Unit, inbox: Inbox, native_id: str) -> bool:
    """Whether we sent under that id for this brand: a further part, or a file of its own."""
    case_id, _ = cases_sent_under(unit, [native_id]).get(native_id, ("", ""))
    case = store.case_by_id(unit, case_id) if case_id else None
    return case is not None and case.brand_id == inbox.brand_id


def _proves_arrival(unit: Unit, inbox: Inbox, echo: Echo) -> bool:
    """Whether it is a delivery of ours that was cut off at the moment of handing it over: then it
    has arrived. The same words to the same person, or on the case of what is answered.
    """
    unknown = store_late.unknown_outcomes(unit, inbox.id)
    if not unknown:
        return False
    answered = store_messages.messages_with_native_ids(unit, list(echo.in_reply_to))
    cases = {message.case_id for message in answered if message.inbox_id == inbox.id}
    said = f" {fold(echo.text)} "
    for delivery_id in unknown:
        delivery = store_deliveries.by_id(unit, delivery_id)
        message = store_messages.message_by_id(unit, delivery.message_id) if delivery else None
        if delivery is None or message is None or delivery.parts:
            continue
        is_meant = delivery.case_id in cases or (
            bool(echo.recipient) and delivery.recipient == echo.recipient
        )
        words = fold(delivery.text or message.text)
        if is_meant and words and f" {words} " in said:
            receipts.move(unit, delivery, "sent", native_id=echo.native_id)
            about = (delivery.case_id, delivery.identity_id, delivery.message_id)
            store_sent.remember(unit, echo.native_id, *about)
            return True
    return False


def wait(unit: Unit, row: RawRow, native_id: str, waits: Waits) -> None:
    """Put the item aside until what it waits for comes, or its time to look again."""
    store_late.put(
        unit,
        {
            "raw_id": row.id,
            "inbox_id": row.inbox_id,
            "native_id": native_id,
            "waits_for": waits.waits_for,
            "look_at": waits.look_at,
        },
    )


def wake_by(unit: Unit, inbox_id: str, inbound: Inbound) -> None:
    """Something was said: what waits for it, and what it answers, is taken now."""
    names = (inbound.native_id, f"from:{inbound.author.address}")
    _rouse(unit, store_late.waiting_for(unit, inbox_id, names, inbound.in_reply_to))


def wake_by_ours(unit: Unit, inbox_id: str, echo: Echo) -> None:
    """The same where one of us said it."""
    names = (echo.native_id,)
    _rouse(unit, store_late.waiting_for(unit, inbox_id, names, echo.in_reply_to))


def wake_due(database: Database) -> int:
    """Look again at what has waited long enough: a worker period. Returns how many."""
    with database.read() as unit:
        if not store_late.due(unit, limit=1):
            return 0
    with database.write() as unit:
        due = store_late.due(unit, limit=BATCH)
        _rouse(unit, due)
    return len(due)


def _rouse(unit: Unit, raw_ids: list[str]) -> None:
    if raw_ids:
        store_late.let_go(unit, raw_ids)
        unit.after_commit(unit.database.rouse)
