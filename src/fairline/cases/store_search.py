"""All SQL of search. The engines' full-text indexes are named in db/fulltext.py."""

import sqlalchemy as sa

from fairline.cases.rows import Case, Found
from fairline.cases.store import CASE_FIELDS
from fairline.cases.tables import cases, search_docs
from fairline.db.dialect import match_key, match_source, match_words, upsert
from fairline.db.types import id_type
from fairline.db.unit import Unit


def put(
    unit: Unit, case_id: str, ref_id: str, brand_id: str, *, is_public: bool, words: str
) -> None:
    """Add or replace the words of one subject or message. Triggers keep the index right."""
    upsert(
        unit,
        search_docs,
        {
            "case_id": case_id,
            "ref_id": ref_id,
            "brand_id": brand_id,
            "is_public": is_public,
            "words": words,
        },
        keys=("ref_id",),
    )


def match(
    unit: Unit,
    words: list[str],
    *,
    brand_ids: tuple[str, ...],
    public_only: bool,
    before: int | None,
    limit: int,
) -> list[Found]:
    """Documents with every word, newest first, below position `before`; at most `limit`."""
    where = ""
    parameters: dict[str, object] = {"words": match_words(unit, words), "most": limit}
    if before is not None:
        where += f" AND {match_key(unit)} < :before"
        parameters["before"] = before
    if public_only:
        where += " AND d.is_public"
    binds = [sa.bindparam(f"brand{n}", b, id_type()) for n, b in enumerate(brand_ids)]
    if binds:
        where += f" AND d.brand_id IN ({', '.join(f':{bind.key}' for bind in binds)})"
    hits = sa.text(
        f"SELECT d.id, d.case_id, d.ref_id, d.brand_id FROM {match_source(unit)}{where} "  # noqa: S608
        f"ORDER BY {match_key(unit)} DESC LIMIT :most"
    )
    typed = hits.bindparams(*binds).columns(
        search_docs.c.id, search_docs.c.case_id, search_docs.c.ref_id, search_docs.c.brand_id
    )
    rows = unit.execute(typed, parameters).all()
    by_id = {
        row.id: Case(**row._mapping)
        for row in unit.execute(
            sa.select(*CASE_FIELDS).where(cases.c.id.in_({row.case_id for row in rows}))
        )
    }
    return [
        Found(
            case=by_id[row.case_id],
            message_id=None if row.ref_id == row.case_id else row.ref_id,
            position=row.id,
        )
        for row in rows
    ]
