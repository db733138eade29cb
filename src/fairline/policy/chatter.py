"""Judges whether a public post that belongs to no case may want something from us. Pure.

Only asked for what strangers post in public: never for what was said in private, on our own board,
or by somebody who has a case. It leans to one side: whoever may want something gets a case, since
a question that is missed costs more than a remark that is read. What is kept off the line stands in
the list of mentions, from where one click makes it a case. Nothing here looks at who wrote.
"""

import hashlib
import re
import unicodedata

import msgspec

from fairline.db.words import fold
from fairline.policy.chatter_words import (
    BAD_TAGS,
    FILLER,
    GREETINGS,
    HELLOS,
    LAUGHS,
    PERSONS,
    PRAISE,
    PROMOTION,
    SMALL_TALK,
    THANKS,
    WANTS,
)

MOST_TEXT = 2000
# A longer one tells something, and somebody should read it.
MOST_PRAISE = 30
MOST_LAUGH = 14
MOST_GREETING = 4
MANY_NAMES = 5
MANY_TAGS = 5
COPIED = 3
_LINK = re.compile(r"(?:https?://|www\.)\S{1,500}", re.IGNORECASE)
_NAME = re.compile(r"(?<![\w.])@[\w.-]{1,60}(?:@[\w.-]{1,120})?")
_TAG = re.compile(r"(?<!\w)#(\w{1,80})")
_REPOST = re.compile(r"(?:^|\s)(?:RT|MT)\s*@\w{1,60}\s*:?|🔁", re.UNICODE)
_QUESTION = "?？؟"
_OURS_AND_THEIRS = re.compile(
    r"\b(?:i|we)(?: ve| m| am| have| had)? (?:bought|ordered|paid|was|were|am|have|can|cannot|got|"
    r"received|won|lost|tried|need|want|didn|booked|returned|cancel\w*|still|just)\b|"
    r"\b(?:my|our) (?:order|account|parcel|package|bill|refund|flight|card|money|phone|app|ticket|"
    r"delivery|booking|prize|bag|payment|subscription|internet)\b|"
    r"\b(?:ich|wir) (?:habe|haben|bin|kann|warte|brauche)\b|\bmein\w* (?:paket|konto|bestellung)\b|"
    r"\bj ai\b|\bmon (?:compte|colis)\b|\bma commande\b|\bmi (?:cuenta|pedido)\b|\bho \w+to\b|"
    r"\bil mio (?:conto|ordine|pacco)\b"
)
_WISH = re.compile(r"\b(?:i|we) (?:d|would) (?:love|like|prefer)\b|\bich hatte gern\b")
_SCAM = re.compile(
    r"\b(?:recover\w*|hack\w*|unlock\w*|legit|trusted|helped me|best)\b.{0,120}"
    r"\b(?:instagram|ig|telegram|whatsapp)\b|"
    r"\b(?:instagram|ig|telegram|whatsapp)\b.{0,120}\b(?:recover\w*|hack\w*|legit|trusted)\b"
)


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known besides the text: whether it carries files, and by how many other accounts the
    same words were said here in a day.
    """

    has_files: bool = False
    copies: int = 0


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """`kind`: question (it may want something), chatter, spam or repost; `reason` in words."""

    kind: str
    reason: str


QUESTION = Judgement(kind="question", reason="It may want something.")
NOTHING = Facts()


def judge(text: str, facts: Facts = NOTHING) -> Judgement:
    """What a public post is. When in doubt it is a question."""
    if len(text) > MOST_TEXT:
        return QUESTION
    text = unicodedata.normalize("NFKC", text)
    before, is_repost = _without_repost(text)
    links = len(_LINK.findall(before))
    bare = _LINK.sub(" ", before)
    names = len({name.lower() for name in _NAME.findall(bare)})
    tags = [fold(tag) for tag in _TAG.findall(bare)]
    said = _NAME.sub(" ", bare)
    words = fold(_TAG.sub(" ", said)).split()
    asks = any(sign in said for sign in _QUESTION)
    if is_repost and not words:
        return Judgement(kind="repost", reason="Somebody passed on what another said.")
    if not is_repost and (promotion := _promotion(fold(said), links, names, len(tags), facts)):
        return promotion
    wants = asks or any(word in WANTS for word in words) or _has_number(words)
    wants = wants or bool(_WISH.search(" ".join(words)))
    wants = wants or any(bad in tag for tag in tags for bad in BAD_TAGS)
    if wants or (facts.has_files and not words):
        return QUESTION
    if is_repost:
        return Judgement(kind="repost", reason="Passed on with a remark that asks for nothing.")
    is_to_us = not names or bare.lstrip(" .").startswith("@")
    return _without_wish(said, words, tags, links=links, names=names, is_to_us=is_to_us)


def likeness_of(text: str) -> str:
    """The same for texts that differ in links, names and signs: sixteen signs."""
    words = fold(_NAME.sub(" ", _LINK.sub(" ", text)))
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def looks_copied(text: str) -> bool:
    """Whether it is worth looking how many others said the same."""
    return bool(_LINK.search(text)) or len(_NAME.findall(text)) >= MANY_NAMES


def _without_repost(text: str) -> tuple[str, bool]:
    """What was said before the words of another, and whether there are such."""
    found = _REPOST.search(text)
    return (text[: found.start()], True) if found else (text, False)


def _promotion(said: str, links: int, names: int, tags: int, facts: Facts) -> Judgement | None:
    """Somebody who sells or cheats. Whoever speaks of their own order or account never is."""
    if _OURS_AND_THEIRS.search(said):
        return None
    if _SCAM.search(said):
        return Judgement(kind="spam", reason="It sends people to somebody on another network.")
    selling = len({word for word in said.split() if word in PROMOTION})
    reach = bool(links) + (names >= MANY_NAMES) + (tags >= MANY_TAGS)
    if selling >= 2 and reach:
        return Judgement(kind="spam", reason="It advertises something.")
    if facts.copies >= COPIED and reach and (selling or names >= MANY_NAMES):
        return Judgement(
            kind="spam", reason=f"{facts.copies} other accounts said the same word for word."
        )
    return None


def _without_wish(
    said: str, words: list[str], tags: list[str], *, links: int, names: int, is_to_us: bool
) -> Judgement:
    """What a post is in which nothing is asked and nothing went wrong."""
    if not words:
        if links and not tags and names <= 1 and not _has_pictures(said):
            return QUESTION  # a bare link to us: perhaps a picture of what is wrong
        return Judgement(kind="chatter", reason="Nothing but names, tags and pictures.")
    is_greeting = words[0] in HELLOS or (is_to_us and not GREETINGS.isdisjoint(words))
    if is_greeting and len(words) <= MOST_GREETING:
        return QUESTION  # so begins a talk
    if all(word in THANKS or word in FILLER for word in words) and any(
        word in THANKS for word in words
    ):
        return Judgement(kind="chatter", reason="Nothing but thanks.")
    if all(word in SMALL_TALK or word in FILLER or word in THANKS for word in words) and any(
        word in SMALL_TALK for word in words
    ):
        return Judgement(kind="chatter", reason="Small talk.")
    if len(words) <= MOST_PRAISE and any(word in PRAISE for word in words):
        return Judgement(kind="chatter", reason="Praise, and nothing is asked.")
    is_of_oneself = any(word in PERSONS for word in words)
    if len(words) <= MOST_LAUGH and not is_of_oneself and any(word in LAUGHS for word in words):
        return Judgement(kind="chatter", reason="A joke, and nothing is asked.")
    if names >= MANY_NAMES:
        return Judgement(kind="chatter", reason="Said to many at once, and nothing is asked.")
    if links and len(words) >= 6 and not (is_of_oneself or is_to_us):
        return Judgement(kind="chatter", reason="News about us, told to others.")
    return QUESTION


def _has_number(words: list[str]) -> bool:
    """An order, a case, a telephone: whoever gives a number wants something done about it."""
    return any(sum(sign.isdigit() for sign in word) >= 4 for word in words)


def _has_pictures(said: str) -> bool:
    return any(unicodedata.category(sign) in {"So", "Sk"} for sign in said)
