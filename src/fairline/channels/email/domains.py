"""The domain somebody registered, by the public suffix list (which `authheaders` carries).

DMARC compares those. By hand: the library at hand answers `newtld` for every domain under an
ending that it does not know, and would let strangers under it vouch for each other.
"""

import importlib.resources
from functools import lru_cache

import msgspec


class _Suffixes(msgspec.Struct, frozen=True):
    plain: frozenset[str]
    wild: frozenset[str]
    exceptions: frozenset[str]


def org_domain(domain: str) -> str:
    """`mail.acme.co.uk` is `acme.co.uk`'s. A public suffix itself belongs to nobody else.

    *Source*: the algorithm on publicsuffix.org; an unknown ending counts as a suffix.
    """
    domain = domain.lower().strip(".")
    labels = domain.split(".")
    known = _suffixes()
    start = len(labels) - 1
    for index in range(len(labels)):
        candidate = ".".join(labels[index:])
        if candidate in known.exceptions:
            start = index + 1
            break
        if candidate in known.plain or ".".join(labels[index + 1 :]) in known.wild:
            start = index
            break
    return ".".join(labels[max(start - 1, 0) :])


@lru_cache(maxsize=1)
def _suffixes() -> _Suffixes:
    source = importlib.resources.files("authheaders") / "public_suffix_list.txt"
    plain: set[str] = set()
    wild: set[str] = set()
    exceptions: set[str] = set()
    for line in source.read_text("utf-8").splitlines():
        rule = line.strip().lower()
        if not rule or rule.startswith("//"):
            continue
        body = rule.removeprefix("!").removeprefix("*.")
        if not body.isascii():
            body = body.encode("idna").decode("ascii")
        kind = exceptions if rule[0] == "!" else wild if rule.startswith("*.") else plain
        kind.add(body)
    return _Suffixes(frozenset(plain), frozenset(wild), frozenset(exceptions))
