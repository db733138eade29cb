"""Whatever is merged, split, moved and taken back, in whatever order: nothing is lost or doubled,
and what is taken back leaves the record as it was, to the byte.
"""

from collections.abc import Callable
from typing import Any

import msgspec
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as drawing
from hypothesis import strategies as st

from fairline.cases import links, store
from fairline.cases.actions import actor_of, note, reply, save_draft
from fairline.cases.changes import add_tag, get_case
from fairline.cases.document import encode
from fairline.cases.export import export_case
from fairline.cases.inbound import InboundFile
from fairline.cases.intake import receive
from fairline.cases.merging import store as merges
from fairline.cases.merging.contacts import merge_contacts, undo_contacts
from fairline.cases.merging.merging import merge
from fairline.cases.merging.moving import move, split
from fairline.cases.merging.undoing import undo
from fairline.cases.merging.waits import CHANGES
from fairline.cases.tables import attachments, cases, messages, search_docs
from fairline.channels.carried import CARRIED
from fairline.channels.tables import deliveries
from fairline.core.errors import Conflict, Invalid
from fairline.core.ids import new_id
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.line import counted
from fairline.line.standing import is_waiting
from fairline.line.store import standing
from fairline.people.contacts import contact_of
from tests.conftest import Cast, said

OURS = CHANGES | {"contact_merged", "contact_unmerged"}
HOW_MANY = 5
number = st.integers(0, HOW_MANY - 1)
DONE = st.one_of(
    st.tuples(st.just("merge"), number, number),
    st.tuples(st.just("split"), number, number),
    st.tuples(st.just("move"), number, number),
    st.tuples(st.just("contacts"), number, number),
    st.tuples(st.just("undo"), st.integers(0, 6), number),
)
TALK = st.one_of(
    st.tuples(st.just("say"), number, number),
    st.tuples(st.just("reply"), number, number),
    st.tuples(st.just("solve"), number, number),
)
# Making a failing story smaller takes minutes on a database, and it is short as it is.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
WITH_DATABASE = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


class Story:
    """Five cases of two people, some public, some answered, and what is done with them."""

    def __init__(self, unit: Unit, cast: Cast) -> None:
        self.cast = cast
        self.ids: list[str] = []
        self.tag = new_id()[-12:]
        self.done: list[str] = []
        for n in range(HOW_MANY):
            who = "cleo" if n < 3 else "cleos.other"
            taken = receive(
                unit,
                cast.mailbox_ref,
                said(
                    f"Question {n}",
                    by=f"{who}-{self.tag}@mail.test",
                    native_id=f"{n}-{self.tag}@mail.test",
                    is_public=n % 2 == 0,
                    severity=["", "money", "idea", "", "blocked"][n],
                    files=(
                        InboundFile(name="a.txt", media_type="text/plain", data=f"{n}".encode()),
                    ),
                ),
            )
            self.ids.append(taken.case_id)
        for n in (1, 3):
            reply(unit, self.ids[n], cast.ben, f"Answer {n}")
            add_tag(unit, get_case(unit, self.ids[n]), f"tag{n // 3}", by=actor_of(cast.ben))
        for n in (0, 2):
            note(unit, self.ids[n], cast.bea, "Between us")
            save_draft(unit, self.ids[n], cast.ben, "private", f"Draft {n}")
            author = store.participants_of(unit, self.ids[n])[0]
            links.issue(unit, get_case(unit, self.ids[n]), author.identity_id)

    def act(self, unit: Unit, what: str, one: int, other: int) -> None:
        """Do it; what cannot be done is refused and changes nothing."""
        by = actor_of(self.cast.ben)
        case = get_case(unit, self.ids[one % HOW_MANY])
        into = get_case(unit, self.ids[other % HOW_MANY])
        if what == "merge":
            self.done.append(merge(unit, case, into, by=by, readers_agreed=True).id)
        elif what in {"split", "move"}:
            ids = merges.ids_in(unit, case.id)[:: other + 1][:2]
            if what == "split":
                self.done.append(split(unit, case, ids, by=by).id)
            else:
                self.done.append(move(unit, case, ids, into, by=by, readers_agreed=True).id)
        elif what == "contacts":
            people = [contact_of(unit, one.contact_id) for one in (case, into)]
            self.done.append(merge_contacts(unit, *people, by=by).id)
        elif what == "undo" and self.done:
            self.take_back(unit, self.done[one % len(self.done)])
        elif what == "say":
            answers = (f"{other}-{self.tag}@mail.test",)
            who = "cleo" if other < 3 else "cleos.other"
            by_whom = f"{who}-{self.tag}@mail.test"
            receive(unit, self.cast.mailbox_ref, said("More", by=by_whom, in_reply_to=answers))
        elif what == "reply":
            reply(unit, case.id, self.cast.bea, "We see.")
        elif what == "solve":
            reply(unit, case.id, self.cast.bea, "Done.", status="solved")

    def take_back(self, unit: Unit, merge_id: str) -> None:
        found = merges.by_id(unit, merge_id)
        assert found
        act: Callable[..., Any] = undo_contacts if found.what == "contacts" else undo
        act(unit, merge_id, by=actor_of(self.cast.ada))
        self.done.remove(merge_id)


