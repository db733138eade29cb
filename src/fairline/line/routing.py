"""Routing: the first rule that catches a case says who is to answer it. Never when.

Heard inline when a case opens, after all of it is stored, and asked for again by hand. A rule sets
the team, the needed skills and a tag by the same verbs as an agent, so each is an event.
"""

from datetime import timedelta

from fairline.cases import changes, needs, store
from fairline.cases.rows import SYSTEM, Actor, Case, Event
from fairline.cases.timeline import record
from fairline.db.unit import Unit
from fairline.line import store_routing
from fairline.line.rules import Facts, Rule, caught, first_that_holds, words_of
from fairline.line.store_routing import Tally
from fairline.people import store as people
from fairline.people import store_skills

LOOKED_AT = 200
COUNTED_FOR = timedelta(days=90)
# Below this many a share says nothing.
ENOUGH = 20


def hear_opened(unit: Unit, event: Event) -> None:
    """Inline listener of `case_opened`: the message is stored by the time this settles."""
    if case_id := event.case_id:
        unit.settle_later(("route", case_id), lambda later: _begin(later, case_id))


def hear_moved(unit: Unit, event: Event) -> None:
    """Inline listener of `team_changed`: a person who sends a case on says it went wrong."""
    target = event.data.get("to")
    if event.case_id and target and event.data.get("from") and event.actor_kind == "agent":
        store_routing.note_moved(unit, event.case_id, target)


def _begin(unit: Unit, case_id: str) -> None:
    case = store.case_by_id(unit, case_id)
    if case is None or case.is_ended:
        return
    if route(unit, case, by=SYSTEM) is None and case.team_id:
        store_routing.note_routed(unit, case.id, None, "", case.team_id)


def route(unit: Unit, case: Case, *, by: Actor) -> Rule | None:
    """Send a case where the rules say. Returns the rule that caught it, or None.

    *Effects*: team, needed skills and tag change; `routed`. An owner who is not of the team gives
    the case up, as with every transfer. Due times and place stay as they are.
    """
    every = store_routing.rules(unit)
    rule = first_that_holds(every, facts_of(unit, case)) if every else None
    if rule is None:
        return None
    data = {"rule": rule.name, "rule_id": rule.id, "asked": by.kind == "agent"}
    record(unit, "routed", by=by, case_id=case.id, brand_id=case.brand_id, data=data)
    results = rule.results
    if results.team and _is_open(unit, results.team):
        # The rule moves the case, whoever asked for it: that is no sign that it went wrong.
        case = changes.set_team(unit, case, results.team, by=SYSTEM)
        store_routing.note_routed(unit, case.id, rule.id, rule.name, results.team)
    wanted = {skill.id for skill in store_skills.all_skills(unit)} & set(results.skills)
    if wanted:
        case = needs.set_needs(unit, case, sorted(wanted), by=SYSTEM)
    if results.tag:
        changes.add_tag(unit, case, results.tag, by=SYSTEM)
    return rule


def facts_of(unit: Unit, case: Case, *, text: str | None = None) -> Facts:
    """What rules look at. Two statements: the first words of the customer, and the tags."""
    said = store_routing.first_text(unit, case.id) if text is None else text
    return _facts(case, said, store.tags_of(unit, [case.id]).get(case.id, []))


def _facts(case: Case, text: str, tags: list[str]) -> Facts:
    return Facts(
        brand=case.brand_id,
        inbox=case.inbox_id,
        kind=case.kind,
        need=case.severity,
        language=case.language,
        words=words_of(case.subject, text),
        tags=tuple(tags),
    )


def preview(unit: Unit, rules: list[Rule]) -> tuple[dict[str, int], int]:
    """Rule id -> how many of the latest 200 cases it would have caught; and how many there were."""
    latest = store_routing.latest_cases(unit, most=LOOKED_AT)
    ids = [case.id for case in latest]
    texts = store_routing.first_texts(unit, ids)
    tags = store.tags_of(unit, ids)
    seen = [_facts(case, texts[case.id], tags.get(case.id, [])) for case in latest]
    return caught(rules, seen), len(latest)


def wrongly_routed(unit: Unit) -> list[Tally]:
    """How often what was routed in the last 90 days was sent on, by rule and team."""
    return store_routing.tallies(unit, unit.now - COUNTED_FOR)


def _is_open(unit: Unit, team_id: str) -> bool:
    team = people.team_by_id(unit, team_id)
    return team is not None and team.archived_at is None
