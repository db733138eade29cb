"""Send a text that a network has approved, where it takes no free words any more.

Choose it, fill in its values, see how it reads, send. The network is asked for its texts outside of
any transaction. What stands on the case is the filled text; the network gets name and values.
"""

import re
from typing import Any

import msgspec
from litestar import Response
from litestar.response import Redirect

from fairline.cases import store
from fairline.cases.actions import reply
from fairline.cases.opening import clipped
from fairline.cases.rows import Case, Participant
from fairline.cases.states import STATUSES
from fairline.channels.allowed import blocking, price_words
from fairline.channels.contract import InboxInfo, Template, Templated
from fairline.channels.registry import Channels
from fairline.core.errors import DeliveryError, FairlineError, Invalid, NotFound
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk import network_rules
from fairline.desk.channel_words import channel_word
from fairline.desk.frame import desk_page
from fairline.desk.reach import case_at, is_id
from fairline.desk.session import Session
from fairline.people import store_contacts
from fairline.web.forms import Form
from fairline.web.handle import reads, writes

PLACE = re.compile(r"\{\{\s*(\d{1,2})\s*\}\}")
MOST_VALUE = 1024
MOST_BEGINNING = 70


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One text as the page lists it; `key` tells those of one name in several languages apart."""

    key: str
    template: Template
    label: str


def places_in(text: str) -> list[int]:
    """The numbers of the values that a text wants, in order, each once."""
    return sorted({int(number) for number in PLACE.findall(text)})


def filled(text: str, values: dict[int, str]) -> str:
    """The text with its values; a place without one stays as it is."""
    return PLACE.sub(lambda found: values.get(int(found[1])) or found[0], text)


@reads("/desk/cases/{reference:str}/approved")
def approved_page(
    reference: str,
    session: Session,
    database: Database,
    channels: Channels,
    to: str = "",
    chosen: str = "",
) -> Response[str]:
    """The texts, and the chosen one with its values."""
    with database.read() as unit:
        case = case_at(unit, session.agent, reference)
        taker, info = _taker(unit, channels, case, to)
    choices, problem = _asked(channels, info)
    return _page(database, session, channels, reference, taker, choices, chosen, {}, problem)


@writes("/desk/cases/{reference:str}/approved", status_code=200)
def send_approved(
    reference: str, session: Session, database: Database, channels: Channels, form: Form
) -> Response[Any]:
    """Show how it reads, or send it."""
    to, chosen = form.text("to", most=36), form.text("chosen", most=600)
    with database.read() as unit:
        case = case_at(unit, session.agent, reference)
        taker, info = _taker(unit, channels, case, to)
    choices, problem = _asked(channels, info)
    values = {
        number: form.text(f"value_{number}", most=MOST_VALUE, label=f"Value {number}").strip()
        for number in range(1, 100)
        if form.texts(f"value_{number}")
    }
    status = form.text("status", most=20) or "waiting"
    try:
        if problem:
            raise problem
        template = _chosen(choices, chosen)
        if missing := [n for n in places_in(template.text) if not values.get(n)]:
            raise Invalid(f"Value {missing[0]} is missing.", field=f"value_{missing[0]}")
        if form.text("do", most=20) != "send":
            return _page(
                database, session, channels, reference, taker, choices, chosen, values, None, True
            )
        with database.write() as unit:
            case = case_at(unit, session.agent, reference)
            _send(unit, channels, case, session, taker, template, values, status)
    except FairlineError as error:
        return _page(database, session, channels, reference, taker, choices, chosen, values, error)
    return Redirect(f"/desk/cases/{reference}", status_code=303)


def _send(
    unit: Unit,
    channels: Channels,
    case: Case,
    session: Session,
    taker: Participant,
    template: Template,
    values: dict[int, str],
    status: str,
) -> None:
    if status not in {"keep", *STATUSES}:
        raise Invalid(f"{status!r} is not a status.", field="status")
    text = filled(template.text, values)
    (going,) = network_rules.goings(
        unit, channels, case, [taker], text=text, is_public=False, template=template.name
    )
    if rule := blocking(going.rules):
        raise Invalid(rule.text, code="network_forbids")
    confirmed = bool(taker.confirmed_at)
    store.add_participant(unit, case.id, taker.identity_id, "customer", confirmed=confirmed)
    reply(
        unit,
        case.id,
        session.agent,
        text,
        status=None if status == "keep" else status,
        only_identity=taker.identity_id,
        template={
            "name": template.name,
            "values": [values[number] for number in places_in(template.text)],
        },
    )


def _taker(
    unit: Unit, channels: Channels, case: Case, identity_id: str
) -> tuple[Participant, InboxInfo]:
    """To whom, and by which inbox. Raises NotFound for what is no address of this customer that
    can be sent such a text.
    """
    people = store.participants_of(unit, case.id)
    found = next((one for one in people if one.identity_id == identity_id), None)
    if found is None and is_id(identity_id):
        identity = store_contacts.identity_by_id(unit, identity_id)
        if identity and identity.confirmed_at and identity.contact_id == case.contact_id:
            found = network_rules.as_taker(identity)
    if found is None or found.role != "customer":
        raise NotFound("That is no address of this customer.", code="no_identity")
    (going,) = network_rules.goings(unit, channels, case, [found], text="", is_public=False) or (
        None,
    )
    if going is None or not isinstance(going.channel, Templated):
        raise NotFound("Nothing has been approved there.", code="no_templates")
    return found, going.info


def _label(one: Template) -> str:
    """What it is called and how it begins: people choose by the words."""
    name = one.name.removesuffix(f"/{one.language}")
    called = ", ".join(filter(None, (name, one.language, one.category)))
    return f"{called}: {clipped(one.text, MOST_BEGINNING)}"


def _asked(channels: Channels, info: InboxInfo) -> tuple[list[Choice], FairlineError | None]:
    """The network's texts, or why they cannot be had."""
    channel = channels.of_kind(info.kind)
    if not isinstance(channel, Templated):
        return [], None
    try:
        found = channel.templates(info)
    except DeliveryError as error:
        return [], error
    return [
        Choice(
            key=f"{one.name}|{one.language}",
            template=one,
            label=_label(one),
        )
        for one in found
    ], None


def _chosen(choices: list[Choice], key: str) -> Template:
    for choice in choices:
        if choice.key == key:
            return choice.template
    raise Invalid("Choose a text.", field="chosen")


def _page(
    database: Database,
    session: Session,
    channels: Channels,
    reference: str,
    taker: Participant,
    choices: list[Choice],
    chosen: str,
    values: dict[int, str],
    problem: FairlineError | None,
    is_filled: bool = False,  # noqa: FBT001, FBT002
) -> Response[Any]:
    template = next((one.template for one in choices if one.key == chosen), None)
    with database.read() as unit:
        case = case_at(unit, session.agent, reference)
        return desk_page(
            unit,
            session,
            "desk/approved.html",
            status=problem.status if problem else 200,
            case=case,
            taker=taker,
            way=channel_word(taker.channel),
            choices=choices,
            chosen=chosen,
            approved=template,
            places=places_in(template.text) if template else [],
            values=values,
            preview=filled(template.text, values) if template and is_filled else "",
            price=price_words(channels.of_kind(taker.channel).capabilities.prices),
            problem=problem,
            field_wrong=getattr(problem, "field", ""),
        )


ROUTES: list[Any] = [approved_page, send_approved]
