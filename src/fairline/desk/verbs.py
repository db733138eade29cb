"""What an agent does to a case besides answering: one form field or two, one action each.

`VERBS` is the list; the page, the palette and the shortcuts all post to the same addresses.
"""

from collections.abc import Callable
from typing import Any

from litestar import Request, Response
from litestar.response import Redirect

from fairline.cases import cautions, changes, override
from fairline.cases.actions import actor_of
from fairline.cases.addresses import drop_address
from fairline.cases.contacts import change_contact
from fairline.cases.editing import hide_case, set_case_visibility
from fairline.cases.editing import show_case as show_case_again
from fairline.cases.rows import Case
from fairline.channels.registry import Channels
from fairline.channels.repair import send_another_way, try_again
from fairline.core.errors import Conflict, FairlineError, Invalid, NotFound
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.able import ABLE_VERBS
from fairline.desk.calls import CALL_VERBS
from fairline.desk.case import show_case
from fairline.desk.continuing import CONTINUING_VERBS
from fairline.desk.letters import LETTER_VERBS
from fairline.desk.merging import MERGE_VERBS
from fairline.desk.reach import case_at, delivery_at, is_id
from fairline.desk.session import Session
from fairline.desk.snoozing import until_of
from fairline.desk.transfers import TRANSFER_VERBS
from fairline.line import joining
from fairline.people.setup import get_brand
from fairline.people.tables import Agent
from fairline.web.forms import Form
from fairline.web.handle import writes
from fairline.web.live import Live

Verb = Callable[[Unit, Case, Agent, Form], object]


def _own(unit: Unit, case: Case, agent: Agent, form: Form) -> None:
    """Give the case to an agent, to oneself (`me`) or back to the line (empty)."""
    owner = form.text("owner", most=36)
    owner = agent.id if owner == "me" else owner
    if owner and not is_id(owner):
        raise Invalid("There is no such agent.", field="owner")
    if owner and owner != agent.id and case.owner_id and agent.role == "agent":
        raise Invalid(
            "A case that has an owner is handed over, with what the next one must know: choose "
            "“Hand it over”.",
            code="hand_over",
            field="owner",
        )
    changes.assign(unit, case, owner or None, by=actor_of(agent))


def _team(unit: Unit, case: Case, agent: Agent, form: Form) -> None:
    team = form.text("team", most=36)
    if team and not is_id(team):
        raise Invalid("There is no such team.", field="team")
    changes.set_team(unit, case, team or None, by=actor_of(agent))


def _status(unit: Unit, case: Case, agent: Agent, form: Form) -> None:
    changes.set_status(unit, case, form.text("status", most=20), by=actor_of(agent))


def _kind(unit: Unit, case: Case, agent: Agent, form: Form) -> None:
    changes.set_kind(unit, case, form.text("kind", most=20), by=actor_of(agent))


def _severity(unit: Unit, case: Case, agent: Agent, form: Form) -> None:
    wanted, reason = form.text("severity", most=20), form.text("reason", most=500, label="Why")
    changes.set_severity(unit, case, wanted, by=actor_of(agent), reason=reason)


def _bring_forward(unit: Unit, case: Case, agent: Agent, form: Form) -> None:
    override.bring_forward(unit, case, agent, form.text("reason", most=500, label="Why"))


def _put_back(unit: Unit, case: Case, agent: Agent, form: Form) -> None:
    override.put_back(unit, case, agent, form.text("reason", most=500, label="Why"))


def _subject(unit: Unit, case: Case, agent: Agent, form: Form) -> None:
    changes.set_subject(unit, case, form.text("subject", most=2000), by=actor_of(agent))


def _tag(unit: Unit, case: Case, agent: Agent, form: Form) -> None:
    changes.add_tag(unit, case, form.text("tag", most=200), by=actor_of(agent))


def _untag(unit: Unit, case: Case, agent: Agent, form: Form) -> None:
    changes.remove_tag(unit, case, form.text("tag", most=200), by=actor_of(agent))


def _snooze(unit: Unit, case: Case, agent: Agent, form: Form) -> None:
    zone = get_brand(unit, case.brand_id).time_zone
    until = until_of(form.text("for", most=20), form.text("until", most=40), unit.now, zone)
    changes.snooze(unit, case, until, by=actor_of(agent))


def _wake(unit: Unit, case: Case, agent: Agent, _: Form) -> None:
    changes.wake(unit, case, by=actor_of(agent), reason="agent")


def _make_private(unit: Unit, case: Case, agent: Agent, _: Form) -> None:
    set_case_visibility(unit, case.id, is_public=False, by=actor_of(agent))


def _contact(unit: Unit, case: Case, agent: Agent, form: Form) -> None:
    """Name and remark of the person, as far as the form holds them."""
    fields = {name: form.text(name, most=6000) for name in ("name", "remark") if form.texts(name)}
    change_contact(unit, case.contact_id, fields, by=actor_of(agent))


