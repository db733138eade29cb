"""The thread under its secret link: what was said, the place in line, and who reads it.

The page works by itself; its two fragments (`messages`, `place`) are fetched again when the
stream tells that they have changed.
"""

from uuid import UUID

import msgspec
from litestar import Response

from fairline.board.files import answer_file
from fairline.board.frames import SECRET, show
from fairline.board.matters import matters_of
from fairline.board.streams import newest_cursor
from fairline.board.thread_view import Thread, thread_of
from fairline.board.viewer import Viewer, note_visit, open_thread
from fairline.board.ways import ways_of
from fairline.cases.files import read_file
from fairline.cases.states import SEVERITY_QUESTIONS
from fairline.cases.store_messages import message_by_id
from fairline.core.errors import FairlineError, NotFound
from fairline.core.ids import new_token
from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.line import told
from fairline.web.handle import reads

PARTS = {"messages": "board/parts/messages.html", "place": "board/parts/place.html"}
# What a redirect after a change may say: a word in the address, its text here.
DONE = {
    "sent": "Sent.",
    "edited": "Changed.",
    "public": "Everybody can read this now.",
    "private": "Only you and we can read this now.",
    "guarded": "We have it. Others cannot read it yet: see below why, and what you can do.",
    "masked": "Everybody can read it now, without what was found in it.",
    "left": "Answers also go to that address now. We have sent the way back there.",
    "left-quietly": "Answers also go to that address now.",
    "removed": "No more mail goes to that address.",
    "solved": "Thank you for telling us. Write again at any time: it opens this thread anew.",
    "name": "Thank you.",
    "need": "Thank you. Your place follows from it.",
    "way": "Our next answer comes that way.",
    "way-waits": "We have sent a mail there. Answers go there once its link has been opened.",
    "call-asked": "We have your number and will call you.",
    "call-changed": "We have changed the call.",
    "call-cancelled": "We will not call. Our answer comes in writing.",
}


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """What is put back into the forms of the page after something was wrong."""

    reply: str = ""
    mail: str = ""
    edit_id: str = ""
    edit: str = ""
    error: FairlineError | None = None
    error_at: str = ""


@reads("/t/{token:str}")
def thread_page(
    token: str, database: Database, settings: Settings, done: str = "", edit: str = ""
) -> Response[str]:
    """The whole page. `edit` names one's own message to be changed."""
    with database.read() as unit:
        viewer = open_thread(unit, token, settings)
    viewer = note_visit(database, viewer, settings)
    return draw(database, viewer, Typed(edit_id=edit[:40]), done=DONE.get(done, ""))


@reads("/t/{token:str}/part/{part:str}")
def thread_part(token: str, part: str, database: Database, settings: Settings) -> Response[str]:
    """One fragment, for the live page. Raises NotFound."""
    if part not in PARTS:
        raise NotFound("There is no such part.")
    with database.read() as unit:
        viewer = open_thread(unit, token, settings)
    viewer = note_visit(database, viewer, settings)
    with database.read() as unit:
        thread = thread_of(unit, viewer, messages=part == "messages")
        matters = matters_of(unit, viewer)
    return show(
        PARTS[part],
        viewer.site,
        headers=SECRET,
        viewer=viewer,
        case=viewer.case,
        thread=thread,
        matters=matters,
        typed=Typed(),
    )


@reads("/t/{token:str}/files/{file_id:uuid}/{name:str}")
def thread_file(
    token: str,
    file_id: UUID,
    name: str,  # noqa: ARG001  in the address, for whoever saves the file
    database: Database,
    settings: Settings,
) -> Response[bytes]:
    """A file of the thread. Raises NotFound for one of another case, of a note, or hidden."""
    with database.read() as unit:
        viewer = open_thread(unit, token, settings)
        attachment, data = read_file(unit, str(file_id))
        message = message_by_id(unit, attachment.message_id) if attachment.message_id else None
    is_theirs = (
        message is not None
        and message.case_id == viewer.case.id
        and message.direction != "note"
        and message.visibility != "internal"
        and (message.hidden_at is None or message.is_guarded)
    )
    if not is_theirs:
        raise NotFound("There is no such file.", code="no_such_file")
    return answer_file(attachment, data, SECRET)


def draw(
    database: Database, viewer: Viewer, typed: Typed, *, done: str = "", status: int = 200
) -> Response[str]:
    """The page as it stands now."""
    with database.read() as unit:
        thread: Thread = thread_of(unit, viewer)
        matters = matters_of(unit, viewer)
        cursor = newest_cursor(unit)
    if viewer.is_customer and (place := thread.stands):
        told.tell_once(
            database, viewer.case.id, viewer.case.brand_id, place.ahead, place.low, place.high
        )
    return show(
        "board/thread.html",
        viewer.site,
        status=status,
        headers=SECRET,
        viewer=viewer,
        case=viewer.case,
        thread=thread,
        matters=matters,
        typed=typed,
        done=done,
        key=new_token(),
        needs=SEVERITY_QUESTIONS,
        ways=ways_of(viewer),
        cursor=cursor,
        link=f"{viewer.site.public_url}{viewer.url}",
    )
