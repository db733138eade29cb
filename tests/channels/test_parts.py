"""An answer too long for its place: in parts and in order, or short with the way to all of it."""

from datetime import timedelta

import msgspec
import pytest

from fairline.cases.actions import actor_of, reply
from fairline.cases.intake import receive
from fairline.channels import store_deliveries
from fairline.channels.contract import Outbound
from fairline.channels.ledger import Ledger
from fairline.channels.outgoing import WHOLE_MARK
from fairline.channels.registry import Channels
from fairline.channels.repair import let_be, send_another_way, try_again
from fairline.channels.rows import Delivery
from fairline.channels.web import WebChannel
from fairline.core.errors import DeliveryError
from fairline.core.lengths import LengthRule
from fairline.people.contacts import resolve, unite
from fairline.wiring import Office
from tests.conftest import Cast, said
from tests.fakes.channel import Loft, PigeonMail

LONG = " ".join(f"This is sentence number {n}, and it says something." for n in range(9))
ROOM = LengthRule(counts="graphemes", most=200)


@pytest.fixture
def loft() -> Loft:
    return Loft()


@pytest.fixture
def pigeons(loft: Loft) -> PigeonMail:
    channel = PigeonMail(loft)
    channel.capabilities = msgspec.structs.replace(channel.capabilities, length=ROOM)
    return channel


@pytest.fixture
def ledger(office: Office, pigeons: PigeonMail) -> Ledger:
    channels = Channels(
        [WebChannel(), pigeons],
        office.keyring,
        public_url="http://board.test",
        install_id="test",
    )
    return Ledger(office.database, channels)


def answer(office: Office, cast: Cast, text: str, **more: object) -> tuple[str, str]:
    """Cleo wrote by mail, Ben answers: ids of case and message."""
    with office.database.write() as unit:
        case_id = receive(unit, cast.mailbox_ref, said()).case_id
    with office.database.write() as unit:
        return case_id, reply(unit, case_id, cast.ben, text, **more).id  # type: ignore[arg-type]


def deliveries(office: Office, message_id: str) -> list[Delivery]:
    with office.database.read() as unit:
        found = store_deliveries.of_messages(unit, [message_id])[message_id]
    return sorted(found, key=lambda one: one.part)


def send_all(ledger: Ledger) -> None:
    while ledger.step("w"):
        pass


def test_a_long_answer_goes_in_parts_one_after_the_other(
    office: Office, ledger: Ledger, loft: Loft, cast: Cast
) -> None:
    _, message_id = answer(office, cast, LONG)
    send_all(ledger)
    parts = [one.text for one in loft.sent]
    assert len(parts) > 2
    assert all(len(part) <= 200 for part in parts)
    assert [part[-5:] for part in parts] == [
        f"({n}/{len(parts)})" for n in range(1, len(parts) + 1)
    ]
    assert "number 0" in parts[0]
    assert "http://board.test/t/" in parts[-1]
    # Each stands under the one before it.
    natives = [one.native_id for one in deliveries(office, message_id)]
    assert [one.in_reply_to for one in loft.sent[1:]] == natives[:-1]
    assert len({one.key for one in loft.sent}) == len(parts)
    assert {one.state for one in deliveries(office, message_id)} == {"sent"}


def test_the_second_part_waits_for_the_first(
    office: Office, ledger: Ledger, loft: Loft, cast: Cast
) -> None:
    def refuse(_: Outbound) -> None:
        raise DeliveryError("not now", permanent=False)

    _, message_id = answer(office, cast, LONG)
    loft.before = refuse
    send_all(ledger)
    first, *others = deliveries(office, message_id)
    assert first.state == "queued"
    assert {(one.state, one.next_try_at) for one in others} == {("queued", None)}
    loft.before = None
    with office.database.write() as unit:
        due = {"next_try_at": unit.now - timedelta(seconds=1)}
        store_deliveries.update(unit, first.id, due)
    send_all(ledger)
    assert len(loft.sent) == 1 + len(others)
    assert len(deliveries(office, message_id)) == 1 + len(others)


