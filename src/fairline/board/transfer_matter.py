"""That a colleague was asked to take the case over, as its customer sees it."""

from fairline.board.viewer import Viewer
from fairline.db.unit import Unit
from fairline.handoff.transfers import store
from fairline.people import store as people


def transfer_matter(unit: Unit, viewer: Viewer) -> str | None:
    """One sentence with the people's outside names; a team is "a colleague". Three statements."""
    transfer = store.open_of(unit, viewer.case.id)
    if transfer is None:
        return None
    giver = people.agent_by_id(unit, transfer.giver_id)
    receiver = people.agent_by_id(unit, transfer.agent_id) if transfer.agent_id else None
    who = giver.shown_name if giver else "We"
    whom = receiver.shown_name if receiver else "a colleague"
    has = f"Until then {who} looks after it." if giver else ""
    return (
        f"{who} has asked {whom} to take this over, and passed on all you have said. {has} Your "
        "place stays the same."
    )
