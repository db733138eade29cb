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
from fairline.desk.window_words import Clock, clock_of
from fairline.desk.wording import due_words
from fairline.line import lists
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
    # Of a network that takes answers for a while only.
    clock: Clock | None = None


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a list. `query` rebuilds it; `after` is the next page, '' at the end."""

    title: str
    here: str
    filter: Filter
    query: str
    rows: list[Row]
    after: str
    marks: lists.Marks
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
    beside: str = "",
) -> Listing:
    """The list an address asks for: `list=` or `view=`, narrowed by FIELDS. Raises Invalid.

    `is_bare` leaves out the rows, where only the way back is needed. The marks hold those of the
    case whose id is `beside` too.
    """
    title, here, base, kept = _base(frame, parameters)
    extra = {name: value for name in FIELDS if (value := parameters.get(name, "").strip())}
    wanted = _narrowed(base, extra)
    if is_bare:
        marks = lists.marks_of(unit, [beside] if beside else [])
        found = lists.Page(cases=[], after="", marks=marks)
    else:
        found = lists.page_of(unit, wanted, frame.agent, after=after, limit=limit, beside=beside)
    rows = [
        _row(case, found.marks, wanted, unit.now, frame.zone_of(case.brand_id))
        for case in found.cases
    ]
    return Listing(
        title=title,
        here=here,
        filter=wanted,
        query=urlencode({**kept, **extra}),
        rows=rows,
        after=found.after,
        marks=found.marks,
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


def _row(case: Case, marks: lists.Marks, wanted: Filter, now: datetime, zone: str) -> Row:
    alarms = marks.alarms.get(case.id)
    when, tone, at = _when(case, wanted, now)
    return Row(
        clock=clock_of(case, now, zone),
        case=case,
        when=when,
        tone=tone,
        at=at,
        tags=marks.tags.get(case.id, []),
        alarm=gravest(alarms) if alarms else None,
    )


def _when(case: Case, wanted: Filter, now: datetime) -> tuple[str, str, datetime]:
    """The moment that counts in this list, in words, and how loud it is."""
    if wanted.waiting and case.due_at:
        return *due_words(case.due_at, now), case.due_at
    if wanted.snoozed and case.snoozed_until:
        return ago(case.snoozed_until), "", case.snoozed_until
    return ago(case.updated_at), "", case.updated_at
