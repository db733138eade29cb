"""What a case costs its customer: by the rule, counted along, counted back, merged, exported."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from fairline.cases import changes, effort_kept, store, store_effort
from fairline.cases.actions import actor_of
from fairline.cases.effort import COLUMNS, Effort, add, count, effort_of
from fairline.cases.export import export_case
from fairline.cases.intake import receive
from fairline.cases.merging.merging import merge
from fairline.cases.merging.moving import split
from fairline.cases.merging.undoing import undo
from fairline.cases.rebuild import rebuild_case
from fairline.cases.rows import SYSTEM, Case, Event
from fairline.cases.tables import cases, messages
from fairline.channels.carried import CARRIED
from fairline.core.clock import now
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.effort import effort_words
from fairline.handoff.transfers import handing_over
from fairline.line.joining import join
from fairline.people import teams
from tests.conftest import Cast, said

AT = now()


def event(kind: str, *, by: str = "agent", after: int = 0, **data: Any) -> Event:
    return Event(
        position=1,
        tx=0,
        case_id="case",
        brand_id="brand",
        kind=kind,
        at=AT + timedelta(seconds=after),
        actor_kind=by,
        actor_id="somebody",
        data=data,
    )


def moved(kind: str, before: str | None, to: str | None, **more: Any) -> Event:
    where: dict[str, Any] = {"from": before, "to": to}
    return event(kind, **where, **more)


@pytest.mark.parametrize(
    ("happened", "expected"),
    [
        (event("message_received", channel="web"), {"contact_count": 1, "heard_on": "web"}),
        (event("message_received", channel="email", automatic=True), {}),
        (event("message_received", channel="web", bystander=True), {}),
        (event("message_sent", channel="web"), {}),
        (moved("owner_changed", None, "b"), {}),
        (moved("owner_changed", "a", None), {}),
        (moved("owner_changed", "a", "b"), {"handoff_count": 1}),
        (moved("owner_changed", "a", "b", by="system"), {}),
        (moved("owner_changed", "a", "b", reason="handed_over"), {}),
        (moved("transfer_accepted", "a", "b"), {"handoff_count": 1}),
        (moved("team_changed", None, "t"), {"handoff_count": 1}),
        (moved("team_changed", "t", None), {}),
        (moved("team_changed", None, "t", by="system"), {}),
        (event("repeat_joined", leads=False), {"repeat_count": 1}),
        (event("repeat_joined", leads=True), {}),
        (event("case_reopened"), {"reopen_count": 1}),
    ],
)
def test_what_counts(happened: Event, expected: dict[str, Any]) -> None:
    assert add(Effort(), happened) == Effort(**expected)


def test_a_hand_off_with_its_team_is_one() -> None:
    accepted = [
        moved("transfer_accepted", "a", "b"),
        moved("team_changed", None, "t"),
        moved("owner_changed", "a", None),
        moved("owner_changed", None, "b", reason="handed_over"),
    ]
    later = moved("team_changed", "t", "u", after=60)

    assert count(accepted).handoff_count == 1
    assert count([*accepted, later]).handoff_count == 2


def test_another_channel_than_the_last_is_a_switch() -> None:
    heard = [event("message_received", channel=one) for one in ("web", "web", "email", "web")]

    assert count(heard) == Effort(contact_count=4, switch_count=2, heard_on="email web")


@pytest.mark.parametrize(
    ("effort", "words"),
    [
        (Effort(contact_count=1, heard_on="web"), ""),
        (Effort(), ""),
        (Effort(contact_count=2, heard_on="web"), "2 contacts"),
        (
            Effort(contact_count=3, handoff_count=1, switch_count=1, heard_on="web email"),
            "3 contacts, 1 hand-off, by web then mail",
        ),
        (
            Effort(contact_count=1, repeat_count=1, reopen_count=2, heard_on="web"),
            "1 contact, 1 repeat, 2 reopenings",
        ),
    ],
)
def test_it_is_said_in_a_few_words(
    database: Database, cast: Cast, effort: Effort, words: str
) -> None:
    case = began(database, cast)

    assert effort_words(with_effort(case, effort)) == words


def with_effort(case: Case, effort: Effort) -> Case:
    return msgspec.structs.replace(case, **msgspec.structs.asdict(effort))


def began(database: Database, cast: Cast, text: str = "My parcel has not come") -> Case:
    with database.write() as unit:
        taken = receive(unit, cast.mailbox_ref, said(text))
        return changes.get_case(unit, taken.case_id)


def row(database: Database, case: Case) -> Effort:
    with database.read() as unit:
        found = store.case_by_id(unit, case.id)
    assert found
    return effort_of(found)


def again(database: Database, case: Case) -> Effort:
    """Counted from the events, from nothing."""
    with database.write() as unit:
        store.update_case(unit, case.id, msgspec.structs.asdict(Effort(contact_count=99)))
    with database.write() as unit:
        effort_kept.recount(unit, case.id)
    return row(database, case)


def do(database: Database, case: Case, what: Callable[[Unit, Case], object]) -> None:
    with database.write() as unit:
        what(unit, changes.get_case(unit, case.id, lock=True))


@pytest.fixture
def steps(database: Database, cast: Cast) -> dict[str, Callable[[Unit, Case], object]]:
    """What is done with a case in these tests, by name."""
    ada, ben = actor_of(cast.ada), actor_of(cast.ben)
    with database.write() as unit:
        team_ids = [teams.create_team(unit, name=name).id for name in ("Parcels", "Money")]

    def write(unit: Unit, case: Case, *, board: bool = False, **more: Any) -> None:
        inbox = cast.board_ref if board else cast.mailbox_ref
        receive(unit, inbox, said("And still nothing", **more), joins=case.id)

    def other_team(unit: Unit, case: Case) -> None:
        to = team_ids[case.team_id == team_ids[0]]
        changes.set_team(unit, case, to, by=ada)

    def hand_over(unit: Unit, case: Case) -> None:
        case = changes.assign(unit, case, cast.ben.id, by=SYSTEM)
        if case.is_ended:
            return
        handing_over.offer(
            unit, case.id, cast.ben, to_agent=cast.bea.id, summary="Look at it", reason="Lunch"
        )
        handing_over.accept(unit, case.id, cast.bea)

    return {
        "mail": write,
        "web": lambda unit, case: write(unit, case, board=True),
        "machine": lambda unit, case: write(unit, case, is_automatic=True),
        "to ben": lambda unit, case: changes.assign(unit, case, cast.ben.id, by=ada),
        "to bea": lambda unit, case: changes.assign(unit, case, cast.bea.id, by=ben),
        "to the line": lambda unit, case: changes.assign(unit, case, None, by=ben),
        "away": lambda unit, case: changes.assign(unit, case, cast.bea.id, by=SYSTEM),
        "team": other_team,
        "solved": lambda unit, case: changes.set_status(unit, case, "solved", by=ben),
        "open": lambda unit, case: changes.reopen(unit, case, by=ben, reason="agent"),
        "hand over": hand_over,
    }


Steps = dict[str, Callable[[Unit, Case], object]]


def test_a_case_is_counted_along(database: Database, cast: Cast, steps: Steps) -> None:
    case = began(database, cast)
    assert row(database, case) == Effort(contact_count=1, heard_on="email")

    for name in ("to ben", "web", "machine", "to bea", "team", "solved", "mail", "hand over"):
        do(database, case, steps[name])

    expected = Effort(
        contact_count=3,
        handoff_count=3,
        switch_count=2,
        reopen_count=1,
        heard_on="web email",
    )
    assert row(database, case) == expected
    assert again(database, case) == expected


def test_counted_along_is_counted_again(database: Database, cast: Cast, steps: Steps) -> None:
    @settings(max_examples=12)
    @given(st.lists(st.sampled_from(sorted(steps)), max_size=8))
    def whatever_was_done(names: list[str]) -> None:
        case = began(database, cast)
        for name in names:
            do(database, case, steps[name])
        along = row(database, case)

        assert again(database, case) == along

    whatever_was_done()


def test_what_is_taken_back_does_not_count(database: Database, cast: Cast, steps: Steps) -> None:
    case = began(database, cast)
    do(database, case, steps["to ben"])

    with database.write() as unit:
        with unit.savepoint() as part:
            steps["to bea"](unit, changes.get_case(unit, case.id, lock=True))
            part.rollback()
        steps["mail"](unit, changes.get_case(unit, case.id, lock=True))

    assert row(database, case) == Effort(contact_count=2, heard_on="email")


def test_a_repeat_counts_for_the_one_that_follows(database: Database, cast: Cast) -> None:
    first = began(database, cast)
    second = began(database, cast, "The invoice names a firm that I do not know")

    do(database, second, lambda unit, case: join(unit, case, first, by=actor_of(cast.ben)))

    assert row(database, first).repeat_count == 0
    assert row(database, second).repeat_count == 1


def test_somebody_else_in_public_is_no_effort(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        asked = said(is_public=True, by="cleo", channel="web")
        case_id = receive(unit, cast.board_ref, asked).case_id
        case = changes.get_case(unit, case_id)
    more = said("Here too", is_public=True, by="dov", channel="web", name="Dov")

    do(database, case, lambda unit, case: receive(unit, cast.board_ref, more, joins=case.id))

    assert row(database, case).contact_count == 1
    assert again(database, case).contact_count == 1


def test_a_merge_adds_up_and_its_undoing_takes_apart(
    database: Database, cast: Cast, steps: Steps
) -> None:
    one, two = began(database, cast), began(database, cast, "The invoice is wrong as well")
    for name in ("web", "to ben", "to bea"):
        do(database, two, steps[name])
    before = row(database, one), row(database, two)

    with database.write() as unit:
        cases = (changes.get_case(unit, case.id, lock=True) for case in (two, one))
        taken = merge(unit, *cases, by=actor_of(cast.ada))

    both = Effort(contact_count=3, handoff_count=1, switch_count=1, heard_on="email web")
    assert row(database, one) == both
    do(database, one, steps["mail"])
    assert again(database, one) == row(database, one)
    assert row(database, one).switch_count == 2
    with database.write() as unit:
        undo(unit, taken.id, by=actor_of(cast.ada))
    apart = row(database, one), row(database, two)
    assert sum(case.contact_count for case in apart) == 4
    assert [case.handoff_count for case in apart] == [case.handoff_count for case in before]


def test_what_is_split_off_counts_where_it_is(database: Database, cast: Cast, steps: Steps) -> None:
    case = began(database, cast)
    do(database, case, steps["web"])
    with database.write() as unit:
        on_board = sa.select(messages.c.id).where(messages.c.channel == "web")
        chosen = [unit.execute(on_board).scalar_one()]
        taken = split(unit, case, chosen, by=actor_of(cast.ada))

    new = msgspec.structs.replace(case, id=taken.into_id)
    assert row(database, case) == Effort(contact_count=1, heard_on="email")
    assert row(database, new) == Effort(contact_count=1, heard_on="web")
    with database.write() as unit:
        undo(unit, taken.id, by=actor_of(cast.ada))
    assert row(database, case) == Effort(contact_count=2, switch_count=1, heard_on="email web")


def test_old_cases_are_counted_by_a_job_that_goes_on_where_it_was(
    database: Database, cast: Cast, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(effort_kept, "BATCH", 2)
    every = [began(database, cast, f"My parcel {number} has not come") for number in range(5)]
    for case, name in zip(every, ("web", "mail", "team", "solved", "to ben"), strict=True):
        do(database, case, steps[name])
    expected = [row(database, case) for case in every]
    nothing = {name: "" if name == "heard_on" else 0 for name in COLUMNS}
    with database.write() as unit:
        unit.execute(sa.update(cases).values(**nothing))

    after = ""
    for _ in range(3):
        effort_kept.run_job(database, {"after": after})
        effort_kept.run_job(database, {"after": after})  # killed before it was ticked off
        with database.read() as unit:
            found = store_effort.cases_after(unit, after, limit=2)
        after = found[-1]

    assert [row(database, case) for case in every] == expected


@pytest.mark.parametrize("is_older", [False, True])
def test_an_export_has_it_and_an_older_one_is_counted(
    database: Database, cast: Cast, steps: Steps, is_older: bool
) -> None:
    case = began(database, cast)
    for name in ("web", "to ben", "to bea"):
        do(database, case, steps[name])
    with database.read() as unit:
        document = export_case(unit, case.id, CARRIED)
    assert document.case["contact_count"] == 2
    lost = set(COLUMNS) if is_older else set()
    given = {name: value for name, value in document.case.items() if name not in lost}
    # As another install has it: under another brand, so that its mailbox is another one.
    brand = msgspec.structs.replace(document.brand, slug="elsewhere")
    elsewhere = msgspec.structs.replace(
        document, case={**given, "reference": "FL-2222-2222"}, brand=brand
    )

    with database.write() as unit:
        rebuilt = rebuild_case(unit, elsewhere, {}, CARRIED, by=SYSTEM)

    assert row(database, msgspec.structs.replace(case, id=rebuilt.case_id)) == row(database, case)


def test_a_hand_off_to_a_team_is_counted_once(database: Database, cast: Cast, steps: Steps) -> None:
    case = began(database, cast)
    do(database, case, steps["to ben"])
    with database.write() as unit:
        team = teams.create_team(unit, name="Refunds", member_ids=[cast.bea.id])
        handing_over.offer(
            unit, case.id, cast.ben, to_team=team.id, summary="Look at it", reason="Money"
        )
    with database.write() as unit:
        handing_over.accept(unit, case.id, cast.bea)

    with database.read() as unit:
        owned = changes.get_case(unit, case.id)
    assert (owned.owner_id, owned.team_id) == (cast.bea.id, team.id)
    assert effort_of(owned).handoff_count == 1
    assert again(database, case) == effort_of(owned)
