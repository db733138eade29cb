"""`/demo/customers`: be a customer on every channel, and watch the one record beside it.

Only the demo has it: it talks with the stage beside the made-up networks (`networks/stage.py`).
"""

import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

import msgspec
from litestar import Response

from fairline.cases import store, store_messages
from fairline.cases.rows import Case, Message
from fairline.cases.states import STATUS_LABELS
from fairline.channels import store_inboxes
from fairline.core.errors import FairlineError, NotFound, Unavailable
from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.desk.channel_words import channel_word
from fairline.people import store as people
from fairline.web.forms import Form
from fairline.web.handle import reads, writes
from fairline.web.render import page

PEOPLE = ("cleo", "dov", "emil", "fatima")
TIMEOUT_S = 15
MOST_TEXT = 20_000
MOST_CASES = 6
MOST_LINES = 60
DOES = {"edit": "/edit", "remove": "/remove"}


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """One network that somebody can speak on."""

    name: str
    label: str
    public: bool
    private: bool
    edits: bool = False
    removes: bool = False


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a person sees there."""

    id: str
    by: str
    text: str
    public: bool
    under: str = ""
    files: tuple[str, ...] = ()


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A case as the page shows it beside the network."""

    case: Case
    status: str
    owner: str
    messages: list[Message]


@reads("/demo/customers", include_in_schema=False)
def customers(
    database: Database,
    settings: Settings,
    network: str = "",
    person: str = PEOPLE[0],
    about: str = "",
) -> Response[str]:
    """The page; without a network the first one. `about` was changed or taken back: its case is
    shown though it stands there no more.
    """
    return _page(database, settings, network, person, about=about)


@writes("/demo/customers", include_in_schema=False)
def speak(database: Database, settings: Settings, form: Form) -> Response[Any]:
    """Say something as somebody, or change or take back what was said."""
    network, person = form.text("network"), form.text("person")
    does = form.text("do") or "say"
    text = form.text("text", most=MOST_TEXT)
    told = {
        "network": network,
        "person": person,
        "text": text,
        "public": form.text("visibility") != "private",
        "under": form.text("under"),
    }
    try:
        if not text and does != "remove":
            raise NotFound("Write something first.")
        _ask(settings, DOES.get(does, "/say"), told)
    except FairlineError as error:
        return _page(database, settings, network, person, error=error.text, text=text)
    where = {"network": network, "person": person}
    if does in DOES:
        where["about"] = form.text("under")
    query = urllib.parse.urlencode(where)
    return Response("", status_code=303, headers={"Location": f"/demo/customers?{query}"})


def _page(
    database: Database,
    settings: Settings,
    network: str,
    person: str,
    *,
    error: str = "",
    text: str = "",
    about: str = "",
) -> Response[str]:
    places: list[Place] = []
    lines: list[Line] = []
    try:
        places = msgspec.convert(_ask(settings, "/networks"), list[Place])
        here = next((one for one in places if one.name == network), places[0])
        query = urllib.parse.urlencode({"network": here.name, "person": person})
        lines = msgspec.convert(_ask(settings, f"/shown?{query}"), list[Line])
    except FairlineError as fault:
        here, error = None, error or fault.text
    told = _told(database, [*[line.id for line in lines][-MOST_LINES:], about])
    inbound = (m for one in told for m in one.messages if m.direction == "inbound")
    theirs = {person, *(message.native_id for message in inbound)}
    return page(
        "demo/customers.html",
        status=422 if error else 200,
        places=places,
        here=here,
        person=person,
        people=PEOPLE,
        lines=lines,
        told=told,
        theirs=theirs,
        has_spoken=any({line.by, line.id} & theirs for line in lines),
        error=error,
        text=text,
        channel_word=channel_word,
    )


def _told(database: Database, ids: list[str]) -> list[Told]:
    """The cases that these belong to, newest first."""
    with database.read() as unit:
        # The networks begin anew at every start, and so do their ids: what the inboxes of the start
        # before have heard is not meant.
        here = {inbox.id for inbox in store_inboxes.all_inboxes(unit)}
        found = [
            message
            for message in store_messages.messages_with_native_ids(unit, ids)
            if message.inbox_id in here
        ]
        cases = store.cases_by_id(unit, list({message.case_id for message in found}))
        staff = {agent.id: agent.name for agent in people.all_agents(unit)}
        newest = sorted(cases.values(), key=lambda case: case.id, reverse=True)[:MOST_CASES]
        return [
            Told(
                case=case,
                status=STATUS_LABELS[case.status],
                owner=staff.get(case.owner_id or "", ""),
                messages=store_messages.thread(unit, case.id, limit=12),
            )
            for case in newest
        ]


def _ask(settings: Settings, path: str, told: object = None) -> Any:
    """Ask the stage. Raises Unavailable with what it says."""
    address, _, key = settings.demo_networks.partition("#")
    request = urllib.request.Request(  # noqa: S310  loopback, from our own settings
        f"{address}{path}",
        data=None if told is None else json.dumps(told).encode(),
        headers={"x-stage-key": key, "content-type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
            return json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            said = error.read().decode(errors="replace")
        raise Unavailable(_words(said)) from error
    except (OSError, ValueError) as error:
        raise Unavailable("The made-up networks do not answer. Start the demo again.") from error


def _words(said: str) -> str:
    try:
        return str(json.loads(said)["error"])[:300]
    except (ValueError, KeyError, TypeError):
        return "The network did not take that."


ROUTES: list[Any] = [customers, speak]
