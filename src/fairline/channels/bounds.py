"""Keeps what comes in within bounds. Pure. All of it stays in the raw item."""

import msgspec

from fairline.cases.inbound import Inbound
from fairline.channels.heard import Edited
from fairline.core.text import clip

MOST_TEXT = 100_000
MOST_HTML = 500_000
MOST_SUBJECT = 1_000


def bounded(inbound: Inbound) -> Inbound:
    """The same, cut where it is longer than anybody reads; then it says `is_cut`."""
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
    html = edited.html if len(edited.html) <= MOST_HTML else ""
    return msgspec.structs.replace(edited, text=clip(edited.text, MOST_TEXT), html=html)
