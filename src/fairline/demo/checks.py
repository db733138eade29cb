"""What is wrong with the demo's content, in words for whoever writes it. Pure; run by the tests.

A story must be able to happen: everyone named exists, time goes forward, statuses move as the
record allows, and agents answer while their brand is open, in the customer's language.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from fairline.cases.states import KINDS, OFF_THE_LINE, SEVERITIES, STATUSES, check_move
from fairline.core.errors import FairlineError
from fairline.demo.moments import DAY_MIN, WEEK_MIN, moments_of
from fairline.demo.stories import Arrival, Brand, Content, Person, Step, Story, status_after
from fairline.demo.variety import names_in, variants
from fairline.promises.hours import is_open

PLACEHOLDERS = frozenset(
    {"contact.first_name", "case.reference", "case.link", "agent.name", "brand.name"}
)
# Order, customer and phone numbers, mail addresses: what people say only in private here.
NUMBERS = re.compile(r"\b(AQ|WF)-\d|@\w|\b0\d{4}")
# A plain summer week: no holiday and no change of the clocks in the six weeks before it.
SOME_NOON = datetime(2026, 7, 29, 12, tzinfo=UTC)
# Below this the live trickle would soon say the same thing twice.
FEWEST_VARIANTS = 30


def faults(content: Content) -> list[str]:
    """Everything that is wrong, each as `where: what`; empty when the demo can be believed."""
    found = list(_company_faults(content))
    for story in content.stories:
        found += [f"story {story.key}: {fault}" for fault in _story_faults(story, content)]
    for arrival in content.arrivals:
        where = f"arrival {arrival.text[:40]!r}"
        found += [f"{where}: {fault}" for fault in _arrival_faults(arrival, content)]
    return found


def _company_faults(content: Content) -> Iterator[str]:
    keys = {
        "brand": [brand.key for brand in content.brands],
        "inbox": [inbox.key for inbox in content.inboxes],
        "team": [team.key for team in content.teams],
        "agent": [agent.key for agent in content.agents],
        "file": [file.name for file in content.files],
        "story": [story.key for story in content.stories],
        "tag": content.tags,
        "saved reply": [reply.title for reply in content.saved_replies],
    }
    for what, names in keys.items():
        yield from (
            f"{what} {name!r} is there twice" for name, n in Counter(names).items() if n > 1
        )
    for brand in content.brands:
        yield from _unknown("logo", [brand.logo], keys["file"])
    for inbox in content.inboxes:
        yield from _unknown("brand", [inbox.brand], keys["brand"])
    for agent in content.agents:
        yield from _unknown("team", agent.teams, keys["team"])
    for reply in content.saved_replies:
        yield from _unknown("brand", [reply.brand] if reply.brand else [], keys["brand"])
        yield from _unknown("placeholder", re.findall(r"\{\{(.*?)\}\}", reply.text), PLACEHOLDERS)
    for file in content.files:
        if bool(file.text) == bool(file.pixels):
            yield f"file {file.name}: needs either text or pixels"
        yield from _unknown("colour", set("".join(file.pixels)), file.colours)
        if len({len(row) for row in file.pixels}) > 1:
            yield f"file {file.name}: its rows are not equally long"
    yield from _people_faults(content)


def _people_faults(content: Content) -> Iterator[str]:
    """One address is one person, and none of them could be a real one's."""
    names: dict[str, str] = {}
    for story in content.stories:
        for person in (story.contact, *story.others.values()):
            if not person.mail:
                continue
            if names.setdefault(person.mail, person.name) != person.name:
                yield f"{person.mail} is both {names[person.mail]} and {person.name}"
    addresses = [*names, *(agent.mail for agent in content.agents), *content.domains]
    for address in addresses:
        if not address.endswith((".example", ".test")):
            yield f"{address} is not under .example or .test"


def _story_faults(story: Story, content: Content) -> Iterator[str]:
    inbox = next((inbox for inbox in content.inboxes if inbox.key == story.inbox), None)
    if inbox is None or inbox.brand != story.brand:
        yield f"inbox {story.inbox!r} does not belong to {story.brand!r}"
        return
    yield from _unknown("language", [story.language], content.thanks)
    yield from _unknown("story", story.linked, [other.key for other in content.stories])
    yield from _words_faults(story, content)
    if story.public and inbox.channel != "web":
        yield "only the board is public"
    if inbox.channel == "email" and not (story.contact.mail and story.subject):
        yield "a mail has a sender and a subject"
    if story.contact == Person() and any(step.fate for step in story.steps):
        yield "nothing can be sent to a person without an address"
    for step in story.steps:
        yield from (f"at {step.at}: {fault}" for fault in _step_faults(step, story, content))
    yield from _course_faults(story)
    brand = next(brand for brand in content.brands if brand.key == story.brand)
    yield from _time_faults(story, brand)


