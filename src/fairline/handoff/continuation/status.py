"""Back to public: a status line of its own words on the public side, without private detail.

It is not an answer: no promise is met by it, and it goes only where the question was asked.
"""

import re

from fairline.cases import store_messages
from fairline.cases.actions import notify
from fairline.cases.changes import get_case
from fairline.cases.rows import Message
from fairline.core.errors import Conflict, Invalid
from fairline.db.unit import Unit
from fairline.db.words import fold
from fairline.handoff.continuation.offering import public_speaker
from fairline.people.tables import Agent

MOST = 200
PRESETS = (
    "Solved in private.",
    "We have answered in private and wait for word.",
    "We are looking into it in private.",
)
# So many words in a row that were said in private are no status any more.
IN_A_ROW = 5
_NUMBER = re.compile(r"\d(?:[ .\-/]?\d){4,}")


def post_status(unit: Unit, case_id: str, agent: Agent, text: str) -> Message:
    """Say in public how it stands. Raises Conflict for a case nobody else can read; Invalid for
    what is too long, has more than a line, or quotes what was said in private.
    """
    case = get_case(unit, case_id, lock=True)
    if not case.is_public or case.hidden_at:
        raise Conflict("This case is not on the board.", code="case_is_private")
    text = _checked(text)
    said = [
        message.text
        for message in store_messages.thread(unit, case.id)
        if message.visibility != "public"
    ]
    if quoted := quoted_from(text, said):
        raise Invalid(
            f"“{quoted}” was said in private. Say how it stands in other words.",
            code="private_words",
            field="text",
        )
    speaker = public_speaker(unit, case)
    return notify(unit, case.id, agent, text, visibility="public", only_identity=speaker.id)


def quoted_from(text: str, said: list[str]) -> str:
    """The first words in a row that also stand in what was said in private; '' for none. Pure."""
    words = fold(text).split()
    texts = [f" {' '.join(fold(one).split())} " for one in said]
    for start in range(len(words) - IN_A_ROW + 1):
        run = " ".join(words[start : start + IN_A_ROW])
        if any(f" {run} " in one for one in texts):
            return run
    return ""


def _checked(text: str) -> str:
    text = text.replace("\x00", "").strip()
    if not text:
        raise Invalid("Write how it stands, in a few words.", code="empty", field="text")
    if len(text) > MOST or "\n" in text:
        raise Invalid(f"A status is one line of at most {MOST} characters.", field="text")
    if "@" in text or _NUMBER.search(text):
        raise Invalid(
            "Leave out addresses and numbers: everybody reads this.",
            code="private_detail",
            field="text",
        )
    return text
