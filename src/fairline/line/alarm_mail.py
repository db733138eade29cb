"""Alarms by mail, to those who want it: at once, or each morning. Never a flood.

At once means within a minute, and at most one mail in ten minutes, which lists all that stands and
nobody has. Mails name cases by reference only: what a customer wrote stays at the desk.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from fairline.core.errors import Invalid
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.line import store_alarm_lists
from fairline.line.alarm_rows import Alarm
from fairline.people import staff
from fairline.people import store as people
from fairline.people.tables import Agent, Brand
from fairline.web.render import minutes

PREFERENCE = "alarm_mail"
MODES = ("none", "at_once", "morning")
EVERY = timedelta(minutes=10)
MORNING = time(8, 0)
MOST_LISTED = 50
# Another node's transaction may commit an alarm a little later than it dates it.
SETTLES = timedelta(seconds=5)

Letters = dict[str, tuple[datetime, datetime | None]]


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A mail to one of us. `brand_id`: whose mailbox it leaves from."""

    agent_id: str
    brand_id: str
    subject: str
    text: str


class Besides(msgspec.Struct, frozen=True, kw_only=True):
    """Something else that stands and nobody has: an inbox that does not work."""

    raised_at: datetime
    words: str


Post = Callable[[Unit, Letter], object]
Others = Callable[[Unit, Agent], list[Besides]]


def _nothing_else(_unit: Unit, _agent: Agent) -> list[Besides]:
    return []


def choose(unit: Unit, agent: Agent, mode: str) -> None:
    """What an agent wants. Raises Invalid. What stands already is not told again."""
    if mode not in MODES:
        raise Invalid("Choose one of the three.", code="no_such_choice", field=PREFERENCE)
    staff.set_preference(unit, agent.id, PREFERENCE, mode)
    if mode == "none":
        store_alarm_lists.end_letters(unit, agent.id)
    else:
        store_alarm_lists.begin_letters(unit, agent.id)


def mode_of(agent: Agent) -> str:
    """Nobody gets mail who has not asked for it."""
    chosen = agent.preferences.get(PREFERENCE)
    return chosen if chosen in MODES else "none"


def turn(database: Database, public_url: str, post: Post, others: Others = _nothing_else) -> int:
    """Write the mails that are due. Returns how many. One winner among all nodes. `others` tells
    what stands besides the alarms of cases.

    Cost: three small tables, and a look-up for each agent who wants mail.
    """
    with database.read() as unit:
        letters = store_alarm_lists.letters(unit)
        if not letters:
            return 0
        brands = people.all_brands(unit)
        agents = [agent for agent in people.all_agents(unit) if agent.id in letters]
        due = [
            (agent, until)
            for agent in agents
            if (until := _due(unit, agent, _home(agent, brands), letters[agent.id], others))
        ]
    sent = 0
    for agent, until in due:
        brand = _home(agent, brands)
        with database.write() as unit:
            found = [
                line
                for line in store_alarm_lists.standing_for(unit, agent, limit=4 * MOST_LISTED)
                if line[0].acknowledged_at is None
            ]
            besides = others(unit, agent)
            before, mailed_at = letters[agent.id]
            is_needed = bool(found or besides)
            at = unit.now if is_needed else mailed_at
            if store_alarm_lists.claim_letter(unit, agent.id, before, until, at) and is_needed:
                post(unit, letter_of(agent, brand, found, unit.now, public_url, besides))
                sent += 1
    return sent


def _home(agent: Agent, brands: list[Brand]) -> Brand:
    """The brand whose mailbox and zone are used: the first they work for."""
    return next((b for b in brands if not agent.brand_ids or b.id in agent.brand_ids), brands[0])


def _due(
    unit: Unit,
    agent: Agent,
    brand: Brand,
    letter: tuple[datetime, datetime | None],
    others: Others,
) -> datetime | None:
    """Up to when the agent is told by the mail that is due now; None when none is."""
    told_until, mailed_at = letter
    if mode_of(agent) == "morning":
        morning = last_morning(unit.now, brand.time_zone)
        return unit.now if told_until < morning else None
    if mode_of(agent) != "at_once" or (mailed_at and unit.now - mailed_at < EVERY):
        return None
    until = unit.now - SETTLES
    newest = store_alarm_lists.newest_for(unit, agent, told_until, until)
    moments = [one.raised_at for one in others(unit, agent)]
    moments = [moment for moment in moments if told_until < moment <= until]
    return max([*moments, *([newest] if newest else [])], default=None)


def last_morning(now: datetime, zone: str) -> datetime:
    """The latest eight o'clock there that is not in the future. Pure."""
    local = now.astimezone(ZoneInfo(zone))
    today = datetime.combine(local.date(), MORNING, tzinfo=ZoneInfo(zone))
    if today <= local:
        return today
    return datetime.combine(local.date() - timedelta(days=1), MORNING, tzinfo=ZoneInfo(zone))


def letter_of(
    agent: Agent,
    brand: Brand,
    found: list[tuple[Alarm, str, str]],
    now: datetime,
    public_url: str,
    besides: Sequence[Besides] = (),
) -> Letter:
    """The mail. Pure."""
    total = len(found) + len(besides)
    many = f"{total} alarms" if total > 1 else "1 alarm"
    lines = [one.words for one in besides]
    for alarm, reference, _ in found[:MOST_LISTED]:
        span = minutes(abs((now - alarm.since).total_seconds()) / 60)
        when = f"for {span}" if alarm.since <= now else f"due in {span}"
        lines.append(f"{alarm.label}, {when}: {reference}\n{public_url}/desk/cases/{reference}")
    if len(found) > MOST_LISTED:
        lines.append(f"... and {len(found) - MOST_LISTED} more.")
    text = "\n\n".join(
        [
            f"{many} that nobody has taken:",
            *lines,
            f"All of them: {public_url}/desk/alarms",
            f"You asked for these mails. Your profile: {public_url}/desk/settings/profile",
        ]
    )
    first = besides[0].words.partition(",")[0] if besides else found[0][0].label
    subject = f"{many}: {first.lower()}"
    return Letter(agent_id=agent.id, brand_id=brand.id, subject=subject, text=text)
