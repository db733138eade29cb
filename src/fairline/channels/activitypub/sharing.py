"""What stands on the board, said to our followers too: public answers, and the questions to them.

`hear` only asks for a look at the case; the job compares what should be out with what is, and
publishes, changes or takes back the difference. So an edit, a hiding or a change of mind on the
board reaches other servers, and the same look twice sends nothing more. An inbox shares nothing
until somebody switches it on; what was said on a network stays there.
"""

from datetime import timedelta
from typing import Any

from fairline.cases import store, store_messages, store_public, store_sent
from fairline.cases.rows import Case, Event, Message
from fairline.channels import store_inboxes
from fairline.channels.activitypub import composing, delivering, places
from fairline.channels.activitypub import store as fediverse
from fairline.channels.activitypub.fields import SHARES
from fairline.channels.activitypub.people import KIND
from fairline.channels.activitypub.shapes.as2 import Doc
from fairline.channels.contract import InboxInfo
from fairline.channels.marks import has_way_in
from fairline.channels.registry import Channels
from fairline.channels.rows import Inbox
from fairline.core.text import clip
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.jobs.queue import enqueue
from fairline.people import store as people
from fairline.people.tables import Brand

JOB = "fediverse_share"
BOARD = "web"
# Switched on today, it does not tell of last year.
FRESH = timedelta(days=2)
MOST_TEXT = 3_000
# Stands where the guard has covered a piece of a name.
MASK = "\u2022"
# A moment, so that words corrected at once are only said once.
SOON = timedelta(seconds=10)
# These may change what others are to read, whatever they say of it.
HEARD = (
    *("message_edited", "message_hidden", "message_shown", "message_moved", "case_hidden"),
    *("case_shown", "visibility_changed", "personal_data_found", "personal_data_masked"),
    *("personal_data_allowed", "case_merged", "case_unmerged"),
)
SAID = ("message_sent", "message_received")


def hear(unit: Unit, event: Event) -> None:
    """Inline listener. *Effects*: a job, where the case's brand shares anything at all."""
    if event.case_id is None or event.brand_id is None:
        return
    if event.kind in SAID and event.data.get("visibility") != "public":
        return
    if any(shares(inbox.options) for inbox in _inboxes(unit, event.brand_id)):
        key = f"{JOB}:{event.case_id}"
        enqueue(unit, JOB, {"case_id": event.case_id}, key=key, run_at=unit.now + SOON)


def shares(options: dict[str, Any]) -> str:
    """What an inbox shares: '' for nothing."""
    chosen = str(options.get("shares", ""))
    return chosen if chosen in SHARES[1:] else ""


def _inboxes(unit: Unit, brand_id: str) -> list[Inbox]:
    found = store_inboxes.all_inboxes(unit, brand_id=brand_id, kind=KIND)
    return [inbox for inbox in found if inbox.state == "active"]


class Sharer:
    """Runs the job."""

    def __init__(self, channels: Channels) -> None:
        self.channels = channels

    def work(self, database: Database, payload: dict[str, Any]) -> None:
        with database.write() as unit:
            case = store.case_by_id(unit, str(payload["case_id"]))
            brand = people.brand_by_id(unit, case.brand_id) if case else None
            if case is None or brand is None:
                return
            for inbox in _inboxes(unit, case.brand_id):
                share(unit, case, brand, self.channels.info(unit, inbox))


def share(unit: Unit, case: Case, brand: Brand, inbox: InboxInfo) -> int:
    """Bring what is out in line with the board. Returns how much was sent. *Effects*: posts, and
    what is to be sent to followers.
    """
    wanted = _wanted(unit, case, brand, inbox)
    thread = [m for m in store_messages.thread(unit, case.id) if m.direction != "note"]
    addresses = {places.object_id(inbox, message.id): message for message in thread}
    us = places.actor_id(inbox)
    known_here = fediverse.objects_of(unit, list(addresses)).items()
    # A brand may have several accounts: what one of them has said is not said again by another.
    out = {address: doc for address, doc in known_here if doc.get("attributedTo") == us}
    count = 0
    for address, message in addresses.items():
        note, known = wanted.get(address), out.get(address)
        if note is None and known is not None:
            gone = composing.delete(known, inbox, at=unit.now)
            farewell = composing.tombstone(known, at=unit.now)
            delivering.publish(unit, inbox.id, gone, farewell)
        elif note is not None and known is not None and note["content"] != known["content"]:
            changed = {**known, **note}
            act = composing.update(changed, inbox, at=unit.now)
            delivering.publish(unit, inbox.id, act, act["object"])
        elif note is not None and known is None and unit.now - message.created_at <= FRESH:
            if fediverse.post_by_id(unit, address) is not None:
                continue  # another account said it; or it was taken back, and stays so
            delivering.publish(unit, inbox.id, composing.create(note, inbox), note)
            _remember(unit, case, message, address)
        else:
            continue
        count += 1
    return count


def _wanted(unit: Unit, case: Case, brand: Brand, inbox: InboxInfo) -> dict[str, Doc]:
    """Each post that should be out, by its address."""
    chosen = shares(inbox.options)
    is_on_board = case.is_public and case.hidden_at is None and brand.board_open
    if not chosen or not is_on_board or case.channel != BOARD:
        return {}
    spoken = store_public.spoken(unit, case.id)
    opening = spoken[0] if spoken and spoken[0].direction == "inbound" else None
    base = "" if brand.is_default else f"/b/{brand.slug}"
    page = f"{inbox.public_url}{base}/q/{case.reference}"
    notes: dict[str, Doc] = {}
    asked = ""
    if opening and chosen == "questions" and _is_theirs(unit, opening, case):
        asked = places.object_id(inbox, opening.id)
        notes[asked] = _note(inbox, opening, page, by=f"{name_of(opening)} asked", case=case)
    for message in spoken:
        if message.direction == "outbound" and not has_way_in(message.text):
            note = _note(inbox, message, page, under=asked, case=case)
            notes[places.object_id(inbox, message.id)] = note
    return notes


def _note(
    inbox: InboxInfo, message: Message, page: str, *, case: Case, by: str = "", under: str = ""
) -> Doc:
    return composing.public_note(
        inbox,
        message.id,
        clip(message.text, MOST_TEXT),
        at=message.sent_at or message.created_at,
        # Without the question beside it, an answer says what it answers.
        title="" if under or by else case.subject,
        page=page,
        in_reply_to=under,
        by=by,
        language=case.language,
    )


def _is_theirs(unit: Unit, message: Message, case: Case) -> bool:
    """Said by the case's own customer, on our own board: they chose who reads it."""
    people_of = {p.identity_id: p for p in store.participants_of(unit, case.id)}
    said_by = people_of.get(message.identity_id or "")
    return message.channel == BOARD and said_by is not None and said_by.role == "customer"


def name_of(message: Message) -> str:
    """The name that a customer gave for all to see; none that says how to reach them."""
    name = " ".join(message.author_name.split())
    is_reachable = "@" in name or sum(sign.isdigit() for sign in name) > 5
    is_masked = MASK in name
    return name if name and not (is_reachable or is_masked) else "A customer"


def _remember(unit: Unit, case: Case, message: Message, address: str) -> None:
    """An answer to it from out there is known to be about this case."""
    asker = next((p for p in store.participants_of(unit, case.id) if p.role == "customer"), None)
    identity_id = message.identity_id or (asker.identity_id if asker else "")
    if identity_id:
        store_sent.remember(unit, address, case.id, identity_id, message.id)
