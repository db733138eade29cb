"""SQL of first contacts that failed. Index: ix_cases_tried_first, which holds all that is read."""

from datetime import datetime

import sqlalchemy as sa

from fairline.cases.tables import cases
from fairline.db.unit import Unit
from fairline.people import store as people


def counted(unit: Unit, since: datetime, brand_ids: tuple[str, ...]) -> list[tuple[str, str, int]]:
    """(team id or '', where they had asked, how many). Empty `brand_ids`: all brands.

    Only cases whose author said something are in the index, of the days that are asked for.
    """
    brands = brand_ids or tuple(brand.id for brand in people.all_brands(unit))
    query = (
        sa.select(cases.c.team_id, cases.c.tried_first, sa.func.count().label("many"))
        .where(
            cases.c.brand_id.in_(brands),
            cases.c.created_at >= since,
            sa.text("cases.tried_first <> ''"),
        )
        .group_by(cases.c.team_id, cases.c.tried_first)
    )
    return [(row.team_id or "", row.tried_first, row.many) for row in unit.execute(query)]
