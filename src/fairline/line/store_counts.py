"""All SQL of the counters of the line. Index: the primary key (brand_id, minute, level, bucket),
and for the rest line_places by (brand_id, due_at, entered_at, case_id).
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from fairline.db.dialect import claimed, only_writer
from fairline.db.unit import Unit
from fairline.line.radix import BY_DUE, LEVELS, MINUTE, Rest, Stretch
from fairline.line.tables import EMPTY, line_counts, line_places
from fairline.promises.order import Standing

counts = line_counts.c
places = line_places.c
STRETCHES = 2 * len(LEVELS)


@lru_cache(maxsize=2)
def _add(is_sqlite: bool) -> sa.Executable:
    insert: Any = sqlite.insert if is_sqlite else postgresql.insert
    statement = insert(line_counts)
    adding: sa.Executable = statement.on_conflict_do_update(
        index_elements=["brand_id", "minute", "level", "bucket"],
        set_={"waiting": counts.waiting + statement.excluded.waiting},
    )
    return adding


def add(unit: Unit, changes: list[dict[str, Any]]) -> None:
    """Add to counters with the commit, in the order given: it must be the same for everybody."""
    if changes:
        unit.with_commit(_add(unit.database.is_sqlite), changes)


def _ahead() -> sa.Select[Any]:
    """Built once: eight ranges of counters and three of places."""
    brand = sa.bindparam("brand_id", type_=places.brand_id.type)
    parts: list[Any] = [
        sa.select(sa.func.coalesce(sa.func.sum(counts.waiting), 0).label("many")).where(
            counts.brand_id == brand,
            counts.minute == sa.bindparam(f"minute_{n}", type_=sa.BigInteger),
            counts.level == sa.bindparam(f"level_{n}", type_=sa.SmallInteger),
            counts.bucket >= sa.bindparam(f"low_{n}", type_=sa.BigInteger),
            counts.bucket < sa.bindparam(f"high_{n}", type_=sa.BigInteger),
        )
        for n in range(STRETCHES)
    ]

    def at(name: str) -> sa.BindParameter[Any]:
        return sa.bindparam(name, type_=places.due_at.type)

    of_brand = sa.select(sa.func.count().label("many")).where(places.brand_id == brand)
    parts += [
        of_brand.where(places.due_at >= at("due_from"), places.due_at < at("due_to")),
        of_brand.where(places.due_at > at("then_from"), places.due_at < at("then_to")),
        of_brand.where(
            places.due_at == at("due_at"),
            places.entered_at >= at("entered_from"),
            sa.tuple_(places.entered_at, places.case_id)
            < sa.tuple_(at("entered_at"), sa.bindparam("case_id", type_=places.case_id.type)),
        ),
    ]
    united = sa.union_all(*parts).subquery()
    return sa.select(sa.cast(sa.func.sum(united.c.many), sa.BigInteger))


_AHEAD = _ahead()
_WAITING = sa.select(sa.func.coalesce(sa.func.sum(counts.waiting), 0)).where(
    counts.brand_id == sa.bindparam("brand_id", type_=counts.brand_id.type),
    counts.minute == BY_DUE,
    counts.level == LEVELS[0],
)


def ahead(
    unit: Unit, brand_id: str, key: Standing, stretches: Iterable[Stretch], rest: Rest
) -> int:
    """The sum of the counters and of the places one by one, in one statement.

    Cost: at most 63 counters a level, and the places of 17 seconds.
    """
    values: dict[str, Any] = {"brand_id": brand_id, **msgspec.structs.asdict(key)}
    values |= msgspec.structs.asdict(rest)
    for n, stretch in enumerate(stretches):
        values |= {f"{name}_{n}": value for name, value in msgspec.structs.asdict(stretch).items()}
    return int(unit.execute(_AHEAD, values).scalar_one())


def waiting(unit: Unit, brand_id: str) -> int:
    """How many of the brand wait. Cost: one counter for each 51 days in which something is due."""
    return int(unit.execute(_WAITING, {"brand_id": brand_id}).scalar_one())


def forget_empty(unit: Unit, *, limit: int = 1000) -> int:
    """Delete counters at zero that nobody is changing. Index: `ix_line_counts_empty`."""
    key = (counts.brand_id, counts.minute, counts.level, counts.bucket)
    query = claimed(unit, sa.select(*key).where(sa.text(EMPTY)).order_by(*key).limit(limit))
    found = [
        dict(zip(("b_brand", "b_minute", "b_level", "b_bucket"), row, strict=True))
        for row in unit.execute(query)
    ]
    if found:
        unit.execute(
            sa.delete(line_counts).where(
                counts.brand_id == sa.bindparam("b_brand"),
                counts.minute == sa.bindparam("b_minute"),
                counts.level == sa.bindparam("b_level"),
                counts.bucket == sa.bindparam("b_bucket"),
                counts.waiting == 0,
            ),
            found,
        )
    return len(found)


def _true_counts() -> sa.CompoundSelect[Any]:
    """What the counters should say, from the whole line."""
    parts = []
    for level in LEVELS:
        stretch = places.due_at.op(">>")(sa.literal_column(str(level)))
        parts.append(_grouped(None, level, stretch))
        within = places.entered_at.op(">>")(sa.literal_column(str(level)))
        shared = places.due_at.op("%")(sa.literal_column(str(MINUTE))) == sa.literal_column("0")
        parts.append(_grouped(places.due_at, level, within).where(shared))
    return sa.union_all(*parts)


def _grouped(minute: Any, level: int, bucket: Any) -> sa.Select[Any]:
    bucket = sa.type_coerce(bucket, sa.BigInteger)
    by = [bucket] if minute is None else [minute, bucket]
    none = sa.literal_column(str(BY_DUE), sa.BigInteger)
    return sa.select(
        places.brand_id,
        (none if minute is None else sa.type_coerce(minute, sa.BigInteger)).label("minute"),
        sa.literal_column(str(level), sa.SmallInteger).label("level"),
        bucket.label("bucket"),
        sa.func.count().label("waiting"),
    ).group_by(places.brand_id, *by)


def differences(unit: Unit, *, limit: int = 100) -> int:
    """How many counters are not what the line says, at most `limit`. Reads the whole line."""
    real = _true_counts().subquery()
    kept = sa.select(line_counts).where(counts.waiting != 0).subquery()
    both = sa.and_(*(real.c[n] == kept.c[n] for n in ("brand_id", "minute", "level", "bucket")))
    wrong = sa.select(sa.literal(1)).select_from(real.outerjoin(kept, both))
    wrong = wrong.where(sa.or_(kept.c.waiting.is_(None), kept.c.waiting != real.c.waiting))
    extra = sa.select(sa.literal(1)).select_from(kept.outerjoin(real, both))
    extra = extra.where(real.c.waiting.is_(None))
    found = sa.union_all(wrong, extra).limit(limit).subquery()
    return int(unit.execute(sa.select(sa.func.count()).select_from(found)).scalar_one())


def count_anew(unit: Unit) -> None:
    """Throw the counters away and count the line. Others wait with their changes until the end:
    what they have written of the line is not seen here, and added by them afterwards.
    """
    only_writer(unit, line_counts)
    unit.execute(sa.delete(line_counts))
    names = ["brand_id", "minute", "level", "bucket", "waiting"]
    unit.execute(sa.insert(line_counts).from_select(names, _true_counts()))
