"""The link of a public answer, opened: one browser may speak there at once, unconfirmed.

Nothing is bound by looking (previews look too), only by pressing a button. Before the proof there
is nothing to read but what is public and what was said in this very browser.
"""

import hmac

import msgspec

from fairline.cases import links, store_messages
from fairline.cases.changes import get_case
from fairline.cases.inbound import Author, Inbound, InboxRef
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM, Message
from fairline.cases.timeline import record
from fairline.core.errors import Conflict, NotFound
from fairline.core.ids import hash_token, new_id
from fairline.db.unit import Unit
from fairline.handoff.continuation import store
from fairline.handoff.continuation.tables import Continuation
from fairline.people.contacts import resolve

# How a message says that its author has not shown yet who they are.
UNPROVEN = {"possession": "none"}


def find_link(unit: Unit, token: str, *, lock: bool = False) -> Continuation:
    """Raises NotFound alike for a wrong, an expired and a revoked one."""
    found = store.live_by_hash(unit, hash_token(token[:64]), lock=lock)
    if found is None or found.form != "link":
        raise NotFound(
            "This link does not lead anywhere (any more). Answer where you wrote to us, and you "
            "get a new one.",
            code="no_link",
        )
    return found


def find_code(unit: Unit, brand_id: str, code: str, *, lock: bool = False) -> Continuation | None:
    """None alike for a wrong, an expired, a revoked one and one of another brand."""
    found = store.live_by_hash(unit, hash_token(code), lock=lock)
    is_theirs = found is not None and found.form == "code" and found.brand_id == brand_id
    return found if is_theirs else None


def is_bound_to(found: Continuation, browser: str) -> bool:
    """Whether it was opened in this browser. `browser` is what its cookie holds."""
    return hmac.compare_digest(found.browser_hash or "-", hash_token(browser))


def open_here(unit: Unit, found: Continuation, browser: str) -> bool:
    """Bind it to this browser, unless another was first. Returns whether it is this browser's.

    *Effects*: an identity of its own for whoever speaks there; `continuation_opened`.
    """
    if found.browser_hash:
        return is_bound_to(found, browser)
    case = get_case(unit, found.case_id)
    speaker = resolve(unit, found.brand_id, "web", new_id())
    values = {
        "browser_hash": hash_token(browser),
        "speaker_id": speaker.id,
        "opened_at": unit.now,
    }
    store.update(unit, found.id, values)
    record(
        unit,
        "continuation_opened",
        by=SYSTEM,
        case_id=case.id,
        brand_id=case.brand_id,
        data={"continuation_id": found.id},
    )
    return True


def say(unit: Unit, inbox: InboxRef, found: Continuation, address: str, inbound: Inbound) -> None:
    """Take words from somebody who has not shown yet who they are. `address` is the speaker's.

    They take no part in the case by that. Raises Conflict once it has ended.
    """
    case = get_case(unit, found.case_id)
    if case.is_ended:
        raise Conflict(
            "This has been answered and closed. Show that it is you, and write again to open it.",
            code="ended",
        )
    inbound = msgspec.structs.replace(inbound, author=Author(channel="web", address=address))
    taken = receive(unit, inbox, inbound, joins=found.case_id, takes_part=False)
    store_messages.update_message(unit, taken.message_id, {"auth": UNPROVEN})


def said_here(unit: Unit, found: Continuation) -> list[Message]:
    """What this browser has said, oldest first."""
    if found.speaker_id is None:
        return []
    thread = store_messages.thread(unit, found.case_id, limit=500)
    return [m for m in thread if m.identity_id == found.speaker_id and m.hidden_at is None]


def way_back(unit: Unit, found: Continuation) -> str:
    """A fresh secret link for the browser that was confirmed."""
    if found.confirmed_at is None or found.speaker_id is None:
        raise NotFound("Show first that it is you.", code="not_confirmed")
    return links.issue(unit, get_case(unit, found.case_id), found.speaker_id)
