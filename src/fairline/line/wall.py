"""The numbers of the wallboard: how the line stands, gathered once for all who look.

Six statements and five more for each brand. Line length and lateness of a brand come from kept
counters, exact at any length; those of a team are counted to 1,000. No customer is in here.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from fairline.db.unit import Unit
from fairline.line import counted, store_wall
from fairline.people import duty
from fairline.people import store as people
from fairline.people.tables import Brand
from fairline.promises.order import Standing

MOST = 1000
BARS = 12
BAR = timedelta(minutes=5)
# Before every id: the place of nobody, so that all that is due by now stands ahead of it.
_FIRST = "00000000-0000-0000-0000-000000000000"


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A brand or team."""

    name: str
    waiting: int
    late: int
    at_risk: int


class Wall(msgspec.Struct, frozen=True, kw_only=True):
    """How things stand at `at`. `arrivals` and `answers` are of twelve times five minutes."""

    at: datetime
    waiting: int
    late: int
    at_risk: int
    oldest: datetime | None
    taken: int
    here: int
    busy: int
    kept: int
    answered: int
    arrivals: list[int]
    answers: list[int]
    brands: list[Part]
    teams: list[Part]


def gather(unit: Unit, brand_ids: tuple[str, ...]) -> Wall:
    """All of it, of these brands (all of them when empty)."""
    brands = [b for b in people.all_brands(unit) if not brand_ids or b.id in brand_ids]
    risks = [risk for risk in store_wall.at_risk(unit) if risk[0] in {b.id for b in brands}]
    parts = [
        Part(
            name=brand.name,
            waiting=counted.waiting_in(unit, brand.id),
            late=counted.ahead_of(unit, brand.id, _now(unit)),
            at_risk=sum(many for of, _, many in risks if of == brand.id),
        )
        for brand in brands
    ]
    oldest = [found for b in brands if (found := store_wall.oldest_wait(unit, b.id))]
    firsts = [store_wall.first_answers(unit, b.id, midnight(b, unit.now)) for b in brands]
    since = bars_from(unit.now)
    came = [at for of, at in store_wall.arrivals(unit, since) if of in {b.id for b in brands}]
    went = [at for b in brands for at in store_wall.answers(unit, b.id, since)]
    present = list(duty.presences(unit).values())
    staff = [agent.id for agent in people.all_agents(unit)]
    return Wall(
        at=unit.now,
        waiting=sum(part.waiting for part in parts),
        late=sum(part.late for part in parts),
        at_risk=sum(many for _, _, many in risks),
        oldest=min(oldest, default=None),
        taken=store_wall.taken(unit, staff, brand_ids, most=MOST),
        here=sum(one != "away" for one in present),
        busy=sum(one == "busy" for one in present),
        kept=sum(kept for kept, _ in firsts),
        answered=sum(every for _, every in firsts),
        arrivals=bars(came, unit.now),
        answers=bars(went, unit.now),
        brands=parts,
        teams=_teams(unit, brand_ids, risks),
    )


def _teams(
    unit: Unit, brand_ids: tuple[str, ...], risks: list[tuple[str, str | None, int]]
) -> list[Part]:
    """The teams by name, and what belongs to none while anything does. Empty without teams."""
    names: dict[str | None, str] = {team.id: team.name for team in people.all_teams(unit)}
    if not names:
        return []
    names[None] = "No team"
    found = store_wall.of_teams(unit, tuple(names), brand_ids, most=MOST)
    return [
        Part(
            name=name,
            waiting=found[team_id][0],
            late=found[team_id][1],
            at_risk=sum(many for _, of, many in risks if of == team_id),
        )
        for team_id, name in names.items()
        if team_id is not None or found[team_id][0]
    ]


def _now(unit: Unit) -> Standing:
    return Standing(due_at=unit.now, entered_at=unit.now, case_id=_FIRST)


def midnight(brand: Brand, now: datetime) -> datetime:
    """When the day began where the brand is."""
    local = now.astimezone(ZoneInfo(brand.time_zone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def bars_from(now: datetime) -> datetime:
    """The beginning of the first bar; the last one ends at `now`."""
    return now - BARS * BAR


def bars(moments: list[datetime], now: datetime) -> list[int]:
    """How many fall into each bar, the oldest first."""
    found = [0] * BARS
    for moment in moments:
        place = (moment - bars_from(now)) // BAR
        if 0 <= place < BARS or moment == now:
            found[min(place, BARS - 1)] += 1
    return found
