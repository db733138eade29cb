"""One message: its HTML in a sandbox, its raw source, its files; hidden, made private, changed."""

import html
import re
from typing import Any
from urllib.parse import quote

from litestar import Request, Response
from litestar.response import Redirect

from fairline.cases import store_messages
from fairline.cases.actions import actor_of
from fairline.cases.editing import edit_message, hide_message, set_visibility, show_message
from fairline.cases.files import SHOWABLE, read_file
from fairline.channels.registry import Channels
from fairline.core.errors import FairlineError, NotFound
from fairline.core.text import clean_html
from fairline.db.blobs import get_blob
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.case import show_case
from fairline.desk.case_view import file_address
from fairline.desk.reach import case_at, file_at, message_at
from fairline.desk.session import Session, check_role
from fairline.people.tables import Agent
from fairline.web.forms import Form
from fairline.web.handle import reads, writes
from fairline.web.live import Live
from fairline.web.render import page

# No script runs in a letter, whatever the sanitiser let through; the frame may be measured.
SANDBOX = "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
LETTER_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'{images}; base-uri 'none'; "
    f"form-action 'none'; frame-ancestors 'self'; {SANDBOX}"
)
FILE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
_BLOCKED = re.compile(r'<img class="blocked-image"([^>]*) data-remote-src="([^"]*)"([^>]*)>')
_CID = re.compile(r'src="cid:([^"]*)"')


@reads("/desk/cases/{reference:str}/messages/{message_id:str}/letter")
def letter(
    reference: str,
    message_id: str,
    request: Request[Any, Any, Any],
    agent: Agent,
    database: Database,
) -> Response[str]:
    """A mail as it was sent, sanitised; images from elsewhere only with `images=1`."""
    wants_images = request.query_params.get("images") == "1"
    with database.read() as unit:
        case = case_at(unit, agent, reference)
        message = message_at(unit, case, message_id)
        files = store_messages.attachments_of_message(unit, message.id)
    inline = {f.content_id: file_address(case.reference, f.id, f.name) for f in files}
    whole = _BLOCKED.sub(r'<img\1 src="\2"\3>', message.html)
    clean = clean_html(whole, allow_remote_images=wants_images)
    body = _CID.sub(lambda found: f'src="{inline.get(html.unescape(found[1]), "")}"', clean.html)
    policy = LETTER_POLICY.format(images=" https: http:" if wants_images else "")
    headers = {"Content-Security-Policy": policy, "Referrer-Policy": "no-referrer"}
    return page(
        "desk/letter.html",
        headers=headers,
        body=body,
        blocked=0 if wants_images else len(clean.remote_images),
        is_cut=clean.is_cut,
    )


@reads("/desk/cases/{reference:str}/messages/{message_id:str}/source")
def source(reference: str, message_id: str, agent: Agent, database: Database) -> Response[bytes]:
    """What came in, to the byte; never shown, only saved. For supervisors."""
    check_role(agent, "supervisor")
    with database.read() as unit:
        case = case_at(unit, agent, reference)
        message = message_at(unit, case, message_id)
        if not message.raw_sha256:
            raise NotFound("There is no source of this message.", code="no_source")
        data = get_blob(unit, message.raw_sha256)
    ending = "eml" if message.channel == "email" else "txt"
    name = f"{case.reference}-{message.id[-6:]}.{ending}"
    return download(data, name, "application/octet-stream", shown=False)


@reads("/desk/cases/{reference:str}/files/{file_id:str}/{name:str}")
def file(
    reference: str, file_id: str, name: str, agent: Agent, database: Database
) -> Response[bytes]:
    """An attachment. Plain pictures are shown, everything else is only saved."""
    with database.read() as unit:
        case = case_at(unit, agent, reference)
        found = file_at(unit, case, file_id, agent)
        _, data = read_file(unit, found.id)
    shown = found.media_type in SHOWABLE
    kind = found.media_type if shown else "application/octet-stream"
    return download(data, found.name or name, kind, shown=shown)


@writes("/desk/cases/{reference:str}/messages/{message_id:str}/{verb:str}")
def alter(
    reference: str,
    message_id: str,
    verb: str,
    request: Request[Any, Any, Any],
    session: Session,
    database: Database,
    live: Live,
    channels: Channels,
    form: Form,
) -> Response[Any]:
    """Hide a message with a reason, show it again, make it private, or change one's own note."""
    try:
        with database.write() as unit:
            case = case_at(unit, session.agent, reference)
            message = message_at(unit, case, message_id)
            _alter(unit, message.id, verb, session.agent, form)
    except NotFound:
        raise
    except FairlineError as error:
        with database.read() as unit:
            return show_case(unit, request, session, live, channels, reference, problem=error)
    query = f"?{request.url.query}" if request.url.query else ""
    return Redirect(f"/desk/cases/{case.reference}{query}#m-{message.id}", status_code=303)


def _alter(unit: Unit, message_id: str, verb: str, agent: Agent, form: Form) -> None:
    by = actor_of(agent)
    if verb == "hide":
        reason = form.text("reason", most=500, label="The reason")
        hide_message(unit, message_id, by=by, reason=reason)
    elif verb == "unhide":
        show_message(unit, message_id, by=by)
    elif verb == "make-private":
        set_visibility(unit, message_id, "private", by=by)
    elif verb == "edit":
        edit_message(unit, message_id, form.text("text"), by=by)
    else:
        raise NotFound("There is no such action.", code="no_action")


def download(data: bytes, name: str, media_type: str, *, shown: bool) -> Response[bytes]:
    """A file that cannot run or smuggle a header, whatever it is called or holds."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in name)
    how = "inline" if shown else "attachment"
    disposition = f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(
        data,
        media_type=media_type,
        headers={
            "Content-Disposition": disposition,
            "Content-Security-Policy": FILE_POLICY,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, max-age=3600",
        },
    )


ROUTES: list[Any] = [letter, source, file, alter]
