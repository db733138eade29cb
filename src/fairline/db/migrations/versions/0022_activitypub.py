"""Actors, keys and followers of the fediverse."""

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    return None
