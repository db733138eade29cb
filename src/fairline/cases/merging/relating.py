"""Cases that have to do with each other and stay two: linked with a reason, for agents."""

from fairline.cases import store
from fairline.cases.merging import store as merges
from fairline.cases.rows import Actor, Case
from fairline.cases.timeline import record
from fairline.core.errors import Conflict, Invalid
from fairline.db.unit import Unit

MOST_REASON = 200
# What the record links by itself says so by a word of its own, and stays linked.
BY_ITSELF = frozenset({"repeat", "not_a_participant", "ended_long_ago", "same_thread"})


def relate(unit: Unit, case: Case, other: Case, reason: str, *, by: Actor) -> None:
    """Link two cases of one brand, of one person or of two. Raises Invalid, Conflict."""
    reason = " ".join(reason.replace("\x00", "").split())
    if case.id == other.id or case.brand_id != other.brand_id:
        raise Invalid("Choose another case of the same brand.", code="other_case", field="with")
    if not reason or len(reason) > MOST_REASON or reason in BY_ITSELF:
        raise Invalid("Say in a few words why.", code="reason_needed", field="reason")
    if not store.relate(unit, case.id, other.id, reason):
        raise Conflict("They are linked already.", code="already_related")
    for one, two in ((case, other), (other, case)):
        data = {"other_id": two.id, "reason": reason}
        record(unit, "case_related", by=by, case_id=one.id, brand_id=one.brand_id, data=data)


def unrelate(unit: Unit, case: Case, other: Case, *, by: Actor) -> None:
    """Take a link back; what shares a place stays linked. Raises Conflict."""
    if other.id in {case.repeat_of_id, case.maybe_repeat_of_id} or other.repeat_of_id == case.id:
        raise Conflict("They share one place. Set them apart first.", code="shares_place")
    if not merges.unrelate(unit, case.id, other.id):
        raise Conflict("They are not linked.", code="not_related")
    for one, two in ((case, other), (other, case)):
        data = {"other_id": two.id, "reference": two.reference}
        record(unit, "case_unrelated", by=by, case_id=one.id, brand_id=one.brand_id, data=data)
