"""Full-text search over subjects and messages, right after every write, on both engines."""

from fairline.cases import store_search
from fairline.cases.rows import Case, Found, Message
from fairline.db.unit import Unit
from fairline.db.words import fold, query_words


def index_case(unit: Unit, case: Case) -> None:
    """Index (again) the subject and reference of a case."""
    words = fold(f"{case.reference} {case.reference.removeprefix('FL-')} {case.subject}")
    is_public = case.is_public and case.hidden_at is None
    store_search.put(unit, case.id, case.id, case.brand_id, is_public=is_public, words=words)


def index_message(unit: Unit, case: Case, message: Message) -> None:
    """Index (again) a message: after it was stored, edited, hidden, or changed its visibility."""
    is_public = (
        message.visibility == "public"
        and case.is_public
        and case.hidden_at is None
        and message.hidden_at is None
    )
    words = fold(f"{message.author_name} {message.text} {message.full_text}")
    store_search.put(unit, case.id, message.id, case.brand_id, is_public=is_public, words=words)


def search(
    unit: Unit,
    query: str,
    *,
    brand_ids: tuple[str, ...] = (),
    public_only: bool = False,
    before: int | None = None,
    limit: int = 25,
) -> tuple[list[Found], int | None]:
    """Cases that hold every word of `query`, newest text first, each case once.

    *Shapes*: at most `limit` cases, and the `before` of the next page or None. An empty query
    finds nothing.
    """
    words = query_words(query)
    if not words:
        return [], None
    found: dict[str, Found] = {}
    cursor: int | None = before
    while len(found) < limit:
        hits = store_search.match(
            unit,
            words,
            brand_ids=brand_ids,
            public_only=public_only,
            before=cursor,
            limit=limit * 2,
        )
        for hit in hits:
            cursor = hit.position
            if hit.case.id not in found:
                found[hit.case.id] = hit
            if len(found) == limit:
                return list(found.values()), cursor
        if len(hits) < limit * 2:
            return list(found.values()), None
    return list(found.values()), cursor
