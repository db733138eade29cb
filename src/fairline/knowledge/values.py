"""What the placeholders of a saved reply stand for on one case."""

from fairline.cases.rows import Case
from fairline.db.unit import Unit
from fairline.people import store as people
from fairline.people import store_contacts
from fairline.people.tables import Agent


def values_for(unit: Unit, case: Case, agent: Agent, *, public_url: str) -> dict[str, str]:
    """Placeholder name -> value, '' when it is not known.

    A private case has no address to write down here: its secret link is made for each recipient
    when the reply is sent, and an agent must never see it.
    """
    contact = store_contacts.contact_by_id(unit, case.contact_id)
    brand = people.brand_by_id(unit, case.brand_id)
    name = contact.name if contact else ""
    board = "" if brand is None or brand.is_default else f"/b/{brand.slug}"
    is_shown = case.is_public and case.hidden_at is None
    return {
        "contact.name": name,
        "contact.first_name": _first_name(name),
        "case.reference": case.reference,
        "case.subject": case.subject,
        "case.link": f"{public_url}{board}/q/{case.reference}" if is_shown else "",
        "agent.name": agent.shown_name,
        "brand.name": brand.name if brand else "",
    }


def _first_name(name: str) -> str:
    """`Cleo` of `Cleo Marsh` and of `Marsh, Cleo`; '' when the name is an address."""
    if "@" in name:
        return ""
    family, comma, given = name.partition(",")
    words = (given if comma and given.strip() else family).split()
    return words[0] if words else ""
