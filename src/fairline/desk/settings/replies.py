"""Saved replies: list, search, write, preview, archive. For supervisors; agents use them."""

from typing import Any

from litestar import Response

from fairline.cases.actions import actor_of
from fairline.core.errors import Conflict, Invalid, NotAllowed
from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.reach import case_at, reaches
from fairline.desk.session import Session, needs
from fairline.desk.settings.around import Typed, go, known_id, show, typed
from fairline.knowledge import actions
from fairline.knowledge.placeholders import PLACEHOLDERS, check, examples, fill
from fairline.knowledge.rows import SavedReply
from fairline.knowledge.values import values_for
from fairline.people.tables import Agent
from fairline.web.forms import Form
from fairline.web.handle import reads, writes

PATH = "/desk/settings/replies"
GUARDS = [needs("supervisor")]
NAMES = ("title", "text", "brand_id")
MOST_OFFERED = 50


@reads("/desk/saved-replies.json")
def offered(
    database: Database, agent: Agent, settings: Settings, case: str = "", q: str = ""
) -> Response[Any]:
    """What the composer offers on a case, filled in for it. `missing` names what was not known."""
    with database.read() as unit:
        of = case_at(unit, agent, case)
        values = values_for(unit, of, agent, public_url=settings.public_url)
        found = actions.find_replies(unit, q[:200], brand_ids=(of.brand_id,), limit=MOST_OFFERED)
    replies = []
    for reply in found:
        filled = fill(reply.text, values)
        replies.append(
            {
                "id": reply.id,
                "title": reply.title,
                "text": filled.text,
                "missing": list(filled.missing),
            }
        )
    return Response({"replies": replies}, headers={"Cache-Control": "no-store"})


@reads(PATH, guards=GUARDS)
def list_replies(
    database: Database,
    session: Session,
    agent: Agent,
    q: str = "",
    archived: str = "",
    done: str | None = None,
) -> Response[Any]:
    """All that the supervisor's brands have, by title."""
    with database.read() as unit:
        found = actions.find_replies(
            unit, q[:200], brand_ids=agent.brand_ids or None, archived=bool(archived)
        )
        return show(
            unit,
            session,
            "replies.html",
            "replies",
            done=done,
            replies=found,
            q=q[:200],
            archived=bool(archived),
        )


@reads(PATH + "/new", guards=GUARDS)
def new_page(database: Database, session: Session) -> Response[Any]:
    """An empty form."""
    with database.read() as unit:
        return _form(unit, session, None, Typed(values={"text": "Hello {contact.first_name},\n\n"}))


@writes(PATH + "/new", guards=GUARDS)
def create(database: Database, session: Session, agent: Agent, form: Form) -> Response[Any]:
    """Keep a new one, or show what it would look like."""
    return _write(database, session, agent, None, form)


@reads(PATH + "/{reply_id:str}", guards=GUARDS)
def edit_page(database: Database, session: Session, reply_id: str) -> Response[Any]:
    """One saved reply, with what it looks like filled in."""
    with database.read() as unit:
        reply = actions.get_reply(unit, known_id(reply_id))
        values = {"title": reply.title, "text": reply.text, "brand_id": reply.brand_id or ""}
        return _form(unit, session, reply, Typed(values=values), preview=_preview(reply.text))


@writes(PATH + "/{reply_id:str}", guards=GUARDS)
def change(
    database: Database, session: Session, agent: Agent, reply_id: str, form: Form
) -> Response[Any]:
    """Keep the changes, or show what they would look like."""
    return _write(database, session, agent, known_id(reply_id), form)


@writes(PATH + "/{reply_id:str}/archive", guards=GUARDS)
def archive(database: Database, agent: Agent, reply_id: str) -> Response[Any]:
    """Offer it no more."""
    with database.write() as unit:
        _check_may(agent, actions.get_reply(unit, known_id(reply_id)).brand_id)
        actions.archive_reply(unit, reply_id, by=actor_of(agent))
    return go(PATH, "archived")


@writes(PATH + "/{reply_id:str}/back", guards=GUARDS)
def bring_back(database: Database, agent: Agent, reply_id: str) -> Response[Any]:
    """Offer it again."""
    with database.write() as unit:
        _check_may(agent, actions.get_reply(unit, known_id(reply_id)).brand_id)
        actions.bring_back(unit, reply_id, by=actor_of(agent))
    return go(PATH, "back")


def _write(
    database: Database, session: Session, agent: Agent, reply_id: str | None, form: Form
) -> Response[Any]:
    given = typed(form, NAMES)
    brand_id = given.get("brand_id") or None
    preview = ""
    try:
        preview = _preview(given.get("text"))
        if form.text("do") == "preview":
            with database.read() as unit:
                return _form(unit, session, _known(unit, reply_id), given, preview=preview)
        with database.write() as unit:
            before = _known(unit, reply_id)
            _check_may(agent, brand_id)
            if before is None:
                actions.create_reply(
                    unit,
                    title=given.get("title"),
                    text=given.get("text"),
                    brand_id=brand_id,
                    by=actor_of(agent),
                )
            else:
                _check_may(agent, before.brand_id)
                actions.change_reply(
                    unit,
                    before.id,
                    title=given.get("title"),
                    text=given.get("text"),
                    brand_id=brand_id,
                    by=actor_of(agent),
                )
    except (Invalid, Conflict, NotAllowed) as error:
        refused = given.refused(error)
        if isinstance(error, Conflict):
            refused = Typed(values=given.values, error=error.text, field="title")
        with database.read() as unit:
            return _form(
                unit,
                session,
                _known(unit, reply_id),
                refused,
                preview=preview,
                status=error.status,
            )
    return go(PATH, "saved")


def _known(unit: Unit, reply_id: str | None) -> SavedReply | None:
    return actions.get_reply(unit, reply_id) if reply_id else None


def _preview(text: str) -> str:
    """The text with example values. Raises Invalid for an unknown placeholder."""
    return fill(check(text), examples()).text


def _check_may(agent: Agent, brand_id: str | None) -> None:
    """Who works for some brands changes the replies of these only. Raises NotAllowed."""
    if agent.brand_ids and not (brand_id and reaches(agent, brand_id)):
        raise NotAllowed("Choose one of your own brands: this one is not yours to change.")


def _form(
    unit: Unit,
    session: Session,
    reply: SavedReply | None,
    given: Typed,
    *,
    preview: str = "",
    status: int = 200,
) -> Response[Any]:
    if reply and reply.brand_id:
        _check_may(session.agent, reply.brand_id)
    return show(
        unit,
        session,
        "reply.html",
        "replies",
        status=status,
        reply=reply,
        typed=given,
        preview=preview,
        placeholders=PLACEHOLDERS,
    )


ROUTES: list[Any] = [
    offered,
    list_replies,
    new_page,
    create,
    edit_page,
    change,
    archive,
    bring_back,
]
