"""Telephone numbers: what somebody typed becomes one that can be dialled, or a reason why not.

Pure. Numbers are kept in E.164. Refused are numbers that cost the caller more than a call (an
attacker could earn by asking for calls), short and emergency numbers, and networks without a
country (satellites).
"""

from collections.abc import Collection
from functools import lru_cache
from importlib import resources

import msgspec
import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from fairline.core.errors import Invalid

MOST_TYPED = 60
REFUSED = {
    PhoneNumberType.PREMIUM_RATE: "That number costs extra to call.",
    PhoneNumberType.SHARED_COST: "That number costs extra to call.",
    PhoneNumberType.PERSONAL_NUMBER: "That number costs extra to call.",
    PhoneNumberType.UAN: "That is a company's service number.",
    PhoneNumberType.PAGER: "That is a pager.",
    PhoneNumberType.VOICEMAIL: "That is a voicemail box.",
    PhoneNumberType.UNKNOWN: "That number cannot be called.",
}
# Where a language alone tells the country well enough to begin with.
_BY_LANGUAGE = {
    "de": "DE", "fr": "FR", "es": "ES", "it": "IT", "nl": "NL", "pl": "PL", "cs": "CZ",
    "sv": "SE", "da": "DK", "fi": "FI", "nb": "NO", "pt": "PT", "el": "GR", "hu": "HU",
    "ja": "JP", "ko": "KR", "tr": "TR", "uk": "UA",
}  # fmt: skip


class Number(msgspec.Struct, frozen=True, kw_only=True):
    """A number that can be dialled: `e164` its one normal form, `shown` as people read it."""

    e164: str
    shown: str
    extension: str = ""


def read_number(text: str, region: str = "", countries: Collection[str] = ()) -> Number:
    """What was typed, as a number of `region` where it has no country code.

    Raises Invalid (`bad_number`, field `number`), saying what is wrong and what to do.
    """
    text = " ".join(text.split())
    if not text:
        raise _wrong("Give the number on which to call you.")
    if len(text) > MOST_TYPED:
        raise _wrong("That is too long for a telephone number.")
    try:
        parsed = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException as error:
        if error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE:
            raise _wrong(
                "Begin with + and the country code, such as +44 20 7946 0018."
                if not text.startswith(("+", "00"))
                else "There is no country with that code. Check the digits after the +."
            ) from error
        if error.error_type == phonenumbers.NumberParseException.TOO_LONG:
            raise _wrong("That number is too long.") from error
        raise _wrong("That does not look like a telephone number.") from error
    if len(str(parsed.national_number)) <= 4:
        raise _wrong("Emergency and other short numbers cannot be called from here.")
    _check_length(parsed)
    if not phonenumbers.is_valid_number(parsed):
        raise _wrong("There is no such number. Check the digits, or begin with + and the country.")
    country = phonenumbers.region_code_for_number(parsed) or ""
    if country in {"", "001"}:
        raise _wrong("We cannot call satellite and worldwide numbers. Give one of a country.")
    if refusal := REFUSED.get(phonenumbers.number_type(parsed)):
        raise _wrong(f"{refusal} Give an ordinary or a mobile number.")
    if countries and country not in countries:
        raise _wrong("We cannot call numbers of that country. Give another, or write to us here.")
    extension = "".join(c for c in parsed.extension or "" if c.isascii() and c.isdigit())[:10]
    parsed.extension = None
    return Number(
        e164=phonenumbers.format_number(parsed, PhoneNumberFormat.E164),
        shown=phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL),
        extension=extension,
    )


def shown_number(e164: str, extension: str = "") -> str:
    """A stored number as people read it."""
    try:
        parsed = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return e164
    plain = phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)
    return f"{plain} ext. {extension}" if extension else plain


def dial_link(e164: str, extension: str = "") -> str:
    """The `tel:` address of a number. Source: RFC 3966."""
    return f"tel:{e164};ext={extension}" if extension else f"tel:{e164}"


def masked_number(e164: str) -> str:
    """Enough to know one's own number, too little to call it."""
    return f"{e164[:3]}…{e164[-3:]}"


def region_of(language: str, time_zone: str, region: str = "") -> str:
    """The country of numbers without a code: as set, else of the time zone, else of the language.

    '' when nothing tells: then a number needs its country code.
    """
    if region:
        return region
    if country := _countries_of_zones().get(time_zone):
        return country
    main, _, rest = language.partition("-")
    country = rest.rpartition("-")[2]
    return country if len(country) == 2 else _BY_LANGUAGE.get(main, "")


@lru_cache(maxsize=1)
def _countries_of_zones() -> dict[str, str]:
    """Time zone -> country, from the table that comes with the time zones."""
    table = resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    return {row[2]: row[0] for row in rows if len(row) > 2}


def _check_length(parsed: phonenumbers.PhoneNumber) -> None:
    possible = phonenumbers.is_possible_number_with_reason(parsed)
    if possible == phonenumbers.ValidationResult.TOO_SHORT:
        raise _wrong("That number is too short. Give it whole, with the area code.")
    if possible == phonenumbers.ValidationResult.TOO_LONG:
        raise _wrong("That number is too long.")
    if possible == phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
        raise _wrong("The area code is missing.")


def _wrong(text: str) -> Invalid:
    return Invalid(text, code="bad_number", field="number")
