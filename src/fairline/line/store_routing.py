"""All SQL of routing. Rules are few; `routings` grows with cases and is read by its indexes."""

from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from fairline.cases.rows import Case
from fairline.cases.store import CASE_FIELDS
from fairline.cases.tables import cases, messages
from fairline.db.dialect import insert_or_ignore, upsert
from fairline.db.unit import Unit
from fairline.line.rules import Conditions, Results, Rule
from fairline.line.tables_routing import routing_rules, routings

_RULES = sa.select(routing_rules).order_by(routing_rules.c.position, routing_rules.c.id)
_FIRST_TEXT = (
    sa.select(messages.c.text)
    .where(messages.c.case_id == sa.bindparam("case_id"), messages.c.direction == "inbound")
    .order_by(messages.c.created_at, messages.c.id)
    .limit(1)
)
# Index: cases (updated_at, id), walked from the newest.
_LATEST = (
    sa.select(*CASE_FIELDS)
    .order_by(cases.c.updated_at.desc(), cases.c.id.desc())
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_MOVED = (
    sa.update(routings)
    .where(routings.c.case_id == sa.bindparam("wanted"), routings.c.moved_at.is_(None))
    .values(
        moved_at=sa.bindparam("moment", type_=routings.c.moved_at.type),
        moved_to=sa.bindparam("target", type_=routings.c.moved_to.type),
    )
)


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """How many cases a rule sent to a team, and how many of them were sent on from there."""

    rule_id: str | None
    rule: str
    team_id: str
    routed: int
    moved: int


def rules(unit: Unit) -> list[Rule]:
    """All, in their order."""
    return [
        Rule(
            id=row.id,
            position=row.position,
            name=row.name,
            conditions=msgspec.convert(row.conditions, Conditions),
            results=msgspec.convert(row.results, Results),
        )
        for row in unit.execute(_RULES)
    ]


def put_rule(unit: Unit, rule: Rule) -> None:
    """Add a rule or change it."""
    values = {
        "id": rule.id,
        "position": rule.position,
        "name": rule.name,
        "conditions": msgspec.to_builtins(rule.conditions),
        "results": msgspec.to_builtins(rule.results),
        "created_at": unit.now,
    }
    upsert(unit, routing_rules, values, keys=("id",))


def set_position(unit: Unit, rule_id: str, position: int) -> None:
    unit.execute(
        sa.update(routing_rules).where(routing_rules.c.id == rule_id).values(position=position)
    )


def delete_rule(unit: Unit, rule_id: str) -> None:
    unit.execute(sa.delete(routing_rules).where(routing_rules.c.id == rule_id))


def first_text(unit: Unit, case_id: str) -> str:
    """What the customer wrote first. Index: messages (case_id, created_at, id)."""
    return unit.execute(_FIRST_TEXT, {"case_id": case_id}).scalar_one_or_none() or ""


def first_texts(unit: Unit, case_ids: list[str]) -> dict[str, str]:
    """Case id -> what the customer wrote first, for a bounded number of cases."""
    return {case_id: first_text(unit, case_id) for case_id in case_ids}


def latest_cases(unit: Unit, *, most: int) -> list[Case]:
    """Those with the latest activity."""
    return [Case(**row._mapping) for row in unit.execute(_LATEST, {"most": most})]


def note_routed(unit: Unit, case_id: str, rule_id: str | None, rule: str, team_id: str) -> None:
    """Remember who sent a case to a team. Asked again, the new answer is what counts."""
    values = {
        "case_id": case_id,
        "rule_id": rule_id,
        "rule": rule,
        "team_id": team_id,
        "routed_at": unit.now,
        "moved_at": None,
        "moved_to": None,
    }
    if rule_id is None:
        insert_or_ignore(unit, routings, values)
    else:
        upsert(unit, routings, values, keys=("case_id",))


def note_moved(unit: Unit, case_id: str, team_id: str) -> None:
    """Somebody sent the case on: where it first went was wrong. By primary key."""
    unit.execute(_MOVED, {"wanted": case_id, "moment": unit.now, "target": team_id})


def tallies(unit: Unit, since: datetime, *, most: int = 10_000) -> list[Tally]:
    """Of the latest routed cases since then, at most `most`: how many, and how many were moved.

    Index: (routed_at, rule_id, team_id, moved_at), which holds all but the rule's name.
    """
    latest = (
        sa.select(routings.c.rule_id, routings.c.team_id, routings.c.moved_at)
        .where(routings.c.routed_at >= since)
        .order_by(routings.c.routed_at.desc())
        .limit(most)
        .subquery()
    )
    query = (
        sa.select(
            latest.c.rule_id,
            latest.c.team_id,
            sa.func.count().label("routed"),
            sa.func.count(latest.c.moved_at).label("moved"),
        )
        .group_by(latest.c.rule_id, latest.c.team_id)
        .order_by(sa.func.count().desc())
    )
    names: dict[Any, str] = {rule.id: rule.name for rule in rules(unit)}
    return [
        Tally(
            rule_id=row.rule_id,
            rule=names.get(row.rule_id, "") if row.rule_id else "",
            team_id=row.team_id,
            routed=row.routed,
            moved=row.moved,
        )
        for row in unit.execute(query)
    ]
