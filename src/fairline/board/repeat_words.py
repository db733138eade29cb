"""Why a question shares the place of an earlier one, told to nobody but the person themself."""

from fairline.board.place_words import zone_of
from fairline.board.viewer import Viewer
from fairline.cases import store
from fairline.db.unit import Unit
from fairline.line.joining import is_proven


def shared_words(unit: Unit, viewer: Viewer) -> str:
    """For the thread of a repeat; '' for any other, and where the person is not proven.

    Cost: nothing for a case that is no repeat.
    """
    case = viewer.case
    if not case.repeat_of_id or not viewer.is_customer:
        return ""
    leader = store.case_by_id(unit, case.repeat_of_id)
    if leader is None or leader.contact_id != case.contact_id:
        return ""
    if not (is_proven(unit, case) and is_proven(unit, leader)):
        return ""
    zone = zone_of(viewer.site.brand.time_zone)
    asked = (leader.entered_at or leader.created_at).astimezone(zone)
    is_today = asked.date() == unit.now.astimezone(zone).date()
    day = f"today at {asked:%H:%M}" if is_today else f"on {asked.day} {asked:%B}"
    return f"You asked about this before, {day}. Both share one place in line, counted from then."