def test_a_part_that_is_stuck_is_sent_again_and_the_rest_follows(
    office: Office, ledger: Ledger, loft: Loft, cast: Cast
) -> None:
    def refuse_the_second(outbound: Outbound) -> None:
        if "(2/" in outbound.text:
            raise DeliveryError("no", permanent=True)

    _, message_id = answer(office, cast, LONG)
    loft.before = refuse_the_second
    send_all(ledger)
    assert len(loft.sent) == 1
    stuck = next(one for one in deliveries(office, message_id) if one.state == "dead")
    loft.before = None
    with office.database.write() as unit:
        try_again(unit, stuck.id, by=actor_of(cast.ben))
    send_all(ledger)
    assert [one.state for one in deliveries(office, message_id)] == ["sent"] * len(loft.sent)
    assert [one.text[-5:-3] for one in loft.sent] == [f"({n}" for n in range(1, len(loft.sent) + 1)]


def test_whoever_saw_that_it_arrived_lets_the_rest_go(
    office: Office, ledger: Ledger, loft: Loft, cast: Cast
) -> None:
    def lose_sight(outbound: Outbound) -> None:
        if "(1/" in outbound.text:
            raise DeliveryError(
                "silence", permanent=False, provider_code=DeliveryError.OUTCOME_UNKNOWN
            )

    _, message_id = answer(office, cast, LONG)
    loft.then = lose_sight
    send_all(ledger)
    first = deliveries(office, message_id)[0]
    assert first.state == "unknown"
    assert not loft.sent
    with office.database.write() as unit:
        let_be(unit, first.id, by=actor_of(cast.ben))
    send_all(ledger)
    assert [one.state for one in deliveries(office, message_id)][1:] == ["sent"] * len(loft.sent)


def test_another_way_takes_the_whole_of_it(
    office: Office, ledger: Ledger, loft: Loft, cast: Cast
) -> None:
    def refuse(_: Outbound) -> None:
        raise DeliveryError("no", permanent=True)

    _, message_id = answer(office, cast, LONG)
    loft.before = refuse
    send_all(ledger)
    first = deliveries(office, message_id)[0]
    with office.database.write() as unit:
        other = resolve(unit, cast.brand.id, "email", "cleo@home.test", confirmed=True)
        case = store_deliveries.by_id(unit, first.id)
        assert case
        mine = resolve(unit, cast.brand.id, "email", "cleo@mail.test")
        unite(unit, other, mine.contact_id)
        send_another_way(unit, first.id, other.id, by=actor_of(cast.ben))
    loft.before = None
    send_all(ledger)
    old = [one for one in deliveries(office, message_id) if one.identity_id == first.identity_id]
    assert {one.state for one in old} == {"replaced"}
    assert {one.recipient for one in loft.sent} == {"cleo@home.test"}
    assert "number 0" in loft.sent[0].text


def test_a_short_text_leads_to_the_whole_answer(
    office: Office, ledger: Ledger, loft: Loft, cast: Cast
) -> None:
    short = f"We found it. All we know: {WHOLE_MARK}"
    _, message_id = answer(office, cast, LONG, short={"email": short})
    send_all(ledger)
    (sent,) = loft.sent
    assert sent.text.startswith("We found it. All we know: http://board.test/t/")
    assert deliveries(office, message_id)[0].text == short  # no secret is stored


def test_a_text_that_fits_is_one_delivery(
    office: Office, ledger: Ledger, loft: Loft, cast: Cast
) -> None:
    _, message_id = answer(office, cast, "It comes today.")
    send_all(ledger)
    (only,) = deliveries(office, message_id)
    assert (only.part, only.parts) == (0, 0)
    assert loft.sent[0].text.startswith("It comes today.\n\nhttp://board.test/t/")


def test_far_too_long_is_told_and_nothing_goes(
    office: Office, ledger: Ledger, loft: Loft, cast: Cast
) -> None:
    _, message_id = answer(office, cast, LONG * 20)
    send_all(ledger)
    (only,) = deliveries(office, message_id)
    assert only.state == "dead"
    assert "too long" in only.error
    assert not loft.sent
