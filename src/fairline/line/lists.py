"""Lists of cases for the desk: the line in its order, and every other list by latest activity.

One filter struct serves the rail, saved views and the API. Pages are by key, never by offset.
"""

from datetime import datetime

import msgspec

from fairline.cases import store
from fairline.cases.rows import Case
from fairline.cases.states import STATUSES
from fairline.core.errors import Invalid
from fairline.db.bundle import Bundle
from fairline.db.types import from_micros, to_micros
from fairline.db.unit import Unit
from fairline.line import store_alarm_lists, store_lists
from fairline.line.alarm_rows import Alarm
from fairline.people.tables import Agent
from fairline.promises.order import Standing

PAGE = 40
MOST = 200


class Filter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which cases. `waiting` is the line itself; `owner` is an agent id, `me` or `nobody`.

    Empty fields do not filter.
    """

    waiting: bool = False
    owner: str = ""
    team: str = ""
    status: str = ""
    inbox: str = ""
    brand: str = ""
    tag: str = ""
    kind: str = ""
    snoozed: bool = False

    def __post_init__(self) -> None:
        if self.status and self.status not in STATUSES:
            raise Invalid(f"{self.status!r} is not a status.", field="status")


class Marks(msgspec.Struct, frozen=True, kw_only=True):
    """What hangs on cases, by their ids: tags by name, and the alarms that stand."""

    tags: dict[str, list[str]]
    alarms: dict[str, list[Alarm]]


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Cases in order, and the `after` of the next page ('' at the end)."""

    cases: list[Case]
    after: str
    marks: Marks


# What hangs on a page of cases, in one statement.
MARKS = Bundle(store.TAGS_OF, store_alarm_lists.OF_CASES)


def marks_of(unit: Unit, case_ids: list[str]) -> Marks:
    """Tags and alarms of some cases. One statement, none for no cases."""
    if not case_ids:
        return Marks(tags={}, alarms={})
    found = MARKS.read(unit, {"case_ids": case_ids})
    return Marks(
        tags=store.by_case(found.of(store.TAGS_OF)),
        alarms=store_alarm_lists.by_case(found.of(store_alarm_lists.OF_CASES)),
    )


def page_of(
    unit: Unit,
    wanted: Filter,
    agent: Agent,
    *,
    after: str = "",
    limit: int = PAGE,
    beside: str = "",
) -> Page:
    """One page, with its marks and those of the case `beside` it. Raises Invalid for an `after`
    that is not ours.

    Cost: one statement that walks the index that fits the filter best, and one for the marks.
    """
    unit.settle()
    limit = max(1, min(limit, MOST))
    wanted = _for(wanted, agent)
    if wanted.waiting:
        key = _standing(after) if after else None
        standing = store_lists.waiting(unit, wanted, agent.brand_ids, key, limit + 1)
        found = [case for case, _ in standing]
        last = [_place(one) for _, one in standing[limit - 1 : limit]]
    else:
        moment = _moment(after) if after else None
        found = store_lists.recent(unit, wanted, agent.brand_ids, moment, limit + 1)
        last = [f"{to_micros(case.updated_at)}.{case.id}" for case in found[limit - 1 : limit]]
    shown = found[:limit]
    return Page(
        cases=shown,
        after=last[0] if len(found) > limit else "",
        marks=marks_of(unit, [*(case.id for case in shown), *([beside] if beside else [])]),
    )


def counts(
    unit: Unit,
    filters: dict[str, Filter],
    agent: Agent,
    *,
    most: int = 1000,
    also: store_lists.Walks | None = None,
) -> dict[str, int]:
    """How many each filter holds, counting no further than `most` (shown as "1,000+").

    `also` are bounded walks of other tables, to be counted in the same statement.
    """
    wanted = {name: _for(one, agent) for name, one in filters.items()}
    return store_lists.counts(unit, wanted, agent.brand_ids, most, also or {})


def _for(wanted: Filter, agent: Agent) -> Filter:
    if wanted.owner == "me":
        return msgspec.structs.replace(wanted, owner=agent.id)
    return wanted


def _place(one: Standing) -> str:
    return f"{to_micros(one.due_at)}.{to_micros(one.entered_at)}.{one.case_id}"


def _parts(after: str, count: int) -> list[str]:
    parts = after.split(".")
    numbers = parts[:-1]
    if len(parts) != count or not all(n.isascii() and n.isdigit() and len(n) < 18 for n in numbers):
        raise Invalid("That page does not exist. Start from the first.", code="bad_cursor")
    if len(parts[-1]) != 36 or set(parts[-1]) - set("0123456789abcdef-"):
        raise Invalid("That page does not exist. Start from the first.", code="bad_cursor")
    return parts


def _standing(after: str) -> Standing:
    due, entered, case_id = _parts(after, 3)
    return Standing(
        due_at=from_micros(int(due)), entered_at=from_micros(int(entered)), case_id=case_id
    )


def _moment(after: str) -> tuple[datetime, str]:
    moment, case_id = _parts(after, 2)
    return from_micros(int(moment)), case_id
