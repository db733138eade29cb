"""Expected arrivals and what an inbox suffers."""

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    return None
