"""Addresses of text messages: numbers in E.164, and what else a sender may be. Pure.

A short code (5 to 6 digits) and a name of up to 11 letters send, and cannot be answered. Source:
Twilio, "Alphanumeric sender ID" and "Short codes". WhatsApp numbers that reach us through the same
provider keep their prefix, so that they are never taken for the same address as a phone.
"""

import re

from fairline.core.errors import Invalid
from fairline.people.numbers import read_number

WHATSAPP = "whatsapp:"
_NUMBER = re.compile(r"\+[0-9]{5,15}")
_SHORT = re.compile(r"[0-9]{3,8}")
_NAME = re.compile(r"(?=.*[a-z])[a-z0-9 &_+-]{1,11}", re.IGNORECASE)


def normalise(address: str) -> str:
    """One normal form. Raises Invalid."""
    text = " ".join(address.split())
    if text.lower().startswith(WHATSAPP):
        return WHATSAPP + _number(text[len(WHATSAPP) :])
    if _SHORT.fullmatch(text):
        return text
    if _NAME.fullmatch(text):
        return text.lower()
    return _number(text)


def can_be_answered(address: str) -> bool:
    """Only numbers take an answer."""
    return address.removeprefix(WHATSAPP).startswith("+")


def _number(text: str) -> str:
    try:
        return read_number(text).e164
    except Invalid:
        # A number that we would not ring up may still have written to us.
        bare = re.sub(r"[ ()./-]", "", text)
        if _NUMBER.fullmatch(bare):
            return bare
        raise
