"""What a field of a secure form may hold, and how an answer is checked and written. Pure.

Each check takes what was typed, trimmed and not empty, and returns it as it is kept; it raises
Invalid in words for the person who typed it, and never repeats what they typed.
"""

import importlib
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import phonenumbers
from stdnum import iban, luhn
from stdnum.exceptions import ValidationError

from fairline.core.errors import Invalid
from fairline.core.text import tidy
from fairline.handoff.forms.fields import Field

LINE = 500
ADDRESS = 1000
_CARD = re.compile(r"(?<!\d)\d(?:[ \-.]?\d){12,18}(?!\d)")
_NUMBER = re.compile(r"[+-]?\d{1,3}(?:[ '\u00a0\u202f.,]?\d{3})*(?:[.,]\d+)?|[+-]?\d+(?:[.,]\d+)?")
_MAIL = re.compile(r"[^\s@,;<>\"]{1,64}@[^\s@,;<>\"]+\.[^\s@,;<>\".]{2,}")
_DAY_FIRST = re.compile(r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})")

# National numbers by country: only these modules are ever loaded.
NATIONAL_IDS = {
    "AR": ("stdnum.ar.dni", "Argentina: DNI"),
    "AT": ("stdnum.at.vnr", "Austria: Sozialversicherungsnummer"),
    "AU": ("stdnum.au.tfn", "Australia: tax file number"),
    "BE": ("stdnum.be.nn", "Belgium: Rijksregisternummer"),
    "BG": ("stdnum.bg.egn", "Bulgaria: EGN"),
    "BR": ("stdnum.br.cpf", "Brazil: CPF"),
    "CA": ("stdnum.ca.sin", "Canada: social insurance number"),
    "CH": ("stdnum.ch.ssn", "Switzerland: AHV-Nummer"),
    "CL": ("stdnum.cl.rut", "Chile: RUT"),
    "CN": ("stdnum.cn.ric", "China: identity card number"),
    "CZ": ("stdnum.cz.rc", "Czechia: rodné číslo"),
    "DE": ("stdnum.de.idnr", "Germany: Steuer-ID"),
    "DK": ("stdnum.dk.cpr", "Denmark: CPR-nummer"),
    "EE": ("stdnum.ee.ik", "Estonia: isikukood"),
    "ES": ("stdnum.es.dni", "Spain: DNI"),
    "FI": ("stdnum.fi.hetu", "Finland: henkilötunnus"),
    "FR": ("stdnum.fr.nir", "France: NIR"),
    "GB": ("stdnum.gb.nhs", "United Kingdom: NHS number"),
    "GR": ("stdnum.gr.amka", "Greece: AMKA"),
    "HR": ("stdnum.hr.oib", "Croatia: OIB"),
    "IE": ("stdnum.ie.pps", "Ireland: PPS number"),
    "IL": ("stdnum.il.idnr", "Israel: identity number"),
    "IN": ("stdnum.in_.aadhaar", "India: Aadhaar"),
    "IS": ("stdnum.is_.kennitala", "Iceland: kennitala"),
    "IT": ("stdnum.it.codicefiscale", "Italy: codice fiscale"),
    "KR": ("stdnum.kr.rrn", "South Korea: RRN"),
    "LT": ("stdnum.lt.asmens", "Lithuania: asmens kodas"),
    "MX": ("stdnum.mx.curp", "Mexico: CURP"),
    "MY": ("stdnum.my.nric", "Malaysia: NRIC"),
    "NL": ("stdnum.nl.bsn", "Netherlands: BSN"),
    "NO": ("stdnum.no.fodselsnummer", "Norway: fødselsnummer"),
    "NZ": ("stdnum.nz.ird", "New Zealand: IRD number"),
    "PL": ("stdnum.pl.pesel", "Poland: PESEL"),
    "PT": ("stdnum.pt.cc", "Portugal: cartão de cidadão"),
    "RO": ("stdnum.ro.cnp", "Romania: CNP"),
    "SE": ("stdnum.se.personnummer", "Sweden: personnummer"),
    "SI": ("stdnum.si.emso", "Slovenia: EMŠO"),
    "SK": ("stdnum.sk.rc", "Slovakia: rodné číslo"),
    "TH": ("stdnum.th.pin", "Thailand: identity number"),
    "TR": ("stdnum.tr.tckimlik", "Türkiye: T.C. kimlik no."),
    "US": ("stdnum.us.ssn", "United States: social security number"),
    "ZA": ("stdnum.za.idnr", "South Africa: ID number"),
}
NO_CARD = (
    "That holds a whole card number. Please never send one: nobody here needs more than its last "
    "four digits."
)


