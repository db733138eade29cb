"""Where six digits can go so that only the customer reads them.

To the very account that spoke in public, where its channel can say something in private, or to
another address that was proven to be the customer's before. Never to one that was only typed.
"""

from fairline.cases.rows import Case
from fairline.channels.outgoing import inbox_for
from fairline.channels.registry import Channels
from fairline.core.errors import Invalid
from fairline.db.unit import Unit
from fairline.people import store_contacts
from fairline.people.tables import Identity

# What the customer chooses from: where they wrote, or by mail.
POST, MAIL = "post", "mail"


def identity_for(
    unit: Unit, channels: Channels, case: Case, speaker: Identity, way: str
) -> Identity | None:
    """The address for a way; None when there is none that is proven and can be written to."""
    if way == POST:
        return speaker if can_write_to_speaker(unit, channels, case, speaker) else None
    if way != MAIL:
        raise Invalid("Choose where the digits are sent.", field="way")
    for one in store_contacts.identities_of(unit, speaker.contact_id):
        if one.channel == "email" and one.confirmed_at and _reaches(unit, channels, case, one):
            return one
    return None


def can_write_to_speaker(unit: Unit, channels: Channels, case: Case, speaker: Identity) -> bool:
    """Whether the account that spoke in public can be written to in private."""
    return speaker.channel != "web" and _reaches(unit, channels, case, speaker)


def can_prove(unit: Unit, channels: Channels, case: Case, speaker: Identity) -> bool:
    """Whether there is any way at all."""
    ways = (identity_for(unit, channels, case, speaker, way) for way in (POST, MAIL))
    return any(found is not None for found in ways)


def _reaches(unit: Unit, channels: Channels, case: Case, one: Identity) -> bool:
    if one.undeliverable_at or not can(channels, one.channel, "private"):
        return False
    return inbox_for(unit, case, one.channel) is not None


def can(channels: Channels, kind: str, what: str) -> bool:
    """Whether a channel has a capability; one that was taken out of this install has none."""
    try:
        return bool(getattr(channels.of_kind(kind).capabilities, what))
    except Invalid:
        return False
