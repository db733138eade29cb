"""Letters at the desk: put one in, mend what a machine read, print ours and mark it as posted."""

from typing import Any

from litestar import Response
from litestar.response import Redirect

from fairline.cases.changes import get_case
from fairline.cases.inbound import InboundFile
from fairline.cases.rows import Case
from fairline.channels import store_deliveries, store_inboxes
from fairline.channels.put_there import put_there
from fairline.channels.registry import Channels
from fairline.core.errors import FairlineError, NotFound
from fairline.core.ids import new_token
from fairline.core.settings import Settings
from fairline.core.text import text_to_html
from fairline.db.blobs import get_blob
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.desk.case_view import CHOICES, file_address
from fairline.desk.frame import brands_of, desk_page, frame
from fairline.desk.log_call import (
    KIND_OPTIONS,
    NEED_OPTIONS,
    brand_of,
    chosen_case,
    mail_of,
    need_of,
)
from fairline.desk.messages import download
from fairline.desk.reach import case_at, delivery_at, message_at
from fairline.desk.session import Session
from fairline.handoff.letters import store
from fairline.handoff.letters.incoming import Letter, put_in
from fairline.handoff.letters.posting import post_letter
from fairline.handoff.letters.reader import draw_page
from fairline.handoff.letters.reading import correct, scans_of
from fairline.people.setup import get_brand
from fairline.people.tables import Agent
from fairline.web.forms import Form
from fairline.web.handle import reads, writes
from fairline.web.render import page

PATH = "/desk/log-letter"
FIELDS = (
    "brand", "name", "address", "text", "kind", "severity", "case", "reference", "mail", "key",
)  # fmt: skip
MOST_TO_POST = 200


@reads(PATH)
def log_letter_page(session: Session, database: Database, case: str = "") -> Response[str]:
    """The form for a letter that came in."""
    with database.read() as unit:
        return _form(unit, session, {"reference": case[:16]})


@writes(PATH)
def log_letter(
    session: Session,
    agent: Agent,
    database: Database,
    channels: Channels,
    settings: Settings,
    form: Form,
) -> Response[Any]:
    """Take it. What cannot be taken comes back as it was typed; files have to be chosen again."""
    try:
        with database.write() as unit:
            brand = brand_of(unit, agent, form.text("brand", most=36))
            letter = Letter(
                key=form.text("key", most=100) or new_token(),
                files=tuple(
                    InboundFile(name=f.name, media_type=f.media_type, data=f.data)
                    for f in form.files("files")
                ),
                text=form.text("text", label="The letter"),
                name=" ".join(form.text("name", most=200, label="The name").split()),
                address=form.text("address", most=1000, label="The address"),
                kind=form.text("kind", most=20),
                severity=need_of(form),
                mail=mail_of(form, channels),
            )
            taken = put_in(
                unit,
                channels,
                brand,
                letter,
                agent,
                most_bytes=settings.max_upload_bytes,
                case=chosen_case(unit, agent, form),
            )
            case = get_case(unit, taken.case_id)
    except FairlineError as error:
        typed = {name: (form.texts(name) or [""])[0] for name in FIELDS}
        with database.read() as unit:
            return _form(unit, session, typed, error=error)
    return Redirect(f"/desk/cases/{case.reference}", status_code=303)


@reads("/desk/cases/{reference:str}/letters/{message_id:str}")
def letter_page(
    reference: str, message_id: str, session: Session, database: Database
) -> Response[str]:
    """The scan and what was read of it, side by side."""
    with database.read() as unit:
        return _letter(unit, session, case_at(unit, session.agent, reference), message_id)


@writes("/desk/cases/{reference:str}/letters/{message_id:str}")
def mend(
    reference: str, message_id: str, session: Session, database: Database, form: Form
) -> Response[Any]:
    """Keep the text as a person reads it."""
    text = (form.texts("text") or [""])[0]
    try:
        with database.write() as unit:
            case = case_at(unit, session.agent, reference, lock=True)
            message = message_at(unit, case, message_id)
            correct(unit, case, message, form.text("text"), session.agent)
    except NotFound:
        raise
    except FairlineError as error:
        with database.read() as unit:
            case = case_at(unit, session.agent, reference)
            return _letter(unit, session, case, message_id, error=error, text=text)
    return Redirect(f"/desk/cases/{case.reference}#m-{message.id}", status_code=303)


