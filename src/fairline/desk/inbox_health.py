"""How each inbox is: a word in a colour on the list, all figures on a page of its own.

Whoever works here may look, and may let the board say that an inbox cannot be read at the moment.
"""

from datetime import timedelta
from typing import Any

import msgspec
from litestar import Response
from litestar.response import Redirect

from fairline.cases.actions import actor_of
from fairline.channels import inboxes, store_inboxes
from fairline.channels.allowed import media_words, price_words
from fairline.channels.contract import Capabilities, InboxInfo, Limited
from fairline.channels.registry import Channels
from fairline.channels.rows import Inbox
from fairline.core.errors import Conflict, FairlineError, NotFound
from fairline.core.lengths import LengthRule
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.frame import desk_page, frame
from fairline.desk.reach import is_id, reaches
from fairline.desk.session import Session
from fairline.health import store, watch
from fairline.health.figures import Figures, figures_of
from fairline.health.store import InboxAlarm
from fairline.people.tables import Agent
from fairline.web.forms import Form
from fairline.web.handle import reads, writes
from fairline.web.render import minutes, size

PATH = "/desk/inboxes"
SAID = {
    "have": "You have it. Colleagues see your name beside it.",
    "told": "The board says so now.",
    "untold": "The board says nothing of it any more.",
}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """An inbox on the list."""

    inbox: Inbox
    label: str
    tone: str
    words: str
    alarms: list[InboxAlarm]


@reads(PATH)
def inboxes_page(
    session: Session, database: Database, channels: Channels, done: str = ""
) -> Response[str]:
    """All inboxes of the agent's brands, each with how it is."""
    with database.read() as unit:
        around = frame(unit, session)
        standing = store.alarms(unit, brand_ids=session.agent.brand_ids)
        lines = []
        for inbox in store_inboxes.all_inboxes(unit):
            if reaches(session.agent, inbox.brand_id):
                tone, words = figures_of(unit, channels, inbox).verdict
                mine = [alarm for alarm in standing if alarm.inbox_id == inbox.id]
                lines.append(
                    Line(
                        inbox=inbox,
                        label=_label(channels, inbox),
                        tone=tone,
                        words=words,
                        alarms=mine,
                    )
                )
        return desk_page(
            unit,
            session,
            "desk/inboxes.html",
            here="inboxes",
            around=around,
            lines=lines,
            labels=watch.LABELS,
            said=SAID.get(done, ""),
        )


@reads(PATH + "/{inbox_id:str}")
def inbox_page(
    inbox_id: str, session: Session, database: Database, channels: Channels, done: str = ""
) -> Response[str]:
    """All figures of one."""
    with database.read() as unit:
        return _page(unit, session, channels, inbox_id, said=SAID.get(done, ""))


@writes(PATH + "/{inbox_id:str}/told")
def tell(
    inbox_id: str, session: Session, agent: Agent, database: Database, form: Form
) -> Response[Any]:
    """Let the board say that this inbox cannot be read at the moment, or no more."""
    is_told = form.text("told", most=5) == "1"
    with database.write() as unit:
        inbox = _own(unit, session.agent, inbox_id)
        inboxes.tell_down(unit, inbox.id, is_told=is_told, by=actor_of(agent))
    return Redirect(f"{PATH}/{inbox_id}?done={'told' if is_told else 'untold'}", status_code=303)


@writes(PATH + "/alarms/{alarm_id:str}/have")
def have(
    alarm_id: str, session: Session, agent: Agent, database: Database, channels: Channels
) -> Response[Any]:
    """Say that one sees to it."""
    with database.read() as unit:
        alarm = store.alarm_by_id(unit, alarm_id) if is_id(alarm_id) else None
    if alarm is None:
        raise NotFound("That alarm is over: its cause is gone.", code="no_alarm")
    try:
        with database.write() as unit:
            watch.acknowledge(unit, alarm.id, agent)
    except Conflict as error:
        with database.read() as unit:
            return _page(unit, session, channels, alarm.inbox_id, problem=error)
    return Redirect(f"{PATH}/{alarm.inbox_id}?done=have", status_code=303)


