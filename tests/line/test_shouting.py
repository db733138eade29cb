"""Shouting buys nothing (R26): over the real door, the line is that of an oracle which hears none.

People come with a need at a moment and are as loud as hypothesis can make them. The oracle knows
the need and the moment alone; the order in the database must be its order, whatever else was done.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairline.cases import changes, clocks, store_messages
from fairline.cases.addresses import leave_address
from fairline.cases.editing import edit_message, set_case_visibility
from fairline.cases.inbound import Author, Copied, Inbound, InboundFile
from fairline.cases.intake import receive
from fairline.cases.rows import Actor, Case
from fairline.core.ids import new_id
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.line.store import KEY
from fairline.line.tables import line_places
from fairline.promises.due import first_due
from fairline.promises.targets import Severity
from tests.conftest import Cast

NUMBERS = count()
WORDS = ("PARCEL", "urgent!!!", "damn you", "please", "\U0001f621\U0001f621", "LAWYER", "invoice")
drawing = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who comes: the need and the moment count, all else is noise."""

    minutes_ago: int
    need: str
    text: str
    by_board: bool
    is_public: bool
    name: str
    is_verified: bool
    audience: int | None
    copied: int
    files: int
    acts: tuple[str, ...]


Act = Callable[[Unit, Cast, Case], object]


def _customer(case: Case) -> Actor:
    return Actor(kind="contact", id=case.contact_id)


def _chase(unit: Unit, cast: Cast, case: Case) -> None:
    """Writes again on the same case, louder, by mail."""
    text = f"WELL?! {next(NUMBERS)} I am STILL waiting, you #!&%"
    receive(unit, cast.mailbox_ref, _mail(text, f"x{next(NUMBERS)}@mail.test", case.mail_token))


def _five_times(unit: Unit, cast: Cast, case: Case) -> None:
    for _ in range(5):
        inbound = Inbound(
            native_id=f"again-{next(NUMBERS)}",
            author=Author(channel=case.channel, address=new_id()),
            text="ANSWER ME",
        )
        receive(unit, cast.board_ref, inbound, joins=case.id)


def _elsewhere(unit: Unit, cast: Cast, case: Case) -> None:
    """Asks the same anew as somebody else, in public: that one has a place of its own."""
    inbound = Inbound(
        native_id=f"else-{next(NUMBERS)}",
        author=Author(channel="web", address=new_id()),
        text=f"{case.subject} {next(NUMBERS)}",
        is_public=True,
    )
    receive(unit, cast.board_ref, inbound)


def _edit(unit: Unit, _: Cast, case: Case) -> None:
    """Changes the words; those of a mail cannot be changed."""
    if case.channel != "web":
        return
    first = store_messages.thread(unit, case.id)[0]
    edit_message(unit, first.id, f"{first.text} AND NOW I AM ANGRY", by=_customer(case))


def _publish(unit: Unit, _: Cast, case: Case) -> None:
    set_case_visibility(unit, case.id, is_public=True, by=_customer(case))


def _hide_again(unit: Unit, _: Cast, case: Case) -> None:
    set_case_visibility(unit, case.id, is_public=False, by=_customer(case))


def _leave_address(unit: Unit, _: Cast, case: Case) -> None:
    address = f"left{next(NUMBERS)}@mail.test"
    leave_address(unit, case, "email", address, by=_customer(case))


def _hand_over(unit: Unit, cast: Cast, case: Case) -> None:
    by = Actor(kind="agent", id=cast.ben.id)
    changes.assign(unit, changes.get_case(unit, case.id), cast.bea.id, by=by)
    changes.assign(unit, changes.get_case(unit, case.id), None, by=by)


def _wait(unit: Unit, _: Cast, case: Case) -> None:
    """Time goes by, and everything is counted anew."""
    unit.now += timedelta(hours=1)
    clocks.sync(unit, case.id)


ACTS: dict[str, Act] = {
    "chase": _chase,
    "five_times": _five_times,
    "elsewhere": _elsewhere,
    "edit": _edit,
    "publish": _publish,
    "hide_again": _hide_again,
    "leave_address": _leave_address,
    "hand_over": _hand_over,
    "wait": _wait,
}
people = st.builds(
    Person,
    minutes_ago=st.integers(0, 3 * 24 * 60),
    need=st.sampled_from([s.value for s in Severity]),
    text=st.lists(st.sampled_from(WORDS), min_size=1, max_size=30).map(" ".join),
    by_board=st.booleans(),
    is_public=st.booleans(),
    name=st.sampled_from(["Cleo", "CLEO (1M followers)", "Daily News", ""]),
    is_verified=st.booleans(),
    audience=st.sampled_from([None, 0, 12, 5_000_000]),
    copied=st.integers(0, 5),
    files=st.integers(0, 1),
    acts=st.lists(st.sampled_from(sorted(ACTS)), max_size=3).map(tuple),
)


def plain(need: str, *, by_board: bool = False) -> Person:
    """Somebody plain with a need."""
    return Person(
        minutes_ago=0,
        need=need,
        text="Where is it?",
        by_board=by_board,
        is_public=False,
        name="Cleo",
        is_verified=False,
        audience=None,
        copied=0,
        files=0,
        acts=(),
    )


def _mail(text: str, address: str, token: str = "") -> Inbound:
    return Inbound(
        native_id=f"mail-{next(NUMBERS)}@mail.test",
        author=Author(channel="email", address=address),
        text=text,
        case_token=token,
    )


