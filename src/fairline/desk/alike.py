"""Equal questions of different people: found, answered together, each looked at before it goes."""

from typing import Any

import msgspec
from litestar import Request, Response
from litestar.response import Redirect

from fairline.cases import store
from fairline.cases.rows import Case
from fairline.core.errors import FairlineError, Invalid, NotFound
from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.case_view import CHOICES
from fairline.desk.frame import desk_page
from fairline.desk.reach import case_at, is_id
from fairline.desk.session import Session
from fairline.knowledge.placeholders import check, fill
from fairline.knowledge.values import values_for
from fairline.line import bulk, store_bulk
from fairline.line.alike import alike_for
from fairline.people import store_contacts
from fairline.people.tables import Agent
from fairline.web.forms import Form
from fairline.web.handle import reads, writes

PATH = "/desk/alike"
MOST_GROUPS = 30


class Rendering(msgspec.Struct, frozen=True, kw_only=True):
    """What one of them would be sent. `mark` is what its tick stands for."""

    case: Case
    name: str
    ways: str
    words: str
    visibility: str
    mark: str


@reads(PATH)
def alike_page(session: Session, database: Database) -> Response[str]:
    """The groups, and what was sent lately."""
    with database.read() as unit:
        groups = alike_for(unit, session.agent)
        return desk_page(
            unit,
            session,
            "desk/alike.html",
            here="alike",
            groups=groups[:MOST_GROUPS],
            sent=store_bulk.latest_of(unit, session.agent.id),
            **CHOICES,
        )


@reads(PATH + "/answer")
def answer_page(
    request: Request[Any, Any, Any], session: Session, database: Database, settings: Settings
) -> Response[str]:
    """Write once; then each is shown as it would go out."""
    references = request.query_params.getall("case", [])[: bulk.MOST_CASES]
    with database.read() as unit:
        return _page(unit, session, settings, references, "", "private", "waiting")


@writes(PATH + "/answer", status_code=200)
def answer_now(
    session: Session, database: Database, settings: Settings, form: Form
) -> Response[Any]:
    """`step` is look: each rendering, to be ticked; or send: those that are ticked."""
    references = form.texts("case")[: bulk.MOST_CASES]
    wanted, status = form.text("visibility", most=20), form.text("status", most=20) or "waiting"
    typed = form.text("text", most=bulk.MAX_TEXT * 2)
    step = form.text("step", most=10)
    ticks = set(form.texts("tick"))
    try:
        text = _checked(typed)
        if step == "send":
            with database.write() as unit:
                shown = _renderings(unit, session.agent, settings, references, text, wanted)
                bulk_id = _start(unit, session.agent, text, shown, ticks, status)
            return Redirect(f"{PATH}/sent/{bulk_id}", status_code=303)
    except NotFound:
        raise
    except FairlineError as error:
        with database.read() as unit:
            return _page(
                unit, session, settings, references, typed, wanted, status, ticks, problem=error
            )
    with database.read() as unit:
        return _page(unit, session, settings, references, text, wanted, status, is_looked_at=True)


@reads(PATH + "/sent/{bulk_id:str}")
def sent_page(bulk_id: str, session: Session, database: Database) -> Response[str]:
    """What came of each: sent, or left out and why."""
    with database.read() as unit:
        if not is_id(bulk_id):
            raise NotFound("There is no such answer.", code="no_bulk")
        found, results = bulk.result_of(unit, session.agent, bulk_id)
        return desk_page(
            unit, session, "desk/alike_sent.html", here="alike", bulk=found, results=results
        )


def _checked(text: str) -> str:
    if not text.strip():
        raise Invalid("Write something first.", code="empty", field="text")
    if len(text) > bulk.MAX_TEXT:
        raise Invalid(f"That is over {bulk.MAX_TEXT:,} characters.", field="text")
    return check(text)


def _start(
    unit: Unit, agent: Agent, text: str, shown: list[Rendering], ticks: set[str], status: str
) -> str:
    ticked = [
        bulk.Ticked(
            case=one.case,
            words=one.words,
            visibility=one.visibility,
            seen_count=one.case.message_count,
        )
        for one in shown
        if one.mark in ticks
    ]
    if len(ticked) < len(ticks):
        raise Invalid(
            "Some have changed since you looked. Look at them again and tick them.",
            code="something_new",
            field="tick",
        )
    return bulk.start(unit, agent, text, ticked, status=status)


def _renderings(
    unit: Unit, agent: Agent, settings: Settings, references: list[str], text: str, wanted: str
) -> list[Rendering]:
    found = []
    for reference in dict.fromkeys(references):
        case = case_at(unit, agent, reference)
        values = values_for(unit, case, agent, public_url=settings.public_url)
        words = fill(text, values).text
        visibility = bulk.visibility_for(case, wanted)
        contact = store_contacts.contact_by_id(unit, case.contact_id)
        people = [p for p in store.participants_of(unit, case.id) if p.role == "customer"]
        ways = dict.fromkeys(p.channel for p in people if not p.undeliverable_at)
        found.append(
            Rendering(
                case=case,
                name=contact.name if contact else "",
                ways=", ".join(CHOICES["channel_word"](way) for way in ways),
                words=words,
                visibility=visibility,
                mark=bulk.mark_of(case, words, visibility),
            )
        )
    return found


def _page(
    unit: Unit,
    session: Session,
    settings: Settings,
    references: list[str],
    text: str,
    wanted: str,
    status: str,
    ticks: set[str] | None = None,
    *,
    is_looked_at: bool = False,
    problem: FairlineError | None = None,
) -> Response[str]:
    is_looked_at = is_looked_at or bool(ticks)
    shown = _renderings(unit, session.agent, settings, references, text, wanted)
    return desk_page(
        unit,
        session,
        "desk/alike_answer.html",
        here="alike",
        status=problem.status if problem else 200,
        shown=shown,
        text=text,
        wanted=wanted,
        after=status,
        ticks=ticks or set(),
        is_looked_at=is_looked_at,
        problem=problem,
        any_public=any(one.case.is_public and not one.case.hidden_at for one in shown),
        **CHOICES,
    )


ROUTES: list[Any] = [alike_page, answer_page, answer_now, sent_page]
