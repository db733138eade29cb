"""What became of a thread, told to its customer: joined with another of theirs, or parted in two.

The other thread is opened from here only by somebody who takes part in it under the same address.
"""

from typing import Any

import msgspec
from litestar import Request, Response

from fairline.board.frames import SECRET, see_other
from fairline.board.rates import limit, network_of
from fairline.board.viewer import Viewer, open_as_customer
from fairline.cases import store
from fairline.cases.following import living
from fairline.cases.links import issue
from fairline.cases.merging import store as merges
from fairline.cases.rows import Case
from fairline.core.errors import NotFound
from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.web.handle import writes

MOST_LINES = 5


class GoesOn(msgspec.Struct, frozen=True, kw_only=True):
    """One line. `reference` is set where the other thread can be opened from here."""

    words: str
    reference: str = ""


def merge_matter(unit: Unit, viewer: Viewer) -> list[GoesOn] | None:
    """The newest first. Cost: one statement, the other cases, and who takes part in each."""
    case = viewer.case
    stood = [one for one in merges.standing_about(unit, case.id) if one.what != "contacts"]
    lines = []
    for one in reversed(stood[-MOST_LINES:]):
        is_into = one.into_id == case.id
        other = store.case_by_id(unit, one.from_id if is_into else one.into_id)
        if other is None or other.contact_id != case.contact_id:
            continue
        if one.what == "merge" and is_into:
            lines.append(GoesOn(words=f"What you asked as {other.reference} is part of this now."))
        elif one.what != "merge":
            words = "Another part of this goes" if is_into else "A part of this goes"
            reference = other.reference if _takes_part(unit, viewer, other) else ""
            lines.append(
                GoesOn(words=f"{words} on by itself, as {other.reference}.", reference=reference)
            )
    return lines or None


@writes("/t/{token:str}/goes-on/{reference:str}")
def goes_on(
    request: Request[Any, Any, Any],
    token: str,
    reference: str,
    database: Database,
    settings: Settings,
) -> Response[str]:
    """A link of its own to the other part, for whoever takes part in both. Raises NotFound."""
    with database.write() as unit:
        viewer = open_as_customer(unit, token, settings)
        limit(unit, "change", network_of(request, settings))
        known = [one.reference for one in merge_matter(unit, viewer) or () if one.reference]
        other = store.case_by_reference(unit, reference.upper()[:16])
        if other is None or other.reference not in known:
            raise NotFound("This does not go on there.", code="no_link")
        other = living(unit, other)
        token = issue(unit, other, viewer.me.identity_id)
    return see_other(f"/t/{token}", headers=SECRET)


def _takes_part(unit: Unit, viewer: Viewer, other: Case) -> bool:
    there = store.participants_of(unit, living(unit, other).id)
    return any(one.identity_id == viewer.me.identity_id for one in there)