def tried(database: Database, story: Story, what: str, one: int, other: int) -> bool:
    """Whether it was done; a refusal rolls back."""
    before = list(story.done)
    try:
        with database.write() as unit:
            story.act(unit, what, one, other)
    except (Conflict, Invalid):
        story.done = before
        return False
    return True


def exports(unit: Unit, story: Story) -> list[bytes]:
    found = []
    for case_id in story.ids:
        document = export_case(unit, case_id, CARRIED)
        kept = tuple(event for event in document.events if event.kind not in OURS)
        # Who merged is described with the events that say so, and when is the time of the last.
        case = {name: value for name, value in document.case.items() if name != "updated_at"}
        # A number that a split gave out once goes on leading here, whatever became of the split.
        assert not {one.case["id"] for one in document.merged} & set(story.ids)
        left_out: dict[str, Any] = {"agents": (), "merged": ()}
        found.append(encode(msgspec.structs.replace(document, case=case, events=kept, **left_out)))
    return found


def check_record(unit: Unit, cast: Cast, known: set[str]) -> None:
    """Every message once, with its files, words and deliveries; every wait with a place."""
    rows = unit.execute(sa.select(messages.c.id, messages.c.case_id)).all()
    at = {row.id: row.case_id for row in rows}
    assert len(at) == len(rows)
    assert known <= set(at)
    for table, column in (
        (attachments, attachments.c.message_id),
        (deliveries, deliveries.c.message_id),
        (search_docs, search_docs.c.ref_id),
    ):
        for row in unit.execute(sa.select(column.label("message"), table.c.case_id)):
            assert at.get(row.message, row.case_id) == row.case_id
    assert counted.differences(unit) == 0
    ids = list(unit.execute(sa.select(cases.c.id)).scalars())
    for case_id in ids:
        case = store.case_by_id(unit, case_id)
        assert case
        if case.merged_into_id:
            assert case.message_count == 0
            assert case_id not in at.values()
            assert standing(unit, case_id) is None
        elif case.repeat_of_id is None:
            assert (standing(unit, case_id) is not None) == is_waiting(case)


@drawing(max_examples=12, suppress_health_check=WITH_DATABASE, phases=PHASES)
@given(steps=st.lists(DONE, min_size=1, max_size=6), order=st.randoms(use_true_random=False))
def test_taking_all_back_leaves_the_record_as_it_was(
    database: Database, cast: Cast, steps: list[tuple[str, int, int]], order: Any
) -> None:
    with database.write() as unit:
        story = Story(unit, cast)
    with database.read() as unit:
        before = exports(unit, story)
        known = set(unit.execute(sa.select(messages.c.id)).scalars())
    for step in steps:
        tried(database, story, *step)
    while story.done:
        chosen = order.sample(story.done, len(story.done))
        for merge_id in chosen:
            try:
                with database.write() as unit:
                    story.take_back(unit, merge_id)
                break
            except Conflict as error:
                if error.code != "undo_later_first":
                    raise
        else:
            raise AssertionError("nothing can be taken back any more")
    with database.read() as unit:
        for was, now in zip(before, exports(unit, story), strict=True):
            assert now.splitlines() == was.splitlines()
        check_record(unit, cast, known)


@drawing(max_examples=12, suppress_health_check=WITH_DATABASE, phases=PHASES)
@given(steps=st.lists(DONE | TALK, min_size=1, max_size=7))
def test_whatever_is_said_meanwhile_every_message_is_there_once(
    database: Database, cast: Cast, steps: list[tuple[str, int, int]]
) -> None:
    with database.write() as unit:
        story = Story(unit, cast)
    known: set[str] = set()
    for step in steps:
        tried(database, story, *step)
        with database.read() as unit:
            check_record(unit, cast, known)
            known = set(unit.execute(sa.select(messages.c.id)).scalars())
