"""The ledger: every outbound message is a row here, written in the transaction of the reply.

A worker claims a delivery with a lease, puts it into wire form, and notes `handed_at` right before
the point of no return. A crash before that is sent again; a crash after it leaves the outcome
*unknown*: it is resent by itself only where the channel drops duplicates, and is otherwise put
before a person. Temporary failures are retried with back-off and jitter, permanent ones are dead.
"""

import random
from datetime import timedelta

import msgspec

from fairline.cases import store_sent
from fairline.channels import outgoing, receipts, store_deliveries, store_inboxes
from fairline.channels.allowed import (
    WORTH_WAITING,
    blocking,
    length_at,
    misfit,
    rules_of,
    sending_of,
)
from fairline.channels.contract import Channel, InboxInfo, Outbound, Sent
from fairline.channels.fitting import fitted
from fairline.channels.memory import budget_of, spent_cents
from fairline.channels.provider import TOKEN_EXPIRED
from fairline.channels.registry import Channels
from fairline.channels.rows import Delivery
from fairline.channels.wires import Wires
from fairline.core.errors import DeliveryError, FairlineError, Invalid
from fairline.core.log import log
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.people import store_contacts

LEASE = timedelta(minutes=5)
# About a day and a half of trying: a mail server that is down for a night is waited for.
BACKOFF_S = (15, 60, 240, 900, 1800, 3600, 7200, 14400, 28800, 57600)
RULE_CHANGED = (
    "How much fits there changed while this was going out in parts. Look what has arrived, then "
    "send the rest again."
)
STOPPED = "Its owner asked us not to write there. Choose another way."
HIDDEN = "It was hidden after it was written, so it is not posted."
NO_PRIVATE_WAY = "Nothing private can be said on this channel. Choose another way."


