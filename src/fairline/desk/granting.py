"""Granting something on a case within one's limits, or asking for what is beyond them."""

from typing import Any

from litestar import Response
from litestar.response import Redirect

from fairline.cases import grants, store_grants
from fairline.cases.rows import Case
from fairline.core.errors import FairlineError, NotFound
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.frame import desk_page
from fairline.desk.reach import case_at
from fairline.desk.session import Session
from fairline.people import store_duty
from fairline.people.authority import limit_of
from fairline.people.money import read_amount, read_currency, written
from fairline.web.forms import Form
from fairline.web.handle import reads, writes

FIELDS = ("kind", "amount", "currency", "reason")


@reads("/desk/cases/{reference:str}/grant")
def grant_page(reference: str, session: Session, database: Database) -> Response[str]:
    """What one may give here, and what was given."""
    with database.read() as unit:
        return _page(unit, session, case_at(unit, session.agent, reference), {})


@writes("/desk/cases/{reference:str}/grant")
def grant_now(reference: str, session: Session, database: Database, form: Form) -> Response[Any]:
    """Give it, or ask for it (`how` is ask); what is refused comes back with the reason."""
    try:
        with database.write() as unit:
            case = case_at(unit, session.agent, reference, lock=True)
            currency = read_currency(form.text("currency", most=10))
            amount = read_amount(form.text("amount", most=40), currency)
            act = grants.ask if form.text("how", most=10) == "ask" else _grant
            act(
                unit,
                case,
                session.agent,
                kind=form.text("kind", most=200),
                amount=amount,
                currency=currency,
                reason=form.text("reason", most=2000, label="Why"),
            )
    except NotFound:
        raise
    except FairlineError as error:
        typed = {name: form.text(name, most=2000) for name in FIELDS}
        with database.read() as unit:
            case = case_at(unit, session.agent, reference)
            return _page(unit, session, case, typed, error)
    return Redirect(f"/desk/cases/{case.reference}", status_code=303)


def _grant(unit: Unit, case: Case, agent: Any, **what: Any) -> None:
    grants.grant(unit, case.id, agent, **what)


def _page(
    unit: Unit,
    session: Session,
    case: Case,
    typed: dict[str, str],
    error: FairlineError | None = None,
) -> Response[str]:
    limits = store_duty.limits(unit)
    pairs = list(dict.fromkeys((limit.kind, limit.currency) for limit in limits))
    mine = [
        (kind, limit, store_grants.sum_of_case(unit, case.id, kind, currency))
        for kind, currency in pairs
        if (limit := limit_of(limits, session.agent, kind, currency))
    ]
    return desk_page(
        unit,
        session,
        "desk/grant.html",
        status=error.status if error else 200,
        case=case,
        mine=mine,
        kinds=[kind for kind, _ in pairs],
        kind_options=[(one, one.capitalize()) for one in dict.fromkeys(kind for kind, _ in pairs)],
        currency_options=[(one, one) for one in dict.fromkeys(code for _, code in pairs)],
        typed=typed,
        problem=error,
        field_wrong=getattr(error, "field", ""),
        written=written,
    )


ROUTES: list[Any] = [grant_page, grant_now]
