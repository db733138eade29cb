"""Whether an inbox works, in words that follow "because it". Pure: asked by pages and watches."""

from datetime import datetime, timedelta

from fairline.channels.rows import Inbox


def trouble_of(inbox: Inbox, at: datetime, *, after: timedelta) -> str:
    """Why nothing goes by it now; '' while it works. An error counts once it is so old."""
    if inbox.archived_at:
        return "was put away"
    if inbox.state == "paused":
        return "is paused"
    if inbox.error and inbox.error_since and at - inbox.error_since >= after:
        return "does not work"
    return ""


def since_when(inbox: Inbox) -> datetime | None:
    """Since when it does not work; None where that is not known (a pause has no date)."""
    return inbox.archived_at or (inbox.error_since if inbox.error else None)
