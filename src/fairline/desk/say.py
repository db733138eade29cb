"""The composer's writes: reply in private or in public, note, draft, files of a draft.

Nothing typed is lost: whatever cannot be sent is kept as the draft and shown again with the reason.
"""

from typing import Any

import msgspec
from litestar import Request, Response
from litestar.response import Redirect

from fairline.cases import store, store_messages
from fairline.cases.actions import note, reply, save_draft
from fairline.cases.files import upload
from fairline.cases.inbound import InboundFile
from fairline.cases.rows import Case
from fairline.cases.states import STATUSES
from fairline.channels.registry import Channels
from fairline.core.errors import Conflict, FairlineError, Invalid, NotFound
from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk import network_rules
from fairline.desk.case import show_case
from fairline.desk.case_view import MODES, Typed
from fairline.desk.elsewhere import away_of, check, note_it
from fairline.desk.guard import stop_of, without_personal_data
from fairline.desk.network_rules import Forbidden
from fairline.desk.outlook import shorts
from fairline.desk.reach import case_at, is_id
from fairline.desk.session import Session
from fairline.handoff.continuation.offering import offer
from fairline.line.answering import answer_repeats
from fairline.people.tables import Agent
from fairline.web.forms import Form, Upload
from fairline.web.handle import writes
from fairline.web.live import Live

Seen = Request[Any, Any, Any]


@writes("/desk/cases/{reference:str}/say")
def say(
    reference: str,
    request: Seen,
    session: Session,
    database: Database,
    settings: Settings,
    live: Live,
    channels: Channels,
    form: Form,
) -> Response[Any]:
    """Send what the composer holds. Raises nothing for what a person can mend: it is shown."""
    mode = form.text("mode", most=20) or "private"
    text = form.text("text", label="The message")
    copied = _left_in(form)
    if mode == "public" and form.text("fix", most=20) == "mask":
        return _masked(database, request, session, live, channels, reference, form, text)
    if mode == "public" and (form.text("fix", most=20) == "private" or form.text("way", most=36)):
        mode = "private"
    try:
        with database.write() as unit:
            case = case_at(unit, session.agent, reference)
            _say(unit, case, session.agent, mode, text, copied, form, settings, channels)
    except NotFound:
        raise
    except FairlineError as error:
        with database.write() as unit:
            case = case_at(unit, session.agent, reference)
            if mode in MODES:
                save_draft(unit, case.id, session.agent, mode, text)
        typed = Typed(
            mode=mode,
            text=text,
            left_out=tuple(form.texts("offered")) if copied is not None else (),
            goes_on=form.flag("go_on"),
            stop=stop_of(error, session.agent, form, text),
            away=away_of(error, form),
            blocked=error.blocked if isinstance(error, Forbidden) else None,
            problem=error.text,
            is_news=isinstance(error, Conflict) and error.code == "something_new",
        )
        with database.read() as unit:
            return show_case(
                unit, request, session, live, channels, reference, typed=typed, problem=error
            )
    return Redirect(f"/desk/cases/{case.reference}{_query(request)}", status_code=303)


def _masked(
    database: Database,
    request: Seen,
    session: Session,
    live: Live,
    channels: Channels,
    reference: str,
    form: Form,
    text: str,
) -> Response[Any]:
    """The draft with what would stop it masked, to be looked at before it is sent."""
    with database.write() as unit:
        case = case_at(unit, session.agent, reference)
        masked = without_personal_data(unit, case, text)
        save_draft(unit, case.id, session.agent, "public", masked)
    offered = tuple(form.texts("offered")) if _left_in(form) is not None else ()
    typed = Typed(
        mode="public",
        text=masked,
        left_out=offered,
        goes_on=form.flag("go_on"),
        problem="Masked. Look at it, then send it.",
    )
    with database.read() as unit:
        return show_case(unit, request, session, live, channels, reference, typed=typed)


