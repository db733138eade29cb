"""People of the demo who ask again: one known to be the same, one of whom we cannot be sure."""

from datetime import datetime, timedelta

from fairline.cases import store, store_messages
from fairline.cases.inbound import Author, Inbound, InboxRef
from fairline.cases.intake import receive
from fairline.cases.rows import Case
from fairline.core.ids import new_id
from fairline.db.unit import Unit
from fairline.people.contacts import add_identity


def ask_again(unit: Unit, waiting: list[Case], inboxes: dict[str, InboxRef], at: datetime) -> None:
    """The last who waits on the board asks there again, from the same browser: both cases share a
    place. The last who waits by mail writes from a server that does not vouch for them: the desk
    asks whether it is the same matter.
    """
    unit.now = at - timedelta(minutes=12)
    asked = next((case for case in reversed(waiting) if case.channel == "web"), None)
    if asked:
        browser = new_id()
        add_identity(unit, asked.brand_id, "web", browser, contact_id=asked.contact_id)
        _say(unit, asked, inboxes["web"], Author(channel="web", address=browser))
    mailed = next((case for case in reversed(waiting) if case.channel == "email"), None)
    if mailed:
        writer = next(p for p in store.participants_of(unit, mailed.id) if p.role == "customer")
        author = Author(channel="email", address=writer.address, name=writer.name)
        _say(unit, mailed, inboxes["email"], author)
    unit.settle()
    unit.now = at


def _say(unit: Unit, case: Case, inbox: InboxRef, author: Author) -> None:
    first = next(m for m in store_messages.thread(unit, case.id) if m.direction == "inbound")
    inbound = Inbound(
        native_id=f"again-{case.id}",
        author=author,
        subject=first.subject,
        text=f"{first.text}\n\nI have not heard from you yet. Any news?",
        language=case.language,
    )
    receive(unit, inbox, inbound, arrived_at=unit.now)
