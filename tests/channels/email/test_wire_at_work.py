"""The wire under the poll loop and the ledger: nothing lost on the way in, nothing twice out."""

from collections.abc import Iterator

import pytest

from fairline.cases.actions import reply
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM
from fairline.channels import store_deliveries, store_inboxes, store_raw
from fairline.channels.doors import fetch_once
from fairline.channels.inboxes import create_inbox
from fairline.channels.ingest import inbox_ref
from fairline.channels.ledger import Ledger
from fairline.channels.rows import Delivery, Inbox
from fairline.core.errors import DeliveryError
from fairline.wiring import Office
from tests.conftest import Cast, said
from tests.fakes.imap import FakeImap
from tests.fakes.smtp import FakeSmtp


@pytest.fixture
def smtp() -> Iterator[FakeSmtp]:
    with FakeSmtp() as server:
        yield server


@pytest.fixture
def ledger(office: Office) -> Iterator[Ledger]:
    made = Ledger(office.database, office.channels)
    yield made
    made.close()


def inbox_with(office: Office, cast: Cast, address: str, **options: str) -> Inbox:
    with office.database.write() as unit:
        return create_inbox(
            unit,
            office.channels,
            brand_id=cast.brand.id,
            kind="email",
            name=address,
            address=address,
            options=options,
            by=SYSTEM,
        )


def answered(office: Office, cast: Cast, smtp: FakeSmtp) -> str:
    """Cleo wrote to an inbox that sends through the fake, Ben answered; the delivery's id."""
    options = {"smtp_host": smtp.host, "smtp_port": str(smtp.port), "smtp_security": "none"}
    inbox = inbox_with(office, cast, "help@acme.test", receive_by="none", **options)
    with office.database.write() as unit:
        taken = receive(unit, inbox_ref(unit, inbox), said(subject="Lamp"))
        message = reply(unit, taken.case_id, cast.ben, "It comes today.")
        return store_deliveries.of_messages(unit, [message.id])[message.id][0].id


def present(office: Office, delivery_id: str) -> Delivery:
    with office.database.read() as unit:
        found = store_deliveries.by_id(unit, delivery_id)
    assert found
    return found


def test_a_reply_goes_out(office: Office, cast: Cast, smtp: FakeSmtp, ledger: Ledger) -> None:
    delivery_id = answered(office, cast, smtp)
    assert ledger.step("w") is True
    assert present(office, delivery_id).state == "sent"
    assert b"It comes today." in smtp.taken[0].payload


def test_a_verdict_that_is_lost_is_unknown_and_not_sent_again(
    office: Office, cast: Cast, smtp: FakeSmtp, ledger: Ledger
) -> None:
    delivery_id = answered(office, cast, smtp)
    smtp.drops = "DOT"
    ledger.step("w")
    lost = present(office, delivery_id)
    assert (lost.state, lost.provider_code) == ("unknown", "outcome_unknown")
    assert "may have arrived" in lost.error
    assert ledger.step("w") is False
    assert len(smtp.taken) == 1


def test_a_clear_no_after_the_dot_is_tried_again(
    office: Office, cast: Cast, smtp: FakeSmtp, ledger: Ledger
) -> None:
    delivery_id = answered(office, cast, smtp)
    smtp.answers["DOT"] = "451 4.3.0 Later"
    ledger.step("w")
    waiting = present(office, delivery_id)
    assert (waiting.state, waiting.handed_at) == ("queued", None)


def mail(number: int) -> bytes:
    return f"From: cleo@example.test\r\nMessage-ID: <{number}@x.test>\r\n\r\nHi\r\n".encode()


def fetched(office: Office, inbox: Inbox) -> int:
    """One turn of the poll loop, with a wire of its own."""
    with office.database.read() as unit:
        fresh = store_inboxes.inbox_by_id(unit, inbox.id)
        info = office.channels.info_by_id(unit, inbox.id)
    assert fresh
    wire = office.channels.of_kind("email").open(info)
    try:
        return fetch_once(office.database, fresh, wire)
    finally:
        wire.close()


def state(office: Office, inbox: Inbox) -> tuple[str, list[str]]:
    with office.database.read() as unit:
        fresh = store_inboxes.inbox_by_id(unit, inbox.id)
        assert fresh
        ids = [f"{number}@x.test" for number in range(1, 40)]
        kept = [i for i in ids if store_raw.by_native_id(unit, inbox.id, i)]
    return fresh.cursor, kept


def test_what_came_before_a_break_is_kept(office: Office, cast: Cast) -> None:
    with FakeImap({number: mail(number) for number in range(1, 31)}) as fake:
        fake.breaks_on.add(28)
        options = {"imap_host": fake.host, "imap_port": str(fake.port), "imap_security": "none"}
        inbox = inbox_with(office, cast, "help@acme.test", start_from="all", **options)
        with pytest.raises(DeliveryError):
            fetched(office, inbox)
        cursor, kept = state(office, inbox)
        assert cursor == "7:27"
        assert len(kept) == 27
        fake.breaks_on.clear()
        assert fetched(office, inbox) == 3
        assert fetched(office, inbox) == 0
    assert state(office, inbox)[0] == "7:30"


def test_where_a_new_inbox_begins_is_stored_and_nothing_else(office: Office, cast: Cast) -> None:
    with FakeImap({number: mail(number) for number in range(1, 4)}) as fake:
        options = {"imap_host": fake.host, "imap_port": str(fake.port), "imap_security": "none"}
        inbox = inbox_with(office, cast, "help@acme.test", **options)
        assert fetched(office, inbox) == 0
        cursor, kept = state(office, inbox)
        assert cursor.startswith("7:3:")
        assert kept == []
        fake.mails[4] = mail(4)
        assert fetched(office, inbox) == 1
    assert state(office, inbox)[1] == ["4@x.test"]