@reads("/desk/cases/{reference:str}/letters/{message_id:str}/pages/{number:int}")
def scan_page(
    reference: str, message_id: str, number: int, agent: Agent, database: Database
) -> Response[bytes]:
    """One page of the scan as a picture, drawn by a process of its own."""
    with database.read() as unit:
        case = case_at(unit, agent, reference)
        message = message_at(unit, case, message_id)
        scans = [(s.media_type, get_blob(unit, s.sha256)) for s in scans_of(unit, message.id)]
    # Pages are numbered within each file: file 1 has 101, 102 …, file 2 has 201 …
    file, at = divmod(number, 100)
    if not 1 <= file <= len(scans) or at < 1:
        raise NotFound("There is no such page.", code="no_page")
    kind, data = scans[file - 1]
    return download(draw_page(data, kind, at), f"page-{number}.png", "image/png", shown=True)


@reads("/desk/cases/{reference:str}/messages/{message_id:str}/print")
def print_page(reference: str, message_id: str, agent: Agent, database: Database) -> Response[str]:
    """Our answer as a letter, its address behind the window of the envelope (DIN 5008, form B)."""
    with database.read() as unit:
        case = case_at(unit, agent, reference)
        message = message_at(unit, case, message_id)
        found = store_deliveries.of_messages(unit, [message.id]).get(message.id, [])
        delivery = next((one for one in found if one.channel == "letter"), None)
        if message.direction != "outbound" or delivery is None:
            raise NotFound("That is no letter of ours.", code="no_letter")
        brand = get_brand(unit, case.brand_id)
        inbox = store_inboxes.inbox_by_id(unit, delivery.inbox_id)
        sender = str((inbox.options if inbox else {}).get("sender") or brand.name)
        return page(
            "desk/print_letter.html",
            case=case,
            message=message,
            brand=brand,
            to=delivery.recipient.split("\n"),
            sender=" · ".join(line.strip() for line in sender.splitlines() if line.strip()),
            body=text_to_html(message.text),
            signature=brand.signature,
            day=f"{message.created_at.day} {message.created_at:%B %Y}",
            headers={"Cache-Control": "no-store"},
        )


@reads("/desk/letters")
def to_post(session: Session, database: Database) -> Response[str]:
    """Our letters that wait to be printed and posted, the oldest first."""
    with database.read() as unit:
        around = frame(unit, session)
        brand_ids = session.agent.brand_ids
        found = store_deliveries.by_hand(unit, "letter", brand_ids, limit=MOST_TO_POST + 1)
        return desk_page(
            unit,
            session,
            "desk/letters.html",
            here="calls",
            around=around,
            rows=[(one, get_case(unit, one.case_id)) for one in found[:MOST_TO_POST]],
            has_more=len(found) > MOST_TO_POST,
        )


def _posted(unit: Unit, case: Case, agent: Agent, form: Form) -> None:
    """It is in the post."""
    post_letter(unit, case, delivery_at(unit, case, form.text("delivery", most=36)), agent)


def _put_there(unit: Unit, case: Case, agent: Agent, form: Form) -> None:
    """It stands where it was asked."""
    put_there(unit, case, delivery_at(unit, case, form.text("delivery", most=36)), agent)


LETTER_VERBS = {"posted": _posted, "put-there": _put_there}


def _letter(
    unit: Unit,
    session: Session,
    case: Case,
    message_id: str,
    *,
    error: FairlineError | None = None,
    text: str = "",
) -> Response[str]:
    message = message_at(unit, case, message_id)
    if message.channel != "letter" or message.direction != "inbound":
        raise NotFound("That is no letter.", code="no_letter")
    reading = store.reading_of(unit, message.id)
    scans = scans_of(unit, message.id)
    shares = max(1, reading.pages) if reading and len(scans) == 1 else 1
    return desk_page(
        unit,
        session,
        "desk/letter_scan.html",
        status=error.status if error else 200,
        case=case,
        message=message,
        reading=reading,
        scans=[
            (file, file_address(case.reference, file.id, file.name), number, shares)
            for number, file in enumerate(scans, start=1)
        ],
        text=text or message.text,
        error=error,
    )


def _form(
    unit: Unit, session: Session, typed: dict[str, str], *, error: FairlineError | None = None
) -> Response[str]:
    brands = brands_of(unit, session.agent)
    return desk_page(
        unit,
        session,
        "desk/log_letter.html",
        here="calls",
        status=error.status if error else 200,
        typed=dict.fromkeys(FIELDS, "") | typed,
        error=error,
        wrong=getattr(error, "field", ""),
        found=[],
        brand_options=[(one.id, one.name) for one in brands],
        KIND_OPTIONS=KIND_OPTIONS,
        NEED_OPTIONS=NEED_OPTIONS,
        key=typed.get("key") or new_token(),
        **CHOICES,
    )


ROUTES: list[Any] = [
    log_letter_page,
    log_letter,
    letter_page,
    mend,
    scan_page,
    print_page,
    to_post,
]
