"""Finds an answer that does nothing but send the customer elsewhere: "please DM us", "call 0800…".

Pure. A text is judged sentence by sentence: one at least sends away, and every other is a greeting,
thanks, regret or how to get there. English, German, French, Spanish and Dutch; whatever says
anything else is an answer, and is left alone.
"""

import re

import msgspec

from fairline.policy.elsewhere_words import (
    DONE,
    FILLER,
    HELPS,
    OURS,
    REASON,
    THERE,
    WAYS,
    YES_OR_NO,
)

# Who has only a redirect to say needs no more; a long text is never one, and costs nothing.
MOST_TEXT = 700
MOST_WORDS = 45
MOST_POLITE = 30
_LINK = re.compile(r"https?://\S{1,300}", re.IGNORECASE)
_TO = re.compile(r"(?<![\w.])@\w{1,40}")
_SIGNED = re.compile(
    r"(?<!\w)[\^*~][A-Za-z]{1,20}|\s(?:-{1,2} ?|/)[A-Za-z]{1,20}(?: [A-Z]{1,2})?\s*$|"
    r"\(?\b[1-3]/[1-3]\)?"
)
_ENDS = re.compile(r"(?<=[.!?…])[)\"'”]*\s+|\n+|\s[–—]\s")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Where the customer is sent: `message`, `phone`, `mail`, `form` or `others`."""

    way: str


def sends_elsewhere(text: str) -> Finding | None:
    """What the text sends the customer to when it does nothing else; None for an answer."""
    if len(text) > MOST_TEXT:
        return None
    text = _TO.sub(" ", _LINK.sub(" LINK ", text.replace("’", "'")))
    text = _SIGNED.sub(" ", text.strip())
    if DONE.search(text):
        return None
    way = ""
    for sentence in _ENDS.split(text):
        found = _way_of(sentence)
        if found:
            way = way or found
        elif not _says_nothing(sentence):
            return None
    return Finding(way=way) if way else None


def _way_of(sentence: str) -> str:
    """Where one sentence sends; '' when it does not, or says something before it does."""
    if len(_WORD.findall(sentence)) > MOST_WORDS or OURS.search(sentence):
        return ""
    for way, pattern in WAYS:
        if found := pattern.search(sentence):
            if "LINK" in sentence[: found.start()]:
                return ""
            before = sentence[: found.start()].split(",")[:-1]
            return way if all(_says_nothing(part) or REASON.match(part) for part in before) else ""
    return ""


def _says_nothing(part: str) -> bool:
    words = _WORD.findall(part)
    if THERE.match(part):
        return True
    if part.rstrip().endswith("?") or HELPS.search(part):
        return words == ["LINK"]
    if len(words) <= 3:
        return not YES_OR_NO.match(part)
    return len(words) <= MOST_POLITE and bool(FILLER.search(part))
