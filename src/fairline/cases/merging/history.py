"""What happened on cases before they were merged into another: read with it, never moved."""

from datetime import datetime

import msgspec

from fairline.cases import store_events
from fairline.cases.merging import store as merges
from fairline.cases.merging.waits import CHANGES
from fairline.cases.rows import Case, Event
from fairline.db.unit import Unit


def events_before(
    unit: Unit, case: Case, since: datetime | None = None, until: datetime | None = None
) -> list[Event]:
    """Events of the cases merged into this one, without those of the merge itself.

    Cost: nothing for a case that took none in; one statement for each, and one for those in it.
    """
    found: list[Event] = []
    for one in merges.merged_into(unit, case.id) if "merge" in case.matters else ():
        events = store_events.of_case_between(unit, one.id, since, until)
        found += [event for event in events if event.kind not in CHANGES]
        # Its own row names nothing under way any more.
        taker = msgspec.structs.replace(one, matters=["merge"])
        found += events_before(unit, taker, since, until)
    return found
