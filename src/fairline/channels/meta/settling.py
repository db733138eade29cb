"""Receipts that name a moment instead of a message: everything sent until then was seen."""

from datetime import datetime

from fairline.cases import store
from fairline.channels import receipts, store_deliveries
from fairline.channels.contract import InboxInfo, Own
from fairline.db.unit import Unit
from fairline.people import store_contacts

MOST_CASES = 20


def settle(unit: Unit, own: Own, inbox: InboxInfo) -> None:
    """Move what we sent to one person until a moment. Told twice it changes nothing more."""
    if own.outcome != "receipt":
        return
    state, until = str(own.data["state"]), datetime.fromisoformat(str(own.data["until"]))
    person = store_contacts.identity_at(
        unit, inbox.brand_id, inbox.kind, str(own.data["recipient"])
    )
    if person is None:
        return
    for case in store.open_threads_of(unit, person.id, limit=MOST_CASES):
        for sent in store_deliveries.sent_until(unit, case.id, person.id, until):
            if receipts.RANK.get(sent.state, 9) < receipts.RANK[state]:
                receipts.move(unit, sent, state)
