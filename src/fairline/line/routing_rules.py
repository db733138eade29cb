"""Routing rules: made, changed, ordered, removed. Bad ones are refused and the old ones stay."""

from collections.abc import Iterable

import msgspec

from fairline.cases.states import KINDS, SEVERITIES
from fairline.core.errors import Invalid, NotFound
from fairline.core.ids import new_id
from fairline.db.unit import Unit
from fairline.db.words import fold
from fairline.line import store_routing
from fairline.line.rules import Conditions, Results, Rule
from fairline.people import skills
from fairline.people import store as people

MAX_NAME = 80
MOST_RULES = 200
MOST_WORDS = 100
MAX_PHRASE = 80


def get_rule(unit: Unit, rule_id: str) -> Rule:
    """Raises NotFound."""
    for rule in store_routing.rules(unit):
        if rule.id == rule_id:
            return rule
    raise NotFound("There is no such rule.", code="no_rule")


def draft(name: str, conditions: Conditions, results: Results, *, rule_id: str = "") -> Rule:
    """A rule as somebody typed it, not checked yet. Without an id it is a new one."""
    return Rule(id=rule_id, position=0, name=name, conditions=conditions, results=results)


def save_rule(unit: Unit, typed: Rule, *, inbox_ids: Iterable[str]) -> Rule:
    """Add a rule at the end, or change one where it stands. Raises Invalid, naming the field.

    `inbox_ids` are the inboxes there are, which stand on a rung of their own.
    """
    checked = check(unit, typed, inbox_ids=inbox_ids)
    if typed.id:
        position = get_rule(unit, typed.id).position
        rule = msgspec.structs.replace(checked, position=position)
    else:
        every = store_routing.rules(unit)
        if len(every) >= MOST_RULES:
            raise Invalid(f"There are {MOST_RULES} rules, which is the most there can be.")
        last = max((one.position for one in every), default=0)
        rule = msgspec.structs.replace(checked, id=new_id(), position=last + 1)
    store_routing.put_rule(unit, rule)
    return rule


def check(unit: Unit, typed: Rule, *, inbox_ids: Iterable[str]) -> Rule:
    """The rule if it can be, without storing it. Raises Invalid, naming the field."""
    name, results = " ".join(typed.name.split()), typed.results
    if not name or len(name) > MAX_NAME:
        raise Invalid(f"Give the rule a name of at most {MAX_NAME} characters.", field="name")
    _check_conditions(unit, typed.conditions, set(inbox_ids))
    teams = {team.id for team in people.all_teams(unit)}
    if results.team and results.team not in teams:
        raise Invalid("There is no such team.", code="no_team", field="team")
    skills.known(unit, results.skills)
    if len(results.skills) > skills.MOST_NEEDED:
        raise Invalid(f"A case needs at most {skills.MOST_NEEDED} skills.", field="skills")
    if not (results.team or results.skills or results.tag):
        raise Invalid(
            "Say what becomes of the cases: a team, needed skills or a tag.", field="team"
        )
    return msgspec.structs.replace(typed, name=name)


def move_rule(unit: Unit, rule_id: str, *, up: bool) -> None:
    """Swap a rule with the one before or after it; at the end nothing happens."""
    every = store_routing.rules(unit)
    at = next((number for number, rule in enumerate(every) if rule.id == rule_id), None)
    if at is None:
        raise NotFound("There is no such rule.", code="no_rule")
    other = at - 1 if up else at + 1
    if 0 <= other < len(every):
        every[at], every[other] = every[other], every[at]
        for number, rule in enumerate(every, 1):
            if rule.position != number:
                store_routing.set_position(unit, rule.id, number)


def remove_rule(unit: Unit, rule_id: str) -> None:
    """Forget a rule. What it did stays as it is."""
    get_rule(unit, rule_id)
    store_routing.delete_rule(unit, rule_id)


def phrases(text: str) -> tuple[str, ...]:
    """Words and phrases typed one a line or between commas, each once."""
    parts = [" ".join(part.split()) for line in text.splitlines() for part in line.split(",")]
    return tuple(dict.fromkeys(part for part in parts if part))


def _check_conditions(unit: Unit, wanted: Conditions, inbox_ids: set[str]) -> None:
    if set(wanted.brands) - {brand.id for brand in people.all_brands(unit)}:
        raise Invalid("One of these brands does not exist.", code="no_brand", field="brands")
    if set(wanted.inboxes) - inbox_ids:
        raise Invalid("One of these inboxes does not exist.", code="no_inbox", field="inboxes")
    if set(wanted.kinds) - set(KINDS):
        raise Invalid("One of these is no kind of case.", field="kinds")
    if set(wanted.needs) - set(SEVERITIES):
        raise Invalid("One of these is no need.", field="needs")
    if len(wanted.words) > MOST_WORDS:
        raise Invalid(f"A rule looks for at most {MOST_WORDS} words.", field="words")
    for phrase in wanted.words:
        if len(phrase) > MAX_PHRASE:
            raise Invalid(f"“{phrase[:30]}…” is over {MAX_PHRASE} characters.", field="words")
        if not fold(phrase):
            raise Invalid(f"“{phrase}” holds no letter or digit to look for.", field="words")
