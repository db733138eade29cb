"""Stored bytes by content: the same attachment sent twice is kept once.

Text-like content (raw mail) is compressed; what does not shrink is kept as it is.
"""

import hashlib
import zlib

import sqlalchemy as sa

from fairline.core.errors import NotFound
from fairline.db.dialect import insert_or_ignore
from fairline.db.tables import blobs
from fairline.db.unit import Unit

WORTH_PACKING = 0.9


def put_blob(unit: Unit, data: bytes) -> str:
    """Store `data` once. Returns its SHA-256 in hex."""
    name = hashlib.sha256(data).hexdigest()
    packed = zlib.compress(data, 6) if data else b""
    is_packed = bool(data) and len(packed) < len(data) * WORTH_PACKING
    insert_or_ignore(
        unit,
        blobs,
        {
            "sha256": name,
            "size_bytes": len(data),
            "packed": is_packed,
            "data": packed if is_packed else data,
            "created_at": unit.now,
        },
    )
    return name


def wipe_blob(unit: Unit, sha256: str) -> None:
    """Forget the bytes; the row stays for whatever refers to it."""
    unit.execute(
        sa.update(blobs)
        .where(blobs.c.sha256 == sha256)
        .values(data=b"", size_bytes=0, packed=False)
    )


def get_blob(unit: Unit, sha256: str) -> bytes:
    """The bytes of `put_blob`. Raises NotFound."""
    row = unit.execute(
        sa.select(blobs.c.data, blobs.c.packed).where(blobs.c.sha256 == sha256)
    ).one_or_none()
    if row is None:
        raise NotFound("This file is no longer stored.", code="no_such_file")
    data = bytes(row.data)
    return zlib.decompress(data) if row.packed else data
