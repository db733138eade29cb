"""Two customers of the demo are asked for details: one has sent them under seal, one has not."""

from datetime import datetime, timedelta

from fairline.cases import store
from fairline.cases.inbound import Author, InboxRef
from fairline.cases.rows import Actor, Case
from fairline.core.secrets import Keyring
from fairline.db.unit import Unit
from fairline.demo.company import Company
from fairline.handoff.forms import asking, sending, sets
from fairline.handoff.forms.fields import KEPT_DAYS, Field
from fairline.handoff.forms.rows import FieldSet
from fairline.line.lists import Filter, page_of

BANK = (
    Field(key="holder", label="Account holder", kind="text", help="As your bank knows it"),
    Field(key="iban", label="Account number", kind="iban"),
)
ADDRESS = (
    Field(key="address", label="Where to deliver", kind="address"),
    Field(key="phone", label="Phone for the driver", kind="phone", required=False, country="GB"),
    Field(key="day", label="Not before", kind="date", required=False),
)
# The bank's own example: an account of nobody.
SENT = {"holder": "A. Sample", "iban": "GB82 WEST 1234 5698 7654 32"}


def ask_for_details(
    unit: Unit, keyring: Keyring, company: Company, board: InboxRef, at: datetime
) -> None:
    """Make the forms, and ask on the last two cases of the board that wait for their customer."""
    unit.now = at - timedelta(weeks=1)
    bank = _made(unit, "Where to send your refund", BANK)
    place = _made(unit, "Delivery address", ADDRESS)
    agents = {agent.id: agent for agent in company.agents.values()}
    found = page_of(
        unit, Filter(status="waiting", brand=board.brand_id), company.agents["ruth"], limit=100
    )
    asked = [case for case in found.cases if case.owner_id in agents and _is_web(unit, case)][:2]
    for case, (wanted, why) in zip(
        asked,
        (
            (bank, "Your refund is approved. Where shall we send it?"),
            (place, "The new one is packed. Where shall the driver bring it?"),
        ),
        strict=False,
    ):
        unit.now = at - timedelta(hours=2)
        form = asking.ask(unit, case.id, agents[case.owner_id or ""], set_id=wanted.id, why=why)
        if wanted is bank:
            unit.now = at - timedelta(minutes=40)
            me = next(p for p in store.participants_of(unit, case.id) if p.role == "customer")
            sending.send(
                unit,
                keyring,
                case,
                form.id,
                sending.check_all(bank, SENT, {}, 0),
                by=Actor(kind="contact", id=case.contact_id, name=me.name),
                author=Author(channel="web", address=me.address, name=me.name),
                inbox=board,
            )
    unit.settle()
    unit.now = at


def _made(unit: Unit, name: str, fields: tuple[Field, ...]) -> FieldSet:
    return sets.make_set(
        unit, name=name, intro="", fields=fields, kept_days=KEPT_DAYS, wiped_on_close=False
    )


def _is_web(unit: Unit, case: Case) -> bool:
    """Nobody is sent a mail: all of it happens on the thread."""
    return all(one.channel == "web" for one in store.participants_of(unit, case.id))
