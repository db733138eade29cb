"""The inbox that calls or letters of a brand belong to: made the first time that one comes."""

from fairline.cases.rows import Actor
from fairline.channels import store_inboxes
from fairline.channels.inboxes import create_inbox
from fairline.channels.registry import Channels
from fairline.channels.rows import Inbox
from fairline.db.unit import Unit


def home_inbox(unit: Unit, channels: Channels, brand_id: str, kind: str, *, by: Actor) -> Inbox:
    """The brand's oldest active one of the kind, or a new one."""
    found = store_inboxes.all_inboxes(unit, brand_id=brand_id, kind=kind)
    for inbox in found:
        if inbox.state == "active" and not inbox.archived_at:
            return inbox
    return create_inbox(
        unit,
        channels,
        brand_id=brand_id,
        kind=kind,
        name=channels.of_kind(kind).label,
        address="",
        options={},
        by=by,
    )
