"""The secure form behind the secret link: drawn from its fields, checked, sent, and the receipt.

What is typed goes from the browser into the envelope. It is in no address, no log, no draft and no
cache: on a mistake it comes back in the answer to that very request and nowhere else. Works without
JavaScript.
"""

from typing import Any
from uuid import UUID

from litestar import Request, Response

from fairline.board.form_view import FormShown, form_on
from fairline.board.frames import SECRET, see_other, show
from fairline.board.rates import limit, network_of
from fairline.board.sites import thread_inbox
from fairline.board.viewer import Viewer, note_visit, open_thread
from fairline.cases.inbound import Author, InboundFile
from fairline.core.errors import Conflict, FairlineError, TooMany
from fairline.core.secrets import Keyring
from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.handoff.forms import sending
from fairline.handoff.forms.sending import FormRefused
from fairline.web.forms import Form
from fairline.web.handle import reads, writes

# The names of the fields in the page: a field's key never meets a name of ours.
PREFIX = "a-"
MOST_TYPED = 2000


@reads("/t/{token:str}/forms/{form_id:uuid}")
def form_page(
    token: str, form_id: UUID, database: Database, settings: Settings, done: str = ""
) -> Response[str]:
    """The form, or its receipt. Raises NotFound, NotAllowed."""
    viewer = _viewer(token, database, settings)
    return _draw(database, viewer, str(form_id), is_done=done == "sent")


@writes("/t/{token:str}/forms/{form_id:uuid}")
def send_form(
    request: Request[Any, Any, Any],
    token: str,
    form_id: UUID,
    database: Database,
    settings: Settings,
    keyring: Keyring,
    form: Form,
) -> Response[str]:
    """Take what was filled in. Sending again replaces it, until an agent has closed the form."""
    viewer = _viewer(token, database, settings)
    wanted = str(form_id)
    with database.read() as unit:
        shown = form_on(unit, viewer, wanted)
    typed = {field.key: _typed(form, field.key) for field in shown.set.fields}
    try:
        with database.write() as unit:
            limit(unit, "form", network_of(request, settings))
        answers = sending.check_all(
            shown.set, typed, _files(form, shown), settings.max_upload_bytes
        )
        with database.write() as unit:
            viewer = open_thread(unit, token, settings)
            form_on(unit, viewer, wanted)
            sending.send(
                unit,
                keyring,
                viewer.case,
                wanted,
                answers,
                by=viewer.actor,
                author=Author(
                    channel=viewer.me.channel,
                    address=viewer.me.address,
                    name=viewer.me.name,
                    verified=viewer.me.channel != "web",
                ),
                inbox=thread_inbox(unit, viewer.site, viewer.case),
            )
    except (FormRefused, Conflict, TooMany) as error:
        return _draw(database, viewer, wanted, typed=typed, error=error)
    return see_other(f"{viewer.url}/forms/{wanted}?done=sent", headers=SECRET)


def _viewer(token: str, database: Database, settings: Settings) -> Viewer:
    with database.read() as unit:
        viewer = open_thread(unit, token, settings)
    return note_visit(database, viewer, settings)


def _typed(form: Form, key: str) -> str:
    return (form.texts(PREFIX + key) or [""])[0].replace("\r\n", "\n")[:MOST_TYPED]


def _files(form: Form, shown: FormShown) -> dict[str, InboundFile]:
    return {
        field.key: InboundFile(name=upload.name, media_type=upload.media_type, data=upload.data)
        for field in shown.set.fields
        if field.kind == "file"
        for upload in form.files(PREFIX + field.key)[:1]
    }


def _draw(
    database: Database,
    viewer: Viewer,
    form_id: str,
    *,
    typed: dict[str, str] | None = None,
    error: FairlineError | None = None,
    is_done: bool = False,
) -> Response[str]:
    with database.read() as unit:
        shown = form_on(unit, viewer, form_id)
    return show(
        "board/form.html",
        viewer.site,
        status=error.status if error else 200,
        headers=SECRET,
        viewer=viewer,
        case=viewer.case,
        shown=shown,
        typed=typed or {},
        error=error,
        errors=error.errors if isinstance(error, FormRefused) else {},
        is_done=is_done and shown.form.sent_at is not None,
        prefix=PREFIX,
    )
