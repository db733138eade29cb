"""The date a mail claims. Pure; None when it claims none that can be believed."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz

# Mail is older than this nowhere, and a clock that runs ahead by more is simply wrong.
_FIRST = datetime(1982, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=2)


def parse_date(text: str, *, received_at: datetime) -> datetime | None:
    """`text` (RFC 5322, 3.3, and what comes near it) in UTC."""
    try:
        parsed = parsedate_tz(text[:200])
        if parsed is None:
            return None
        offset_s = parsed[9] or 0
        if abs(offset_s) > 16 * 3600:
            offset_s = 0
        moment = datetime(*parsed[:6], tzinfo=UTC) - timedelta(seconds=offset_s)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if _FIRST <= moment <= received_at + _AHEAD else None
