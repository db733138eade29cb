"""What is under way on a case, for its page: each matter named in the case's row is read and drawn.

`LOADERS` says who reads what; `templates/desk/matters/NAME.html` draws it and finds its own under
`view.matters.NAME`. Nothing is read for a case without matters.
"""

from collections.abc import Callable
from typing import Any

from fairline.cases.matters import MATTERS
from fairline.cases.rows import Case
from fairline.db.unit import Unit
from fairline.desk.call_strip import call_matter
from fairline.desk.form_lines import forms_of
from fairline.desk.frame import Frame
from fairline.desk.guard import hidden_on
from fairline.desk.merging import merge_matter
from fairline.desk.private_side import private_side
from fairline.desk.transfers import transfer_matter

Loader = Callable[[Unit, Frame, Case], Any]

LOADERS: dict[str, Loader] = {
    "transfer": transfer_matter,
    "continuation": private_side,
    "call": call_matter,
    "form": forms_of,
    "guard": hidden_on,
    "merge": merge_matter,
}


def matters_of(unit: Unit, frame: Frame, case: Case) -> dict[str, Any]:
    """What each loader found, by the name of the matter, in the order of the page."""
    return {
        matter: LOADERS[matter](unit, frame, case)
        for matter in MATTERS
        if matter in case.matters and matter in LOADERS
    }
