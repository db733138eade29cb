"""Routing: rules in their order, what they catch and how often that was wrong; who hands out."""

from typing import Any

from litestar import Response

from fairline.cases.states import KINDS, SEVERITIES, SEVERITY_LABELS
from fairline.channels import store_inboxes
from fairline.core.errors import Conflict, Invalid
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.channel_words import channel_word
from fairline.desk.session import Session, needs
from fairline.desk.settings.around import Typed, go, known_id, note, show, typed
from fairline.desk.settings.rule_words import rule_words, typed_of
from fairline.desk.settings.skills import whole_number
from fairline.desk.wording import KIND_LABELS
from fairline.line import routing, routing_rules, store_routing
from fairline.line.rules import Conditions, Results, Rule
from fairline.people import duty, store_duty, store_skills, teams
from fairline.people import store as people
from fairline.people.tables import Agent
from fairline.web.forms import Form
from fairline.web.handle import reads, writes

PATH = "/desk/settings/routing"
GUARDS = [needs("supervisor")]
NAMES = ("name", "languages", "words", "tags", "team", "tag")
SEVERAL = ("brands", "inboxes", "kinds", "needs", "skills")


@reads(PATH, guards=GUARDS)
def overview(database: Database, session: Session, done: str | None = None) -> Response[Any]:
    """The rules, how they did, which teams hand out, and what channels weigh."""
    with database.read() as unit:
        return _overview(unit, session, Typed(), done=done)


@reads(PATH + "/new", guards=GUARDS)
def new_page(database: Database, session: Session) -> Response[Any]:
    """An empty rule."""
    with database.read() as unit:
        return _form(unit, session, None, Typed())


@writes(PATH + "/new", guards=GUARDS)
def create(database: Database, session: Session, agent: Agent, form: Form) -> Response[Any]:
    """A new rule at the end, or only a look at what it would have caught."""
    return _save(database, session, agent, None, form)


@reads(PATH + "/{rule_id:str}", guards=GUARDS)
def edit_page(database: Database, session: Session, rule_id: str) -> Response[Any]:
    """One rule."""
    with database.read() as unit:
        rule = routing_rules.get_rule(unit, known_id(rule_id))
        return _form(unit, session, rule, typed_of(rule))


@writes(PATH + "/{rule_id:str}", guards=GUARDS)
def change(
    database: Database, session: Session, agent: Agent, rule_id: str, form: Form
) -> Response[Any]:
    """Change a rule where it stands, or only look at what it would have caught."""
    return _save(database, session, agent, known_id(rule_id), form)


@writes(PATH + "/{rule_id:str}/move", guards=GUARDS)
def move(database: Database, agent: Agent, rule_id: str, form: Form) -> Response[Any]:
    """One up or one down."""
    with database.write() as unit:
        routing_rules.move_rule(unit, known_id(rule_id), up=form.text("to") == "up")
        note(unit, agent, "routing_rule_moved", rule_id)
    return go(PATH, "saved")


@writes(PATH + "/{rule_id:str}/remove", guards=GUARDS)
def remove(database: Database, agent: Agent, rule_id: str) -> Response[Any]:
    """Forget a rule; what it did stays."""
    with database.write() as unit:
        routing_rules.remove_rule(unit, known_id(rule_id))
        note(unit, agent, "routing_rule_removed", rule_id)
    return go(PATH, "saved")


@writes(PATH + "/teams/{team_id:str}", guards=GUARDS)
def set_assigns(database: Database, agent: Agent, team_id: str, form: Form) -> Response[Any]:
    """Whether a team's cases are asked for or handed out."""
    with database.write() as unit:
        teams.set_assigns(unit, known_id(team_id), form.text("assigns", most=10))
        note(unit, agent, "team_changed", team_id)
    return go(PATH, "saved")


@writes(PATH + "/weights", guards=GUARDS)
def set_weights(database: Database, session: Session, agent: Agent, form: Form) -> Response[Any]:
    """How much of a capacity a waiting case of each channel takes: all, or none is changed."""
    with database.read() as unit:
        channels = _channels(unit)
    given = typed(form, [f"weight-{channel}" for channel in channels])
    try:
        with database.write() as unit:
            for channel in channels:
                field = f"weight-{channel}"
                duty.set_weight(unit, channel, whole_number(given.get(field), field))
            note(unit, agent, "channel_weights_changed", "all")
    except Invalid as error:
        with database.read() as unit:
            return _overview(unit, session, given.refused(error), status=error.status)
    return go(PATH, "saved")


