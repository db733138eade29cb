"""A customer of the demo who wrote a second letter about the same thing: merged by an agent."""

from datetime import datetime, timedelta

from fairline.cases import changes, store
from fairline.cases.actions import actor_of
from fairline.cases.inbound import Author, Inbound, InboxRef
from fairline.cases.intake import receive
from fairline.cases.merging.merging import merge
from fairline.cases.rows import Case
from fairline.db.unit import Unit
from fairline.people.tables import Agent

SECOND = (
    "One thing I forgot in my letter of this morning: the parcel can also go to my neighbour at "
    "number 12, if that is easier for the driver."
)


def merge_two(unit: Unit, waiting: list[Case], inbox: InboxRef, agent: Agent, at: datetime) -> None:
    """The first who waits by mail adds a letter that names no case; it goes where it belongs."""
    unit.now = at - timedelta(minutes=9)
    first = next((case for case in waiting if case.channel == "email"), None)
    writer = first and next(
        (p for p in store.participants_of(unit, first.id) if p.contact_id == first.contact_id), None
    )
    if first and writer:
        inbound = Inbound(
            native_id=f"added-{first.id}",
            author=Author(channel="email", address=writer.address, name=writer.name),
            subject="Delivery",
            text=SECOND,
            language=first.language,
        )
        taken = receive(unit, inbox, inbound, arrived_at=unit.now)
        unit.settle()
        unit.now = at - timedelta(minutes=4)
        merge(
            unit,
            changes.get_case(unit, taken.case_id),
            changes.get_case(unit, first.id),
            by=actor_of(agent),
            readers_agreed=True,
        )
    unit.now = at
