"""Verbs that change a case's standing: status, kind, need, owner, team, subject, snooze.

Each checks, changes and records one event, whose listeners bring clocks and place in line. Setting
what is already so is a no-op without an event. They take the Case as read in this unit and return
it as it now is.
"""

from datetime import datetime, timedelta
from typing import Any

from fairline.cases import store, store_messages
from fairline.cases.following import living
from fairline.cases.opening import MAX_SUBJECT, clipped
from fairline.cases.rows import Actor, Case
from fairline.cases.search import index_case
from fairline.cases.states import KINDS, OFF_THE_LINE, SEVERITIES, check_move
from fairline.cases.timeline import record
from fairline.core.errors import Conflict, Invalid, NotFound
from fairline.core.ids import new_id
from fairline.db.unit import Unit
from fairline.people import store as people

LONGEST_SNOOZE = timedelta(days=366)


def get_case(unit: Unit, case_id: str, *, lock: bool = False) -> Case:
    """Raises NotFound. `lock` keeps others from changing it until the unit ends. One that was
    merged leads to the case it was merged into.
    """
    case = store.case_by_id(unit, case_id, lock=lock)
    if case is None:
        raise NotFound("There is no such case.", code="no_case")
    return living(unit, case, lock=lock) if case.merged_into_id else case


def set_status(unit: Unit, case: Case, status: str, *, by: Actor, reason: str = "") -> Case:
    """Raises Conflict when the move is not allowed."""
    if case.status == status:
        return case
    check_move(case.status, status)
    if case.is_ended and status not in {"solved", "closed"}:
        return reopen(unit, case, by=by, reason=reason or "agent", status=status)
    changes: dict[str, Any] = {"status": status}
    if status in {"solved", "closed"}:
        changes["solved_at"] = case.solved_at or unit.now
        changes["snoozed_until"] = None
        changes["kept_for_id"] = None
    if status == "closed":
        changes["closed_at"] = unit.now
    store.update_case(unit, case.id, changes)
    _record(unit, case, "status_changed", by, {"from": case.status, "to": status, "reason": reason})
    return _now(unit, case)


def reopen(unit: Unit, case: Case, *, by: Actor, reason: str, status: str = "open") -> Case:
    """Bring back a solved or closed case. Its clocks go on from where they were.

    An owner who has left and a team that has ended do not get it back: it would be in limbo.
    """
    if not case.is_ended:
        return case
    store.update_case(unit, case.id, {"status": status, "solved_at": None, "closed_at": None})
    _record(unit, case, "case_reopened", by, {"reason": reason, "from": case.status})
    if status == "waiting":
        _record(unit, case, "status_changed", by, {"from": "open", "to": status})
    case = _now(unit, case)
    owner = people.agent_by_id(unit, case.owner_id) if case.owner_id else None
    if owner and owner.disabled_at:
        case = assign(unit, case, None, by=by, reason="agent_left")
    team = people.team_by_id(unit, case.team_id) if case.team_id else None
    return set_team(unit, case, None, by=by) if team and team.archived_at else case


def set_kind(unit: Unit, case: Case, kind: str, *, by: Actor) -> Case:
    """Praise, suggestions and vents leave the line; the others take their place in it."""
    if kind not in KINDS:
        raise Invalid(f"{kind!r} is not a kind. Use one of: {', '.join(KINDS)}.", field="kind")
    if case.kind == kind:
        return case
    store.update_case(unit, case.id, {"kind": kind})
    _record(unit, case, "kind_changed", by, {"from": case.kind, "to": kind})
    if case.kind in OFF_THE_LINE and kind not in OFF_THE_LINE and case.severity == "idea":
        return set_severity(unit, _now(unit, case), "annoyance", by=by, reason=f"it is a {kind}")
    return _now(unit, case)


def set_severity(unit: Unit, case: Case, severity: str, *, by: Actor, reason: str) -> Case:
    """Declare the need. Agents must give a reason: it moves the place in line."""
    if severity not in SEVERITIES:
        raise Invalid(
            f"{severity!r} is not a severity. Use one of: {', '.join(SEVERITIES)}.",
            field="severity",
        )
    if case.severity == severity:
        return case
    if not reason.strip():
        raise Invalid(
            "Say in a few words why: the need decides the place in line.",
            code="reason_needed",
            field="reason",
        )
    store.update_case(unit, case.id, {"severity": severity})
    data = {"from": case.severity, "to": severity, "reason": reason.strip()[:500]}
    _record(unit, case, "severity_changed", by, data)
    return _now(unit, case)


