"""Posts that arrive before what they answer, and mentions."""

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    return None
