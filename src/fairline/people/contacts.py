"""Who is speaking: resolves an address to an identity and its contact.

A typed address proves nothing. Identities are joined into one contact only by `unite`, after the
person has proven that an address is theirs; until then each address is a contact of its own.
"""

import msgspec

from fairline.core.errors import Invalid, NotFound
from fairline.core.ids import new_id
from fairline.db.unit import Unit
from fairline.people import store_contacts
from fairline.people.tables import Contact, Identity

MAX_NAME = 200
MAX_ADDRESS = 500


def resolve(
    unit: Unit,
    brand_id: str,
    channel: str,
    address: str,
    *,
    name: str = "",
    confirmed: bool = False,
    audience: int | None = None,
) -> Identity:
    """The identity at `address`, made with a new contact when the brand does not know it.

    *Effects*: fills in a missing name; marks the identity confirmed when the channel vouches;
    keeps the audience for the fairness report, which is the only one to read it.
    Safe when two calls race for the same new address: both get the same identity.
    """
    address = address[:MAX_ADDRESS]
    name = " ".join(name.split())[:MAX_NAME]
    if not address:
        raise Invalid("An identity needs an address.", code="no_address")
    known = store_contacts.identity_at(unit, brand_id, channel, address)
    if known is None:
        contact_id = store_contacts.insert_contact(unit, brand_id, name)
        made = Identity(
            id=new_id(),
            contact_id=contact_id,
            brand_id=brand_id,
            channel=channel,
            address=address,
            name=name,
            confirmed_at=unit.now if confirmed else None,
            undeliverable_at=None,
            created_at=unit.now,
        )
        if store_contacts.insert_identity(unit, msgspec.structs.asdict(made)):
            known = made
        else:
            store_contacts.delete_contact(unit, contact_id)
            known = store_contacts.identity_at(unit, brand_id, channel, address)
        if known is None:
            raise NotFound("The identity vanished while it was being made.", code="no_identity")
        if audience is not None:
            store_contacts.note_audience(unit, known.id, max(0, audience))
        return known
    if audience is not None:
        store_contacts.note_audience(unit, known.id, max(0, audience))
    changes: dict[str, object] = {}
    if name and not known.name:
        changes["name"] = name
    if confirmed and known.confirmed_at is None:
        changes["confirmed_at"] = unit.now
    if changes:
        store_contacts.update_identity(unit, known.id, changes)
    contact = store_contacts.contact_by_id(unit, known.contact_id)
    if name and contact and not contact.name:
        store_contacts.update_contact(unit, contact.id, {"name": name})
    return known


def add_identity(
    unit: Unit, brand_id: str, channel: str, address: str, *, contact_id: str, name: str = ""
) -> None:
    """One more identity of a contact who has proven to be its owner. The address must be new."""
    store_contacts.insert_identity(
        unit,
        {
            "id": new_id(),
            "contact_id": contact_id,
            "brand_id": brand_id,
            "channel": channel,
            "address": address,
            "name": name,
            "confirmed_at": unit.now,
        },
    )


def contact_of(unit: Unit, contact_id: str) -> Contact:
    """Raises NotFound."""
    contact = store_contacts.contact_by_id(unit, contact_id)
    if contact is None:
        raise NotFound("There is no such contact.", code="no_contact")
    return contact


def unite(unit: Unit, identity: Identity, into_contact_id: str) -> None:
    """Let a proven identity belong to another contact, the one its owner already has."""
    store_contacts.update_identity(
        unit, identity.id, {"contact_id": into_contact_id, "confirmed_at": unit.now}
    )
