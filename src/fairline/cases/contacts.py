"""What agents note about a person: name, remark, language."""

from typing import Any

from fairline.cases.rows import Actor
from fairline.cases.timeline import record
from fairline.core.errors import Invalid
from fairline.db.unit import Unit
from fairline.people import store_contacts
from fairline.people.contacts import MAX_NAME, contact_of
from fairline.people.tables import Contact

MAX_REMARK = 5000


def change_contact(unit: Unit, contact_id: str, fields: dict[str, Any], *, by: Actor) -> Contact:
    """Change `name`, `remark` or `language`. Raises NotFound, Invalid."""
    contact = contact_of(unit, contact_id)
    if set(fields) - {"name", "remark", "language"}:
        raise Invalid("Only name, remark and language can be changed.")
    clean = {name: str(value).replace("\x00", "").strip() for name, value in fields.items()}
    if len(clean.get("name", "")) > MAX_NAME or len(clean.get("remark", "")) > MAX_REMARK:
        raise Invalid("That is too long.", field="name" if "name" in clean else "remark")
    changed = {name: value for name, value in clean.items() if getattr(contact, name) != value}
    if not changed:
        return contact
    store_contacts.update_contact(unit, contact_id, changed)
    data = {"contact_id": contact_id, "fields": sorted(changed)}
    record(unit, "contact_changed", by=by, brand_id=contact.brand_id, data=data)
    return contact_of(unit, contact_id)
