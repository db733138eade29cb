"""Where a case that was merged lives now: its number, its links and its address lead there."""

from fairline.cases import store
from fairline.cases.rows import Case
from fairline.db.unit import Unit


def living(unit: Unit, case: Case, *, lock: bool = False) -> Case:
    """The case itself, or the one it was merged into. Nothing is read for one that was not."""
    while case.merged_into_id:
        found = store.case_by_id(unit, case.merged_into_id, lock=lock)
        if found is None:
            break
        case = found
    return case
