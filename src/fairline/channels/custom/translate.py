"""Understands what an own inbox is told. Pure. Its shapes: docs/guides/channel-custom.md."""

from datetime import datetime

from fairline.channels.contract import InboxInfo, Translation
from fairline.channels.told import Told, news_of, read_told, said_or_changed, words_of


def native_id_of(payload: bytes) -> str:
    """What the item is called: its id, and for news its kind besides. Raises Invalid."""
    return read_told(payload, Told).native_id


def translated(payload: bytes, inbox: InboxInfo, *, received_at: datetime) -> Translation:
    """Raises Invalid with what is wrong, for the one who writes the other side."""
    told = read_told(payload, Told)
    if news := news_of(told):
        return news
    return said_or_changed(told, words_of(told, inbox.kind, received_at), received_at)
