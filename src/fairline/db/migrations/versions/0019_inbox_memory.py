"""What an inbox keeps between uses, and what it spent."""

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    return None
