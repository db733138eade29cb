"""Where a case stands, from its row: the only way from the record into the order key."""

from fairline.cases.rows import Case
from fairline.db.unit import Unit
from fairline.promises.order import Standing


def is_waiting(case: Case) -> bool:
    """Whether the case stands in the line: somebody waits for us, and nobody put it aside."""
    return (
        case.entered_at is not None
        and case.due_at is not None
        and case.status in {"new", "open"}
        and case.snoozed_until is None
    )


def standing_of(_unit: Unit, case: Case) -> Standing | None:
    """What the case's place depends on; None when it does not stand in the line."""
    if not is_waiting(case) or case.due_at is None or case.entered_at is None:
        return None
    return Standing(due_at=case.due_at, entered_at=case.entered_at, case_id=case.id)
