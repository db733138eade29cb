"""Writes the next migration from the difference between the tables and an up-to-date database.

Usage: .venv/bin/python scripts/new_migration.py "add a column"
Read what it wrote before you commit it: names, defaults, and both engines.
"""

import re
import sys
import tempfile
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext

import fairline.wiring  # noqa: F401  loads every table
from fairline.db.engine import open_database
from fairline.db.migrate import SCRIPTS, known_revisions, migrate
from fairline.db.types import Moment, metadata

TEMPLATE = '''"""{title}."""

import sqlalchemy as sa
from alembic import op

from fairline.db.types import Moment, big_key, id_type, json_type  # noqa: F401

revision = "{revision}"
down_revision = {parent}


def upgrade() -> None:
{body}
'''


def _render(kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    if kind != "type":
        return False
    if isinstance(thing, Moment):
        return "Moment()"
    has_variant = bool(getattr(thing, "_variant_mapping", None))
    if has_variant and isinstance(thing, sa.String):
        return "id_type()"
    if has_variant and isinstance(thing, sa.JSON):
        return "json_type()"
    if has_variant and isinstance(thing, sa.BigInteger):
        return "big_key()"
    return False


def _is_ours(_: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    return not (kind == "table" and (name or "").startswith("search_index"))


def main() -> None:
    title = sys.argv[1]
    known = known_revisions()
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}/new.db")
        if known:
            migrate(database)
        with database.write() as unit:
            context = MigrationContext.configure(
                unit.connection, opts={"include_object": _is_ours, "render_item": _render}
            )
            found = produce_migrations(context, metadata)
            if found.upgrade_ops is None:
                raise SystemExit("nothing has changed")
            body = render_python_code(
                found.upgrade_ops, render_item=_render, migration_context=context
            )
        database.close()
    number = f"{int(known[-1]) + 1 if known else 1:04}"
    slug = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")
    path = Path(SCRIPTS) / "versions" / f"{number}_{slug}.py"
    parent = f'"{known[-1]}"' if known else "None"
    path.write_text(
        TEMPLATE.format(title=title, revision=number, parent=parent, body="    " + body)
    )
    print(path)


if __name__ == "__main__":
    main()
