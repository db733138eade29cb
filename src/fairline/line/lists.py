"""Lists of cases for the desk: the line in its order, and every other list by latest activity.

One filter struct serves the rail, saved views and the API. Pages are by key, never by offset.
"""

from datetime import datetime

import msgspec

from fairline.cases import store
from fairline.cases.rows import Case
from fairline.cases.states import STATUSES
from fairline.core.errors import Invalid
from fairline.db.types import from_micros, to_micros
from fairline.db.unit import Unit
from fairline.line import store_lists
from fairline.line.standing import standing_of
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


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Cases in order, and the `after` of the next page ('' at the end)."""

    cases: list[Case]
    after: str
    tags: dict[str, list[str]]


def page_of(
    unit: Unit, wanted: Filter, agent: Agent, *, after: str = "", limit: int = PAGE
) -> Page:
    """One page. Raises Invalid for an `after` that is not ours.

    Cost: one walk of the index that fits the filter best, then cases by primary key.
    """
    unit.settle()
    limit = max(1, min(limit, MOST))
    wanted = _for(wanted, agent)
    if wanted.waiting:
        key = _standing(after) if after else None
        ids = store_lists.waiting_ids(unit, wanted, agent.brand_ids, key, limit + 1)
    else:
        moment = _moment(after) if after else None
        ids = store_lists.recent_ids(unit, wanted, agent.brand_ids, moment, limit + 1)
    by_id = store.cases_by_id(unit, ids[:limit])
    found = [by_id[case_id] for case_id in ids[:limit] if case_id in by_id]
    more = len(ids) > limit and bool(found)
    return Page(
        cases=found,
        after=_cursor(unit, found[-1], waiting=wanted.waiting) if more else "",
        tags=store.tags_of(unit, [case.id for case in found]),
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


def _cursor(unit: Unit, case: Case, *, waiting: bool) -> str:
    if waiting and (standing := standing_of(unit, case)):
        return f"{to_micros(standing.due_at)}.{to_micros(standing.entered_at)}.{case.id}"
    return f"{to_micros(case.updated_at)}.{case.id}"


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