def assign(
    unit: Unit,
    case: Case,
    owner_id: str | None,
    *,
    by: Actor,
    reason: str = "",
    is_kept: bool = False,
) -> Case:
    """Give the case to an agent, or back to the line with None. Clocks go on.

    `is_kept` remembers whose it was, for when they come back before somebody else takes it.
    """
    if case.owner_id == owner_id:
        return case
    if owner_id:
        owner = people.agent_by_id(unit, owner_id)
        if owner is None or owner.disabled_at:
            raise Invalid("That agent does not work here any more.", code="no_agent", field="owner")
        if owner.brand_ids and case.brand_id not in owner.brand_ids:
            raise Invalid(
                f"{owner.name} does not work for this brand.", code="wrong_brand", field="owner"
            )
    changes: dict[str, Any] = {
        "owner_id": owner_id,
        "kept_for_id": case.owner_id if is_kept else None,
    }
    if owner_id and case.status == "new":
        changes["status"] = "open"
    store.update_case(unit, case.id, changes)
    data = {"from": case.owner_id, "to": owner_id, "reason": reason}
    _record(unit, case, "owner_changed", by, data)
    if "status" in changes:
        _record(unit, case, "status_changed", by, {"from": "new", "to": "open"})
    # Whoever comes back finds their cases as they left them, and needs no word about each.
    if owner_id and owner_id != by.id and reason != "came_back":
        nudge(unit, case, owner_id, "assigned", by=by)
    return _now(unit, case)


def set_team(unit: Unit, case: Case, team_id: str | None, *, by: Actor) -> Case:
    """Move to a team. The owner stays only when a member of it."""
    if case.team_id == team_id:
        return case
    team = people.team_by_id(unit, team_id) if team_id else None
    if team_id and (team is None or team.archived_at):
        raise Invalid("There is no such team.", code="no_team", field="team")
    store.update_case(unit, case.id, {"team_id": team_id})
    _record(unit, case, "team_changed", by, {"from": case.team_id, "to": team_id})
    case = _now(unit, case)
    if team_id and case.owner_id and team_id not in people.teams_of(unit, case.owner_id):
        case = assign(unit, case, None, by=by, reason="moved to another team")
    return case


def set_subject(unit: Unit, case: Case, subject: str, *, by: Actor) -> Case:
    subject = clipped(subject, MAX_SUBJECT)
    if not subject:
        raise Invalid("A case needs a subject.", field="subject")
    if subject == case.subject:
        return case
    store.update_case(unit, case.id, {"subject": subject})
    _record(unit, case, "subject_changed", by, {"from": case.subject, "to": subject})
    case = _now(unit, case)
    index_case(unit, case)
    return case


def add_tag(unit: Unit, case: Case, name: str, *, by: Actor) -> None:
    """Tags are lower case, at most 40 characters, made on first use."""
    name = " ".join(name.lower().replace(",", " ").split())[:40]
    if not name:
        raise Invalid("A tag needs a name.", field="tag")
    tag = store.tag_id(unit, name, make=True)
    if tag and store.add_tag(unit, case.id, tag):
        store.update_case(unit, case.id, {})
        _record(unit, case, "tag_added", by, {"tag": name})


def remove_tag(unit: Unit, case: Case, name: str, *, by: Actor) -> None:
    tag = store.tag_id(unit, name.lower(), make=False)
    if tag and store.remove_tag(unit, case.id, tag):
        store.update_case(unit, case.id, {})
        _record(unit, case, "tag_removed", by, {"tag": name.lower()})


def snooze(unit: Unit, case: Case, until: datetime, *, by: Actor) -> Case:
    """Put aside until `until`; the promise goes on. Raises Invalid for the past or over a year."""
    if not unit.now < until <= unit.now + LONGEST_SNOOZE:
        raise Invalid("Choose a time between now and a year from now.", field="until")
    if case.is_ended:
        raise Conflict("A case that has ended cannot be put aside.", code="move_not_allowed")
    store.update_case(unit, case.id, {"snoozed_until": until})
    _record(unit, case, "snoozed", by, {"until": until.isoformat()})
    return _now(unit, case)


def wake(unit: Unit, case: Case, *, by: Actor, reason: str) -> Case:
    """Bring back a case that was put aside."""
    if case.snoozed_until is None:
        return case
    store.update_case(unit, case.id, {"snoozed_until": None})
    _record(unit, case, "woken", by, {"reason": reason})
    return _now(unit, case)


def nudge(
    unit: Unit, case: Case, agent_id: str, kind: str, *, by: Actor, message_id: str | None = None
) -> None:
    """Tell an agent in person: `assigned` or `mentioned`."""
    store_messages.insert_nudge(
        unit,
        {
            "id": new_id(),
            "agent_id": agent_id,
            "case_id": case.id,
            "message_id": message_id,
            "kind": kind,
            "by_agent_id": by.id if by.kind == "agent" else None,
        },
    )


def _record(unit: Unit, case: Case, kind: str, by: Actor, data: dict[str, Any]) -> None:
    record(unit, kind, by=by, case_id=case.id, brand_id=case.brand_id, data=data)


def _now(unit: Unit, case: Case) -> Case:
    """The case after a change. Its clocks and place follow when the unit settles."""
    return get_case(unit, case.id)
