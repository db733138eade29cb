"""Addresses a customer leaves for notices, and the proof that they are theirs.

Somebody types an address on the board: it becomes a participant of this case, unproven, so that
answers reach it. Only a proof (a link opened that was sent there, or a mail that the sender's
domain vouches for) unites the browser with the contact who owns the address.
"""

from fairline.cases import store, store_cautions
from fairline.cases.rows import Actor, Case
from fairline.cases.timeline import record
from fairline.core.errors import Invalid
from fairline.db.unit import Unit
from fairline.people import contacts, store_contacts
from fairline.people.tables import Identity

MAX_LEFT = 5


def leave_address(
    unit: Unit, case: Case, channel: str, address: str, *, name: str = "", by: Actor
) -> Identity:
    """Let answers on `case` also go to `address` (already in the channel's normal form)."""
    left = [p for p in store.participants_of(unit, case.id) if p.role == "customer"]
    if len(left) > MAX_LEFT:
        raise Invalid("That is enough addresses for one thread.", code="too_many_addresses")
    identity = contacts.resolve(unit, case.brand_id, channel, address, name=name)
    if store.add_participant(unit, case.id, identity.id, "customer", confirmed=False):
        record(
            unit,
            "address_left",
            by=by,
            case_id=case.id,
            brand_id=case.brand_id,
            data={"identity_id": identity.id, "channel": channel},
        )
    return identity


def confirm_address(unit: Unit, case: Case, identity_id: str) -> Case:
    """The owner of the address has shown themself on this case: its contact is theirs now.

    *Effects*: the case and the browser identities that only claimed to be somebody move to the
    contact of the proven address. A no-op the second time.
    """
    people = store.participants_of(unit, case.id)
    proven = next((p for p in people if p.identity_id == identity_id), None)
    if proven is None or proven.role != "customer" or proven.confirmed_at:
        return case
    store.confirm_participant(unit, case.id, identity_id)
    store_contacts.update_identity(unit, identity_id, {"confirmed_at": unit.now})
    record(
        unit,
        "address_confirmed",
        by=Actor(kind="contact", id=proven.contact_id),
        case_id=case.id,
        brand_id=case.brand_id,
        data={"identity_id": identity_id},
    )
    if proven.contact_id == case.contact_id:
        return case
    present = contacts.contact_of(unit, case.contact_id)
    owner = contacts.contact_of(unit, proven.contact_id)
    for participant in people:
        if participant.contact_id == case.contact_id and participant.channel == "web":
            browser = store_contacts.identity_by_id(unit, participant.identity_id)
            if browser:
                contacts.unite(unit, browser, owner.id)
    if present.name and not owner.name:
        store_contacts.update_contact(unit, owner.id, {"name": present.name})
    store_cautions.move(unit, case.id, owner.id)
    store.update_case(unit, case.id, {"contact_id": owner.id})
    return store.case_by_id(unit, case.id) or case


def drop_address(unit: Unit, case: Case, identity_id: str) -> None:
    """No more notices to this address."""
    store.remove_participant(unit, case.id, identity_id)
