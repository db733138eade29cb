"""Keeps what comes in within bounds. Pure. All of it stays in the raw item.

PostgreSQL stores no NUL: whoever puts one into a name or an address of a post loses the NUL, and
not what they said.
"""

import msgspec

from fairline.cases.inbound import Inbound
from fairline.channels.heard import Edited
from fairline.core.text import clip

NUL = "\x00"
MOST_TEXT = 100_000
MOST_HTML = 500_000
MOST_SUBJECT = 1_000


def bounded(inbound: Inbound) -> Inbound:
    """The same, cut where it is longer than anybody reads; then it says `is_cut`."""
    inbound = _without_nul(inbound)
    changes: dict[str, object] = {}
    for name, most in (("text", MOST_TEXT), ("full_text", MOST_TEXT), ("subject", MOST_SUBJECT)):
        value = getattr(inbound, name)
        if len(value) > most:
            changes[name] = clip(value, most)
    if len(inbound.html) > MOST_HTML:
        changes["html"] = ""  # half a page of markup would show something else
    if not changes:
        return inbound
    return msgspec.structs.replace(inbound, is_cut=True, **changes)


def bounded_edit(edited: Edited) -> Edited:
    """The same for other words."""
    html = edited.html.replace(NUL, "") if len(edited.html) <= MOST_HTML else ""
    text = clip(edited.text.replace(NUL, ""), MOST_TEXT)
    return msgspec.structs.replace(edited, text=text, html=html, of=edited.of.replace(NUL, ""))


def _without_nul(inbound: Inbound) -> Inbound:
    author = inbound.author
    if NUL in author.address or NUL in author.name:
        name, address = author.name.replace(NUL, ""), author.address.replace(NUL, "")
        author = msgspec.structs.replace(author, name=name, address=address)
    changes: dict[str, object] = {} if author is inbound.author else {"author": author}
    for name in inbound.__struct_fields__:
        value = getattr(inbound, name)
        if isinstance(value, str) and NUL in value:
            changes[name] = value.replace(NUL, "")
    if any(NUL in one for one in inbound.in_reply_to):
        changes["in_reply_to"] = tuple(one.replace(NUL, "") for one in inbound.in_reply_to)
    return msgspec.structs.replace(inbound, **changes) if changes else inbound
