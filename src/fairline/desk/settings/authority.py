"""Limits of authority: what each role, or one person, may grant without asking."""

from typing import Any

from litestar import Response

from fairline.core.errors import Invalid
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.session import Session, needs
from fairline.desk.settings.around import Typed, go, known_id, note, show, typed
from fairline.people import authority, store_duty
from fairline.people import store as people
from fairline.people.money import read_amount, read_currency, written
from fairline.people.tables import ROLES, Agent
from fairline.web.forms import Form
from fairline.web.handle import reads, writes

PATH = "/desk/settings/authority"
GUARDS = [needs("supervisor")]
NAMES = ("holder", "kind", "currency", "per_case", "per_day")


@reads(PATH, guards=GUARDS)
def list_limits(database: Database, session: Session, done: str | None = None) -> Response[Any]:
    """All limits, and a form for another."""
    with database.read() as unit:
        return _page(unit, session, Typed(values={"holder": "agent"}), done=done)


@writes(PATH, guards=GUARDS)
def save(database: Database, session: Session, agent: Agent, form: Form) -> Response[Any]:
    """Set one; the same holder, kind and currency again changes it."""
    given = typed(form, NAMES)
    try:
        currency = read_currency(given.get("currency"))
        per_case = read_amount(given.get("per_case"), currency, field="per_case")
        per_day = given.get("per_day")
        with database.write() as unit:
            authority.set_limit(
                unit,
                holder=given.get("holder"),
                kind=given.get("kind"),
                currency=currency,
                per_case=per_case,
                per_day=read_amount(per_day, currency, field="per_day") if per_day else None,
            )
            note(unit, agent, "authority_limit_set", given.get("holder"))
    except Invalid as error:
        with database.read() as unit:
            return _page(unit, session, given.refused(error), status=error.status)
    return go(PATH, "saved")


@writes(PATH + "/{limit_id:str}/remove", guards=GUARDS)
def remove(database: Database, agent: Agent, limit_id: str) -> Response[Any]:
    """Allow nothing of it any more."""
    with database.write() as unit:
        authority.remove_limit(unit, known_id(limit_id))
        note(unit, agent, "authority_limit_removed", limit_id)
    return go(PATH, "saved")


def _page(
    unit: Unit, session: Session, given: Typed, *, done: str | None = None, status: int = 200
) -> Response[Any]:
    staff = people.all_agents(unit)
    roles = [(role, f"Every {role}") for role in ROLES]
    holders = roles + [(one.id, one.name) for one in staff]
    return show(
        unit,
        session,
        "authority.html",
        "authority",
        done=done,
        status=status,
        limits=store_duty.limits(unit),
        holders=holders,
        names=dict(holders),
        written=written,
        typed=given,
    )


ROUTES: list[Any] = [list_limits, save, remove]
