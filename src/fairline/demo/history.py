"""Six weeks of the demo company as one list of moments, in the order in which they happened.

The told stories keep their times; short arrivals fill the days around them, spread as people
write. Pure: the caller brings the time it is now and a seed, and the same give the same history.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import msgspec

from fairline.cases.states import OFF_THE_LINE
from fairline.demo.moments import Start, moments_of
from fairline.demo.stories import Agent, Arrival, Brand, Content, Step, Story
from fairline.demo.variety import agents_for, say, somebody
from fairline.promises.hours import add_working_time

WEEKS = 6
CASES = 600
# Whoever wrote within these hours may still wait for an answer.
FRESH = timedelta(hours=5)
UNANSWERED = 0.6
CLOSE_AFTER = timedelta(days=7)
SYSTEM = "system"


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """Step `index` of a story at its time. `times` are those of all its steps."""

    at: datetime
    story: Story
    index: int
    times: tuple[datetime, ...]

    @property
    def step(self) -> Step:
        return self.story.steps[self.index]


def history(content: Content, now: datetime, *, seed: int = 7, cases: int = CASES) -> list[Moment]:
    """Every moment until `now`, oldest first."""
    random = Random(seed)  # noqa: S311  the same demo every time
    brands = {brand.key: brand for brand in content.brands}
    moments: list[Moment] = []
    for story in content.stories:
        zone = brands[story.brand].calendar.zone
        times = moments_of(story.start, [step.at for step in story.steps], now, zone)
        moments += _moments(story, times, now)
    for number in range(max(0, cases - len(content.stories))):
        arrival = random.choice(content.arrivals)
        brand = brands[arrival.brand]
        at = arrival_time(content, brand, now, random)
        story, times = short_story(content, arrival, brand, at, now, random, number)
        moments += _moments(story, times, now)
    return sorted(moments, key=lambda moment: (moment.at, moment.story.key, moment.index))


def _moments(story: Story, times: tuple[datetime, ...], now: datetime) -> Iterator[Moment]:
    for index, at in enumerate(times):
        if at <= now:
            yield Moment(at=at, story=story, index=index, times=times)


def arrival_time(content: Content, brand: Brand, now: datetime, random: Random) -> datetime:
    """Some moment of the past weeks, likelier where people write more."""
    zone = ZoneInfo(brand.calendar.zone)
    days, hours = content.profile.days, content.profile.hours
    most = max(days) * max(hours)
    while True:
        at = now - timedelta(minutes=random.uniform(20, WEEKS * 7 * 1440))
        local = at.astimezone(zone)
        if random.random() * most < days[local.weekday()] * hours[local.hour]:
            return at


def short_story(
    content: Content,
    arrival: Arrival,
    brand: Brand,
    at: datetime,
    now: datetime,
    random: Random,
    number: int,
) -> tuple[Story, tuple[datetime, ...]]:
    """One arrival as a whole small story: asked, answered within hours, thanked, closed."""
    said = say(arrival, content.fillers, random)
    person = somebody(content, arrival, random)
    steps = [Step(at=0, text=said.text)]
    times = [at]

    def add(moment: datetime, step: Step) -> None:
        times.append(moment)
        steps.append(msgspec.structs.replace(step, at=int((moment - at).total_seconds() // 60)))

    is_quiet = arrival.kind in OFF_THE_LINE
    if said.answer and not (now - at < FRESH and random.random() < UNANSWERED):
        agent = random.choice(agents_for(content, arrival.team, arrival.language))
        minutes = min(random.lognormvariate(3.6, 0.9), 400)
        answered = add_working_time(at, minutes, brand.calendar)
        end = random.choices(("solved", "waiting", "open"), (70, 27, 3))[0]
        status = "" if is_quiet else end
        add(answered, _answer(agent, said.answer, status))
        if not is_quiet:
            _go_on(content, arrival, random, answered, end, add)
    story = Story(
        key=f"short-{number:04}",
        brand=arrival.brand,
        inbox=arrival.inbox,
        start=Start(),
        contact=person,
        kind=arrival.kind,
        severity=arrival.severity,
        steps=tuple(steps),
        subject=said.subject,
        language=arrival.language,
        public=arrival.public,
        team=arrival.team,
        tags=arrival.tags,
    )
    return story, tuple(times)


def _answer(agent: Agent, text: str, status: str) -> Step:
    return Step(at=0, by=agent.key, assign=agent.key, text=text, status=status)


def _go_on(
    content: Content,
    arrival: Arrival,
    random: Random,
    answered: datetime,
    end: str,
    add: "object",
) -> None:
    """Most say nothing more; some say thank you; in time the case is closed."""
    assert callable(add)
    last = answered
    if end != "open" and random.random() < 0.25:
        last = answered + timedelta(minutes=random.uniform(4, 600))
        thanks = content.thanks.get(arrival.language) or content.thanks["en"]
        add(last, Step(at=0, text=random.choice(thanks), status="solved"))
        end = "solved"
    if end == "waiting":
        last = answered + timedelta(days=4)
        add(last, Step(at=0, by=SYSTEM, status="solved"))
    if end != "open":
        add(last + CLOSE_AFTER, Step(at=0, by=SYSTEM, status="closed"))
