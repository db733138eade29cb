"""Verbs on saved replies. The desk and the demo call them; who may is asked on the desk."""

from fairline.cases.rows import Actor
from fairline.cases.timeline import record
from fairline.core.errors import Conflict, Invalid, NotFound
from fairline.core.ids import new_id
from fairline.core.text import tidy
from fairline.db.unit import Unit
from fairline.knowledge import store
from fairline.knowledge.placeholders import check
from fairline.knowledge.rows import SavedReply

MAX_TITLE = 120
MAX_TEXT = 20_000
MAX_WORDS = 8


def get_reply(unit: Unit, reply_id: str) -> SavedReply:
    """Raises NotFound."""
    found = store.by_id(unit, reply_id)
    if found is None:
        raise NotFound("There is no such saved reply.", code="no_reply")
    return found


def create_reply(
    unit: Unit, *, title: str, text: str, brand_id: str | None = None, by: Actor
) -> SavedReply:
    """Keep a text. Raises Invalid for an unknown placeholder, Conflict when the title is taken."""
    title, text = _checked(title, text)
    _check_free(unit, brand_id, title)
    reply_id = new_id()
    store.insert(
        unit,
        {
            "id": reply_id,
            "brand_id": brand_id,
            "title": title,
            "text": text,
            "created_by": by.id if by.kind == "agent" else None,
            "created_at": unit.now,
            "updated_at": unit.now,
        },
    )
    return _changed(unit, reply_id, "reply_created", by)


def change_reply(
    unit: Unit, reply_id: str, *, title: str, text: str, brand_id: str | None, by: Actor
) -> SavedReply:
    """Raises Invalid, Conflict as `create_reply` does."""
    get_reply(unit, reply_id)
    title, text = _checked(title, text)
    _check_free(unit, brand_id, title, but=reply_id)
    values = {"title": title, "text": text, "brand_id": brand_id, "updated_at": unit.now}
    store.update(unit, reply_id, values)
    return _changed(unit, reply_id, "reply_changed", by)


def archive_reply(unit: Unit, reply_id: str, *, by: Actor) -> None:
    """Offer it no more."""
    get_reply(unit, reply_id)
    store.update(unit, reply_id, {"archived_at": unit.now})
    _changed(unit, reply_id, "reply_archived", by)


def bring_back(unit: Unit, reply_id: str, *, by: Actor) -> SavedReply:
    """Offer an archived one again. Raises Conflict when its title is in use meanwhile."""
    found = get_reply(unit, reply_id)
    _check_free(unit, found.brand_id, found.title, but=reply_id)
    store.update(unit, reply_id, {"archived_at": None})
    return _changed(unit, reply_id, "reply_brought_back", by)


def find_replies(
    unit: Unit,
    wanted: str = "",
    *,
    brand_ids: tuple[str, ...] | None = None,
    archived: bool = False,
    limit: int = 500,
) -> list[SavedReply]:
    """By title, those that have every word of `wanted`. `brand_ids` leaves out other brands'."""
    words = wanted.split()[:MAX_WORDS]
    return store.find(unit, words=words, brand_ids=brand_ids, archived=archived, limit=limit)


def _checked(title: str, text: str) -> tuple[str, str]:
    title = " ".join(tidy(title).split())
    if not title:
        raise Invalid("Give it a title to find it by.", code="missing", field="title")
    if len(title) > MAX_TITLE:
        raise Invalid(f"A title has at most {MAX_TITLE} characters.", field="title")
    text = tidy(text).strip()
    if not text:
        raise Invalid("Write the text of the reply.", code="missing", field="text")
    if len(text) > MAX_TEXT:
        raise Invalid(f"A saved reply has at most {MAX_TEXT:,} characters.", field="text")
    return title, check(text)


def _check_free(unit: Unit, brand_id: str | None, title: str, *, but: str = "") -> None:
    if store.title_taken(unit, brand_id, title, but=but):
        raise Conflict(f"There is a saved reply named {title} already.", code="title_taken")


def _changed(unit: Unit, reply_id: str, what: str, by: Actor) -> SavedReply:
    found = get_reply(unit, reply_id)
    data = {"what": what, "id": reply_id}
    record(unit, "settings_changed", by=by, brand_id=found.brand_id, data=data)
    return found
