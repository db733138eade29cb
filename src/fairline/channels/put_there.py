"""An answer that no wire can put where it belongs: somebody did it, and says so."""

from fairline.cases.actions import actor_of
from fairline.cases.changes import get_case
from fairline.cases.rows import Case
from fairline.channels import receipts
from fairline.channels import store_deliveries as ledger
from fairline.channels.rows import Delivery
from fairline.core.errors import Conflict
from fairline.db.unit import Unit
from fairline.people.tables import Agent

KIND = "feed"


def put_there(unit: Unit, case: Case, delivery: Delivery, agent: Agent) -> None:
    """It stands there now. Raises Conflict for what goes by itself, or is there already.
    *Effects*: `delivery_changed`.
    """
    case = get_case(unit, case.id, lock=True)
    present = ledger.by_id(unit, delivery.id)
    if present is None or present.channel != KIND or present.case_id != case.id:
        raise Conflict("That is not put anywhere by hand.", code="not_by_hand")
    if present.state not in {"queued", "unknown"}:
        raise Conflict("It is there already.", code="put_there")
    receipts.move(unit, present, "sent", by=actor_of(agent), next_try_at=None, leased_by=None)
