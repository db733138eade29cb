"""Our letters: printed at the desk, and marked as posted by whoever put them in the post."""

from fairline.cases.actions import actor_of
from fairline.cases.changes import get_case
from fairline.cases.rows import Case
from fairline.cases.timeline import record
from fairline.channels import receipts, store_deliveries
from fairline.channels.rows import Delivery
from fairline.core.errors import Conflict
from fairline.db.unit import Unit
from fairline.people.tables import Agent


def post_letter(unit: Unit, case: Case, delivery: Delivery, agent: Agent) -> None:
    """It is in the post. Raises Conflict for what is no letter, or is on its way already."""
    case = get_case(unit, case.id, lock=True)
    present = store_deliveries.by_id(unit, delivery.id)
    if present is None or present.channel != "letter" or present.case_id != case.id:
        raise Conflict("That is no letter of ours.", code="no_letter")
    if present.state not in {"queued", "unknown"}:
        raise Conflict("It is in the post already.", code="posted")
    by = actor_of(agent)
    receipts.move(unit, present, "sent", by=by, next_try_at=None, leased_by=None)
    data = {"message_id": present.message_id, "delivery_id": present.id}
    record(unit, "letter_posted", by=by, case_id=case.id, brand_id=case.brand_id, data=data)
