"""E-mail addresses, also written out to hide them from machines: `cleo (at) mail (dot) test`."""

import re
from collections.abc import Iterator

from fairline.policy.finding import Finding

_LOCAL = r"[^\s@<>()\[\]{}\"',;:|\\/][^\s@<>()\[\]{}\",;:|\\/]{0,63}"
_PLAIN = re.compile(rf"(?<![@\w.+-])({_LOCAL})@((?:[\w-]{{1,63}}\.){{1,5}}[^\W\d_]{{2,24}})")
_AT = r"(?: ?[\[({<] ?(?:at|ät|arroba|chez|@) ?[\])}>] ?| (?:at|@) )"
_DOT = r"(?: ?[\[({<] ?(?:dot|punkt|point|punto|\.) ?[\])}>] ?| dot |\.)"
_WRITTEN = re.compile(
    rf"(?<![\w@.+-])([\w.+-]{{1,64}}(?:{_DOT}[\w+-]{{1,64}}){{0,3}}){_AT}([\w-]{{1,63}}(?:{_DOT}[\w-]{{2,63}}){{1,3}})(?!\w)",
    re.IGNORECASE,
)
_HAS_SIGN = re.compile(
    r"[\[({<] ?(?:at|ät|arroba|chez|@) ?[\])}>]| @ |dot|punkt|punto", re.IGNORECASE
)
# What ends a file's name and looks like a domain: `logo@2x.png`.
_FILES = frozenset({"png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js", "py", "pdf", "html"})


def find_mails(text: str) -> Iterator[Finding]:
    """Every address in folded text. Linear in its length. Handles (`@cleo@site`) are none."""
    for found in _PLAIN.finditer(text):
        if found[2].rpartition(".")[2].lower() not in _FILES:
            yield _finding(found, 0.98)
    for found in _WRITTEN.finditer(text):
        if _HAS_SIGN.search(found[0]) and "." not in found[0][-1:]:
            yield _finding(found, 0.85)


def _finding(found: re.Match[str], certainty: float) -> Finding:
    start = found.start()
    return Finding(kind="email", start=start, end=found.end(), certainty=certainty)