class Ledger:
    """Sends what is due. One per worker process."""

    def __init__(self, database: Database, channels: Channels) -> None:
        self.database = database
        self.channels = channels
        self.wires = Wires(channels, database)

    def step(self, worker: str) -> bool:
        """Claim and send one delivery. Returns whether there was one: a worker step."""
        with self.database.write() as unit:
            delivery = store_deliveries.claim(unit, worker, LEASE)
            if delivery is None:
                return False
            try:
                channel = self.channels.of_kind(delivery.channel)
            except Invalid as error:
                # Its package was taken out: nothing else may wait behind it.
                receipts.move(unit, delivery, "dead", error=error.text, next_try_at=None)
                return True
            if channel.capabilities.by_hand:
                store_deliveries.leave_to_a_person(unit, delivery.id)
                return True
            if delivery.handed_at and not channel.capabilities.deduplicates:
                receipts.move(
                    unit,
                    delivery,
                    "unknown",
                    error="We were cut off while handing this over. It may have arrived; look "
                    "before you send it again.",
                )
                return True
            if outgoing.is_stopped(unit, delivery):
                receipts.move(unit, delivery, "dead", error=STOPPED, next_try_at=None)
                return True
            info = self.channels.info_by_id(unit, delivery.inbox_id)
            outbound = outgoing.build(unit, delivery, info, channel, self.channels.keyring)
            if not (outbound.is_public or channel.capabilities.private):
                # Whatever went wrong before: what is private is never posted.
                receipts.move(unit, delivery, "dead", error=NO_PRIVATE_WAY, next_try_at=None)
                return True
            if outbound.is_public and outgoing.is_hidden(unit, delivery):
                receipts.move(unit, delivery, "dead", error=HIDDEN, next_try_at=None)
                return True
            try:
                delivery, outbound = self._fitted(unit, delivery, outbound, channel, info)
            except Invalid as error:
                receipts.move(unit, delivery, "dead", error=error.text, next_try_at=None)
                return True
            if self._is_held_back(unit, delivery, outbound, channel, info):
                return True
        try:
            wire = self.wires.of(info)
            sent = wire.send(outbound, handing_over=lambda: self._handing_over(delivery, worker))
        except DeliveryError as error:
            if error.is_unknown and not channel.capabilities.deduplicates:
                self._unknown(delivery, worker, error)
            else:
                self._failed(delivery, worker, error)
        except FairlineError as error:
            self._failed(delivery, worker, DeliveryError(error.text, permanent=True))
        else:
            self._sent(delivery, worker, sent)
        return True

    def _fitted(
        self,
        unit: Unit,
        delivery: Delivery,
        outbound: Outbound,
        channel: Channel,
        info: InboxInfo,
    ) -> tuple[Delivery, Outbound]:
        """As much of it as this delivery carries; a text too long is divided the first time."""
        parts = fitted(outbound, length_at(channel, info, is_public=outbound.is_public))
        if len(parts) > 1 and not delivery.parts:
            delivery = store_deliveries.divide(unit, delivery, len(parts))
        if not delivery.parts:
            return delivery, parts[0]
        if len(parts) != delivery.parts:
            raise Invalid(RULE_CHANGED, code="rule_changed")
        under = store_deliveries.native_id_before(unit, delivery)
        part = parts[delivery.part - 1]
        return delivery, msgspec.structs.replace(part, in_reply_to=under or part.in_reply_to)

    def _is_held_back(
        self,
        unit: Unit,
        delivery: Delivery,
        outbound: Outbound,
        channel: Channel,
        info: InboxInfo,
    ) -> bool:
        """Whether the network forbids it now. What it forbids for a little while waits; else the
        delivery is dead with the words of the rule, and goes on as all that did not arrive.
        """
        sized = [(file, len(file.data)) for file in outbound.files]
        if words := misfit(channel.capabilities, channel.label, sized):
            receipts.move(unit, delivery, "dead", error=words, next_try_at=None)
            return True
        spent = spent_cents(unit, info.id) if budget_of(info.options) is not None else 0.0
        sending = sending_of(outbound, at=unit.now, spent_cents=spent)
        rule = blocking(rules_of(channel, info, sending))
        if rule is None:
            return False
        if rule.until and unit.now < rule.until <= unit.now + WORTH_WAITING:
            changes = {
                "state": "queued",
                "next_try_at": rule.until,
                "leased_by": None,
                "error": rule.text[:1000],
                "provider_code": rule.code,
            }
            store_deliveries.update(unit, delivery.id, changes)
        else:
            receipts.move(
                unit,
                delivery,
                "dead",
                error=rule.text,
                provider_code=rule.code,
                next_try_at=None,
                leased_by=None,
            )
        return True

    def _handing_over(self, delivery: Delivery, worker: str) -> None:
        with self.database.write() as unit:
            if not store_deliveries.held(unit, delivery.id, worker):
                raise DeliveryError("Another worker has taken this over.", permanent=False)
            store_deliveries.update(unit, delivery.id, {"handed_at": unit.now})

    def _sent(self, delivery: Delivery, worker: str, sent: Sent) -> None:
        with self.database.write() as unit:
            if not store_deliveries.held(unit, delivery.id, worker):
                log.warning("sent after the lease was lost", delivery=delivery.id)
            if self._tells(delivery):
                store_inboxes.clear_error(unit, delivery.inbox_id)
            refused = "; ".join(f"{address}: {why}" for address, why in sent.refused)
            receipts.move(
                unit,
                delivery,
                sent.state,
                error=refused and f"Not taken for {refused}",
                native_id=sent.native_id or delivery.native_id,
                attempts=delivery.attempts + 1,
                next_try_at=None,
                leased_by=None,
            )
            if sent.native_id and sent.native_id != delivery.native_id:
                self._know(unit, delivery, sent.native_id)
            for other in sent.others:
                self._know(unit, delivery, other)

    def _know(self, unit: Unit, delivery: Delivery, native_id: str) -> None:
        """What the network called it: an answer to that finds its case."""
        about = (delivery.case_id, delivery.identity_id, delivery.message_id)
        store_sent.remember(unit, native_id, *about)

    def _unknown(self, delivery: Delivery, worker: str, error: DeliveryError) -> None:
        log.warning("delivery outcome unknown", delivery=delivery.id, error=str(error))
        with self.database.write() as unit:
            if store_deliveries.held(unit, delivery.id, worker):
                receipts.move(
                    unit,
                    delivery,
                    "unknown",
                    error=f"{error.text} Look before you send it again.",
                    provider_code=error.provider_code,
                    attempts=delivery.attempts + 1,
                    next_try_at=None,
                    leased_by=None,
                )

    def _failed(self, delivery: Delivery, worker: str, error: DeliveryError) -> None:
        attempts = delivery.attempts + 1
        is_over = error.permanent or attempts > len(BACKOFF_S)
        # Being asked to wait is no fault of the inbox.
        is_slow = error.provider_code == "429" or error.retry_after_s is not None
        log.warning("delivery failed", delivery=delivery.id, error=str(error), final=is_over)
        with self.database.write() as unit:
            if not store_deliveries.held(unit, delivery.id, worker):
                return
            is_expired = error.provider_code == TOKEN_EXPIRED
            if is_expired or (not error.permanent and not is_slow and self._tells(delivery)):
                store_inboxes.note_error(unit, delivery.inbox_id, error.text)
            if is_over:
                if error.blames_address:
                    gone = {"undeliverable_at": unit.now}
                    store_contacts.update_identity(unit, delivery.identity_id, gone)
                receipts.move(
                    unit,
                    delivery,
                    "dead",
                    error=error.text,
                    provider_code=error.provider_code,
                    attempts=attempts,
                    next_try_at=None,
                    leased_by=None,
                    handed_at=None,
                )
                return
            wait_s = error.retry_after_s or BACKOFF_S[attempts - 1] * random.uniform(0.75, 1.25)  # noqa: S311
            store_deliveries.update(
                unit,
                delivery.id,
                {
                    "state": "queued",
                    "attempts": attempts,
                    "next_try_at": unit.now + timedelta(seconds=wait_s),
                    "leased_by": None,
                    "handed_at": None,
                    "error": error.text[:1000],
                    "provider_code": error.provider_code,
                },
            )

    def _tells(self, delivery: Delivery) -> bool:
        """Whether sending alone tells how the inbox is: nothing is fetched that would."""
        return not self.channels.of_kind(delivery.channel).capabilities.polls

    def close(self) -> None:
        """Close every connection."""
        self.wires.close()
