"""Phone numbers, by the numbering plans of all regions (libphonenumber).

Written with + or 00 a number says itself what it is. A number in national form is one only in the
regions of the brand, and only when it is written as phone numbers are there or words beside it
call it one: order numbers and dates have as many digits.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberFormat

from fairline.policy.finding import Finding
from fairline.policy.phone_words import context

MOST_DIGITS = 17
_RUN = re.compile(r"[+(]{0,2}\d+(?:[ \t().\-/*+]{1,4}\d+)*")
_GROUP = re.compile(r"\d+")
_DATE = re.compile(
    r"(?:(?:19|20)\d\d([-./])(?:0?[1-9]|1[0-2])\1(?:[0-2]?\d|3[01])(?!\1?\d)"
    r"|(?:[0-2]?\d|3[01])([-./])(?:[0-2]?\d|3[01])\2(?:19|20)?\d\d(?!\2?\d))"
)
# 07032018 or 20180307, in one piece.
_COMPACT = re.compile(
    r"(?:[0-3]\d[01]\d|[01]\d[0-3]\d)(?:19|20)\d\d(?!\d)|(?:19|20)\d\d[01]\d[0-3]\d(?!\d)"
)
_YEARS = re.compile(r"(?:19|20)\d\d ?[-/ ] ?(?:19|20)\d\d(?!\d)")
_MONEY = re.compile(r"\d{1,3}(?:[.,]\d{3})+(?!\d)|\d+\.\d{1,2}(?![\d.])")
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}(?!\d)")
# Numbers in a web address count pages and posts; only some addresses are made of phone numbers.
_LINK = re.compile(r"https?://[^\s<>\"]{1,2000}", re.IGNORECASE)
_DIALS = re.compile(r"(?:wa\.me/|whatsapp\.com/send/?\?phone=)\+?(\d{7,15})(?!\d)", re.IGNORECASE)
# What stands between the groups of one number, also at its start: "+", "(+", "(".
_BETWEEN = frozenset(
    {
        "",
        " ",
        "-",
        ".",
        "/",
        "*",
        "\t",
        "  ",
        ") ",
        ")",
        " (",
        "(",
        " - ",
        " / ",
        ")-",
        ")/",
        "-(",
        ") - ",
    }
    | {"+", "(+", "+(", " -", "- ", "/ ", " /", ". ", "(0)", ".(", "/("}
)
_ABROAD = ("00", "011", "810")


def find_phones(text: str, regions: Sequence[str] = ()) -> Iterator[Finding]:
    """Every phone number in folded text that can be told from other numbers."""
    links = bytearray(len(text))
    for link in _LINK.finditer(text):
        links[link.start() : link.end()] = b"\1" * (link.end() - link.start())
    for dialled in _DIALS.finditer(text):
        if _is_valid(f"+{dialled[1]}"):
            yield Finding(kind="phone", start=dialled.start(1), end=dialled.end(1), certainty=0.97)
    for run in _RUN.finditer(text):
        if sum(map(str.isdigit, run[0])) < 5 or links[run.start()]:
            continue
        groups = [(run.start() + m.start(), run.start() + m.end()) for m in _GROUP.finditer(run[0])]
        at = 0
        while at < len(groups):
            found = _from_group(text, run.start(), groups, at, tuple(regions))
            if found is None:
                at += 1
                continue
            yield found
            while at < len(groups) and groups[at][0] < found.end:
                at += 1


def _from_group(
    text: str, run_start: int, groups: list[tuple[int, int]], at: int, regions: tuple[str, ...]
) -> Finding | None:
    """The longest phone number that begins with group `at`, if one does."""
    start = groups[at][0]
    while start > run_start and text[start - 1] in "+(":
        start -= 1
    if start and (text[start - 1].isalnum() or text[start - 1] in "_="):
        return None
    if not text.startswith("+", start) and _is_something_else(text, start):
        return None
    digits, widest, ends = 0, 0, list[int]()
    last = start
    for group_start, end in groups[at : at + 8]:
        if _ends_number(text[last:group_start]):
            break
        last = end
        digits += end - group_start
        widest = max(widest, end - group_start)
        if digits > MOST_DIGITS:
            break
        if (
            digits >= 5
            and widest >= 2
            and not (end < len(text) and (text[end].isalnum() or text[end] == "_"))
        ):
            ends.append(end)
    said = ""
    for end in reversed(ends):
        written = text[start:end]
        if "\n" in written:
            continue
        sure = _abroad(written) if written.startswith(("+", "(+", *_ABROAD)) else 0.0
        if not sure:
            said = said or context(text, start, end) or "none"
            sure = _at_home(written, said, regions)
        if sure:
            return Finding(kind="phone", start=start, end=end, certainty=sure)
    return None


def _ends_number(between: str) -> bool:
    """Whether no number goes on over these signs."""
    return between not in _BETWEEN


def _is_something_else(text: str, start: int) -> bool:
    """A date, two years, a sum of money, an IP address, or a piece of a longer number."""
    if start >= 2 and text[start - 1] in ".,:/-" and text[start - 2].isalnum():
        return True
    return any(one.match(text, start) for one in (_DATE, _COMPACT, _YEARS, _MONEY, _ADDRESS))


def _abroad(written: str) -> float:
    """How sure a number written with its country is."""
    bare = re.sub(r"[^\d+]", "", written)
    if len(bare) < 7 or "+" in bare[1:]:
        return 0.0
    for lead in _ABROAD:
        if bare.startswith(lead) and len(bare) >= 10:
            bare = "+" + bare.removeprefix(lead)
            break
    # "+44 (0)20 7946 0000": the zero is for those at home.
    if not bare.startswith("+"):
        return 0.0
    if _is_valid(bare):
        return 0.98
    return 0.97 if "(0)" in written and _is_valid(_without_zero(written)) else 0.0


def _without_zero(written: str) -> str:
    return re.sub(r"[^\d+]", "", written.replace("(0)", ""))


def _at_home(written: str, said: str, regions: tuple[str, ...]) -> float:
    """How sure a number in national form is. `said` is what the words beside it call it."""
    if said == "named" and not written.startswith("("):
        return 0.0
    digits = sum(map(str.isdigit, written))
    if said != "phone" and (digits < 7 or (digits == len(written) and written[0] != "0")):
        return 0.0
    for region in regions:
        national = _national(written, region)
        if not national:
            continue
        if said == "phone":
            return 0.95
        looks = _grouping(written)
        if looks[0] and (looks == _grouping(national) or _has_area(written)):
            return 0.9
        if said == "other":
            continue
        # One group beginning with the prefix of the country, as nothing that counts does.
        if digits >= 9 and written.startswith("0") and national.startswith(("0", "(0")):
            return 0.85
    if said != "phone" or not 7 <= digits <= 15:
        return 0.0
    # Called a phone number, but of no region we know: somebody from elsewhere, or a short form.
    return 0.7


def _has_area(written: str) -> bool:
    """An area code in brackets, or three groups parted by dashes: 555-201-0123."""
    return written.startswith("(") or re.fullmatch(r"\d{3}([-.])\d{3}\1\d{4}", written) is not None


def _grouping(written: str) -> tuple[int, ...]:
    """Sizes of the groups, when there are several: (3, 3, 4)."""
    sizes = tuple(len(group) for group in _GROUP.findall(written))
    return sizes if len(sizes) > 1 else (0, *sizes)


@lru_cache(maxsize=4096)
def _is_valid(number: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        return False


@lru_cache(maxsize=4096)
def _national(written: str, region: str) -> str:
    """The number as it is written in its region, '' when it is none there."""
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number_for_region(number, region):
        return ""
    return phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)


def in_one_form(written: str, regions: Sequence[str]) -> str:
    """A number as `+4930123456`, for comparing; '' when it is none."""
    for region in (None, *regions):
        try:
            number = phonenumbers.parse(written, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return ""
