"""What an account says to everybody who follows it: write, reword, take back. For supervisors."""

from typing import Any

from litestar import Response

from fairline.cases.actions import actor_of
from fairline.channels import inboxes
from fairline.channels.contract import Announces, InboxInfo
from fairline.channels.registry import Channels
from fairline.core.errors import Conflict, Invalid, NotFound
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.reach import reaches
from fairline.desk.session import Session, needs
from fairline.desk.settings.around import Typed, go, known_id, show, typed
from fairline.people.tables import Agent
from fairline.web.forms import Form
from fairline.web.handle import reads, writes

PATH = "/desk/settings/inboxes/{inbox_id:str}/followers"
GUARDS = [needs("supervisor")]
NAMES = ("title", "text", "page")
MOST_SHOWN = 20


@reads(PATH, guards=GUARDS)
def followers_page(
    database: Database,
    session: Session,
    agent: Agent,
    channels: Channels,
    inbox_id: str,
    done: str | None = None,
) -> Response[Any]:
    """What is out, and a form for more."""
    with database.read() as unit:
        channel, info = _account(unit, channels, agent, inbox_id)
        return _page(unit, session, channel, info, Typed(), done=done)


@writes(PATH, guards=GUARDS)
def say(
    database: Database,
    session: Session,
    agent: Agent,
    channels: Channels,
    inbox_id: str,
    form: Form,
) -> Response[Any]:
    """Say something, give it other words, or take it back."""
    given = typed(form, NAMES)
    native_id, what = form.text("post", most=1_000), form.text("do", most=20)
    try:
        with database.write() as unit:
            channel, info = _account(unit, channels, agent, inbox_id)
            by = actor_of(agent)
            if what == "take_back":
                channel.take_back(unit, info, native_id, by=by)
            elif what == "reword":
                channel.reword(unit, info, native_id, given.get("text"), by=by)
            else:
                title, page = given.get("title"), given.get("page")
                channel.announce(unit, info, given.get("text"), by=by, title=title, page=page)
    except (Invalid, Conflict) as error:
        with database.read() as unit:
            channel, info = _account(unit, channels, agent, inbox_id)
            kept = Typed() if what in {"take_back", "reword"} else given
            refused = kept.refused(error)
            return _page(unit, session, channel, info, refused, status=error.status)
    return go(PATH.replace("{inbox_id:str}", info.id), "gone" if what == "take_back" else "said")


def _account(
    unit: Unit, channels: Channels, agent: Agent, inbox_id: str
) -> tuple[Announces, InboxInfo]:
    """Raises NotFound for an inbox without followers, and for another brand's."""
    inbox = inboxes.get_inbox(unit, known_id(inbox_id))
    channel = channels.of_kind(inbox.kind)
    if not isinstance(channel, Announces) or not reaches(agent, inbox.brand_id):
        raise NotFound("There is nothing here.")
    return channel, channels.info(unit, inbox)


def _page(
    unit: Unit,
    session: Session,
    channel: Announces,
    info: InboxInfo,
    given: Typed,
    *,
    done: str | None = None,
    status: int = 200,
) -> Response[Any]:
    posts, count = channel.announced(unit, info, limit=MOST_SHOWN)
    return show(
        unit,
        session,
        "followers.html",
        "inboxes",
        done=done,
        status=status,
        inbox=info,
        posts=posts,
        count=count,
        typed=given,
    )


ROUTES: list[Any] = [followers_page, say]