def _drop_address(unit: Unit, case: Case, _: Agent, form: Form) -> None:
    """No more copies to an address that was copied in."""
    identity = form.text("identity", most=36)
    if not is_id(identity):
        raise NotFound("There is no such address.", code="no_identity")
    drop_address(unit, case, identity)


def _try_again(unit: Unit, case: Case, agent: Agent, form: Form) -> None:
    delivery = delivery_at(unit, case, form.text("delivery", most=36))
    try_again(unit, delivery.id, by=actor_of(agent))


def _another_way(unit: Unit, case: Case, agent: Agent, form: Form) -> None:
    delivery = delivery_at(unit, case, form.text("delivery", most=36))
    identity = form.text("identity", most=36)
    send_another_way(unit, delivery.id, identity, by=actor_of(agent))


def _join(unit: Unit, case: Case, agent: Agent, form: Form) -> None:
    """Share one place with another case of the same person."""
    other = case_at(unit, agent, form.text("with", most=40).strip(), lock=True)
    joining.join(unit, case, other, by=actor_of(agent))


def _split(unit: Unit, case: Case, agent: Agent, form: Form) -> None:
    """Set this case, or one of its repeats, apart; also the answer no to a suggestion."""
    wanted = form.text("which", most=40).strip()
    one = case_at(unit, agent, wanted, lock=True) if wanted else case
    if case.id not in {one.id, one.repeat_of_id, one.maybe_repeat_of_id}:
        raise Conflict(f"{one.reference} does not share its place with this.", code="not_joined")
    joining.split(unit, one, by=actor_of(agent))


def _warn(unit: Unit, case: Case, agent: Agent, form: Form) -> None:
    """A plain notice to the customer; it is no answer."""
    reason = form.text("reason", most=500, label="Why")
    cautions.warn(unit, case, agent, reason=reason, text=form.text("text"))


def _limit(unit: Unit, case: Case, agent: Agent, form: Form) -> None:
    """Slow the customer down on the board for some days."""
    days, many = (form.text(name, most=6).strip() for name in ("days", "cases_a_day"))
    cautions.limit(
        unit,
        case,
        agent,
        reason=form.text("reason", most=500, label="Why"),
        days=int(days) if days.isascii() and days.isdigit() else 0,
        cases_a_day=(int(many) if many.isascii() and many.isdigit() else 0) if many else None,
    )


def _lift(unit: Unit, case: Case, agent: Agent, form: Form) -> None:
    caution = form.text("caution", most=36)
    own = {one.id for one in cautions.cautions_of(unit, case.contact_id)}
    if caution not in own:
        raise NotFound("There is no such limit.", code="no_limit")
    cautions.lift(unit, caution, agent)


def _hide(unit: Unit, case: Case, agent: Agent, form: Form) -> None:
    reason = form.text("reason", most=500, label="Why")
    hide_case(unit, case.id, by=actor_of(agent), reason=reason)


def _unhide(unit: Unit, case: Case, agent: Agent, _: Form) -> None:
    show_case_again(unit, case.id, by=actor_of(agent))


VERBS: dict[str, Verb] = {
    "warn": _warn,
    "limit": _limit,
    "lift": _lift,
    "hide": _hide,
    "unhide": _unhide,
    "join": _join,
    "split": _split,
    "owner": _own,
    "team": _team,
    "status": _status,
    "kind": _kind,
    "severity": _severity,
    "bring-forward": _bring_forward,
    "put-back": _put_back,
    "subject": _subject,
    "tag": _tag,
    "untag": _untag,
    "snooze": _snooze,
    "wake": _wake,
    "make-private": _make_private,
    "contact": _contact,
    "drop-address": _drop_address,
    "try-again": _try_again,
    "another-way": _another_way,
    **ABLE_VERBS,
    **CONTINUING_VERBS,
    **CALL_VERBS,
    **LETTER_VERBS,
    **MERGE_VERBS,
    **TRANSFER_VERBS,
}


@writes("/desk/cases/{reference:str}/do/{verb:str}")
def do(
    reference: str,
    verb: str,
    request: Request[Any, Any, Any],
    session: Session,
    database: Database,
    live: Live,
    channels: Channels,
    form: Form,
) -> Response[Any]:
    """Do one thing; what cannot be done is said on the case page."""
    act = VERBS.get(verb)
    if act is None:
        raise NotFound("There is no such action.", code="no_action")
    try:
        with database.write() as unit:
            case = case_at(unit, session.agent, reference, lock=True)
            act(unit, case, session.agent, form)
    except NotFound:
        raise
    except FairlineError as error:
        with database.read() as unit:
            return show_case(unit, request, session, live, channels, reference, problem=error)
    query = f"?{request.url.query}" if request.url.query else ""
    return Redirect(f"/desk/cases/{case.reference}{query}", status_code=303)


ROUTES: list[Any] = [do]
