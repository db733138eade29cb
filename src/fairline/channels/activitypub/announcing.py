"""Says something to everybody who follows an account, and takes it back."""

from typing import Any

from fairline.cases.rows import Actor
from fairline.cases.timeline import record
from fairline.channels.activitypub import composing, delivering, places, store
from fairline.channels.contract import Announced, InboxInfo
from fairline.core.errors import Conflict, Invalid, NotFound
from fairline.core.html_text import html_to_text
from fairline.core.ids import new_id
from fairline.core.text import is_blank, tidy
from fairline.db.unit import Unit

MOST_TEXT = 5_000
# So many posts back is looked for announcements between the answers.
LOOKED_AT = 200


def announce(
    unit: Unit, inbox: InboxInfo, text: str, *, by: Actor, title: str = "", page: str = ""
) -> str:
    """Returns the post's address. Raises Invalid. *Effects*: the post, what is to be sent to
    followers, `announced`.
    """
    text, title = tidy(text).strip(), " ".join(tidy(title).split())
    if is_blank(text):
        raise Invalid("Write something first.", code="empty", field="text")
    if len(text) + len(title) > MOST_TEXT:
        raise Invalid(f"An announcement has at most {MOST_TEXT} characters.", field="text")
    if page and not page.startswith(("https://", "http://")):
        raise Invalid("Give the link as https://...", code="bad_link", field="page")
    note = composing.public_note(inbox, new_id(), text, at=unit.now, title=title, page=page)
    # The page beside it is elsewhere: the post's own address is where it is read.
    note["url"] = note["id"]
    delivering.publish(unit, inbox.id, composing.create(note, inbox), note)
    _record(unit, inbox, by, note["id"], "published")
    return str(note["id"])


def announced(unit: Unit, inbox: InboxInfo, *, limit: int) -> tuple[tuple[Announced, ...], int]:
    """What was said to all and is out, newest first, and how many follow."""
    found = store.posts_before(unit, inbox.id, "", limit=LOOKED_AT)
    shown = [
        Announced(
            id=post.id, text=html_to_text(post.doc["content"]), at=post.published_at, url=post.id
        )
        for post in found
        if is_announcement(post.doc)
    ]
    return tuple(shown[:limit]), store.count_followers(unit, inbox.id)


def is_announcement(note: dict[str, Any]) -> bool:
    """Neither an answer to somebody nor something of the board."""
    mentions = [tag for tag in note.get("tag", ()) if tag.get("type") == "Mention"]
    return not (note.get("inReplyTo") or mentions) and note.get("url") == note["id"]


def reword(unit: Unit, inbox: InboxInfo, address: str, text: str, *, by: Actor) -> None:
    """Other words for a post that is out. Raises NotFound, Invalid."""
    known = _known(unit, inbox, address)
    text = tidy(text).strip()
    if is_blank(text) or len(text) > MOST_TEXT:
        raise Invalid("Write something first.", code="empty", field="text")
    key = places.own_key(inbox, address)
    fresh = composing.public_note(inbox, key, text, at=unit.now)
    changed = {**known, "content": fresh["content"], "tag": fresh["tag"]}
    act = composing.update(changed, inbox, at=unit.now)
    delivering.publish(unit, inbox.id, act, act["object"])
    _record(unit, inbox, by, address, "changed")


def take_back(unit: Unit, inbox: InboxInfo, address: str, *, by: Actor) -> None:
    """Raises NotFound, Conflict."""
    known = _known(unit, inbox, address)
    act = composing.delete(known, inbox, at=unit.now)
    delivering.publish(unit, inbox.id, act, composing.tombstone(known, at=unit.now))
    _record(unit, inbox, by, address, "taken_back")


def _known(unit: Unit, inbox: InboxInfo, address: str) -> dict[str, Any]:
    found = store.post_by_id(unit, address)
    if found is None or found.inbox_id != inbox.id:
        raise NotFound("This account has no post at that address.", code="no_post")
    if found.is_gone:
        raise Conflict("That post was taken back.", code="taken_back")
    if not is_announcement(found.doc):
        raise Conflict("That is an answer, or stands on the board: change it there.", code="sent")
    return found.doc


def _record(unit: Unit, inbox: InboxInfo, by: Actor, address: str, what: str) -> None:
    data = {"inbox_id": inbox.id, "native_id": address, "what": what}
    record(unit, "announced", by=by, brand_id=inbox.brand_id, data=data)
