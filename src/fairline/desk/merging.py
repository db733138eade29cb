"""What was merged, split or moved on a case: the strip on its page, and taking it back."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from fairline.cases import store
from fairline.cases.actions import actor_of
from fairline.cases.merging import store as merges
from fairline.cases.merging.contacts import undo_contacts
from fairline.cases.merging.kept import Merge
from fairline.cases.merging.relating import relate, unrelate
from fairline.cases.merging.undoing import UNDONE_WITHIN, get_merge, undo
from fairline.cases.rows import Case
from fairline.core.errors import NotFound
from fairline.db.unit import Unit
from fairline.desk.frame import Frame
from fairline.desk.reach import case_at, is_id
from fairline.people.tables import Agent
from fairline.web.forms import Form


class MergeLine(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was done. `until` is None when it cannot be undone any more."""

    id: str
    words: str
    other: Case | None
    who: str
    at: datetime
    until: datetime | None


def merge_matter(unit: Unit, frame: Frame, case: Case) -> list[MergeLine]:
    """The newest first. Cost: one statement, and the other cases by primary key."""
    stood = [one for one in merges.standing_about(unit, case.id) if one.what != "contacts"]
    ids = [one.from_id if one.into_id == case.id else one.into_id for one in stood]
    others = store.cases_by_id(unit, list(dict.fromkeys(ids)))
    return [
        MergeLine(
            id=one.id,
            words=_words(one, case),
            other=others.get(other_id),
            who=frame.name_of(one.by_agent_id),
            at=one.at,
            until=one.at + UNDONE_WITHIN if unit.now - one.at <= UNDONE_WITHIN else None,
        )
        for one, other_id in reversed(list(zip(stood, ids, strict=True)))
    ]


def _words(one: Merge, case: Case) -> str:
    is_into = one.into_id == case.id
    if one.what == "merge":
        return "Merged with"
    if one.what == "split":
        return "Set apart from" if is_into else "A part of this became"
    many = "1 message" if one.kept.messages == 1 else f"{one.kept.messages} messages"
    return f"{many} came from" if is_into else f"{many} went to"


def _undo(unit: Unit, case: Case, agent: Agent, form: Form) -> None:
    """Take back what was done with this case; a merge of people from the person's panel."""
    wanted = form.text("merge", most=36)
    found = get_merge(unit, wanted) if is_id(wanted) else None
    if found is None or not {case.id, case.contact_id} & {found.from_id, found.into_id}:
        raise NotFound("There is no such merge.", code="no_merge")
    by = actor_of(agent)
    if found.what == "contacts":
        undo_contacts(unit, found.id, by=by, case=case)
    else:
        undo(unit, found.id, by=by)


def _relate(unit: Unit, case: Case, agent: Agent, form: Form) -> None:
    """Link with another case, for agents to see."""
    other = case_at(unit, agent, form.text("with", most=40).strip())
    reason = form.text("reason", most=500, label="Why")
    relate(unit, case, other, reason, by=actor_of(agent))


def _unrelate(unit: Unit, case: Case, agent: Agent, form: Form) -> None:
    other = case_at(unit, agent, form.text("with", most=40).strip())
    unrelate(unit, case, other, by=actor_of(agent))


MERGE_VERBS: dict[str, Callable[[Unit, Case, Agent, Form], object]] = {
    "undo-merge": _undo,
    "relate": _relate,
    "unrelate": _unrelate,
}
