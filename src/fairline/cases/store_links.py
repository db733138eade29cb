"""All SQL of secret links. Index: unique token_hash."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from fairline.cases.rows import SecretLink
from fairline.cases.tables import secret_links
from fairline.db.unit import Unit


def insert(unit: Unit, values: dict[str, Any]) -> None:
    unit.execute(sa.insert(secret_links).values(**values))


def live_by_hash(unit: Unit, token_hash: str) -> SecretLink | None:
    """Neither revoked nor expired."""
    row = unit.execute(
        sa.select(
            secret_links.c.id,
            secret_links.c.case_id,
            secret_links.c.identity_id,
            secret_links.c.created_at,
            secret_links.c.expires_at,
            secret_links.c.used_at,
        ).where(
            secret_links.c.token_hash == token_hash,
            secret_links.c.revoked_at.is_(None),
            sa.or_(secret_links.c.expires_at.is_(None), secret_links.c.expires_at > unit.now),
        )
    ).one_or_none()
    return SecretLink(**row._mapping) if row else None


def touch(unit: Unit, link_id: str, expires_at: datetime) -> None:
    unit.execute(
        sa.update(secret_links)
        .where(secret_links.c.id == link_id)
        .values(used_at=unit.now, expires_at=expires_at)
    )


def revoke_all(unit: Unit, case_id: str) -> list[str]:
    """Ids of the links that were alive until now."""
    rows = unit.execute(
        sa.update(secret_links)
        .where(secret_links.c.case_id == case_id, secret_links.c.revoked_at.is_(None))
        .values(revoked_at=unit.now)
        .returning(secret_links.c.id)
    )
    return list(rows.scalars())
