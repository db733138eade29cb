"""Where X makes links in a text, and how much the text weighs there. Pure.

Sources: docs.x.com "Counting characters"; the behaviour of twitter-text 3.1 (configuration version
3), which X names as the reference: an address counts 23 however long, one without a scheme only
where its name is ASCII and it does not hang on a sign; a path ends at the first letter that is
neither Latin nor Cyrillic; a name must end in a domain that exists.
"""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import regex
from publicsuffixlist import PublicSuffixList

# What an address counts as.
URL_LENGTH = 23
# Code points that count as one; all others, and every emoji, as two.
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_MOST_ADDRESS = 4096
_MOST_LABEL = 63

_LETTERS = r"A-Za-z0-9\u00C0-\u024F\u0253\u0254\u0256\u0257\u0259\u025B\u0263\u0268\u026F\u0272\u0289\u02BB\u0300-\u036F\u1E00-\u1EFF\u0400-\u04FF"  # noqa: E501  Latin and Cyrillic
_IN_PATH = rf"[{_LETTERS}!*';:=+,.$/%#\[\]\u2013_~@|&-]"
_ENDS_PATH = rf"[{_LETTERS}=_#/+-]"
_PARENS = rf"\((?:{_IN_PATH}|\({_IN_PATH}*\))*\)"
_PATH = rf"/(?:(?:{_IN_PATH}|{_PARENS})*(?:{_ENDS_PATH}|{_PARENS})|@{_IN_PATH}+/)?"
_QUERY = r"\?[A-Za-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[A-Za-z0-9\-_&=#/]"
_TAIL = rf"(?P<port>:\d+)?(?P<path>{_PATH})?(?P<query>{_QUERY})?"
_WIDE = r"[^\p{P}\p{Z}\p{C}\p{Sc}+<=>|~`^]"
_WIDE_HOST = rf"(?:{_WIDE}(?:(?:{_WIDE}|[_-])*{_WIDE})?\.)+{_WIDE}+"
_PLAIN = r"A-Za-z0-9\u00C0-\u024F"
_PLAIN_HOST = (
    rf"(?:[{_PLAIN}](?:[{_PLAIN}_-]*[{_PLAIN}])?\.)+(?:[A-Za-z]{{2,}}|[^\W\d_a-zA-Z]{{2,}})"
)
_BEFORE = r"(?<![A-Za-z0-9@\uFF20$#\uFF03\uFFFE\uFEFF\uFFFF])"
_WITH_SCHEME = regex.compile(rf"{_BEFORE}https?://(?P<host>{_WIDE_HOST})", regex.IGNORECASE)
_BARE = regex.compile(rf"{_BEFORE}(?<![-_./])(?P<host>{_PLAIN_HOST})")
# An ending that goes on is none.
_RUNS_ON = regex.compile(r"[A-Za-z0-9@+-]")
_REST = regex.compile(_TAIL)
_ASCII = regex.compile(r"[A-Za-z0-9-]+")

_CLUSTER = regex.compile(r"\X")
_EMOJI = regex.compile(r"\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|\uFE0F\u20E3")


def x_links(text: str) -> Iterator[tuple[int, int]]:
    """Where X makes links: (start, end), in order."""
    at = 0
    while at < len(text):
        found = [one for form in (_WITH_SCHEME, _BARE) if (one := form.search(text, at))]
        if not found:
            return
        first = min(found, key=lambda one: (one.start(), one.re is _BARE))
        end = _host_end(first["host"], first.start("host"))
        if end is not None and _RUNS_ON.match(text, end):
            end = None
        if end is None:
            at = first.start() + 1 if first.re is _WITH_SCHEME else first.end()
            continue
        rest = _REST.match(text, end)
        end = rest.end() if rest else end
        if end - first.start() <= _MOST_ADDRESS:
            yield first.start(), end
        at = end


def x_weight(text: str) -> int:
    """X's weighted length, in characters of the 280."""
    text = unicodedata.normalize("NFC", text)
    kept, links, at = [], 0, 0
    for start, end in x_links(text):
        kept.append(text[at:start])
        links, at = links + 1, end
    plain = "".join([*kept, text[at:]])
    weight = links * URL_LENGTH
    if plain.isascii():
        return weight + len(plain)
    for cluster in _CLUSTER.findall(plain):
        if _EMOJI.search(cluster):
            weight += 2
        else:
            weight += sum(1 if _is_light(ord(letter)) else 2 for letter in cluster)
    return weight


def _host_end(host: str, start: int) -> int | None:
    """Where a name ends that X takes for one; None where it is none."""
    labels = host.split(".")
    # Letters of another script that follow an ASCII ending are text again.
    ending = _ASCII.match(labels[-1])
    for last in dict.fromkeys((labels[-1], ending[0] if ending else "")):
        whole = ".".join([*labels[:-1], last])
        if last and "_" not in labels[-2] and _fits(labels) and _exists(whole.lower()):
            return start + len(whole)
    return None


def _fits(labels: list[str]) -> bool:
    """Whether each part is short enough for the name system."""
    try:
        return all(len(one.encode("punycode" if not one.isascii() else "ascii")) <= _MOST_LABEL
                   for one in labels)  # fmt: skip
    except UnicodeError:
        return False


@lru_cache(maxsize=1)
def _endings() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False, only_icann=True)


@lru_cache(maxsize=4096)
def _exists(host: str) -> bool:
    return _endings().privatesuffix(host) is not None


def _is_light(code: int) -> bool:
    return any(first <= code <= last for first, last in _LIGHT)
