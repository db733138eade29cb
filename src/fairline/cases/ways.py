"""Where the customer wants our answers, and to whom an answer therefore goes.

A chosen address that has not been proven yet is a wish: nothing goes to it, and the others are
written to as before, until its owner has opened the link that was sent there.
"""

from collections.abc import Sequence

from fairline.cases import store
from fairline.cases.changes import get_case
from fairline.cases.rows import Actor, Case, Participant
from fairline.cases.timeline import record
from fairline.core.errors import Conflict, NotFound
from fairline.db.unit import Unit
from fairline.people import store_contacts


def takers_of(case: Case, people: Sequence[Participant]) -> list[Participant]:
    """The addresses of the customer that an answer goes to. Pure.

    The chosen one alone, once it is proven and as long as it takes mail; without a choice all.
    """
    ours = [one for one in people if one.role == "customer"]
    chosen = next((one for one in ours if one.identity_id == case.answer_to_id), None)
    if chosen is None:
        return ours
    if not chosen.confirmed_at:
        return [one for one in ours if one is not chosen] or ours
    return ours if chosen.undeliverable_at else [chosen]


def is_wish(case: Case, people: Sequence[Participant]) -> bool:
    """Whether the chosen address still has to be proven. Pure."""
    return any(
        one.identity_id == case.answer_to_id and not one.confirmed_at
        for one in people
        if one.role == "customer"
    )


def choose_way(unit: Unit, case: Case, identity_id: str | None, *, by: Actor) -> Case:
    """Let answers go to one address of the customer, or to all of them with None.

    It is one that takes part in the case, or a proven one of its contact, which then does. Raises
    NotFound for any other, Conflict for one that mail does not reach. *Effects*:
    `answer_way_changed`, unless it is so already.
    """
    if case.answer_to_id == identity_id:
        return case
    channel = ""
    if identity_id:
        channel = _checked(unit, case, identity_id)
    store.update_case(unit, case.id, {"answer_to_id": identity_id})
    data = {"identity_id": identity_id, "channel": channel}
    record(unit, "answer_way_changed", by=by, case_id=case.id, brand_id=case.brand_id, data=data)
    return get_case(unit, case.id)


def _checked(unit: Unit, case: Case, identity_id: str) -> str:
    """The channel of an address that may be chosen."""
    people = store.participants_of(unit, case.id)
    known = next((one for one in people if one.identity_id == identity_id), None)
    if known and known.role == "customer":
        if known.undeliverable_at:
            raise Conflict("Nothing arrives at that address.", code="undeliverable")
        return known.channel
    found = store_contacts.identity_by_id(unit, identity_id)
    if found is None or found.contact_id != case.contact_id or not found.confirmed_at:
        raise NotFound("That is no address of this customer.", code="no_identity")
    if found.undeliverable_at:
        raise Conflict("Nothing arrives at that address.", code="undeliverable")
    store.add_participant(unit, case.id, found.id, "customer", confirmed=True)
    return found.channel