def come(unit: Unit, cast: Cast, person: Person, at: datetime) -> Case:
    """The person at the door."""
    number = next(NUMBERS)
    channel = "web" if person.by_board else "email"
    address = new_id() if person.by_board else f"p{number}@mail.test"
    author = Author(
        channel=channel,
        address=address,
        name=person.name,
        verified=person.is_verified,
        audience=person.audience,
    )
    inbound = Inbound(
        native_id=f"person-{number}",
        author=author,
        # Each has a matter of their own: who shares a place with whom is another test's business.
        text=f"Order {number}{number}: {person.text}",
        severity=person.need,
        is_public=person.is_public,
        copied=tuple(
            Copied(role="cc", address=f"copy{number}-{n}@mail.test") for n in range(person.copied)
        ),
        files=tuple(
            InboundFile(name=f"{n}.txt", media_type="text/plain", data=b"!")
            for n in range(person.files)
        ),
    )
    ref = cast.board_ref if person.by_board else cast.mailbox_ref
    taken = receive(unit, ref, inbound, arrived_at=at)
    unit.settle()
    return changes.get_case(unit, taken.case_id)


def order(unit: Unit, ids: set[str]) -> list[str]:
    """These cases as they stand in line."""
    unit.settle()
    query = sa.select(line_places.c.case_id).where(line_places.c.case_id.in_(ids)).order_by(*KEY)
    return list(unit.execute(query).scalars())


@drawing
@given(st.lists(people, min_size=2, max_size=5))
def test_the_line_is_that_of_an_oracle_which_hears_nothing(
    database: Database, cast: Cast, coming: list[Person]
) -> None:
    expected: list[tuple[datetime, datetime, str]] = []
    cases: list[Case] = []
    # Given people who came one after another, in whatever order they are let in,
    with database.write() as unit:
        start = unit.now
        for number, person in enumerate(coming):
            at = start - timedelta(minutes=person.minutes_ago, microseconds=number)
            cases.append(come(unit, cast, person, at))
            calendar, targets = clocks.promises_of(unit, cast.brand.id)
            due_at = first_due(at, person.need, calendar, targets)
            expected.append((due_at, at, cases[-1].id))
    # when they do what they think might help,
    for person, case in zip(coming, cases, strict=True):
        for act in person.acts:
            with database.write() as unit:
                ACTS[act](unit, cast, changes.get_case(unit, case.id))
    # then they stand as their needs and arrivals put them.
    with database.read() as unit:
        found = order(unit, {case.id for case in cases})
    assert found == [case_id for _, _, case_id in sorted(expected)]


LOUD: dict[str, dict[str, object]] = {
    "public": {"is_public": True, "by_board": True},
    "by the board": {"by_board": True},
    "followed by millions": {"audience": 5_000_000, "name": "CLEO (5M followers)"},
    "vouched for": {"is_verified": True},
    "in capitals": {"text": "ANSWER ME!!! \U0001f621 " * 20},
    "with half the town in copy": {"copied": 5},
    "with files": {"files": 1},
}


@pytest.mark.parametrize("loudness", LOUD)
def test_who_is_loud_stands_as_who_is_not(database: Database, cast: Cast, loudness: str) -> None:
    """Each way alone, so that a failure has a name: behind who came before, before who came after."""
    quiet = plain("annoyance")
    loud = msgspec.structs.replace(quiet, **LOUD[loudness])
    with database.write() as unit:
        cases = [
            come(unit, cast, person, unit.now - timedelta(minutes=9 - number))
            for number, person in enumerate((quiet, loud, quiet))
        ]
        assert order(unit, {case.id for case in cases}) == [case.id for case in cases]


@pytest.mark.parametrize("act", ACTS)
def test_nothing_one_can_do_moves_ones_own_case(database: Database, cast: Cast, act: str) -> None:
    """Each alone, so that a failure has a name. Not ahead, and not back either."""
    quiet = plain("annoyance", by_board=True)
    with database.write() as unit:
        case = come(unit, cast, quiet, unit.now - timedelta(minutes=30))
        others = [come(unit, cast, quiet, unit.now - timedelta(minutes=n)) for n in (10, 50)]
        ids = {case.id, *(other.id for other in others)}
        before = order(unit, ids)
    for _ in range(3):
        with database.write() as unit:
            ACTS[act](unit, cast, changes.get_case(unit, case.id))
    with database.read() as unit:
        after = changes.get_case(unit, case.id)
        assert order(unit, ids) == before
    assert (after.due_at, after.entered_at) == (case.due_at, case.entered_at)


def test_the_oracle_would_notice(database: Database, cast: Cast) -> None:
    """What does move a case: another need. The property above would see it."""
    with database.write() as unit:
        quiet = [
            come(unit, cast, person, unit.now - timedelta(minutes=9 - n))
            for n, person in enumerate([plain("annoyance"), plain("annoyance")])
        ]
        ids = {case.id for case in quiet}
        assert order(unit, ids) == [case.id for case in quiet]
        by = Actor(kind="agent", id=cast.ben.id)
        changes.set_severity(unit, quiet[1], "safety", by=by, reason="a fire")
        assert order(unit, ids) == [quiet[1].id, quiet[0].id]


def test_nobody_starves_at_the_door(database: Database, cast: Cast) -> None:
    """Once a case is due, not even danger that comes later goes before it; until then it does."""
    with database.write() as unit:
        old = come(unit, cast, plain("idea"), unit.now - timedelta(days=30))
        young = come(unit, cast, plain("idea"), unit.now)
        assert old.due_at
        assert old.due_at < unit.now
        stream = [come(unit, cast, plain("safety"), unit.now) for _ in range(12)]
        found = order(unit, {old.id, young.id, *(case.id for case in stream)})
    assert found == [old.id, *(case.id for case in stream), young.id]
