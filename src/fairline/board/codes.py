"""Going on in private by a code from a post, where links are priced: `/continue` of the brand.

A code opens nothing by itself; digits do, sent to where only the customer reads. A wrong, expired,
revoked or unknown code, one of another brand and one that has no address to send to are answered
alike, and the looking up and sending is done by a job.
"""

from typing import Any

from litestar import Request, Response

from fairline.board.continuing import WRONG, browser_of, checked_way, prove, remember
from fairline.board.frames import SECRET, see_other, show
from fairline.board.rates import limit, network_of
from fairline.board.sites import Site, find_site
from fairline.channels.marks import read_code
from fairline.core.errors import FairlineError, Invalid, TooMany
from fairline.core.secrets import Keyring
from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.handoff.continuation import courier
from fairline.handoff.continuation.opening import find_code
from fairline.handoff.continuation.ways_to_prove import MAIL, POST
from fairline.web.forms import Form
from fairline.web.handle import reads, writes

WAYS = (
    (POST, "By private message, to the account that asked"),
    (MAIL, "By e-mail, to the address you are known by"),
)


@reads("/continue")
def continue_page(database: Database, settings: Settings, slug: str | None = None) -> Response[str]:
    """One field for the code."""
    with database.read() as unit:
        site = find_site(unit, slug, settings)
    return _show(site, step="code")


@writes("/continue", status_code=200)
def type_code(
    request: Request[Any, Any, Any],
    database: Database,
    settings: Settings,
    form: Form,
    slug: str | None = None,
) -> Response[str]:
    """Always the same answer for whatever has the shape of a code. *Effects*: one job."""
    with database.read() as unit:
        site = find_site(unit, slug, settings)
    browser = browser_of(request)
    typed = (form.texts("code") or [""])[0][:60]
    try:
        code, way = _code(typed), checked_way(form)
        with database.write() as unit:
            limit(unit, "continue", f"{site.brand.id}:{network_of(request, settings)}")
            courier.ask(unit, site.brand.id, code, browser, way)
    except (Invalid, TooMany) as error:
        return _show(site, step="code", code=typed, error=error)
    return remember(_show(site, step="digits", code=code), settings, browser)


@writes("/continue/check", status_code=200)
def check_code(
    request: Request[Any, Any, Any],
    database: Database,
    settings: Settings,
    keyring: Keyring,
    form: Form,
    slug: str | None = None,
) -> Response[str]:
    """The digits for a code."""
    with database.read() as unit:
        site = find_site(unit, slug, settings)
    typed = (form.texts("code") or [""])[0][:60]
    try:
        code = _code(typed)
        with database.write() as unit:
            limit(unit, "continue", f"{site.brand.id}:{network_of(request, settings)}")
            found = find_code(unit, site.brand.id, code, lock=True)
            thread = prove(unit, keyring, found, browser_of(request), form)
    except (Invalid, TooMany) as error:
        return _show(site, step="digits", code=typed, error=error)
    if thread:
        return see_other(thread, headers=SECRET)
    wrong = Invalid(WRONG, code="wrong_digits", field="digits")
    return _show(site, step="digits", code=code, error=wrong)


def _code(typed: str) -> str:
    code = read_code(typed)
    if not code:
        raise Invalid("A code looks like FL-7KX2-QD4M.", code="bad_code", field="code")
    return code


def _show(
    site: Site, *, step: str, code: str = "", error: FairlineError | None = None
) -> Response[str]:
    headers = dict(SECRET)
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(error.retry_after_s)
    return show(
        "board/continue.html",
        site,
        status=error.status if error else 200,
        headers=headers,
        step=step,
        code=code,
        ways=WAYS if site.can_mail else WAYS[:1],
        error=error,
        error_field=getattr(error, "field", ""),
    )
