"""Subjects: the prefixes that mail programs put before them, in many languages, and references.

Pure. Used when a reply is written and when a mail is understood.
"""

import re

from fairline.core.ids import ALPHABET, REFERENCE_DIGITS, REFERENCE_PREFIX

# As written by Outlook, Lotus, Apple Mail, Gmail and Thunderbird in their translations.
_REPLY = (
    r"re|aw|antw|antwort|sv|vs|rif|r|odp|ynt|yan|vá|bls|balas|atb|ats|res|resp|"
    r"απ|σχετ|отв|на|回复|回覆|答复|答覆|返信|回信|תגובה|השב|رد"
)
_FORWARD = (
    r"fwd|fw|wg|tr|rv|enc|i|vb|doorst|doorgestuurd|videresendt|vl|pd|ilt|továbbítás|"
    r"πρθ|προώθ|пер|пересл|转发|轉寄|転送|הועבר|إعادة توجيه"
)
_COUNT = r"(?:\s?\[\d{1,3}\]|\s?\(\d{1,3}\)|\^\d{1,3}|\*\d{1,3})?"
_REPLY_PREFIX = re.compile(rf"\s*(?:{_REPLY}){_COUNT}\s?[:\uff1a]", re.IGNORECASE)
_FORWARD_PREFIX = re.compile(rf"\s*(?:{_FORWARD}){_COUNT}\s?[:\uff1a]", re.IGNORECASE)
_REFERENCE = re.compile(
    rf"(?<![A-Za-z0-9-]){REFERENCE_PREFIX}([{ALPHABET}]{{{REFERENCE_DIGITS}}})(?![A-Za-z0-9-])",
    re.IGNORECASE,
)
_MAX_PREFIXES = 20


def without_reply_prefixes(subject: str) -> str:
    """The subject itself; a forward keeps its prefix, for it says what the mail is."""
    for _ in range(_MAX_PREFIXES):
        match = _REPLY_PREFIX.match(subject)
        if not match:
            break
        subject = subject[match.end() :]
    return subject.strip()


def reply_subject(subject: str, *, is_reply: bool) -> str:
    """`subject` with exactly one `Re:` when it answers something."""
    bare = without_reply_prefixes(subject)
    return f"Re: {bare}" if is_reply and bare else bare


def is_forward(subject: str) -> bool:
    """Whether the sender passes on somebody else's mail. `Re: Fwd:` answers one instead."""
    return bool(_FORWARD_PREFIX.match(subject))


def reference_in(*texts: str) -> str:
    """The first case reference in `texts`, or ''. A hint: anybody can write one."""
    for text in texts:
        if match := _REFERENCE.search(text):
            return REFERENCE_PREFIX + match[1].upper()
    return ""
