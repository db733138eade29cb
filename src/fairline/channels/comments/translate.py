"""Understands what a site's comment box tells. Pure. Its shapes: docs/guides/channel-comments.md.

As for an own inbox, with the page a comment stands on; and all of it is public.
"""

import re
from datetime import datetime

import msgspec

from fairline.channels.contract import Inbound, InboxInfo, Invalid, Translation
from fairline.channels.told import Told, news_of, read_told, said_or_changed, words_of

KIND = "comments"
MOST_PAGE = 500


class ToldComment(Told, frozen=True, kw_only=True):
    """`page` is the site's own name of the page: its address, or an id."""

    page: str = ""


class Comment(Inbound, frozen=True, kw_only=True):
    """What was said, and on which page."""

    page: str


def native_id_of(payload: bytes) -> str:
    """What the item is called: its id, and for news its kind besides. Raises Invalid."""
    return read_told(payload, ToldComment).native_id


def translated(payload: bytes, inbox: InboxInfo, *, received_at: datetime) -> Translation:
    """Raises Invalid with what is wrong, for the one who writes the other side."""
    told = read_told(payload, ToldComment)
    if news := news_of(told):
        return news
    page = page_key(told.page)
    if not page:
        raise Invalid("`page` says where the comment stands.", code="bad_payload", field="page")
    said = words_of(msgspec.structs.replace(told, public=True), inbox.kind, received_at)
    link = said.permalink or (told.page if told.page.startswith(("https://", "http://")) else "")
    values = {name: getattr(said, name) for name in said.__struct_fields__}
    comment = Comment(**{**values, "permalink": link[:1000], "page": page})
    return said_or_changed(told, comment, received_at)


def page_key(page: str) -> str:
    """A page in the one form in which it is found again: no servers agree on repeated slashes in a
    path, nor on one at its end. '' for none.
    """
    key = re.sub(r"/{2,}", "/", " ".join(page.replace("\x00", "").split())).strip("/ ")
    return key[:MOST_PAGE].strip("/ ")