def check_answer(field: Field, typed: str) -> str:
    """The answer as it is kept. Raises Invalid naming the field."""
    most = ADDRESS if field.kind == "address" else LINE
    if len(typed) > most:
        raise _wrong(field, f"That is longer than {most:,} characters.")
    return _CHECKS[field.kind](field, tidy(typed).strip())


def holds_card(text: str) -> bool:
    """Whether 13 to 19 digits in it, perhaps in groups, are a card number by their check digit."""
    digits = (re.sub(r"\D", "", found) for found in _CARD.findall(text))
    return any(len(set(one)) > 1 and luhn.is_valid(one) for one in digits)


def fits_mask(mask: str, text: str) -> bool:
    """`A` stands for a letter, `9` for a digit, `*` for either, all else for itself."""

    def fits(mark: str, char: str) -> bool:
        if mark == "A":
            return char.isalpha()
        if mark == "9":
            return char.isascii() and char.isdigit()
        return char.isalnum() if mark == "*" else char == mark.upper()

    return len(mask) == len(text) and all(map(fits, mask, text.upper()))


def _text(field: Field, typed: str) -> str:
    if field.kind == "text":
        typed = " ".join(typed.split())
    if holds_card(typed):
        raise Invalid(NO_CARD, code="card_number", field=field.key)
    if field.mask:
        if not fits_mask(field.mask, typed):
            raise _wrong(field, f"Write it like {_example(field.mask)}.")
        return typed.upper()
    return typed


def _number(field: Field, typed: str) -> str:
    if holds_card(typed):
        raise Invalid(NO_CARD, code="card_number", field=field.key)
    if not _NUMBER.fullmatch(typed):
        raise _wrong(field, "Write a number.")
    return typed


def _iban(field: Field, typed: str) -> str:
    try:
        return str(iban.format(iban.validate(typed, check_country=False)))
    except ValidationError:
        raise _wrong(
            field,
            "That is not an account number (IBAN). It begins with two letters, as in DE89 3704 "
            "0044 0532 0130 00; check each digit.",
        ) from None


def _card_last4(field: Field, typed: str) -> str:
    if holds_card(typed):
        raise Invalid(NO_CARD, code="card_number", field=field.key)
    if not re.fullmatch(r"[0-9]{4}", typed):
        raise _wrong(field, "Write the last four digits only.")
    return typed


def _date(field: Field, typed: str) -> str:
    day_first = _DAY_FIRST.fullmatch(typed)
    try:
        if day_first:
            day, month, year = map(int, day_first.groups())
            return date(year, month, day).isoformat()
        return date.fromisoformat(typed).isoformat()
    except ValueError:
        raise _wrong(field, "Write a date as in 2026-12-31 or 31.12.2026.") from None


def _phone(field: Field, typed: str) -> str:
    try:
        number = phonenumbers.parse(typed, field.country or None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise _wrong(field, "That is not a phone number. Begin with + and the country, as in +49.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _email(field: Field, typed: str) -> str:
    if len(typed) > 254 or not _MAIL.fullmatch(typed):
        raise _wrong(field, "That does not look like a mail address.")
    return typed


def _national_id(field: Field, typed: str) -> str:
    module = national_id(field.country)
    try:
        return str(module.validate(typed))
    except ValidationError:
        name = NATIONAL_IDS[field.country][1].partition(": ")[2]
        raise _wrong(field, f"That is not a valid {name}. Check each character.") from None


def _choice(field: Field, typed: str) -> str:
    if typed not in field.choices:
        raise _wrong(field, "Choose one of these.")
    return typed


def national_id(country: str) -> Any:
    """The module of python-stdnum that knows this country's number."""
    return importlib.import_module(NATIONAL_IDS[country][0])


def _example(mask: str) -> str:
    return mask.replace("A", "X").replace("9", "0").replace("*", "X")


def _wrong(field: Field, text: str) -> Invalid:
    return Invalid(text, field=field.key)


_CHECKS: dict[str, Callable[[Field, str], str]] = {
    "text": _text,
    "address": _text,
    "number": _number,
    "iban": _iban,
    "card_last4": _card_last4,
    "date": _date,
    "phone": _phone,
    "email": _email,
    "national_id": _national_id,
    "choice": _choice,
}
