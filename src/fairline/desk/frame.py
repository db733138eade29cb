"""What stands around every desk page: the rail with its counts, the brand, the nudges.

`desk_page` is what every handler of the desk returns; templates extend `desk/frame.html` and find
all of it under `desk`.
"""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response

from fairline.cases import store, store_events, store_messages
from fairline.cases.timeline import cursor_of
from fairline.db.bundle import Bundle
from fairline.db.kept import NUMBERS, know_numbers
from fairline.db.unit import Unit
from fairline.desk.house import house_walks
from fairline.desk.present import ABOUT, WORDS, presences_of, shown_presence
from fairline.desk.session import Session
from fairline.line import lists
from fairline.line.lists import Filter
from fairline.line.views import View, views_for
from fairline.people import store_duty
from fairline.people.house import house_of
from fairline.people.tables import Agent, Brand, Team
from fairline.web.render import page

MOST_COUNTED = 1000

# The lists of the rail, in order: name in the address, words, filter, key.
LISTS: dict[str, tuple[str, Filter, str]] = {
    "line": ("The line", Filter(waiting=True), "g l"),
    "mine": ("Mine", Filter(waiting=True, owner="me"), "g m"),
    "unassigned": ("Unassigned", Filter(waiting=True, owner="nobody"), "g u"),
    "with-customer": ("With customer", Filter(status="waiting"), "g c"),
    "on-hold": ("On hold", Filter(status="on_hold"), "g h"),
    "snoozed": ("Snoozed", Filter(snoozed=True), "g z"),
    "solved": ("Solved", Filter(status="solved"), "g s"),
    "everything": ("Everything", Filter(), "g e"),
}
# Ended and unbounded lists are not counted: nobody acts on the number.
COUNTED = ("line", "mine", "unassigned", "with-customer", "on-hold", "snoozed")


# What changes from moment to moment, and the numbers that say whether anything else did. Where to
# listen from is read before what is shown: what happens meanwhile is then heard, never missed.
AROUND = Bundle(NUMBERS, store_duty.DUTIES, store_messages.UNREAD, store_events.NEWEST)


class Nudge(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody mentioned this agent or gave them a case."""

    kind: str
    reference: str
    subject: str
    by: str
    at: datetime


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a desk template may ask of the frame."""

    agent: Agent
    csrf: str
    here: str
    brands: list[Brand]
    teams: list[Team]
    since: str
    people: dict[str, Agent]
    views: list[View]
    counts: dict[str, int]
    nudges: int
    presence: dict[str, str]
    own_presence: str
    shift_ends_at: datetime | None

    @property
    def brand(self) -> Brand:
        """The brand whose colour the desk wears."""
        return self.brands[0]

    @property
    def is_supervisor(self) -> bool:
        return self.agent.role in {"supervisor", "administrator"}

    @property
    def is_administrator(self) -> bool:
        return self.agent.role == "administrator"

    def name_of(self, agent_id: str | None) -> str:
        """An agent's name, also of one who has left."""
        known = self.people.get(agent_id or "")
        return known.name if known else ""

    @property
    def colleagues(self) -> list[tuple[str, str]]:
        """Id and name of everybody who still works here."""
        return [(a.id, a.name) for a in self.people.values() if not a.disabled_at]

    def brand_name(self, brand_id: str | None) -> str:
        return next((b.name for b in self.brands if b.id == brand_id), "")

    def brand_of(self, brand_id: str) -> Brand:
        """A brand the agent works for."""
        return next((b for b in self.brands if b.id == brand_id), self.brand)

    def zone_of(self, brand_id: str) -> str:
        """The time zone a brand works in."""
        return next((b.time_zone for b in self.brands if b.id == brand_id), "UTC")

    def team_name(self, team_id: str | None) -> str:
        return next((t.name for t in self.teams if t.id == team_id), "")

    @property
    def shift_end(self) -> str:
        """When one's shift ends, on the brand's clock; '' for no end that lies ahead."""
        if self.shift_ends_at is None or self.own_presence == "away":
            return ""
        return self.shift_ends_at.astimezone(ZoneInfo(self.brand.time_zone)).strftime("%H:%M")

    def count(self, name: str) -> str:
        """A count as the rail shows it: empty for none, `999+` where counting stopped."""
        many = self.counts.get(name, 0)
        if not many:
            return ""
        return f"{MOST_COUNTED - 1}+" if many >= MOST_COUNTED else str(many)


def frame(unit: Unit, session: Session, *, is_part: bool = False) -> Frame:
    """Gather the frame: two statements, however much there is; one for a part of a page. More
    only after somebody changed the house or a view.
    """
    agent = session.agent
    found = AROUND.read(unit, {"now": unit.now, "agent_id": agent.id})
    know_numbers(unit, dict(found.of(NUMBERS)))
    house = house_of(unit)
    wanted = {name: LISTS[name][1] for name in COUNTED}
    wanted |= {team.id: Filter(waiting=True, team=team.id) for team in house.teams}
    duties = store_duty.by_agent(found.of(store_duty.DUTIES))
    own = duties.get(agent.id)
    return Frame(
        agent=agent,
        csrf=session.csrf,
        here="",
        brands=brands_of(unit, agent),
        teams=house.teams,
        people=house.people,
        since=cursor_of(found.of(store_events.NEWEST)),
        views=[] if is_part else views_for(unit, agent),
        counts={}
        if is_part
        else lists.counts(
            unit,
            wanted,
            agent,
            most=MOST_COUNTED,
            also=house_walks(agent, most=MOST_COUNTED),
        ),
        nudges=sum(found.of(store_messages.UNREAD)),
        presence=presences_of(duties, unit.now),
        own_presence=shown_presence(own, unit.now),
        shift_ends_at=own.shift_ends_at if own else None,
    )


def brands_of(unit: Unit, agent: Agent) -> list[Brand]:
    """The brands an agent works for, the default one first."""
    every = house_of(unit).brands
    return [brand for brand in every if not agent.brand_ids or brand.id in agent.brand_ids] or every


def nudges_of(unit: Unit, agent: Agent, staff: dict[str, Agent]) -> list[Nudge]:
    """What this agent has not looked at yet, newest first."""
    rows = store_messages.unread_nudges(unit, agent.id)
    found = store.cases_by_id(unit, list({row["case_id"] for row in rows}))
    return [
        Nudge(
            kind=row["kind"],
            reference=case.reference,
            subject=case.subject,
            by=staff[row["by_agent_id"]].name if row["by_agent_id"] in staff else "",
            at=row["created_at"],
        )
        for row in rows
        if (case := found.get(row["case_id"]))
    ]


def desk_page(
    unit: Unit,
    session: Session,
    template: str,
    *,
    here: str = "",
    status: int = 200,
    around: Frame | None = None,
    live_case: str = "",
    **context: Any,
) -> Response[str]:
    """A desk page with its frame under `desk`. `here` marks the present place in the rail;
    `live_case` is the reference of the case whose readers and writers the page shows.
    """
    found = around or frame(unit, session)
    live = {"since": found.since} | ({"case": live_case} if live_case else {})
    shown = msgspec.structs.replace(found, here=here)
    return page(
        template,
        status=status,
        desk=shown,
        lists=LISTS,
        PRESENCES=WORDS,
        PRESENCE_ABOUT=ABOUT,
        brand=shown.brand,
        csrf=session.csrf,
        agent_id=session.agent.id,
        live_url=f"/desk/stream?{urlencode(live)}",
        **context,
    )
