"""Limits of authority: within them it is on record, beyond them somebody is named."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.cases import changes, grants, store_events, store_grants, store_messages
from fairline.cases.intake import receive
from fairline.cases.rows import Case
from fairline.core.errors import Invalid, NotAllowed
from fairline.db.engine import Database
from fairline.people import authority, store_duty
from fairline.people.authority import limit_of
from fairline.people.money import plain, read_amount, read_currency, written
from fairline.people.tables import Agent
from tests.conftest import Cast, said


@pytest.fixture
def case(database: Database, cast: Cast) -> Case:
    with database.write() as unit:
        authority.set_limit(
            unit, holder="agent", kind="Refund", currency="EUR", per_case=5000, per_day=8000
        )
        authority.set_limit(
            unit, holder="supervisor", kind="refund", currency="EUR", per_case=50000, per_day=None
        )
        case_id = receive(unit, cast.mailbox_ref, said("The lamp is broken")).case_id
        return changes.get_case(unit, case_id)


def give(database: Database, case: Case, agent: Agent, amount: int, **more: str) -> None:
    told = {"kind": "refund", "currency": "EUR", "reason": "broken lamp", **more}
    with database.write() as unit:
        grants.grant(unit, case.id, agent, amount=amount, **told)


def test_within_the_limit_it_is_an_event_with_its_reason(
    database: Database, cast: Cast, case: Case
) -> None:
    give(database, case, cast.ben, 3000)
    with database.read() as unit:
        told = store_events.of_case(unit, case.id)[-1]
    assert told.kind == "authority_used"
    assert told.actor_id == cast.ben.id
    assert told.data == {
        "kind": "refund",
        "amount": 3000,
        "currency": "EUR",
        "reason": "broken lamp",
    }


def test_beyond_it_is_refused_with_who_may_and_nothing_is_written(
    database: Database, cast: Cast, case: Case
) -> None:
    give(database, case, cast.ben, 3000)
    with pytest.raises(NotAllowed) as refused:
        give(database, case, cast.bea, 2001)
    assert refused.value.code == "over_limit"
    assert "50.00 EUR a case, 30.00 EUR of which is given" in refused.value.text
    assert "Ada" in refused.value.text
    assert "Ben" not in refused.value.text
    with database.read() as unit:
        assert store_grants.sum_of_case(unit, case.id, "refund", "EUR") == 3000
    give(database, case, cast.bea, 2000)


def test_a_day_has_its_own_limit_over_all_cases(database: Database, cast: Cast, case: Case) -> None:
    with database.write() as unit:
        mail = said("Mine too", by="dov@mail.test")
        other = changes.get_case(unit, receive(unit, cast.mailbox_ref, mail).case_id)
    give(database, case, cast.ben, 5000)
    with pytest.raises(NotAllowed, match="in 24 hours"):
        give(database, other, cast.ben, 3001)
    give(database, other, cast.bea, 3001)


@pytest.mark.parametrize(("kind", "currency"), [("goodwill", "EUR"), ("refund", "USD")])
def test_what_has_no_limit_may_not_be_given(
    database: Database, cast: Cast, case: Case, kind: str, currency: str
) -> None:
    with pytest.raises(NotAllowed, match="no limit"):
        give(database, case, cast.ada, 1, kind=kind, currency=currency)


def test_no_grant_without_a_reason(database: Database, cast: Cast, case: Case) -> None:
    with pytest.raises(Invalid):
        give(database, case, cast.ben, 1, reason="  ")


def test_sixteen_at_once_do_not_go_beyond_a_limit_together(
    database: Database, cast: Cast, case: Case
) -> None:
    refused: list[str] = []
    others: list[BaseException] = []

    def take() -> None:
        try:
            give(database, case, cast.ben, 1000)
        except NotAllowed as error:
            refused.append(error.code)
        except BaseException as error:  # noqa: BLE001  a thread's error must reach the test
            others.append(error)

    threads = [threading.Thread(target=take) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert others == []
    assert len(refused) == 11
    with database.read() as unit:
        assert store_grants.sum_of_case(unit, case.id, "refund", "EUR") == 5000


def test_whoever_may_is_asked_in_person(database: Database, cast: Cast, case: Case) -> None:
    with database.write() as unit:
        asked = grants.ask(
            unit, case, cast.ben, kind="refund", amount=9000, currency="EUR", reason="a big lamp"
        )
        assert [one.name for one in asked] == ["Ada", "Root"]
        told = store_events.of_case(unit, case.id)[-1]
        assert told.kind == "authority_asked"
        assert told.data["mentioned"] == [cast.ada.id, cast.admin.id]
        assert store_messages.is_nudged(unit, cast.ada.id, case.id)


def test_an_own_limit_goes_before_that_of_the_role(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        for holder, most in (("agent", 100), (cast.ben.id, 300)):
            authority.set_limit(
                unit, holder=holder, kind="refund", currency="EUR", per_case=most, per_day=None
            )
        limits = store_duty.limits(unit)
    reach = {
        agent.name: (found.per_case if (found := limit_of(limits, agent, "refund", "EUR")) else 0)
        for agent in (cast.ben, cast.bea, cast.ada)
    }
    assert reach == {"Ben": 300, "Bea": 100, "Ada": 100}


@pytest.mark.parametrize(
    ("holder", "per_case", "per_day", "field"),
    [
        ("nobody", 100, None, "holder"),
        ("agent", 0, None, "per_case"),
        ("agent", -5, None, "per_case"),
        ("agent", 100, 50, "per_day"),
    ],
)
def test_a_limit_that_cannot_be_is_refused_and_the_old_one_stays(
    database: Database, case: Case, holder: str, per_case: int, per_day: int | None, field: str
) -> None:
    with database.read() as unit:
        before = store_duty.limits(unit)
    with pytest.raises(Invalid) as refused, database.write() as unit:
        authority.set_limit(
            unit,
            holder=holder,
            kind="refund",
            currency="EUR",
            per_case=per_case,
            per_day=per_day,
        )
    assert refused.value.field == field
    with database.read() as unit:
        assert store_duty.limits(unit) == before
    assert case.id


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [("12.50", "EUR", 1250), ("12,5", "EUR", 1250), ("7", "JPY", 7), ("1.234", "KWD", 1234)],
)
def test_amounts_are_read_as_they_are_written(text: str, currency: str, amount: int) -> None:
    assert read_amount(text, currency) == amount


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        *((text, "EUR") for text in ("", "0", "-1", "1.234", "1,000.00", "1e3", "٣", "ten")),
        ("1.5", "JPY"),
        ("9" * 13, "EUR"),
    ],
)
def test_amounts_that_could_mean_two_things_are_refused(text: str, currency: str) -> None:
    with pytest.raises(Invalid):
        read_amount(text, currency)


@given(st.integers(1, 10**12 - 1), st.sampled_from(("EUR", "JPY", "KWD")))
def test_what_is_written_is_read_back(amount: int, currency: str) -> None:
    assert read_amount(plain(amount, currency), currency) == amount
    assert written(amount, currency).endswith(currency)


@pytest.mark.parametrize("code", ["", "EU", "EURO", "12E", "€"])
def test_a_currency_has_three_letters(code: str) -> None:
    with pytest.raises(Invalid):
        read_currency(code)