def _save(
    database: Database, session: Session, agent: Agent, rule_id: str | None, form: Form
) -> Response[Any]:
    given = typed(form, NAMES, several=SEVERAL)
    results = Results(
        team=given.get("team"), skills=tuple(given.chosen["skills"]), tag=given.get("tag")[:40]
    )
    asked = routing_rules.draft(
        given.get("name"), _conditions(given), results, rule_id=rule_id or ""
    )
    try:
        if form.flag("look"):
            with database.read() as unit:
                rule = routing_rules.check(unit, asked, inbox_ids=_inboxes(unit))
                return _form(unit, session, _known(unit, rule_id), given, tried=rule)
        with database.write() as unit:
            saved = routing_rules.save_rule(unit, asked, inbox_ids=_inboxes(unit))
            note(unit, agent, "routing_rule_saved", saved.id)
    except (Invalid, Conflict) as error:
        with database.read() as unit:
            known = _known(unit, rule_id)
            return _form(unit, session, known, given.refused(error), status=error.status)
    return go(PATH, "saved")


def _known(unit: Unit, rule_id: str | None) -> Rule | None:
    return routing_rules.get_rule(unit, rule_id) if rule_id else None


def _conditions(given: Typed) -> Conditions:
    """What was ticked and typed; all inboxes ticked is still these inboxes."""
    return Conditions(
        brands=tuple(given.chosen["brands"]),
        inboxes=tuple(given.chosen["inboxes"]),
        kinds=tuple(given.chosen["kinds"]),
        needs=tuple(given.chosen["needs"]),
        languages=routing_rules.phrases(given.get("languages")),
        words=routing_rules.phrases(given.get("words")),
        tags=tuple(tag.lower() for tag in routing_rules.phrases(given.get("tags"))),
    )


def _inboxes(unit: Unit) -> list[str]:
    return [inbox.id for inbox in store_inboxes.all_inboxes(unit)]


def _channels(unit: Unit) -> list[str]:
    return list(dict.fromkeys(inbox.kind for inbox in store_inboxes.all_inboxes(unit)))


def _overview(
    unit: Unit, session: Session, given: Typed, *, done: str | None = None, status: int = 200
) -> Response[Any]:
    rules = store_routing.rules(unit)
    caught, looked_at = routing.preview(unit, rules) if rules else ({}, 0)
    weights = store_duty.weights(unit)
    tallies = routing.wrongly_routed(unit)
    return show(
        unit,
        session,
        "routing.html",
        "routing",
        done=done,
        status=status,
        rules=[(rule, rule_words(unit, rule)) for rule in rules],
        caught=caught,
        looked_at=looked_at,
        tallies=tallies,
        enough=routing.ENOUGH,
        teams=people.all_teams(unit),
        weights=[
            (f"weight-{one}", channel_word(one).capitalize(), str(weights.get(one, 1)))
            for one in _channels(unit)
        ],
        typed=given,
    )


def _form(
    unit: Unit,
    session: Session,
    rule: Rule | None,
    given: Typed,
    *,
    tried: Rule | None = None,
    status: int = 200,
) -> Response[Any]:
    shown = tried or rule
    found = routing.preview(unit, [shown]) if shown else None
    return show(
        unit,
        session,
        "rule.html",
        "routing",
        status=status,
        rule=rule,
        is_tried=tried is not None,
        caught=sum(found[0].values()) if found else 0,
        looked_at=found[1] if found else 0,
        brands=[(one.id, one.name) for one in people.all_brands(unit)],
        inboxes=[(one.id, one.name) for one in store_inboxes.all_inboxes(unit)],
        kinds=[(kind, KIND_LABELS[kind]) for kind in KINDS],
        needs=[(need, SEVERITY_LABELS[need]) for need in SEVERITIES],
        skills=[(one.id, one.name) for one in store_skills.all_skills(unit)],
        teams=[("", "Leave the team as it is")]
        + [(one.id, one.name) for one in people.all_teams(unit)],
        typed=given,
    )


ROUTES: list[Any] = [
    overview,
    new_page,
    create,
    edit_page,
    change,
    move,
    remove,
    set_assigns,
    set_weights,
]
