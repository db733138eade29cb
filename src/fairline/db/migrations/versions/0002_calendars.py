"""Several calendars, cases brought forward, and what became of each promised answer."""

import sqlalchemy as sa
from alembic import op

from fairline.core.ids import new_id
from fairline.db.types import Moment, id_type, json_type

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "calendars",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("hours", json_type(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("archived_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendars")),
        sa.UniqueConstraint("name", name=op.f("uq_calendars_name")),
    )
    op.create_table(
        "inbox_hours",
        sa.Column("inbox_id", id_type(), nullable=False),
        sa.Column("brand_id", id_type(), nullable=False),
        sa.Column("calendar_id", id_type(), nullable=False),
        sa.ForeignKeyConstraint(["inbox_id"], ["inboxes.id"], name=op.f("fk_inbox_hours_inbox_id")),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_inbox_hours_brand_id")),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["calendars.id"], name=op.f("fk_inbox_hours_calendar_id")
        ),
        sa.PrimaryKeyConstraint("inbox_id", name=op.f("pk_inbox_hours")),
    )
    op.create_index(op.f("ix_inbox_hours_calendar_id"), "inbox_hours", ["calendar_id"])
    _move_calendars()
    op.add_column("cases", sa.Column("brought_forward_at", Moment(), nullable=True))
    op.create_index(
        "ix_cases_owed",
        "cases",
        ["brand_id", "id"],
        sqlite_where=sa.text("resolve_due_at IS NOT NULL"),
        postgresql_where=sa.text("resolve_due_at IS NOT NULL"),
    )
    _keep_promises()


def _move_calendars() -> None:
    """Each brand's present hours become a calendar of the brand's name."""
    # SQLite adds a column with a foreign key in its own words, and only where it may be empty.
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "ALTER TABLE brands ADD COLUMN calendar_id VARCHAR(36) "
            "CONSTRAINT fk_brands_calendar_id REFERENCES calendars (id)"
        )
    else:
        op.add_column("brands", sa.Column("calendar_id", id_type(), nullable=True))
        op.create_foreign_key(
            op.f("fk_brands_calendar_id"), "brands", "calendars", ["calendar_id"], ["id"]
        )
    brands = sa.table(
        "brands",
        sa.column("id", id_type()),
        sa.column("name", sa.Text()),
        sa.column("calendar", json_type()),
        sa.column("calendar_id", id_type()),
        sa.column("created_at", Moment()),
    )
    calendars = sa.table(
        "calendars",
        sa.column("id", id_type()),
        sa.column("name", sa.Text()),
        sa.column("hours", json_type()),
        sa.column("created_at", Moment()),
    )
    connection = op.get_bind()
    taken: set[str] = set()
    for brand in connection.execute(sa.select(brands).order_by(brands.c.created_at)).all():
        name, number = brand.name, 1
        while name in taken:
            number += 1
            name = f"{brand.name} {number}"
        taken.add(name)
        calendar_id = new_id()
        values = {"id": calendar_id, "name": name, "hours": brand.calendar}
        connection.execute(sa.insert(calendars), {**values, "created_at": brand.created_at})
        connection.execute(
            sa.update(brands).where(brands.c.id == brand.id).values(calendar_id=calendar_id)
        )
    op.drop_column("brands", "calendar")


def _keep_promises() -> None:
    """One row per answer that was promised; first answers given before this are taken over."""
    op.create_table(
        "kept_promises",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("case_id", id_type(), nullable=False),
        sa.Column("brand_id", id_type(), nullable=False),
        sa.Column("inbox_id", id_type(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("is_first", sa.Boolean(), nullable=False),
        sa.Column("entered_at", Moment(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("answered_at", Moment(), nullable=False),
        sa.Column("is_kept", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_kept_promises_case_id")),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_kept_promises_brand_id")
        ),
        sa.ForeignKeyConstraint(
            ["inbox_id"], ["inboxes.id"], name=op.f("fk_kept_promises_inbox_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_promises")),
    )
    op.create_index(op.f("ix_kept_promises_case_id"), "kept_promises", ["case_id"])
    op.create_index(
        "ix_kept_promises_counted",
        "kept_promises",
        ["inbox_id", "severity", "is_kept", "answered_at"],
    )
    op.execute(
        "INSERT INTO kept_promises (id, case_id, brand_id, inbox_id, severity, is_first, "
        "entered_at, due_at, answered_at, is_kept) "
        "SELECT id, id, brand_id, inbox_id, severity, true, created_at, first_due_at, "
        "first_answered_at, first_answered_at <= first_due_at FROM cases "
        "WHERE first_due_at IS NOT NULL AND first_answered_at IS NOT NULL"
    )
