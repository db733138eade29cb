"""Which account is ours, and whether a post means it. Pure."""

import re

import msgspec

from fairline.channels.contract import InboxInfo
from fairline.channels.x.people import Person
from fairline.channels.x.posts import Post
from fairline.channels.x.reading import handle, number


class Own(msgspec.Struct, frozen=True, kw_only=True):
    """The inbox's account: the ids it may go by, and its handle, as far as they are known."""

    ids: frozenset[str] = frozenset()
    handle: str = ""
    shown: str = ""

    def is_us(self, person: Person) -> bool:
        return person.id in self.ids or bool(self.handle and person.handle == self.handle)

    def is_meant_by(self, post: Post) -> bool:
        """Whether it names us, answers us or quotes something; True where we cannot tell."""
        if not (self.handle or self.ids):
            return True
        if post.answers_person in self.ids or post.quotes or f"@{self.handle}" in post.named:
            return True
        if post.named & self.ids:
            return True
        return bool(self.handle) and bool(
            re.search(rf"(?<!\w)@{re.escape(self.handle)}(?!\w)", post.said, re.IGNORECASE)
        )


def own_account(inbox: InboxInfo, told: str = "") -> Own:
    """What the inbox says, and whose news it was `told` as."""
    set_ = number(inbox.options.get("user_id", "").strip())
    is_number = inbox.address.isdigit()
    ids = {set_, told, number(inbox.address)} - {""}
    return Own(
        ids=frozenset(ids),
        handle="" if is_number else handle(inbox.address),
        shown=inbox.brand_name,
    )
