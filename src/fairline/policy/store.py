"""SQL of the guard's rules. Small tables, read by the brand's id when something public is said."""

from typing import Any

import sqlalchemy as sa

from fairline.db.dialect import upsert
from fairline.db.unit import Unit
from fairline.policy.account_masks import AccountMask
from fairline.policy.tables import account_patterns, guard_rules

_RULES = sa.select(guard_rules).where(guard_rules.c.brand_id == sa.bindparam("brand_id"))
_MASKS = (
    sa.select(account_patterns.c.id, account_patterns.c.name, account_patterns.c.mask)
    .where(account_patterns.c.brand_id == sa.bindparam("brand_id"))
    .order_by(account_patterns.c.id)
)


def rules_row(unit: Unit, brand_id: str) -> dict[str, Any] | None:
    """By primary key."""
    row = unit.execute(_RULES, {"brand_id": brand_id}).one_or_none()
    return dict(row._mapping) if row else None


def put_rules(unit: Unit, brand_id: str, values: dict[str, Any]) -> None:
    upsert(
        unit,
        guard_rules,
        {"brand_id": brand_id, "updated_at": unit.now, **values},
        keys=("brand_id",),
    )


def masks_of(unit: Unit, brand_id: str) -> tuple[AccountMask, ...]:
    """Oldest first. Index: ix_account_patterns_brand_id."""
    rows = unit.execute(_MASKS, {"brand_id": brand_id})
    return tuple(AccountMask(**row._mapping) for row in rows)


def insert_mask(unit: Unit, values: dict[str, Any]) -> None:
    unit.execute(sa.insert(account_patterns).values(created_at=unit.now, **values))


def delete_mask(unit: Unit, brand_id: str, mask_id: str) -> bool:
    gone = unit.execute(
        sa.delete(account_patterns).where(
            account_patterns.c.id == mask_id, account_patterns.c.brand_id == brand_id
        )
    )
    return bool(gone.rowcount)
