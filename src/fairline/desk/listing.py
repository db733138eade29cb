"""A list of cases as the desk shows it: which filter an address means, and rows ready to print."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode

import msgspec

from fairline.cases.rows import Case
from fairline.core.errors import Invalid
from fairline.db.unit import Unit
from fairline.desk.frame import LISTS, Frame
from fairline.desk.reach import is_id
from fairline.desk.wording import due_words
from fairline.line import lists, store_alarm_lists
from fairline.line.alarm_rows import Alarm, gravest
from fairline.line.lists import Filter
from fairline.web.render import ago

FIELDS = ("owner", "team", "status", "inbox", "brand", "tag", "kind")
_IDS = ("team", "inbox", "brand")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One case in a list. `tone` is `late` or `risk` for a promise that is, else ''."""

    case: Case
    when: str
    tone: str
    at: datetime
    tags: list[str]
    alarm: Alarm | None = None


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a list. `query` rebuilds it; `after` is the next page, '' at the end."""

    title: str
    here: str
    filter: Filter
    query: str
    rows: list[Row]
    after: str
    extra: dict[str, str]

    @property
    def is_line(self) -> bool:
        return self.filter.waiting

    @property
    def is_narrowed(self) -> bool:
        """Whether more than the list itself filters."""
        return bool(self.extra)


def listing_of(
    unit: Unit,
    frame: Frame,
    parameters: Mapping[str, str],
    *,
    after: str = "",
    limit: int = lists.PAGE,
    is_bare: bool = False,
) -> Listing:
    """The list an address asks for: `list=` or `view=`, narrowed by FIELDS. Raises Invalid.

    `is_bare` leaves out the rows, where only the way back is needed.
    """
    title, here, base, kept = _base(frame, parameters)
    extra = {name: value for name in FIELDS if (value := parameters.get(name, "").strip())}
    wanted = _narrowed(base, extra)
    nothing = lists.Page(cases=[], after="", tags={})
    found = (
        nothing if is_bare else lists.page_of(unit, wanted, frame.agent, after=after, limit=limit)
    )
    rows = [_row(case, found.tags.get(case.id, []), wanted, unit.now) for case in found.cases]
    return Listing(
        title=title,
        here=here,
        filter=wanted,
        query=urlencode({**kept, **extra}),
        rows=_marked(unit, rows),
        after=found.after,
        extra=extra,
    )


def _base(frame: Frame, parameters: Mapping[str, str]) -> tuple[str, str, Filter, dict[str, str]]:
    """Title, place in the rail, filter, and what the address has to keep."""
    if view_id := parameters.get("view", ""):
        view = next((view for view in frame.views if view.id == view_id), None)
        if view:
            return view.name, f"view:{view.id}", view.filter, {"view": view.id}
    name = parameters.get("list", "line")
    if name not in LISTS:
        name = "line"
    team = parameters.get("team", "")
    if name == "line" and frame.team_name(team):
        return frame.team_name(team), team, LISTS[name][1], {}
    return LISTS[name][0], name, LISTS[name][1], {} if name == "line" else {"list": name}


def _narrowed(base: Filter, extra: dict[str, str]) -> Filter:
    for name in _IDS:
        if extra.get(name) and not is_id(extra[name]):
            raise Invalid(f"There is no such {name}.", field=name)
    owner = extra.get("owner", "")
    if owner and owner not in {"me", "nobody"} and not is_id(owner):
        raise Invalid("There is no such agent.", field="owner")
    wanted = msgspec.structs.replace(base, **extra)
    if wanted.status not in {"", "new", "open"}:  # these do not stand in the line
        wanted = msgspec.structs.replace(wanted, waiting=False)
    return wanted


def _marked(unit: Unit, rows: list[Row]) -> list[Row]:
    """With the gravest alarm that stands on each. One statement for the page."""
    found = store_alarm_lists.of_cases(unit, [row.case.id for row in rows])
    return [
        msgspec.structs.replace(row, alarm=gravest(found[row.case.id]))
        if row.case.id in found
        else row
        for row in rows
    ]


def _row(case: Case, tags: list[str], wanted: Filter, now: datetime) -> Row:
    if wanted.waiting and case.due_at:
        when, tone = due_words(case.due_at, now)
        return Row(case=case, when=when, tone=tone, at=case.due_at, tags=tags)
    if wanted.snoozed and case.snoozed_until:
        return Row(
            case=case, when=ago(case.snoozed_until), tone="", at=case.snoozed_until, tags=tags
        )
    return Row(case=case, when=ago(case.updated_at), tone="", at=case.updated_at, tags=tags)
