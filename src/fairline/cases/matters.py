"""What is under way on a case besides the talk: a hand-off offered, a call asked for, a form out.

The names stand in the case's own row, so that a page, which has that row anyway, reads nothing more
for a case where nothing is under way. Whoever starts a matter opens it, whoever ends it closes it,
in the same unit.
"""

from collections.abc import Callable
from typing import Literal

from fairline.cases import store
from fairline.cases.changes import get_case
from fairline.cases.rows import Case
from fairline.db.unit import Unit

Matter = Literal["transfer", "call", "form", "continuation", "guard", "merge"]
# In the order in which a page shows them.
MATTERS: tuple[Matter, ...] = ("transfer", "call", "form", "continuation", "guard", "merge")


def open_matter(unit: Unit, case_id: str, matter: Matter) -> Case:
    """Note that it is under way. Nothing when it is already. Raises NotFound."""
    return _keep(unit, case_id, lambda known: known | {matter})


def close_matter(unit: Unit, case_id: str, matter: Matter) -> Case:
    """Note that it is over. Nothing when it was not under way. Raises NotFound."""
    return _keep(unit, case_id, lambda known: known - {matter})


def _keep(unit: Unit, case_id: str, change: Callable[[set[str]], set[str]]) -> Case:
    case = get_case(unit, case_id, lock=True)
    wanted = change(set(case.matters))
    if wanted == set(case.matters):
        return case
    store.update_case(unit, case_id, {"matters": [one for one in MATTERS if one in wanted]})
    return get_case(unit, case_id)
