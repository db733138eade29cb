"""“Answer me by”: the customer says where our answers go, here, to one address, or everywhere.

An address that is new is sent the way back to the thread and waits for being opened: until then
answers go where they went before.
"""

from typing import Any

from litestar import Request, Response

from fairline.board.ask import checked_mail, leave
from fairline.board.frames import SECRET, see_other
from fairline.board.rates import limit, network_of
from fairline.board.thread import Typed, draw
from fairline.board.viewer import Viewer, open_as_customer, open_thread
from fairline.board.ways import ALL, HERE, NEW
from fairline.cases import store
from fairline.cases.ways import choose_way
from fairline.channels.registry import Channels
from fairline.core.errors import Conflict, FairlineError, Invalid, NotAllowed, NotFound, TooMany
from fairline.core.ids import new_id
from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.people import store_contacts
from fairline.people.contacts import resolve, unite
from fairline.web.forms import Form
from fairline.web.handle import writes


@writes("/t/{token:str}/answer-way")
def answer_way(
    request: Request[Any, Any, Any],
    token: str,
    database: Database,
    settings: Settings,
    channels: Channels,
    form: Form,
) -> Response[str]:
    """Choose. The thread shows everything in any case."""
    wanted = form.text("way", most=36)
    try:
        with database.write() as unit:
            viewer = open_as_customer(unit, token, settings)
            limit(unit, "change", network_of(request, settings))
            chosen, done = _chosen(unit, viewer, channels, wanted, form)
            choose_way(unit, viewer.case, chosen, by=viewer.actor)
    except (Invalid, Conflict, NotAllowed, TooMany) as error:
        return _shown_again(token, database, settings, form, error)
    return see_other(f"/t/{token}?done={done}#way", headers=SECRET)


def _chosen(
    unit: Unit, viewer: Viewer, channels: Channels, wanted: str, form: Form
) -> tuple[str | None, str]:
    """The identity that answers go to, and what to say about it."""
    if wanted == ALL:
        return None, "way"
    if wanted == HERE:
        return _browser(unit, viewer), "way"
    if wanted == NEW:
        return _left(unit, viewer, channels, form)
    found = next((p for p in viewer.people if p.identity_id == wanted), None)
    if found is None or found.role != "customer":
        raise NotFound("That address is not on this thread.", code="no_identity")
    return wanted, "way" if found.confirmed_at else "way-waits"


def _left(unit: Unit, viewer: Viewer, channels: Channels, form: Form) -> tuple[str | None, str]:
    """A new address: it is sent the way back, and proves itself by opening it."""
    if not viewer.site.can_mail:
        raise Conflict("Mail cannot be sent from here. Keep the address of this page.")
    mail = checked_mail(channels, viewer.site, form.text("mail", most=500))
    leave(unit, viewer.case, mail, by=viewer.actor)
    found = store_contacts.identity_at(unit, viewer.case.brand_id, "email", mail)
    people = store.participants_of(unit, viewer.case.id)
    is_proven = any(found and p.identity_id == found.id and p.confirmed_at for p in people)
    return found.id if found else None, "way" if is_proven else "way-waits"


def _browser(unit: Unit, viewer: Viewer) -> str:
    """The identity of this page: that of the link's holder, or one of their own."""
    own = [p for p in viewer.people if p.channel == "web" and p.role == "customer"]
    mine = next((p for p in own if p.identity_id == viewer.me.identity_id), None)
    if mine or own:
        return (mine or own[0]).identity_id
    browser = resolve(unit, viewer.case.brand_id, "web", new_id(), name=viewer.me.name)
    unite(unit, browser, viewer.me.contact_id)
    store.add_participant(unit, viewer.case.id, browser.id, "customer", confirmed=True)
    return browser.id


def _shown_again(
    token: str, database: Database, settings: Settings, form: Form, error: FairlineError
) -> Response[str]:
    with database.read() as unit:
        viewer = open_thread(unit, token, settings)
    typed = Typed(mail=(form.texts("mail") or [""])[0][:500], error=error, error_at="way")
    return draw(database, viewer, typed, status=error.status)
