"""What a machine made of a letter."""

from datetime import datetime

import msgspec


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `letter_readings`. `words` stays what the machine read, whatever was mended."""

    message_id: str
    case_id: str
    state: str
    pages: int
    words: str
    error: str
    created_at: datetime
    read_at: datetime | None
    corrected_by_id: str | None
    corrected_at: datetime | None

    @property
    def is_by_machine(self) -> bool:
        """The text that stands is what a machine read, and nobody has looked at it."""
        return self.state == "read"
