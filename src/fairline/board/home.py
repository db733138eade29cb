"""The ask box: one text field, private unless said otherwise, nothing else needed.

`POST /ask` answers with the thread itself. What cannot be taken comes back with every word kept.
"""

from typing import Any

from litestar import Request, Response

from fairline.board.ask import Question, ask, checked_files
from fairline.board.frames import SECRET, see_other, show
from fairline.board.place_words import expected_words
from fairline.board.public_view import latest_questions
from fairline.board.rates import limit, network_of
from fairline.board.same_browser import held_by, remember
from fairline.board.sites import Site, find_site
from fairline.cases.states import SEVERITY_QUESTIONS, TRIED_FIRST
from fairline.channels.registry import Channels
from fairline.core.errors import FairlineError, Invalid, TooMany
from fairline.core.ids import new_token
from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.line.place import facts
from fairline.web.forms import Form
from fairline.web.handle import reads, writes

KIND_CHOICES = (
    ("question", "Question"),
    ("problem", "Problem"),
    ("suggestion", "Suggestion"),
    ("praise", "Praise"),
)
FIELDS = ("text", "name", "mail", "kind", "need", "tried_first", "visibility", "about")
LATEST = 6


@reads("/")
def home(
    request: Request[Any, Any, Any],
    database: Database,
    settings: Settings,
    slug: str | None = None,
) -> Response[str]:
    """The ask box, true facts about the wait, and what was asked in public."""
    with database.read() as unit:
        site = find_site(unit, slug, settings)
        typed = dict.fromkeys(FIELDS, "") | {"about": request.query_params.get("about", "")[:20]}
        return _home(unit, site, typed, error=None, status=200)


@writes("/ask")
def send(
    request: Request[Any, Any, Any],
    database: Database,
    settings: Settings,
    channels: Channels,
    form: Form,
    slug: str | None = None,
) -> Response[str]:
    """Take the question and lead to its thread."""
    try:
        with database.write() as unit:
            site = find_site(unit, slug, settings)
            limit(unit, "ask", network_of(request, settings))
            asked = ask(unit, site, channels, _question(request, form, settings))
    except (Invalid, TooMany) as error:
        with database.read() as unit:
            site = find_site(unit, slug, settings)
            return _home(unit, site, _typed(form), error=error, status=error.status)
    return remember(see_other(f"/t/{asked.token}", headers=SECRET), settings, asked.token)


def _question(request: Request[Any, Any, Any], form: Form, settings: Settings) -> Question:
    if form.text("website"):
        raise Invalid("Leave the field “website” empty: it is a trap for robots.", field="website")
    return Question(
        text=form.text("text"),
        name=form.text("name", most=500, label="The name"),
        mail=form.text("mail", most=500, label="The mail address"),
        kind=form.text("kind", most=50),
        need=form.text("need", most=50),
        tried_first=form.text("tried_first", most=50),
        is_public=form.text("visibility", most=50) == "public",
        key=form.text("key", most=100),
        held=held_by(request),
        files=checked_files(form.files("files"), settings),
    )


def _typed(form: Form) -> dict[str, str]:
    """What was typed, to be shown again however wrong it was."""
    return {name: (form.texts(name) or [""])[0] for name in FIELDS}


def _home(
    unit: Unit, site: Site, typed: dict[str, str], *, error: FairlineError | None, status: int
) -> Response[str]:
    found = facts(unit, site.brand.id)
    headers = {"Retry-After": str(error.retry_after_s)} if isinstance(error, TooMany) else {}
    return show(
        "board/home.html",
        site,
        status=status,
        headers=headers,
        typed=typed,
        key=new_token(),
        kinds=KIND_CHOICES,
        needs=SEVERITY_QUESTIONS,
        tried_first=TRIED_FIRST,
        error=error,
        error_field=error.field if isinstance(error, Invalid) else "",
        facts=found,
        expected=expected_words(found, unit.now),
        latest=latest_questions(unit, site, limit=LATEST) if site.brand.board_open else [],
    )
