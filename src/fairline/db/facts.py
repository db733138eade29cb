"""Facts of the install: made once, then for ever the same (the install's id)."""

import sqlalchemy as sa

from fairline.core.ids import new_token
from fairline.db.dialect import insert_or_ignore
from fairline.db.engine import Database
from fairline.db.tables import install


def fact(database: Database, key: str) -> str:
    """The value under `key`, drawn at random the first time it is asked for."""
    query = sa.select(install.c.value).where(install.c.key == key)
    with database.read() as unit:
        found = unit.execute(query).scalar_one_or_none()
    if found is None:
        with database.write() as unit:
            insert_or_ignore(unit, install, {"key": key, "value": new_token()})
            found = unit.execute(query).scalar_one()
    return str(found)
