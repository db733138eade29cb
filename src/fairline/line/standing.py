"""Where a case stands, from its row: the only way from the record into the order key."""

from datetime import datetime

from fairline.cases.rows import Case
from fairline.db.unit import Unit
from fairline.line import store_repeats
from fairline.promises.order import Standing


def is_waiting(case: Case) -> bool:
    """Whether the case stands in the line: somebody waits for us, and nobody put it aside."""
    return (
        case.entered_at is not None
        and case.due_at is not None
        and case.status in {"new", "open"}
        and case.snoozed_until is None
    )


def standing_of(unit: Unit, case: Case) -> Standing | None:
    """What the case's place depends on; None when it does not stand in the line.

    A repeat has no place of its own. Its leader stands where the earliest of them would: by the
    earliest arrival and the earliest promise, never by how many they are.
    """
    if not is_waiting(case) or case.repeat_of_id:
        return None
    group = [case, *(r for r in store_repeats.repeats_of(unit, case.id) if is_waiting(r))]
    return Standing(
        due_at=min(brought_forward(one.due_at, one) for one in group if one.due_at),
        entered_at=min(one.entered_at for one in group if one.entered_at),
        case_id=case.id,
    )


def brought_forward(due_at: datetime, case: Case) -> datetime:
    """`due_at`, or the moment at which a supervisor let the case go before others if that is
    sooner: it then stands as if its answer had been due at that moment.

    So it goes before all that is not yet due, never before what is, and never behind its own
    promise. It holds for the wait it was done in: a later message waits its turn.
    """
    moment = case.brought_forward_at
    return min(due_at, moment) if moment and case.is_forward else due_at
