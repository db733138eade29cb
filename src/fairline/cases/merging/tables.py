"""What was merged, split or moved, and which rows that moved: enough to put all of it back."""

import sqlalchemy as sa

from fairline.db.types import Moment, id_type, json_type, metadata

# What was done. `from_id` and `into_id` are cases, or contacts where two people were one.
DONE = ("merge", "split", "move", "contacts")

merges = sa.Table(
    "merges",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("from_id", id_type(), nullable=False, index=True),
    sa.Column("into_id", id_type(), nullable=False, index=True),
    sa.Column("by_agent_id", id_type(), sa.ForeignKey("agents.id")),
    sa.Column("at", Moment, nullable=False, index=True),
    sa.Column("undone_at", Moment),
    # How the two stood before and after (kept.py): what a row says that did not move.
    sa.Column("kept", json_type(), nullable=False),
    sa.CheckConstraint(
        "what IN ({})".format(", ".join(f"'{what}'" for what in DONE)), name="what_known"
    ),
)

# Names of the rows that moved, not copies of them. Forgotten when it cannot be undone any more.
merge_rows = sa.Table(
    "merge_rows",
    metadata,
    sa.Column("merge_id", id_type(), sa.ForeignKey("merges.id"), primary_key=True),
    sa.Column("place", sa.Text, primary_key=True),
    sa.Column("row_key", sa.Text, primary_key=True),
    sqlite_with_rowid=False,
)
