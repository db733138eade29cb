"""The clock of a network that takes answers only for a while, in words. Pure."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from fairline.cases.rows import Case
from fairline.desk.channel_words import channel_word

SOON = timedelta(hours=2)


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """Such as "can be answered by WhatsApp until 14:10"; `short` for a row of a list. `tone` is
    risk shortly before the end and late after it.
    """

    words: str
    short: str
    tone: str
    at: datetime


def clock_of(case: Case, now: datetime, zone: str) -> Clock | None:
    """None where the network does not ask, or nobody waits."""
    if case.reply_by is None or case.is_ended or case.entered_at is None:
        return None
    way = channel_word(case.reply_channel)
    until = until_words(case.reply_by, now, zone)
    if case.reply_by <= now:
        words, short, tone = f"could be answered by {way} until {until}", f"{way} closed", "late"
    else:
        words, short = f"can be answered by {way} until {until}", f"{way} until {until}"
        tone = "risk" if case.reply_by - now < SOON else ""
    return Clock(words=words, short=short, tone=tone, at=case.reply_by)


def until_words(moment: datetime, now: datetime, zone: str) -> str:
    """The time on the brand's clock; with the day where it is not today."""
    local, today = moment.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    return local.strftime("%H:%M" if local.date() == today.date() else "%a %-d %b, %H:%M")
