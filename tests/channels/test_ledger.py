"""The ledger: written with the reply, sent once, retried, buried, and honest about what it knows."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from fairline.cases import store_events
from fairline.cases.actions import actor_of, reply
from fairline.cases.intake import receive
from fairline.channels import store_deliveries
from fairline.channels.contract import Outbound, Receipt
from fairline.channels.inboxes import set_state
from fairline.channels.ledger import BACKOFF_S, Ledger
from fairline.channels.receipts import apply
from fairline.channels.registry import Channels
from fairline.channels.repair import let_be, send_another_way, stuck_list, try_again, ways
from fairline.channels.rows import Delivery
from fairline.channels.web import WebChannel
from fairline.core.errors import Conflict, DeliveryError
from fairline.people.contacts import resolve, unite
from fairline.wiring import Office
from tests.conftest import Cast, said
from tests.fakes.channel import Loft, PigeonMail


@pytest.fixture
def loft() -> Loft:
    return Loft()


@pytest.fixture
def ledger(office: Office, loft: Loft) -> Ledger:
    channels = Channels(
        [WebChannel(), PigeonMail(loft)],
        office.keyring,
        public_url="http://board.test",
        install_id="test",
    )
    return Ledger(office.database, channels)


@pytest.fixture
def answered(office: Office, cast: Cast) -> str:
    """Cleo wrote, Ben answered; the id of the delivery."""
    with office.database.write() as unit:
        taken = receive(unit, cast.mailbox_ref, said(subject="My parcel", native_id="q@mail.test"))
    with office.database.write() as unit:
        message = reply(unit, taken.case_id, cast.ben, "It comes today.")
        return store_deliveries.of_messages(unit, [message.id])[message.id][0].id


def present(office: Office, delivery_id: str) -> Delivery:
    with office.database.read() as unit:
        found = store_deliveries.by_id(unit, delivery_id)
    assert found
    return found


def age(office: Office, delivery_id: str) -> None:
    """Let the next try of a delivery be due now."""
    with office.database.write() as unit:
        values = {"next_try_at": unit.now - timedelta(seconds=1)}
        store_deliveries.update(unit, delivery_id, values)


def test_a_reply_goes_out_once_with_its_thread(
    office: Office, ledger: Ledger, loft: Loft, answered: str
) -> None:
    assert ledger.step("w") is True
    assert ledger.step("w") is False
    (sent,) = loft.sent
    assert present(office, answered).state == "sent"
    assert sent.recipient == "cleo@mail.test"
    assert (sent.text, sent.in_reply_to) == ("It comes today.", "q@mail.test")
    assert sent.native_id == f"{answered}@acme.test"
    assert sent.link.startswith("http://board.test/t/")


def test_a_temporary_failure_is_tried_again_later(
    office: Office, ledger: Ledger, loft: Loft, answered: str
) -> None:
    def refuse(_: Outbound) -> None:
        raise DeliveryError("greylisted", permanent=False, provider_code="4.7.1")

    loft.before = refuse
    ledger.step("w")
    waiting = present(office, answered)
    assert (waiting.state, waiting.attempts, waiting.provider_code) == ("queued", 1, "4.7.1")
    assert waiting.next_try_at is not None
    assert ledger.step("w") is False
    loft.before = None
    age(office, answered)
    ledger.step("w")
    assert present(office, answered).state == "sent"
    assert len(loft.sent) == 1


def test_the_provider_says_how_long_to_wait(
    office: Office, ledger: Ledger, loft: Loft, answered: str
) -> None:
    def slow_down(_: Outbound) -> None:
        raise DeliveryError("too fast", permanent=False, retry_after_s=3600)

    loft.before = slow_down
    ledger.step("w")
    waiting = present(office, answered)
    assert waiting.next_try_at is not None
    assert waiting.next_try_at - waiting.created_at > timedelta(minutes=59)


def test_a_permanent_failure_is_dead_and_listed(
    office: Office, ledger: Ledger, loft: Loft, answered: str
) -> None:
    def refuse(_: Outbound) -> None:
        raise DeliveryError("no such user", permanent=True, provider_code="5.1.1")

    loft.before = refuse
    ledger.step("w")
    with office.database.read() as unit:
        (line,) = stuck_list(unit)
    assert (line.delivery.state, line.delivery.error) == ("dead", "no such user")


def test_it_is_buried_after_the_last_try(
    office: Office, ledger: Ledger, loft: Loft, answered: str
) -> None:
    def refuse(_: Outbound) -> None:
        raise DeliveryError("away", permanent=False)

    loft.before = refuse
    for _ in range(len(BACKOFF_S) + 1):
        age(office, answered)
        ledger.step("w")
    assert present(office, answered).state == "dead"
    assert loft.tried == len(BACKOFF_S) + 1


def crash(office: Office, delivery_id: str) -> None:
    """What is left when a worker is killed: a lease that nobody gives back, here run out."""
    with office.database.write() as unit:
        over = unit.now - timedelta(seconds=1)
        store_deliveries.update(unit, delivery_id, {"leased_until": over, "next_try_at": over})


class Killed(BaseException):
    """kill -9, as seen from inside."""


def test_a_crash_before_handing_over_is_sent_again(
    office: Office, ledger: Ledger, loft: Loft, answered: str
) -> None:
    def die(_: Outbound) -> None:
        raise Killed

    loft.before = die
    with pytest.raises(Killed):
        ledger.step("w")
    loft.before = None
    assert ledger.step("other") is False, "the lease still holds"
    crash(office, answered)
    ledger.step("other")
    assert (present(office, answered).state, len(loft.sent)) == ("sent", 1)


def test_a_crash_after_handing_over_is_unknown_and_never_sent_blindly(
    office: Office, ledger: Ledger, loft: Loft, answered: str
) -> None:
    def die(_: Outbound) -> None:
        raise Killed

    loft.then = die
    with pytest.raises(Killed):
        ledger.step("w")
    loft.then = None
    crash(office, answered)
    ledger.step("other")
    assert (present(office, answered).state, len(loft.sent)) == ("unknown", 0)
    with office.database.read() as unit:
        assert [line.delivery.id for line in stuck_list(unit)] == [answered]


def test_where_the_channel_drops_duplicates_it_is_sent_again(
    office: Office, loft: Loft, answered: str
) -> None:
    channels = Channels(
        [WebChannel(), PigeonMail(loft, deduplicates=True)],
        office.keyring,
        public_url="http://board.test",
        install_id="test",
    )
    ledger = Ledger(office.database, channels)

    def die(_: Outbound) -> None:
        raise Killed

    loft.then = die
    with pytest.raises(Killed):
        ledger.step("w")
    loft.then = None
    crash(office, answered)
    ledger.step("other")
    assert present(office, answered).state == "sent"
    assert [outbound.key for outbound in loft.sent] == [answered]


def test_a_worker_that_lost_its_lease_does_not_hand_over(
    office: Office, ledger: Ledger, loft: Loft, answered: str
) -> None:
    def somebody_else(_: Outbound) -> None:
        with office.database.write() as unit:
            store_deliveries.update(unit, answered, {"leased_by": "other"})

    loft.before = somebody_else
    ledger.step("w")
    assert loft.sent == []
    assert present(office, answered).leased_by == "other"


def test_a_paused_inbox_keeps_its_mail_until_it_is_resumed(
    office: Office, cast: Cast, ledger: Ledger, loft: Loft, answered: str
) -> None:
    by = actor_of(cast.admin)
    with office.database.write() as unit:
        set_state(unit, cast.mailbox.id, "paused", by=by)
    assert ledger.step("w") is False
    with office.database.write() as unit:
        set_state(unit, cast.mailbox.id, "active", by=by)
    ledger.step("w")
    assert len(loft.sent) == 1


def test_two_workers_never_send_the_same(
    office: Office, cast: Cast, ledger: Ledger, loft: Loft
) -> None:
    with office.database.write() as unit:
        for number in range(12):
            taken = receive(unit, cast.mailbox_ref, said(by=f"c{number}@mail.test"))
            reply(unit, taken.case_id, cast.ben, f"Answer {number}")

    def work(name: str) -> None:
        while ledger.step(name):
            pass

    workers = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    keys = [outbound.key for outbound in loft.sent]
    assert len(keys) == len(set(keys)) == 12


@pytest.fixture
def dead(office: Office, ledger: Ledger, loft: Loft, answered: str) -> str:
    """A delivery that the other server refused for good."""

    def refuse(_: Outbound) -> None:
        raise DeliveryError("no such user", permanent=True)

    loft.before = refuse
    ledger.step("w")
    loft.before = None
    return answered


def test_try_again_sends_under_the_same_id(
    office: Office, cast: Cast, ledger: Ledger, loft: Loft, dead: str
) -> None:
    with office.database.write() as unit:
        try_again(unit, dead, by=actor_of(cast.ben))
    ledger.step("w")
    assert [outbound.native_id for outbound in loft.sent] == [f"{dead}@acme.test"]
    with office.database.write() as unit, pytest.raises(Conflict):
        try_again(unit, dead, by=actor_of(cast.ben))


def test_send_another_way_uses_another_address_of_the_customer(
    office: Office, cast: Cast, ledger: Ledger, loft: Loft, dead: str
) -> None:
    with office.database.write() as unit:
        delivery = store_deliveries.by_id(unit, dead)
        assert delivery
        cleo = resolve(unit, cast.brand.id, "email", "cleo@mail.test")
        other = resolve(unit, cast.brand.id, "email", "cleo@work.test", confirmed=True)
        unite(unit, other, cleo.contact_id)
        assert [way.address for way in ways(unit, delivery)] == ["cleo@work.test"]
        send_another_way(unit, dead, other.id, by=actor_of(cast.ben))
    ledger.step("w")
    assert [outbound.recipient for outbound in loft.sent] == ["cleo@work.test"]
    assert present(office, dead).state == "replaced"


def test_let_be_takes_it_off_the_list(office: Office, cast: Cast, dead: str) -> None:
    with office.database.write() as unit:
        let_be(unit, dead, by=actor_of(cast.ben))
        assert stuck_list(unit) == []


Find = Callable[[str], tuple[str, ...]]


@pytest.mark.parametrize(
    "candidates",
    [lambda key: (key.replace("-", ""),), lambda key: ("other@x.test", f"{key}@acme.test")],
    ids=["by the key in the return address", "by the Message-ID in the bounce"],
)
def test_a_bounce_becomes_the_state_of_its_delivery(
    office: Office, cast: Cast, ledger: Ledger, answered: str, candidates: Find
) -> None:
    ledger.step("w")
    receipt = Receipt(
        native_id="bounce@mx.test",
        state="failed",
        native_ids=candidates(answered),
        provider_code="5.1.1",
        text="no such user",
    )
    with office.database.write() as unit:
        assert apply(unit, receipt, cast.mailbox) is not None
        bounced = store_deliveries.by_id(unit, answered)
        assert bounced
        kinds = [event.kind for event in store_events.of_case(unit, bounced.case_id)]
    assert (present(office, answered).state, present(office, answered).error) == (
        "failed",
        "no such user",
    )
    assert kinds[-1] == "delivery_changed"


def test_a_warning_of_delay_changes_nothing(
    office: Office, cast: Cast, ledger: Ledger, answered: str
) -> None:
    ledger.step("w")
    late = Receipt(
        native_id="d@mx.test", state="failed", native_ids=(answered,), is_permanent=False
    )
    with office.database.write() as unit:
        apply(unit, late, cast.mailbox)
    assert present(office, answered).state == "sent"


def test_a_bounce_of_nothing_we_sent_is_nothing(office: Office, cast: Cast) -> None:
    with office.database.write() as unit:
        unknown = Receipt(native_id="b", state="failed", native_ids=("zzz", "x@y.test"))
        assert apply(unit, unknown, cast.mailbox) is None
