"""Who calls: a bearer token on every request, read-only where it says so."""

from typing import Any

from litestar import Request

from fairline.cases.following import living
from fairline.cases.rows import Case
from fairline.cases.store import case_by_id, case_by_reference
from fairline.core.errors import FairlineError, NotAllowed, NotFound
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.people import store as people
from fairline.people.rights import check_brand
from fairline.people.tables import Agent
from fairline.people.tokens import Bearer, bearer_of
from fairline.web.guard import SAFE_METHODS


class NotSignedIn(FairlineError):
    """No token, or one that is not (or no longer) good."""

    status = 401
    code = "not_signed_in"


def provide_bearer(request: Request[Any, Any, Any], database: Database) -> Bearer:
    """A dependency: `bearer: Bearer`. Raises NotSignedIn; NotAllowed for a write by a reader."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    with database.read() as unit:
        bearer = bearer_of(unit, token.strip()) if scheme.lower() == "bearer" else None
    if bearer is None:
        raise NotSignedIn("Send a token: `Authorization: Bearer fl_…`. Make one in the settings.")
    if bearer.read_only and request.method not in SAFE_METHODS:
        raise NotAllowed("This token may only read.", code="read_only_token")
    if bearer.is_stale:
        with database.write() as unit:
            people.touch_token(unit, bearer.token_id)
    return bearer


def find_case(unit: Unit, agent: Agent, reference: str) -> Case:
    """By reference or id, within the agent's brands; one that was merged leads to where it went.
    Raises NotFound.
    """
    case = case_by_reference(unit, reference.upper())
    if case is None and len(reference) == 36 and reference.count("-") == 4:
        plain = reference.replace("-", "").lower()
        if len(plain) == 32 and not set(plain) - set("0123456789abcdef"):
            case = case_by_id(unit, reference.lower())
    if case is None:
        raise NotFound("There is no such case.", code="no_case")
    check_brand(agent, case.brand_id)
    return living(unit, case)
