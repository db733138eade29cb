"""How far a mailbox has been read. The text is the inbox's stored cursor. Pure.

`UIDVALIDITY:UID`: the server's own numbering (RFC 3501, 2.3.1.1), since the unread flag says only
that somebody looked elsewhere. An inbox told to leave old mail alone adds the day it began. When
the server numbers the mailbox anew we start over, and that day keeps the old mail out: it holds
for numbers up to the fourth part, so that an old mail moved into the folder later still counts.
"""

from datetime import date

import msgspec

from fairline.core.errors import Invalid


class Cursor(msgspec.Struct, frozen=True):
    """The last mail taken: `validity:uid`, `validity:uid:since`, `validity:uid:since:bound`."""

    validity: int
    uid: int
    since: date | None = None
    bound: int = 0

    def __str__(self) -> str:
        parts = [str(self.validity), str(self.uid)]
        if self.since:
            parts.append(self.since.isoformat())
            if self.bound > self.uid:
                parts.append(str(self.bound))
        return ":".join(parts)

    def at(self, uid: int) -> "Cursor":
        """The same place after one more mail."""
        return Cursor(self.validity, uid, self.since, self.bound if self.bound > uid else 0)


def read_cursor(text: str) -> Cursor:
    """The cursor that `str()` wrote. Raises Invalid."""
    parts = text.split(":")
    try:
        validity, uid = int(parts[0]), int(parts[1])
        since = date.fromisoformat(parts[2]) if len(parts) > 2 else None
        bound = int(parts[3]) if len(parts) > 3 else 0
    except (ValueError, IndexError):
        raise Invalid(
            "The stored place in the mailbox is not readable.", code="bad_cursor", detail=text
        ) from None
    return Cursor(validity, uid, since, bound)
