"""What was said about us and is on no case: a list apart from the line, one action from a case."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response
from litestar.response import Redirect

from fairline.cases import store
from fairline.cases.changes import get_case
from fairline.cases.rows import Case
from fairline.cases.search import search
from fairline.channels import mentions, store_mentions
from fairline.channels.registry import Channels
from fairline.channels.store_mentions import Mention
from fairline.channels.tables_late import MENTION_KINDS
from fairline.core.errors import Conflict, FairlineError, Invalid, NotFound
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.db.words import query_words
from fairline.desk.case_view import CHOICES
from fairline.desk.choosing import MOST_FOUND, Choices
from fairline.desk.find import MOST_QUERY, by_reference
from fairline.desk.frame import desk_page, frame
from fairline.desk.reach import case_at, is_id, reaches
from fairline.desk.session import Session
from fairline.people import store_contacts
from fairline.people.tables import Agent
from fairline.web.forms import Form
from fairline.web.handle import reads, writes

PATH = "/desk/mentions"
PAGE = 50
KIND_TABS = {"chatter": "Chatter", "spam": "Spam", "repost": "Reposts", "like": "Likes"}
ABOUT = {"chatter": "Asks for nothing", "spam": "Spam", "repost": "Repost", "like": "Like"}
DONE = {
    "left": "Taken off the list.",
    "no_spam": "Noted: it is no spam. It stands among the chatter now.",
}


@reads(PATH)
def mentions_page(
    request: Request[Any, Any, Any], session: Session, database: Database
) -> Response[str]:
    """The newest first; by kind, by words, or those that somebody has decided on."""
    with database.read() as unit:
        return _page(unit, session, dict(request.query_params))


@writes(PATH + "/{mention_id:str}/case")
def make_case(
    mention_id: str, session: Session, database: Database, channels: Channels
) -> Response[Any]:
    """It is a case now, and opens."""
    try:
        with database.write() as unit:
            mention = _mention(unit, session.agent, mention_id)
            taken = mentions.make_case(unit, channels, mention.id, session.agent)
            case = get_case(unit, taken.case_id)
    except NotFound:
        raise
    except FairlineError as error:
        with database.read() as unit:
            return _page(unit, session, {}, error)
    return Redirect(f"/desk/cases/{case.reference}", status_code=303)


@writes(PATH + "/{mention_id:str}/leave")
def leave(mention_id: str, session: Session, database: Database) -> Response[Any]:
    """There is nothing to do about it."""
    return _decide(mention_id, session, database, mentions.let_be, "left")


@writes(PATH + "/{mention_id:str}/no-spam")
def no_spam(mention_id: str, session: Session, database: Database) -> Response[Any]:
    """The filter was wrong about it."""
    return _decide(mention_id, session, database, mentions.no_spam, "no_spam")


@reads(PATH + "/{mention_id:str}/belongs")
def belongs_page(
    mention_id: str, request: Request[Any, Any, Any], session: Session, database: Database
) -> Response[str]:
    """Which case it belongs to: one click on it."""
    query = request.query_params.get("q", "").strip()[:MOST_QUERY]
    with database.read() as unit:
        return _belongs(unit, session, _mention(unit, session.agent, mention_id), query)


@writes(PATH + "/{mention_id:str}/belongs")
def belongs_now(
    mention_id: str, session: Session, database: Database, channels: Channels, form: Form
) -> Response[Any]:
    """It stands on that case, which opens."""
    query = form.text("q", most=MOST_QUERY)
    try:
        with database.write() as unit:
            mention = _mention(unit, session.agent, mention_id)
            case = case_at(unit, session.agent, form.text("into", most=40), lock=True)
            taken = mentions.attach(unit, channels, mention.id, case, session.agent)
            there = get_case(unit, taken.case_id)
    except (Conflict, Invalid) as error:
        with database.read() as unit:
            mention = _mention(unit, session.agent, mention_id)
            return _belongs(unit, session, mention, query, error)
    where = f"/desk/cases/{there.reference}#m-{taken.message_id}"
    return Redirect(where, status_code=303)


def _decide(
    mention_id: str,
    session: Session,
    database: Database,
    verb: Callable[[Unit, str, Agent], None],
    done: str,
) -> Response[Any]:
    try:
        with database.write() as unit:
            verb(unit, _mention(unit, session.agent, mention_id).id, session.agent)
    except Conflict as error:
        with database.read() as unit:
            return _page(unit, session, {}, error)
    return Redirect(f"{PATH}?done={done}", status_code=303)


def _mention(unit: Unit, agent: Agent, mention_id: str) -> Mention:
    """One of the agent's brands. Raises NotFound."""
    found = store_mentions.by_id(unit, mention_id) if is_id(mention_id) else None
    if found is None or not reaches(agent, found.brand_id):
        raise NotFound("There is no such mention.", code="no_mention")
    return found


def _page(
    unit: Unit, session: Session, asked: dict[str, str], problem: FairlineError | None = None
) -> Response[str]:
    around = frame(unit, session)
    kind = asked.get("kind", "") if asked.get("kind") in MENTION_KINDS else ""
    handled = asked.get("handled") == "1"
    query = asked.get("q", "").strip()[:MOST_QUERY]
    before = asked.get("before", "")
    found = store_mentions.page(
        unit,
        [brand.id for brand in around.brands],
        handled=handled,
        kind=kind,
        words=query_words(query),
        before=before if is_id(before) else "",
        limit=PAGE + 1,
    )
    shown = found[:PAGE]
    cases = store.cases_by_id(unit, [one.case_id for one in shown if one.case_id])
    kept = {"kind": kind, "handled": "1" if handled else "", "q": query}
    kept = {name: value for name, value in kept.items() if value}
    older = f"{PATH}?{urlencode({**kept, 'before': shown[-1].id})}" if len(found) > PAGE else ""
    return desk_page(
        unit,
        session,
        "desk/mentions.html",
        here="mentions",
        status=problem.status if problem else 200,
        around=around,
        rows=shown,
        cases=cases,
        kind=kind,
        handled=handled,
        query=query,
        older=older,
        said=DONE.get(asked.get("done", ""), ""),
        problem=problem,
        mention_kinds=KIND_TABS,
        MENTION_ABOUT=ABOUT,
        most_searched=store_mentions.MOST_SEARCHED,
        **CHOICES,
    )


def _belongs(
    unit: Unit,
    session: Session,
    mention: Mention,
    query: str,
    problem: FairlineError | None = None,
) -> Response[str]:
    author = store_contacts.identity_at(
        unit, mention.brand_id, mention.channel, mention.author_address
    )
    found: dict[str, Case] = {}
    if query:
        if exact := by_reference(unit, session.agent, query):
            found[exact.id] = exact
        hits, _ = search(unit, query, brand_ids=(mention.brand_id,), limit=MOST_FOUND)
        found |= {hit.case.id: hit.case for hit in hits}
    own = mentions.suggestions(unit, mention)
    return desk_page(
        unit,
        session,
        "desk/mention_belongs.html",
        here="mentions",
        status=problem.status if problem else 200,
        mention=mention,
        # The rows say which cases are of somebody else than who said this.
        case={"contact_id": author.contact_id if author else ""},
        choices=Choices(query=query, own=own, found=list(found.values())),
        problem=problem,
        **CHOICES,
    )


ROUTES: list[Any] = [mentions_page, make_case, leave, no_spam, belongs_page, belongs_now]