def _words_faults(what: Story | Arrival | Step, content: Content) -> Iterator[str]:
    """The fields that take one of a list of words; an empty one changes nothing."""
    if what.kind:
        yield from _unknown("kind", [what.kind], KINDS)
    if what.severity:
        yield from _unknown("severity", [what.severity], SEVERITIES)
    if what.team:
        yield from _unknown("team", [what.team], [team.key for team in content.teams])
    yield from _unknown("tag", what.tags, content.tags)
    if what.kind in OFF_THE_LINE and what.severity != "idea":
        yield f"{what.kind} asks for nothing, so its severity is idea"


def _step_faults(step: Step, story: Story, content: Content) -> Iterator[str]:
    agents = {agent.key: agent for agent in content.agents}
    outside = story.is_outside(step.by)
    yield from _words_faults(step, content)
    yield from _unknown("file", step.files, [file.name for file in content.files])
    if step.status:
        yield from _unknown("status", [step.status], STATUSES)
    if step.assign:
        yield from _unknown("agent", [step.assign], agents)
    if not outside and step.by not in agents:
        yield f"nobody is called {step.by!r}"
    if outside and (step.note or step.status or step.assign or step.team or step.fate):
        yield "only an agent writes notes, sets a status, assigns or has a delivery that fails"
    if outside and not step.text:
        yield "someone outside can only say something"
    if not outside and (step.automatic or step.html or step.tail or step.quotes):
        yield "automatic, html, tail and quotes belong to mails that come in"
    if story.public and step.public is not False and not step.note and NUMBERS.search(step.text):
        yield "a number or an address of the customer stands in public"
    if step.public and not story.public:
        yield "a private story has no public message"
    if step.note:
        yield from _unknown("agent", re.findall(r"(?:^|\s)@(\w+)", step.text), agents)
    elif step.text and step.by in agents and story.language not in agents[step.by].languages:
        yield f"{step.by} does not write {story.language}"


def _course_faults(story: Story) -> Iterator[str]:
    """Whether the steps follow from one another."""
    first = story.steps[0]
    if first.at != 0 or not story.is_outside(first.by) or first.note:
        yield "it begins with something said by the customer at 0"
    for before, after in zip(story.steps, story.steps[1:], strict=False):
        if after.at <= before.at:
            yield f"at {after.at}: does not come after {before.at}"
    status = "new"
    for step in story.steps:
        try:
            reached = status_after(story, step, status)
            check_move(status, reached)
        except FairlineError as refusal:
            yield f"at {step.at}: {refusal.text}"
            return
        if reached == "new" and not story.is_outside(step.by) and not step.note:
            yield f"at {step.at}: an answered case is no longer new"
        status = reached
    if status in {"waiting", "on_hold", "solved"} and not story.owner:
        yield f"it ends {status} and nobody owns it"


def _time_faults(story: Story, brand: Brand) -> Iterator[str]:
    """Whether it is over by now, and agents work only in their brand's hours."""
    last = story.steps[-1].at
    if story.start.minutes_ago:
        if last > story.start.minutes_ago:
            yield "it goes on in the future"
        return
    if story.start.day * DAY_MIN + story.start.clock + last >= story.start.weeks * WEEK_MIN:
        yield "it runs into this week, of which a part may be in the future"
    times = moments_of(
        story.start, (step.at for step in story.steps), SOME_NOON, brand.calendar.zone
    )
    for step, at in zip(story.steps, times, strict=True):
        if not story.is_outside(step.by) and not is_open(at, brand.calendar):
            yield f"at {step.at}: {step.by} works while {brand.name} is closed ({at:%a %H:%M} UTC)"


def _arrival_faults(arrival: Arrival, content: Content) -> Iterator[str]:
    inbox = next((inbox for inbox in content.inboxes if inbox.key == arrival.inbox), None)
    if inbox is None or inbox.brand != arrival.brand:
        yield f"inbox {arrival.inbox!r} does not belong to {arrival.brand!r}"
        return
    asked = names_in(arrival.subject + arrival.text + arrival.answer)
    missing = [*_unknown("filler", asked, content.fillers)]
    yield from missing
    yield from _unknown("language", [arrival.language], content.names)
    yield from _words_faults(arrival, content)
    if not arrival.team:
        yield "no team"
    if (inbox.channel == "email") != bool(arrival.subject):
        yield "a mail has a subject, a question on the board has none"
    if arrival.public and asked & {"order", "customer"}:
        yield "a number of the customer stands in public"
    if arrival.public and inbox.channel != "web":
        yield "only the board is public"
    if not arrival.answer and arrival.kind not in {"praise", "vent"}:
        yield f"a {arrival.kind} needs an answer"
    if not missing and variants(arrival, content.fillers) < FEWEST_VARIANTS:
        yield "it would repeat itself: more fillers, please"


def _unknown(what: str, used: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    known = set(known)
    yield from (f"there is no {what} {name!r}" for name in used if name not in known)
