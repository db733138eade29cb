"""Understands stored raw items, in order of arrival, and hands them to the record.

Translating happens outside the write transaction; taking and marking are one. A crash in between
leaves the item stored, and it is taken again: once, since the door is idempotent. Whatever goes
wrong with one item sets that item aside with the reason and never stops the next.
"""

import traceback
from datetime import datetime, timedelta

import msgspec

from fairline.cases.inbound import Inbound, InboxRef
from fairline.cases.intake import REOPEN_WITHIN, receive, would_join
from fairline.channels import (
    downloads,
    echoes,
    mentions,
    naming,
    raw,
    receipts,
    store_gone,
    store_inboxes,
    store_mentions,
    store_raw,
)
from fairline.channels import news as what_happened
from fairline.channels.bounds import bounded, bounded_edit
from fairline.channels.contract import (
    Consent,
    Echo,
    Edited,
    Ignored,
    Own,
    Places,
    Receipt,
    Removed,
    Settles,
    Translation,
)
from fairline.channels.gathering import gathering_of
from fairline.channels.registry import Channels
from fairline.channels.rows import Inbox, RawRow
from fairline.core.errors import Unavailable
from fairline.core.log import log
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.policy.chatter import Judgement

BATCH = 20
WAITS = "waits"
TOO_LATE = "its author took it back before it came"
MENTIONS_WAIT = timedelta(minutes=10)


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a raw item. `outcome`: new_case, joined, reopened, duplicate, bounce,
    auto_reply, said_elsewhere, own, waits, set_aside, or '' when somebody else has it.
    """

    outcome: str
    reason: str = ""
    case_id: str | None = None
    message_id: str | None = None


class Ingest:
    """The understanding half of the door."""

    def __init__(
        self,
        database: Database,
        channels: Channels,
        *,
        reopen_within: timedelta = REOPEN_WITHIN,
        filters: bool = True,
    ) -> None:
        self.database = database
        self.filters = filters
        self.channels = channels
        self.reopen_within = reopen_within

    def step(self, _worker: str) -> bool:
        """Take a batch of what is stored. Returns whether there was any: a worker step."""
        with self.database.read() as unit:
            waiting = store_raw.oldest_stored(unit, limit=BATCH)
        for row in waiting:
            gathering_of(self.database).give_way()
            self.take(row.id)
        return bool(waiting)

    def take(self, raw_id: str) -> Result:
        """Understand one item and mark what became of it."""
        with self.database.read() as unit:
            row = store_raw.by_id(unit, raw_id)
            if row is None or row.state != "stored":
                return Result(outcome="")
            inbox = store_inboxes.inbox_by_id(unit, row.inbox_id)
            if inbox is None:
                return Result(outcome="")
            info = self.channels.info(unit, inbox)
            payload = raw.payload_of(unit, row)
        try:
            channel = self.channels.of_kind(inbox.kind)
            translation = channel.translate(payload, info, received_at=row.received_at)
            with self.database.write() as unit:
                return self._mark(unit, row, inbox, translation)
        except Unavailable:
            raise  # the database is away: the item stays stored and is tried again
        except Exception as error:  # noqa: BLE001  one bad item never stops the rest
            log.warning("item set aside", inbox=inbox.name, item=row.id, error=repr(error))
            reason = "".join(traceback.format_exception(error))
            with self.database.write() as unit:
                raw.set_aside(unit, row, inbox.brand_id, reason)
            return Result(outcome="set_aside", reason=str(error))

    def take_within(self, unit: Unit, raw_id: str) -> Result:
        """Understand one item in the caller's own transaction. Raises what `translate` raises."""
        row = store_raw.by_id(unit, raw_id, lock=True)
        inbox = store_inboxes.inbox_by_id(unit, row.inbox_id) if row else None
        if row is None or inbox is None or row.state != "stored":
            return Result(outcome="")
        info = self.channels.info(unit, inbox)
        payload = raw.payload_of(unit, row)
        channel = self.channels.of_kind(inbox.kind)
        translation = channel.translate(payload, info, received_at=row.received_at)
        return self._mark(unit, row, inbox, translation)

    def _mark(self, unit: Unit, row: RawRow, inbox: Inbox, translation: Translation) -> Result:
        present = store_raw.by_id(unit, row.id, lock=True)
        if present is None or present.state != "stored":
            return Result(outcome="")
        is_talk = self.channels.of_kind(inbox.kind).capabilities.is_talk
        ref = msgspec.structs.replace(inbox_ref(unit, inbox), is_talk=is_talk)
        if isinstance(translation, Receipt):
            result = self._receipt(unit, translation, inbox)
        elif isinstance(translation, Ignored):
            result = self._ignored(unit, ref, translation, row, inbox)
        elif isinstance(translation, Inbound):
            result = self._inbound(unit, ref, translation, row, inbox)
        elif isinstance(translation, Edited):
            result = self._edited(unit, ref, translation, row, inbox)
        elif isinstance(translation, Echo):
            result = self._echo(unit, ref, translation, row, inbox)
        else:
            result = self._news(unit, translation, inbox)
        waits = result.outcome == WAITS
        store_raw.update(
            unit,
            row.id,
            {
                "state": "waits" if waits else "taken",
                "outcome": result.outcome,
                "reason": result.reason,
                "case_id": result.case_id,
                "message_id": result.message_id,
                "taken_at": None if waits else unit.now,
            },
        )
        store_inboxes.update(unit, inbox.id, {"received_at": unit.now})
        return result

    def _inbound(
        self, unit: Unit, ref: InboxRef, inbound: Inbound, row: RawRow, inbox: Inbox
    ) -> Result:
        if store_gone.is_taken_back(unit, inbox.id, inbound.native_id, inbound.author.address):
            return Result(outcome="taken_back", reason=TOO_LATE)
        inbound = bounded(inbound)
        if isinstance(channel := self.channels.of_kind(inbox.kind), Places):
            channel.place(unit, inbound, inbox.id)
        if kept_off := self._kept_off(unit, ref, inbound, row, inbox):
            return kept_off
        arrived_at = arrival(inbound, row.received_at, inbox)
        taken = receive(
            unit,
            ref,
            inbound,
            arrived_at=arrived_at,
            raw_sha256=row.payload_sha256,
            reopen_within=self.reopen_within,
        )
        if taken.outcome != "duplicate":
            downloads.ask_for(unit, inbox.id, taken.message_id, inbound.files)
            naming.ask_for(unit, channel, inbox.id, taken.message_id, inbound)
            echoes.wake_by(unit, inbox.id, inbound)
        return Result(outcome=taken.outcome, case_id=taken.case_id, message_id=taken.message_id)

    def _kept_off(
        self, unit: Unit, ref: InboxRef, inbound: Inbound, row: RawRow, inbox: Inbox
    ) -> Result | None:
        """What asks for nothing is a mention. An answer to something that has not come waits a
        little for that: it may be the thanks of somebody who has a case.
        """
        if not self.filters:
            return None
        found = mentions.judged(unit, inbox, ref, inbound, reopen_within=self.reopen_within)
        if found is None:
            return None
        if inbound.in_reply_to and row.received_at + MENTIONS_WAIT > unit.now:
            waits = echoes.Waits(
                waits_for=inbound.in_reply_to[0], look_at=row.received_at + MENTIONS_WAIT
            )
            echoes.wait(unit, row, inbound.native_id, waits)
            return Result(outcome=WAITS, reason=f"waits for {waits.waits_for}")
        mentions.hear(unit, inbox, row, inbound, found)
        return Result(outcome=found.kind, reason=found.reason)

    def _edited(
        self, unit: Unit, ref: InboxRef, edited: Edited, row: RawRow, inbox: Inbox
    ) -> Result:
        """Other words for a post of ours; one that we have not got yet comes as it is now."""
        known = what_happened.edited(unit, inbox, bounded_edit(edited))
        if known:
            return Result(outcome="edited", case_id=known[0], message_id=known[1])
        if edited.inbound is None:
            return Result(outcome="edited", reason="about nothing that we have")
        if mentions.is_anothers(unit, inbox, edited.of, edited.address):
            return Result(outcome="edited", reason="about a post of somebody else")
        taken = self._inbound(unit, ref, edited.inbound, row, inbox)
        mentions.edited(unit, inbox, row, bounded(edited.inbound), taken.case_id)
        return taken

    def _echo(self, unit: Unit, ref: InboxRef, echo: Echo, row: RawRow, inbox: Inbox) -> Result:
        """Said in our name: known and dropped, put on the case it answers, or waiting for that."""
        placed = echoes.take(unit, inbox, ref, echo, row)
        if isinstance(placed, str):
            return Result(outcome="own", reason=placed)
        if isinstance(placed, echoes.Waits):
            echoes.wait(unit, row, echo.native_id, placed)
            return Result(outcome=WAITS, reason=f"waits for {placed.waits_for or 'the ledger'}")
        echoes.wake_by_ours(unit, inbox.id, echo)
        return Result(outcome=placed.outcome, case_id=placed.case_id, message_id=placed.message_id)

    def _news(self, unit: Unit, news: Removed | Consent | Own, inbox: Inbox) -> Result:
        """What changes something that was said before, or only the channel's own tables."""
        channel = self.channels.of_kind(inbox.kind)
        if isinstance(news, Own):
            if isinstance(channel, Settles):
                channel.settle(unit, news, self.channels.info(unit, inbox))
            return Result(outcome=news.outcome, reason=news.reason)
        if isinstance(news, Consent):
            about = what_happened.consent(unit, inbox, news)
            word = "stopped" if news.stops else "started"
            return Result(outcome=word, case_id=about)
        store_mentions.take_back(unit, inbox.id, news.of[: what_happened.MOST_GONE], news.address)
        gone = what_happened.removed(unit, inbox, news)
        case_id, message_id = gone or (None, None)
        return Result(outcome="taken_back", case_id=case_id, message_id=message_id)

    def _receipt(self, unit: Unit, receipt: Receipt, inbox: Inbox) -> Result:
        delivery = receipts.apply(unit, receipt, inbox)
        return Result(
            outcome="bounce" if receipt.state == "failed" else "receipt",
            reason=receipt.text if delivery else "about nothing that we sent",
            case_id=delivery.case_id if delivery else None,
            message_id=delivery.message_id if delivery else None,
        )

    def _ignored(
        self, unit: Unit, ref: InboxRef, ignored: Ignored, row: RawRow, inbox: Inbox
    ) -> Result:
        """An automatic answer is shown quietly on the case it belongs to and opens none. What is
        only heard goes to the mentions.
        """
        inbound = bounded(ignored.inbound) if ignored.inbound else None
        if inbound and store_gone.is_taken_back(
            unit, inbox.id, inbound.native_id, inbound.author.address
        ):
            return Result(outcome="taken_back", reason=TOO_LATE)
        if inbound and ignored.outcome in mentions.HEARD:
            found = Judgement(kind=ignored.outcome, reason=ignored.reason)
            mentions.hear(unit, inbox, row, inbound, found)
            return Result(outcome=ignored.outcome, reason=ignored.reason)
        if inbound is None or not would_join(unit, ref, inbound, reopen_within=self.reopen_within):
            return Result(outcome=ignored.outcome, reason=ignored.reason)
        quiet = msgspec.structs.replace(inbound, is_automatic=True)
        taken = receive(
            unit,
            ref,
            quiet,
            raw_sha256=row.payload_sha256,
            reopen_within=self.reopen_within,
        )
        return Result(
            outcome=ignored.outcome,
            reason=ignored.reason,
            case_id=taken.case_id,
            message_id=taken.message_id,
        )


def arrival(inbound: Inbound, received_at: datetime, inbox: Inbox) -> datetime:
    """When it reached us: the place in line counts from it.

    After an outage that is earlier than the moment we fetched it. The sender's clock is believed
    only within the time since we last looked, so a backdated mail gains nothing.
    """
    if inbound.sent_at is None or inbox.checked_at is None:
        return received_at
    return min(max(inbound.sent_at, inbox.checked_at), received_at)


def inbox_ref(unit: Unit, inbox: Inbox) -> InboxRef:
    """The inbox as the record sees it."""
    ours = store_inboxes.all_inboxes(unit, brand_id=inbox.brand_id)
    return InboxRef(
        id=inbox.id,
        brand_id=inbox.brand_id,
        channel=inbox.kind,
        team_id=inbox.team_id,
        addresses=frozenset(other.address for other in ours if other.address),
    )
