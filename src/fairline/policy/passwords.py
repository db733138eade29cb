"""What opens something: passwords and codes that are said, keys of services, secret links of ours.

Service keys have shapes of their own. A password has none, so only one that is announced is found
("password: hunter2"); one that merely stands in a sentence is not.
"""

import re
from collections.abc import Iterator

from fairline.policy.finding import Finding

_SHAPES = re.compile(
    r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----"
    r"(?:[A-Za-z0-9+/=\s]{0,8000}-----END [A-Z ]{0,30}KEY-----)?"
    r"|(?<![A-Za-z0-9_])(?:"
    r"(?:AKIA|ASIA)[0-9A-Z]{16}"
    r"|gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_[A-Za-z0-9_]{22,255}|glpat-[A-Za-z0-9_-]{20,64}"
    r"|xox[abprs]-[A-Za-z0-9-]{10,250}|[sr]k_(?:live|test)_[A-Za-z0-9]{16,128}"
    r"|sk-(?:proj-|ant-)?[A-Za-z0-9_-]{20,200}|AIza[0-9A-Za-z_-]{35}"
    r"|SG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,64}|npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{50,250}"
    r"|eyJ[A-Za-z0-9_-]{8,4000}\.eyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{8,4000}"
    r")"
)
# A link that opens a thread of ours: whoever has it reads all of it.
_OWN_LINK = re.compile(r"(?:https?://[^\s/]{1,250})?/[tc]/[A-Za-z0-9_-]{20,64}")
_SAID = re.compile(
    r"(?<!\w)(?P<word>pass ?words?|passwd|pwd|pass ?phrase|pass ?code|pass ?wort|kennwort"
    r"|mot de passe|contrase(?:ñ|n)a|clave|senha|wachtwoord|parola|has(?:ł|l)o|пароль|parole?"
    r"|密码|パスワード"
    r"|pin(?: ?code| ?number)?|cvv2?|cvc2?|security code|otp|one[- ]time code|tan)"
    r"(?P<how> ?(?:is now|is|ist|lautet|est|es|é|è|was|to)? ?[:=]{1,2} ?"
    r"| (?:is now|is|ist|lautet|est|es|é|è) (?:now )?| )"
    r"(?P<open>[\"'“„«`]?)(?P<value>[^\s\"'”“»`]{3,64})",
    re.IGNORECASE,
)
_NUMERIC = re.compile(r"(?:pin|cvv|cvc|otp|tan|security|one|pass ?code)", re.IGNORECASE)
_STOPS = ".,;!?)"


def find_secrets(text: str) -> Iterator[Finding]:
    """Every secret in folded text. Linear in its length."""
    for found in _SHAPES.finditer(text):
        yield _finding(found.start(), found.end(), 0.98)
    for found in _OWN_LINK.finditer(text):
        yield _finding(found.start(), found.end(), 0.95)
    at = 0
    while found_next := _SAID.search(text, at):
        value = found_next["value"].rstrip(_STOPS)
        start = found_next.start("value")
        if value and _is_secret(found_next, value):
            yield _finding(start, start + len(value), 0.85)
            at = start + len(value)
        else:
            at = found_next.end("word")


def _is_secret(found: re.Match[str], value: str) -> bool:
    """A word after "password" is one only when it looks like none of a sentence."""
    if not value.strip("•*.#_-xX"):
        return False  # masked already
    digits = sum(sign.isdigit() for sign in value)
    if _NUMERIC.match(found["word"]):
        # In India a "PIN code" is a postcode, of six digits.
        most = 4 if found["word"].lower().startswith("pin") else 8
        return digits == len(value) and 3 <= digits <= most
    is_odd = bool(digits) or any(not s.isalpha() and s not in "-'’" for s in value[1:-1])
    if is_odd and len(value) >= 4:
        # "password 2 times", "password reset/change" are no passwords.
        return found["how"].strip() != "" or (digits > 0 and not value.isdigit())
    has_sign = any(sign in found["how"] for sign in ":=")
    mixed = value != value.lower() and value[1:] != value[1:].lower() and not value.isupper()
    return (mixed and has_sign) or (bool(found["open"]) and has_sign and len(value) >= 4)


def _finding(start: int, end: int, certainty: float) -> Finding:
    return Finding(kind="secret", start=start, end=end, certainty=certainty)
