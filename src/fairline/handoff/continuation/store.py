"""All SQL of continuations and proofs. Indexes: unique secret_hash, (case_id, id),
(continuation_id, browser_hash, id), (case_id, created_at).
"""

from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from fairline.db.dialect import locked, update_row
from fairline.db.unit import Unit
from fairline.handoff.continuation.tables import Continuation, Proof, continuations, proofs

_FIELDS = [continuations.c[f.name] for f in msgspec.structs.fields(Continuation)]
_PROOF_FIELDS = [proofs.c[f.name] for f in msgspec.structs.fields(Proof)]

# A wrong, an expired and a revoked secret find nothing by one and the same statement.
_LIVE = sa.select(*_FIELDS).where(
    continuations.c.secret_hash == sa.bindparam("secret_hash"),
    continuations.c.revoked_at.is_(None),
    continuations.c.expires_at > sa.bindparam("now"),
)
_OF_CASE = (
    sa.select(*_FIELDS)
    .where(continuations.c.case_id == sa.bindparam("case_id"))
    .order_by(continuations.c.id.desc())
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_LAST_PROOF = (
    sa.select(*_PROOF_FIELDS)
    .where(
        proofs.c.continuation_id == sa.bindparam("continuation_id"),
        proofs.c.browser_hash == sa.bindparam("browser_hash"),
        proofs.c.used_at.is_(None),
        proofs.c.expires_at > sa.bindparam("now"),
    )
    .order_by(proofs.c.id.desc())
    .limit(1)
)
_COUNT_PROOFS = sa.select(sa.func.count()).where(
    proofs.c.case_id == sa.bindparam("case_id"),
    proofs.c.created_at > sa.bindparam("since"),
)
_COUNT_TRY = (
    sa.update(proofs)
    .where(proofs.c.id == sa.bindparam("proof_id"), proofs.c.tries < sa.bindparam("most"))
    .values(tries=proofs.c.tries + 1)
)


def insert(unit: Unit, values: dict[str, Any]) -> None:
    unit.execute(sa.insert(continuations).values(**values))


def live_by_hash(unit: Unit, secret_hash: str, *, lock: bool = False) -> Continuation | None:
    """Neither revoked nor expired. Index: unique secret_hash."""
    query = locked(unit, _LIVE) if lock else _LIVE
    row = unit.execute(query, {"secret_hash": secret_hash, "now": unit.now}).one_or_none()
    return Continuation(**row._mapping) if row else None


def of_case(unit: Unit, case_id: str, *, most: int = 5) -> list[Continuation]:
    """Newest first. Index: (case_id, id)."""
    rows = unit.execute(_OF_CASE, {"case_id": case_id, "most": most})
    return [Continuation(**row._mapping) for row in rows]


def by_id(unit: Unit, continuation_id: str) -> Continuation | None:
    query = sa.select(*_FIELDS).where(continuations.c.id == continuation_id)
    row = unit.execute(query).one_or_none()
    return Continuation(**row._mapping) if row else None


def update(unit: Unit, continuation_id: str, values: dict[str, Any]) -> None:
    update_row(unit, continuations, continuation_id, values)


def insert_proof(unit: Unit, values: dict[str, Any]) -> None:
    unit.execute(sa.insert(proofs).values(**values))


def last_proof(unit: Unit, continuation_id: str, browser_hash: str) -> Proof | None:
    """The newest one that can still be answered in that browser.

    Index: (continuation_id, browser_hash, id).
    """
    wanted = {
        "continuation_id": continuation_id,
        "browser_hash": browser_hash,
        "now": unit.now,
    }
    row = unit.execute(_LAST_PROOF, wanted).one_or_none()
    return Proof(**row._mapping) if row else None


def count_proofs(unit: Unit, case_id: str, since: datetime) -> int:
    """How many were sent since. Index: (case_id, created_at)."""
    return int(unit.execute(_COUNT_PROOFS, {"case_id": case_id, "since": since}).scalar_one())


def count_try(unit: Unit, proof_id: str, *, most: int) -> bool:
    """Note one more try; False when there have been `most`. Two at once are two tries."""
    done = unit.execute(_COUNT_TRY, {"proof_id": proof_id, "most": most})
    return bool(done.rowcount)


def use_proof(unit: Unit, proof_id: str) -> None:
    """It counts once."""
    update_row(unit, proofs, proof_id, {"used_at": unit.now})
