"""The demo company as data: who works there, who writes to them, and what is said.

`load()` reads `content/*.toml` into the Structs below. Pure: no database, no clock, no network;
the module that fills a demo install decides what becomes of them. Authors write times the way
people tell them (`at = "wed 10:15"`); here they become minutes since the story's first message.
"""

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from fairline.demo.moments import Start, after_previous, parse_start
from fairline.promises.hours import Calendar
from fairline.promises.targets import Targets


class Data(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A misspelt key in a content file is an error, not a silent default."""


class Person(Data, frozen=True, kw_only=True):
    """Someone outside. Either part may be empty: on the board nobody has to say who they are."""

    name: str = ""
    mail: str = ""


class Brand(Data, frozen=True, kw_only=True):
    """`logo` is the name of one of the files."""

    key: str
    name: str
    domain: str
    accent: str
    greeting: str
    signature: str
    language: str
    logo: str
    calendar: Calendar
    targets: Targets


class Inbox(Data, frozen=True, kw_only=True):
    key: str
    brand: str
    channel: str
    name: str
    address: str


class Team(Data, frozen=True, kw_only=True):
    key: str
    name: str
    purpose: str


class Agent(Data, frozen=True, kw_only=True):
    """`public_name` is what customers see; `languages` are those the agent writes."""

    key: str
    name: str
    public_name: str
    mail: str
    role: str
    teams: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("en",)


class Profile(Data, frozen=True, kw_only=True):
    """How arrivals spread: a weight for each weekday (Monday first) and each local hour."""

    days: tuple[float, ...]
    hours: tuple[float, ...]


class SavedReply(Data, frozen=True, kw_only=True):
    """A text with placeholders such as `{{contact.first_name}}`; an empty `brand` means all."""

    title: str
    text: str
    brand: str = ""


class FileSpec(Data, frozen=True, kw_only=True):
    """A small attachment: `text` is its content; a PNG is drawn from `pixels` and `colours`."""

    name: str
    media_type: str
    text: str = ""
    pixels: tuple[str, ...] = ()
    colours: dict[str, str] = {}


class Step(Data, frozen=True, kw_only=True):
    """One moment of a story: something said, something changed, or both.

    `at` is minutes since the first message. `by` is `customer`, a key of the story's `others`, or
    an agent. Empty fields change nothing. A message by someone outside reopens a case that is not
    `new` or `open`; an agent's reply or an `assign` makes a `new` case `open`. Both happen before
    `status` is set. `public` None means as the story. `quotes` says that the mail carries the
    message before it as a quotation, `tail` is its signature. `fate` is why a delivery did not
    arrive. `automatic` marks an out-of-office answer: kept, shown quietly, reopens
    nothing. `goes_on` answers in public and goes on in private; `public_status` is one line of how
    it stands there.
    """

    at: int
    by: str = "customer"
    text: str = ""
    html: str = ""
    tail: str = ""
    quotes: bool = False
    note: bool = False
    public: bool | None = None
    channel: str = ""
    status: str = ""
    assign: str = ""
    team: str = ""
    kind: str = ""
    severity: str = ""
    tags: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    fate: str = ""
    automatic: bool = False
    goes_on: bool = False
    public_status: str = ""


class Story(Data, frozen=True, kw_only=True):
    """One case from its first message to where it stands today."""

    key: str
    brand: str
    inbox: str
    start: Start
    contact: Person
    kind: str
    severity: str
    steps: tuple[Step, ...]
    subject: str = ""
    language: str = "en"
    public: bool = False
    team: str = ""
    tags: tuple[str, ...] = ()
    others: dict[str, Person] = {}
    linked: tuple[str, ...] = ()

    def is_outside(self, by: str) -> bool:
        """Whether `by` is the customer or another person on the case, not one of us."""
        return by == "customer" or by in self.others

    @property
    def status(self) -> str:
        """The status that the story ends with."""
        status = "new"
        for step in self.steps:
            status = status_after(self, step, status)
        return status

    @property
    def owner(self) -> str:
        """The agent who holds the case at the end; '' when nobody does."""
        owner = ""
        for step in self.steps:
            if step.team and step.by != "customer" and not step.assign:
                owner = ""
            owner = step.assign or owner
        return owner


def status_after(story: Story, step: Step, status: str) -> str:
    """The status that a case of `story` in `status` has after `step`."""
    outside = story.is_outside(step.by)
    if step.text and outside and not step.automatic and status != "new":
        status = "open"
    if status == "new" and (step.assign or (step.text and not step.note and not outside)):
        status = "open"
    return step.status or status


class Arrival(Data, frozen=True, kw_only=True):
    """A short first message for the live trickle and for the quiet mass of history.

    `text`, `subject` and `answer` hold `{fillers}`; an empty `answer` means that it is heard and
    needs none.
    """

    brand: str
    inbox: str
    kind: str
    severity: str
    text: str
    answer: str = ""
    subject: str = ""
    language: str = "en"
    public: bool = False
    team: str = ""
    tags: tuple[str, ...] = ()


class Content(Data, frozen=True, kw_only=True):
    """Everything the demo is made of. `fillers` and `thanks` are lists of phrases by name and by
    language, `names` are people by language, `domains` are where their mail lives.
    """

    company: str
    brands: tuple[Brand, ...]
    inboxes: tuple[Inbox, ...]
    teams: tuple[Team, ...]
    agents: tuple[Agent, ...]
    tags: tuple[str, ...]
    profile: Profile
    saved_replies: tuple[SavedReply, ...]
    files: tuple[FileSpec, ...]
    names: dict[str, tuple[str, ...]]
    domains: tuple[str, ...]
    thanks: dict[str, tuple[str, ...]]
    fillers: dict[str, tuple[str, ...]]
    stories: tuple[Story, ...]
    arrivals: tuple[Arrival, ...]


@cache
def load() -> Content:
    """Read all content files. Raises ValueError (of tomllib or msgspec) on a malformed one."""
    raw: dict[str, Any] = {"stories": [], "arrivals": []}
    for name, document in _documents():
        defaults = document.pop("defaults", {})
        try:
            raw["stories"] += [_story(defaults | story) for story in document.pop("story", [])]
            raw["arrivals"] += [defaults | item for item in document.pop("arrival", [])]
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from error
        raw |= document
    return msgspec.convert(raw, Content)


def _documents() -> Iterator[tuple[str, dict[str, Any]]]:
    folder = files("fairline.demo") / "content"
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".toml"):
            try:
                yield entry.name, tomllib.loads(entry.read_text("utf-8"))
            except tomllib.TOMLDecodeError as error:
                raise ValueError(f"{entry.name}: {error}") from error


def _story(raw: dict[str, Any]) -> dict[str, Any]:
    try:
        start = parse_start(raw.pop("starts"))
        steps, previous = [], 0
        for step in raw["steps"]:
            previous = after_previous(step["at"], previous, start)
            text = step.get("text", "").strip()
            steps.append(step | {"at": previous, "text": text})
    except (KeyError, ValueError) as error:
        raise ValueError(f"story {raw.get('key', '?')!r}: {error}") from error
    others = {key: _person(value) for key, value in raw.get("others", {}).items()}
    changed = {"contact": _person(raw.get("contact", "")), "others": others}
    return raw | changed | {"start": start, "steps": steps}


def _person(text: str) -> dict[str, str]:
    """`Name <mail>`, either part alone, or nothing."""
    name, _, mail = text.partition("<")
    return {"name": name.strip(), "mail": mail.removesuffix(">").strip()}
