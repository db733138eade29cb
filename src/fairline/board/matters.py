"""What is under way on a case, for its customer: each matter named in the case's row is read.

`LOADERS` says who reads what; `templates/board/matters/NAME.html` draws it above the thread and
finds its own under `matters.NAME`. Nothing is read for a case without matters.
"""

from collections.abc import Callable
from typing import Any

from fairline.board.call_matter import call_matter
from fairline.board.merge_matter import merge_matter
from fairline.board.transfer_matter import transfer_matter
from fairline.board.viewer import Viewer
from fairline.cases.matters import MATTERS
from fairline.db.unit import Unit

Loader = Callable[[Unit, Viewer], Any]

LOADERS: dict[str, Loader] = {
    "transfer": transfer_matter,
    "call": call_matter,
    "merge": merge_matter,
}


def matters_of(unit: Unit, viewer: Viewer) -> dict[str, Any]:
    """What each loader found, by the name of the matter, in the order of the page.

    Only for the customer: whoever was copied in has no part in calls and forms.
    """
    if not viewer.is_customer:
        return {}
    found = {
        matter: LOADERS[matter](unit, viewer)
        for matter in MATTERS
        if matter in viewer.case.matters and matter in LOADERS
    }
    return {matter: what for matter, what in found.items() if what is not None}