def _own(unit: Unit, agent: Agent, inbox_id: str) -> Inbox:
    """An inbox of the agent's brands. Raises NotFound."""
    inbox = store_inboxes.inbox_by_id(unit, inbox_id) if is_id(inbox_id) else None
    if inbox is None or not reaches(agent, inbox.brand_id):
        raise NotFound("There is no such inbox.", code="no_inbox")
    return inbox


def _page(
    unit: Unit,
    session: Session,
    channels: Channels,
    inbox_id: str,
    *,
    said: str = "",
    problem: FairlineError | None = None,
) -> Response[str]:
    inbox = _own(unit, session.agent, inbox_id)
    around = frame(unit, session)
    figures = figures_of(unit, channels, inbox)
    standing = [one for one in store.alarms(unit) if one.inbox_id == inbox.id]
    return desk_page(
        unit,
        session,
        "desk/inbox.html",
        here="inboxes",
        around=around,
        status=problem.status if problem else 200,
        inbox=inbox,
        label=_label(channels, inbox),
        figures=figures,
        alarms=standing,
        labels=watch.LABELS,
        tones=watch.TONES,
        network=network_words(unit, channels, inbox),
        money=_money(channels, inbox),
        span=span,
        said=said,
        problem=problem.text if problem else "",
        rate=_rate(figures),
        most=store.MOST,
    )


def network_words(unit: Unit, channels: Channels, inbox: Inbox) -> list[tuple[str, str]]:
    """What the network allows, as pairs of a word and a sentence."""
    try:
        channel = channels.of_kind(inbox.kind)
        info = channels.info(unit, inbox)
    except FairlineError as error:
        return [("Channel", error.text)]
    can = channel.capabilities
    rule = channel.length(info) if isinstance(channel, Limited) else can.length
    found = [("Length", _length_words(rule)), ("Files", _file_words(can))]
    if can.window:
        after = "then only approved texts" if can.window.after == "template" else "then nothing"
        hours = f"{can.window.hours:g} hours after the customer's last message, {after}"
        found.append(("Answers", hours))
    rates = [
        f"{one.what}: at most {one.most:,} in {span(timedelta(seconds=one.per_s))}"
        for one in can.rates
    ]
    if rates:
        found.append(("Rate", "; ".join(rates)))
    if can.prices:
        found.append(("Prices", price_words(can.prices)))
    if signs := _signature(info):
        found.append(("Signature", signs))
    return found


def span(length: timedelta) -> str:
    """A length of time for people, down to seconds."""
    seconds = length.total_seconds()
    return f"{seconds:.0f} s" if seconds < 90 else minutes(seconds / 60)


def _signature(info: InboxInfo) -> str:
    words = {"name": "the agent's first name", "initials": "the agent's initials"}
    chosen = info.options.get("sign_posts", "")
    return f"public posts end with {words[chosen]}" if chosen in words else ""


def _length_words(rule: LengthRule) -> str:
    return f"{rule.most:,} {rule.word} in one message" if rule.most else "no bound"


def _file_words(can: Capabilities) -> str:
    if not can.files:
        return "none; they stand on the customer's own page"
    each = f"{size(can.max_file_bytes)} each, at most {can.most_files} with one message"
    return f"{media_words(can)}; {each}"


def _rate(figures: Figures) -> str:
    """What should have come since the last, in words."""
    if not figures.is_heard:
        return "It is not watched for silence."
    if figures.profile is None:
        return (
            "Too little has come in yet to know its course: two weeks and 20 arrivals are needed."
        )
    expected = figures.expected
    if expected is None:
        return "The hours are being counted."
    return f"Since the last arrival {expected:.1f} more were to be expected."


def _money(channels: Channels, inbox: Inbox) -> str:
    """The currency its prices are in."""
    try:
        prices = channels.of_kind(inbox.kind).capabilities.prices
    except FairlineError:
        return ""
    return prices[0].currency if prices else ""


def _label(channels: Channels, inbox: Inbox) -> str:
    return next((one.label for one in channels.all() if one.kind == inbox.kind), inbox.kind)


ROUTES: list[Any] = [inboxes_page, inbox_page, tell, have]