def _say(
    unit: Unit,
    case: Case,
    agent: Agent,
    mode: str,
    text: str,
    copied: list[str] | None,
    form: Form,
    settings: Settings,
    channels: Channels,
) -> None:
    case_id = case.id
    files = [f for f in form.texts("file_id") if is_id(f)]
    files += [_keep(unit, case_id, agent, file, settings).id for file in form.files("file")]
    if mode == "note":
        note(unit, case_id, agent, text, file_ids=files)
        return
    if mode not in MODES:
        raise Invalid("Choose who reads it: the customer, everybody, or only colleagues.")
    status = form.text("status", most=20) or form.text("kept_status", most=20)
    despite = form.text("despite", most=500) if form.text("fix", most=20) == "allow" else ""
    if status not in {"", "keep", *STATUSES}:
        raise Invalid(f"{status!r} is not a status.", field="status")
    after = None if status == "keep" else status or "waiting"
    seen = form.text("after", most=36) or None
    sent_away = check(case, mode, text, form)
    only = _chosen_way(unit, channels, case, form)
    left_out = network_rules.check(
        unit,
        channels,
        case,
        mode=mode,
        text=text,
        files=network_rules.draft_files(unit, case, agent.id, files),
        only=only,
        status=status,
        others_too=form.flag("others"),
    )
    if mode == "public" and form.flag("go_on"):
        offered = offer(
            unit,
            channels,
            case_id,
            agent,
            text,
            status=after,
            file_ids=files,
            copied=copied,
            after_message_id=seen,
            despite=despite,
        )
        # The way in belongs to this case: its repeats get the words alone.
        answer = msgspec.structs.replace(offered.message, text=text)
    else:
        answer = reply(
            unit,
            case_id,
            agent,
            text,
            visibility=mode,
            status=after,
            file_ids=files,
            copied=copied,
            after_message_id=seen,
            despite=despite,
            short=shorts(channels, form),
            only_identity=only or None,
            left_out=left_out,
        )
    note_it(unit, case, agent, answer.id, sent_away)
    repeats = form.texts("repeat")
    answer_repeats(unit, answer, agent, repeats, status=after, despite=despite)


def _chosen_way(unit: Unit, channels: Channels, case: Case, form: Form) -> str:
    """The one other address that was chosen, which then takes part; '' for none. Raises Invalid."""
    wanted = form.text("way", most=36)
    if not wanted:
        return ""
    people = store.participants_of(unit, case.id)
    open_ones = network_rules.ways_around(unit, channels, case, people, tried=())
    if wanted not in {one.identity_id for one in open_ones}:
        raise Invalid("That way is not open any more. Choose another.", field="way")
    store.add_participant(unit, case.id, wanted, "customer", confirmed=True)
    return wanted


@writes("/desk/cases/{reference:str}/draft")
def keep_draft(reference: str, agent: Agent, database: Database, form: Form) -> dict[str, str]:
    """Autosave. An empty text forgets the draft."""
    with database.write() as unit:
        case = case_at(unit, agent, reference)
        save_draft(unit, case.id, agent, form.text("mode", most=20), form.text("text"))
        return {"saved_at": unit.now.isoformat()}


@writes("/desk/cases/{reference:str}/files")
def add_files(
    reference: str,
    agent: Agent,
    database: Database,
    settings: Settings,
    form: Form,
) -> dict[str, list[dict[str, Any]]]:
    """Put files into one's draft. Returns them as the composer lists them."""
    with database.write() as unit:
        case = case_at(unit, agent, reference)
        kept = [_keep(unit, case.id, agent, file, settings) for file in form.files("file")]
    if not kept:
        raise Invalid("Choose a file first.", field="file")
    return {"files": [{"id": f.id, "name": f.name, "size": f.size_bytes} for f in kept]}


@writes("/desk/cases/{reference:str}/draft/files/{file_id:str}/remove")
def drop_file(
    reference: str, file_id: str, request: Seen, agent: Agent, database: Database
) -> Response[Any]:
    """Take a file out of one's draft again."""
    with database.write() as unit:
        case = case_at(unit, agent, reference)
        waiting = {f.id for f in store_messages.waiting_attachments(unit, case.id, agent.id)}
        if file_id not in waiting:
            raise NotFound("There is no such file in your draft.", code="no_such_file")
        store_messages.delete_waiting_attachment(unit, file_id, agent.id)
    if "application/json" in request.headers.get("accept", ""):
        return Response({"removed": file_id})
    return Redirect(f"/desk/cases/{case.reference}", status_code=303)


def _keep(unit: Unit, case_id: str, agent: Agent, file: Upload, settings: Settings) -> Any:
    inbound = InboundFile(name=file.name, media_type=file.media_type, data=file.data)
    return upload(unit, case_id, agent.id, inbound, most_bytes=settings.max_upload_bytes)


def _left_in(form: Form) -> list[str] | None:
    """Who stays in copy: None where the form offered no choice."""
    if not form.texts("offered"):
        return None
    return [i for i in form.texts("copied") if i in form.texts("offered")]


def _query(request: Seen) -> str:
    return f"?{request.url.query}" if request.url.query else ""


ROUTES: list[Any] = [say, keep_draft, add_files, drop_file]
