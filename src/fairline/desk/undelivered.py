"""The dead-letter list: answers that did not arrive, why, and what to do about each."""

from typing import Any

import msgspec
from litestar import Response

from fairline.cases.actions import actor_of
from fairline.cases.changes import get_case
from fairline.cases.rows import Participant
from fairline.channels import repair, store_deliveries
from fairline.channels.registry import Channels
from fairline.channels.repair import Stuck
from fairline.channels.rows import Delivery
from fairline.core.channel_names import account_of
from fairline.core.errors import Conflict, Invalid, NotFound
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.reach import is_id, reaches
from fairline.desk.session import Session
from fairline.desk.settings.around import go, known_id, show
from fairline.health.figures import WAITS_LONG
from fairline.people import store_contacts
from fairline.people.tables import Agent
from fairline.web.forms import Form
from fairline.web.handle import reads, writes

PATH = "/desk/undelivered"
MOST_SHOWN = 100
STATES = {
    "dead": (
        "Given up",
        "It is not tried again by itself. Mend the cause, then try again.",
    ),
    "failed": ("Refused or bounced", "The other side says that this address does not take it."),
    "unknown": (
        "Perhaps sent",
        (
            "We were cut off at the moment of handing it over. It may have arrived; trying again "
            "may send it twice."
        ),
    ),
}
WAITS = "It goes as soon as its inbox works again, or by another proven way by itself."


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One stuck delivery in plain words, with the other ways it could go."""

    stuck: Stuck
    label: str
    meaning: str
    ways: list[Participant]
    to: str


@reads(PATH)
def undelivered(
    database: Database, session: Session, agent: Agent, channels: Channels, done: str | None = None
) -> Response[Any]:
    """The newest first."""
    with database.read() as unit:
        return _page(unit, session, agent, channels, done=done)


@writes(PATH + "/{delivery_id:str}/again")
def again(
    database: Database, session: Session, agent: Agent, channels: Channels, delivery_id: str
) -> Response[Any]:
    """Send it once more."""
    try:
        with database.write() as unit:
            repair.try_again(unit, _own(unit, agent, delivery_id).id, by=actor_of(agent))
    except (Conflict, Invalid) as error:
        with database.read() as unit:
            return _page(unit, session, agent, channels, error=error.text, status=error.status)
    return go(PATH, "again")


@writes(PATH + "/{delivery_id:str}/another")
def another_way(
    database: Database,
    session: Session,
    agent: Agent,
    channels: Channels,
    delivery_id: str,
    form: Form,
) -> Response[Any]:
    """Send the same words to another address of the customer."""
    chosen = form.text("identity_id", most=36)
    try:
        with database.write() as unit:
            delivery = _own(unit, agent, delivery_id)
            # What is no id is no address of the customer either: the action says so.
            chosen = chosen if is_id(chosen) else ""
            repair.send_another_way(unit, delivery.id, chosen, by=actor_of(agent))
    except (Conflict, Invalid) as error:
        with database.read() as unit:
            return _page(unit, session, agent, channels, error=error.text, status=error.status)
    return go(PATH, "other_way")


@writes(PATH + "/{delivery_id:str}/fine")
def fine(
    database: Database, session: Session, agent: Agent, channels: Channels, delivery_id: str
) -> Response[Any]:
    """Somebody saw that it arrived, or it no longer matters."""
    try:
        with database.write() as unit:
            repair.let_be(unit, _own(unit, agent, delivery_id).id, by=actor_of(agent))
    except Conflict as error:
        with database.read() as unit:
            return _page(unit, session, agent, channels, error=error.text, status=error.status)
    return go(PATH, "fine")


def _own(unit: Unit, agent: Agent, delivery_id: str) -> Delivery:
    """A delivery of the agent's brands. Raises NotFound."""
    delivery = repair.get_delivery(unit, known_id(delivery_id))
    if not reaches(agent, get_case(unit, delivery.case_id).brand_id):
        raise NotFound("There is no such delivery.", code="no_delivery")
    return delivery


def _to(unit: Unit, delivery: Delivery) -> str:
    """Whom it is for; only what people cannot read is looked up."""
    to = delivery.recipient
    if account_of(to, "a name") == to:
        return to
    identity = store_contacts.identity_by_id(unit, delivery.identity_id)
    return account_of(to, identity.name if identity else "")


def _page(
    unit: Unit,
    session: Session,
    agent: Agent,
    channels: Channels,
    *,
    done: str | None = None,
    error: str = "",
    status: int = 200,
) -> Response[Any]:
    lines = []
    for stuck in repair.stuck_list(unit, brand_ids=agent.brand_ids, limit=MOST_SHOWN + 1):
        label, meaning = STATES[stuck.delivery.state]
        ways = repair.ways(unit, stuck.delivery)
        to = _to(unit, stuck.delivery)
        lines.append(Line(stuck=stuck, label=label, meaning=meaning, ways=ways, to=to))
    long = [
        Line(
            stuck=one,
            label="Waits",
            meaning=WAITS,
            ways=repair.ways(unit, one.delivery),
            to=_to(unit, one.delivery),
        )
        for one in repair.waiting_list(
            unit, unit.now - WAITS_LONG, brand_ids=agent.brand_ids, limit=MOST_SHOWN
        )
    ]
    counts = store_deliveries.counts_by_state(unit) if not agent.brand_ids else {}
    return show(
        unit,
        session,
        "undelivered.html",
        "undelivered",
        done=done,
        status=status,
        lines=lines[:MOST_SHOWN],
        long=long,
        has_more=len(lines) > MOST_SHOWN,
        counts=[(STATES[state][0], counts[state]) for state in STATES if counts.get(state)],
        waiting=counts.get("queued", 0) + counts.get("sending", 0),
        channel_labels={channel.kind: channel.label for channel in channels.all()},
        error=error,
    )


ROUTES: list[Any] = [undelivered, again, another_way, fine]
