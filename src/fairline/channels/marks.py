"""Marks that stand in a stored message where a secret goes, and the secrets themselves. Pure.

A secret is put in when the message leaves (`outgoing.build`), so the record, the desk, the search
and an export hold only the mark. It is derived from the install's key and the message's id: a
second try of the same delivery says the same, and nothing that opens anything is stored.
"""

import hmac
import re

from fairline.core.ids import ALPHABET, REFERENCE_PREFIX
from fairline.core.secrets import Keyring

# Where the secret link to the thread goes, in a notice of ours.
LINK_MARK = "[link]"
# Where the way into the private side goes, in a public answer.
GO_ON_LINK = "[private link]"
GO_ON_CODE = "[private code]"
# Where six digits go that only their reader can know.
DIGITS_MARK = "[six digits]"

DIGITS = 6
CODE_SIGNS = 8
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})


def token_of(keyring: Keyring, message_id: str) -> str:
    """The 128 bits of the link in a public answer, hex."""
    return keyring.sign(message_id, purpose="private link")


def code_of(keyring: Keyring, message_id: str) -> str:
    """The code in a public answer where links are priced: 40 bits, as people see it."""
    number = int(keyring.sign(message_id, purpose="private code"), 16)
    signs = "".join(ALPHABET[number >> 5 * place & 31] for place in range(CODE_SIGNS))
    return f"{REFERENCE_PREFIX}{signs[:4]}-{signs[4:]}"


def digits_of(keyring: Keyring, message_id: str) -> str:
    """The six digits in a notice."""
    number = int(keyring.sign(message_id, purpose="six digits"), 16)
    return f"{number % 10**DIGITS:0{DIGITS}}"


def read_code(typed: str) -> str:
    """A code as somebody typed it, in its one form; '' for what cannot be one."""
    bare = re.sub(r"[\s\-\u2013\u2014_.]", "", typed.upper())
    bare = bare.removeprefix(REFERENCE_PREFIX.rstrip("-")).translate(_MISREAD)
    if len(bare) != CODE_SIGNS or set(bare) - set(ALPHABET):
        return ""
    return f"{REFERENCE_PREFIX}{bare[:4]}-{bare[4:]}"


def same_digits(typed: str, wanted: str) -> bool:
    """Compare in constant time; spaces and dashes do not count."""
    bare = re.sub(r"[\s\-]", "", typed)[:32]
    return hmac.compare_digest(bare.encode(), wanted.encode())


def has_way_in(text: str) -> bool:
    """Whether a public answer carries a way into the private side."""
    return GO_ON_LINK in text or GO_ON_CODE in text


def with_way_in(text: str, way: str) -> str:
    """The text with `way` where a link or a code goes."""
    return text.replace(GO_ON_LINK, way).replace(GO_ON_CODE, way)
