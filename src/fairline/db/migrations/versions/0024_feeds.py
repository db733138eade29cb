"""Subscribers of our feeds."""

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    return None
