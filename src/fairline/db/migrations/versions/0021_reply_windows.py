"""Until when a network takes an answer."""

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    return None
