"""A page's comments and our public answers, as the page shows them. Reads only.

An answer is shown once the ledger says that it is delivered, under the comment that it answers: the
last one before it on its case. What is hidden, private or held back is left out, with its answers.
"""

from datetime import datetime

import msgspec

from fairline.cases import store_public
from fairline.cases.rows import Message
from fairline.channels import store_deliveries, store_mentions
from fairline.channels.comments import store
from fairline.channels.contract import InboxInfo
from fairline.channels.outgoing import WHOLE_MARK, posted
from fairline.channels.rows import Delivery
from fairline.channels.signing import OPTION, signed
from fairline.channels.store_mentions import Mention
from fairline.core.secrets import Keyring
from fairline.core.text import text_to_html
from fairline.db.unit import Unit

MOST_COMMENTS = 200
MOST_SPOKEN = 2_000
SHOWN = frozenset({"sent", "delivered", "read"})


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One of our answers. `id` is what an answer to it names."""

    id: str
    author: str
    text: str
    html: str
    at: datetime
    edited_at: datetime | None = None


class Shown(Said, frozen=True, kw_only=True):
    """One comment. `html` is safe to show."""

    in_reply_to: str
    answers: list[Said]


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Oldest first. `before` leads to what was said before these; '' where that is all."""

    page: str
    comments: list[Shown]
    before: str


def page_of(unit: Unit, keyring: Keyring, inbox: InboxInfo, page: str, *, before: str = "") -> Page:
    """The newest comments of a page, below the place `before`. At most six statements."""
    stands = store.latest(unit, inbox.id, page, before=before, limit=MOST_COMMENTS + 1)
    here = stands[:MOST_COMMENTS]
    ids = [one.native_id for one in here]
    spoken = store_public.spoken_natively(unit, inbox.id, ids)
    others = store_mentions.chatter_of(unit, inbox.id, [one for one in ids if one not in spoken])
    answers = _answers(unit, keyring, inbox, list({one.case_id for one in spoken.values()}))
    comments = []
    for native_id in reversed(ids):
        if message := spoken.get(native_id):
            comments.append(_comment(message, answers.get(native_id, [])))
        elif mention := others.get(native_id):
            comments.append(_remark(mention))
    more = here[-1].id if len(stands) > MOST_COMMENTS else ""
    return Page(page=page, comments=comments, before=more)


def _answers(
    unit: Unit, keyring: Keyring, inbox: InboxInfo, case_ids: list[str]
) -> dict[str, list[Said]]:
    """Native id of a comment -> what we answered."""
    spoken, references = store_public.spoken_on(unit, case_ids, limit=MOST_SPOKEN)
    ours = [one.id for one in spoken if one.direction == "outbound"]
    deliveries = store_deliveries.of_messages(unit, ours)
    found: dict[str, list[Said]] = {}
    last: dict[str, str] = {}
    for message in spoken:
        if message.direction == "inbound":
            if message.inbox_id == inbox.id and message.native_id:
                last[message.case_id] = message.native_id
            continue
        shown = [
            one
            for one in deliveries.get(message.id, [])
            if one.inbox_id == inbox.id and one.state in SHOWN
        ]
        if shown and (under := last.get(message.case_id)):
            reference = references[message.case_id]
            said = _answer(message, shown[0], inbox, keyring, reference)
            found.setdefault(under, []).append(said)
    return found


def _answer(
    message: Message, delivery: Delivery, inbox: InboxInfo, keyring: Keyring, reference: str
) -> Said:
    """As it went out: with a way into private where one stands in it, and who of us speaks."""
    said = (delivery.text or message.text).replace(WHOLE_MARK, f"{inbox.public_url}/q/{reference}")
    text = posted(said, message.id, inbox.public_url, keyring)
    if message.agent_id:
        text = signed(text, inbox.options.get(OPTION, ""), message.author_name)
    return Said(
        id=delivery.native_id or delivery.id,
        author=message.author_name or inbox.brand_name,
        text=text,
        html=text_to_html(text),
        at=message.created_at,
        edited_at=message.edited_at,
    )


def _comment(message: Message, answers: list[Said]) -> Shown:
    return Shown(
        id=message.native_id or message.id,
        author=message.author_name,
        text=message.text,
        html=message.html or text_to_html(message.text),
        at=message.sent_at or message.created_at,
        edited_at=message.edited_at,
        in_reply_to=message.in_reply_to,
        answers=answers,
    )


def _remark(mention: Mention) -> Shown:
    """Something that asks for nothing, and stands on no case."""
    return Shown(
        id=mention.native_id,
        author=mention.author_name,
        text=mention.text,
        html=text_to_html(mention.text),
        at=mention.said_at,
        in_reply_to=mention.in_reply_to,
        answers=[],
    )
