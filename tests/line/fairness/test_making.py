"""From the record to a kept report: what is read, what is told, and what stays hidden."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
import sqlalchemy as sa

from fairline.cases import actions, changes
from fairline.cases.actions import actor_of
from fairline.cases.changes import get_case
from fairline.cases.inbound import Author, Inbound
from fairline.cases.intake import receive
from fairline.cases.override import bring_forward
from fairline.core.errors import Invalid
from fairline.core.ids import new_id
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.jobs import store as jobs
from fairline.line.claim import next_case
from fairline.line.fairness import making, store
from fairline.line.fairness.compare import Rules
from fairline.line.fairness.gathering import gather
from fairline.line.fairness.working import WorkClock
from fairline.people.tables import identities
from fairline.promises.hours import Calendar, working_minutes_between
from tests.conftest import Cast, said

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAYS = timedelta(days=7)


def ask(unit: Unit, cast: Cast, number: int, *, audience: int | None = None, **more: object) -> str:
    inbound = Inbound(
        native_id=f"f-{number}-{len(more)}",
        author=Author(channel="web", address=f"browser-{number}", audience=audience),
        text=f"Question {number}",
        language="en",
        **more,  # type: ignore[arg-type]
    )
    taken = receive(unit, cast.board_ref, inbound, joins=None)
    unit.settle()
    return taken.case_id


@pytest.fixture
def week(database: Database, cast: Cast) -> list[str]:
    """A Monday: five ask, every other in public; two are served in turn, one is picked, one is
    brought forward, one still waits.
    """
    found = []
    with database.write() as unit:
        for number in range(5):
            unit.now = MONDAY + timedelta(minutes=number)
            found.append(
                ask(
                    unit,
                    cast,
                    number,
                    is_public=number % 2 == 0,
                    audience=(None, 0, 5_000)[number % 3],
                )
            )
        unit.now = MONDAY + timedelta(minutes=30)
        bring_forward(unit, get_case(unit, found[3]), cast.ada, "Her heating is off")
        unit.settle()
    served = ((60, None), (61, None), (62, found[4]))
    for after, picked in served:
        with database.write() as unit:
            unit.now = MONDAY + timedelta(minutes=after)
            if picked:
                changes.assign(unit, get_case(unit, picked), cast.ben.id, by=actor_of(cast.ben))
                case_id = picked
            else:
                case = next_case(unit, cast.ben)
                assert case
                case_id = case.id
            unit.settle()
            actions.reply(unit, case_id, cast.ben, "Here you are", status="solved")
    return found


def test_the_facts_of_a_week(database: Database, cast: Cast, week: list[str]) -> None:
    with database.write() as unit:
        unit.now = MONDAY + timedelta(minutes=20)
        again = Inbound(
            native_id="again", author=Author(channel="web", address="browser-1"), text="Hello?"
        )
        receive(unit, cast.board_ref, again, joins=week[1])
    with database.read() as unit:
        found = gather(unit, cast.brand.id, MONDAY - DAYS, MONDAY + DAYS)
    facts = [next(fact for fact in found.facts if fact.case_id == one) for one in week]

    assert [fact.is_public for fact in facts] == [True, False, True, False, True]
    assert [fact.band for fact in facts] == ["", "none", "to-10k", "", "none"]
    assert [fact.taken for fact in facts] == ["next", "", "", "forward", "picked"]
    assert [fact.ahead for fact in facts] == [0, None, None, 3, 2]
    assert [fact.is_answered for fact in facts] == [True, False, False, True, True]
    assert [fact.is_raised for fact in facts] == [False, False, False, True, False]
    assert [fact.asked_again for fact in facts] == [False, True, False, False, False]
    assert facts[0].waited_minutes == pytest.approx(61)
    assert facts[0].promised_minutes == pytest.approx(240)
    assert facts[0].is_kept
    # By now their promise has passed unanswered: five days of eight hours.
    assert facts[1].waited_minutes == pytest.approx(5 * 480 - 1)
    assert (facts[1].is_decided, facts[1].is_kept) == (True, False)
    (override,) = found.overrides
    assert (override.kind, override.by, override.reason) == (
        "brought_forward",
        "Ada",
        "Her heating is off",
    )
    assert [(jump.how, jump.ahead, jump.by) for jump in found.jumps] == [
        ("picked", 2, "Ben"),
        ("forward", 3, "Ben"),
    ]


def test_a_report_is_made_by_a_job_and_kept(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        for number in range(3):
            ask(unit, cast, number, is_public=number == 0)
        next_case(unit, cast.ben)
        making.ask_for(unit, cast.brand.id, 7)
        making.ask_for(unit, cast.brand.id, 7)
    with database.write() as unit:
        assert making.is_asked_for(unit, cast.brand.id, 7)
        assert not making.is_asked_for(unit, cast.brand.id, 28)
        job = jobs.claim(unit, "w")
    assert job
    making.run_job(database, job.payload)
    with database.write() as unit:
        jobs.finish(unit, job.id, "w")
        assert jobs.claim(unit, "w") is None
        report = making.latest(unit, cast.brand.id, 7)
        assert making.latest(unit, cast.brand.id, 28) is None
        assert [row.has_gap for row in store.past_reports(unit, cast.brand.id, 7)] == [False]
    assert report
    assert (report.cases, report.brand, report.days) == (3, "Acme", 7)
    assert report.headline.startswith("Too little to say: 1 public case and 2 private cases")


def test_old_reports_go(database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "REPORTS_KEPT", 2)
    for _ in range(4):
        making.make(database, cast.brand.id, 7)
    making.make(database, cast.brand.id, 28)

    with database.read() as unit:
        assert len(store.past_reports(unit, cast.brand.id, 7)) == 2
        assert len(store.past_reports(unit, cast.brand.id, 28)) == 1


def test_each_week_every_report_is_asked_for_once(database: Database, cast: Cast) -> None:
    assert making.weekly(database) == 3
    making.make(database, cast.brand.id, 7)
    assert making.weekly(database) == 2

    with database.read() as unit:
        assert len(jobs.page(unit, state="waiting")) == 3


def test_a_report_of_an_older_release_is_made_anew(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        old = {"id": new_id(), "brand_id": cast.brand.id, "days": 7, "made_at": unit.now}
        store.keep_report(unit, {**old, "has_gap": False, "body": {"brand": "Acme"}})
        assert making.latest(unit, cast.brand.id, 7) is None
    assert making.weekly(database) == 3


def test_too_many_cases_are_a_sample_of_the_latest(
    database: Database, cast: Cast, week: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MOST_CASES", 3)
    with database.read() as unit:
        found = gather(unit, cast.brand.id, MONDAY - DAYS, MONDAY + DAYS)

    assert found.is_sample
    assert {fact.case_id for fact in found.facts} <= set(week[1:])


@pytest.mark.parametrize("days", [0, 1, 29, -7])
def test_only_some_periods_have_reports(database: Database, cast: Cast, days: int) -> None:
    with database.write() as unit, pytest.raises(Invalid, match="7, 28, 90 days"):
        making.ask_for(unit, cast.brand.id, days)


def test_bad_bounds_are_refused_and_the_old_ones_stay(database: Database, cast: Cast) -> None:
    good = Rules(wait_percent=20, rate_points=5, turn_tenths=10, least_cases=50)
    with database.write() as unit:
        making.set_rules(unit, cast.brand.id, good)
    for name, value in (("wait_percent", 0), ("least_cases", 9), ("turn_tenths", 1001)):
        with database.write() as unit, pytest.raises(Invalid) as refused:
            making.set_rules(unit, cast.brand.id, msgspec.structs.replace(good, **{name: value}))
        assert refused.value.field == name
    with database.read() as unit:
        assert making.rules_of(unit, cast.brand.id) == good


def test_an_audience_is_kept_and_follows_what_the_channel_says(
    database: Database, cast: Cast
) -> None:
    for many in (12, None, 40_000, 9_000_000_000):
        with database.write() as unit:
            author = Author(channel="email", address="cleo@mail.test", audience=many)
            receive(unit, cast.mailbox_ref, said(author=author) if many else said())
    with database.read() as unit:
        assert unit.execute(sa.select(identities.c.audience)).scalars().all() == [2_000_000_000]


def test_working_minutes_add_up_over_weekends_and_clock_changes() -> None:
    calendar = Calendar(zone="Europe/Berlin", saturday=("10:00-12:30",))
    since = datetime(2026, 3, 20, 5, tzinfo=UTC)
    clock = WorkClock(calendar, since)
    for start in range(0, 400, 7):
        one = since + timedelta(hours=start)
        for length in (0.1, 3, 30, 200):
            other = one + timedelta(hours=length)
            assert clock.between(one, other) == pytest.approx(
                working_minutes_between(one, other, calendar)
            )
