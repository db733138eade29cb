"""A set of fields as data, and whether it can be used. Pure: no clock, database, network.

Sets are made by administrators on the settings pages. A changed set is a new version: a form that
is out keeps the fields it was asked with.
"""

from collections.abc import Sequence

import msgspec

from fairline.core.errors import Invalid

KINDS = {
    "text": "A line of text",
    "number": "A number",
    "iban": "Account number (IBAN)",
    "card_last4": "Last four digits of a card",
    "address": "An address",
    "date": "A date",
    "phone": "A phone number",
    "email": "A mail address",
    "national_id": "A national number, by country",
    "choice": "One of several",
    "file": "A file",
}
MOST_FIELDS = 20
MOST_CHOICES = 30
MAX_LABEL = 80
MAX_HELP = 300
MAX_MASK = 40
KEPT_DAYS = 30
MOST_DAYS = 365


class Field(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One question. `key` stays when the label changes; `mask` is for a text, `choices` for a
    choice, `country` for a national number or a phone.
    """

    key: str
    label: str
    kind: str
    required: bool = True
    help: str = ""
    mask: str = ""
    country: str = ""
    choices: tuple[str, ...] = ()


def check_fields(fields: Sequence[Field], countries: Sequence[str]) -> None:
    """Raises Invalid naming the field by its number (`field` is `label-2`, `detail-2`, ...).

    `countries` are those whose national numbers can be checked.
    """
    if not fields:
        raise Invalid("Ask for something: give at least one field.", code="empty", field="label-1")
    if len(fields) > MOST_FIELDS:
        raise Invalid(f"A form asks for at most {MOST_FIELDS} things.", field="label-1")
    for number, field in enumerate(fields, 1):
        _check_words(number, field)
        _check_detail(number, field, countries)
    labels = [field.label.casefold() for field in fields]
    for number, label in enumerate(labels, 1):
        if label in labels[: number - 1]:
            raise _wrong("Two fields have this name.", "label", number)


def _check_words(number: int, field: Field) -> None:
    if not field.label:
        raise _wrong(f"Field {number} needs a name.", "label", number)
    if len(field.label) > MAX_LABEL:
        raise _wrong(f"A name has at most {MAX_LABEL} characters.", "label", number)
    if len(field.help) > MAX_HELP:
        raise _wrong(f"A help text has at most {MAX_HELP} characters.", "help", number)
    if field.kind not in KINDS:
        raise _wrong("Choose what kind of answer it takes.", "kind", number)


def _check_detail(number: int, field: Field, countries: Sequence[str]) -> None:
    if field.kind == "national_id" and field.country not in countries:
        known = ", ".join(countries)
        raise _wrong(f"Name the country, one of: {known}.", "detail", number)
    if field.kind == "phone" and field.country and not _is_country(field.country):
        raise _wrong("A country is two letters, such as DE.", "detail", number)
    if field.kind == "choice":
        if not 2 <= len(field.choices) <= MOST_CHOICES:
            text = f"Give between 2 and {MOST_CHOICES} choices, between commas."
            raise _wrong(text, "detail", number)
        if len(set(field.choices)) < len(field.choices):
            raise _wrong("Two choices are the same.", "detail", number)
    if field.mask and (len(field.mask) > MAX_MASK or not set(field.mask) & set("A9*")):
        raise _wrong(
            "A pattern is made of A for a letter, 9 for a digit and * for either, as in AA-999999.",
            "detail",
            number,
        )


def _is_country(text: str) -> bool:
    return len(text) == 2 and text.isascii() and text.isalpha() and text.isupper()


def with_detail(field: Field, detail: str) -> Field:
    """The field with what was typed under *More*: what that means depends on its kind."""
    detail = " ".join(detail.split())
    if field.kind == "text":
        return msgspec.structs.replace(field, mask=detail)
    if field.kind in {"national_id", "phone"}:
        return msgspec.structs.replace(field, country=detail.upper())
    if field.kind == "choice":
        choices = tuple(one for part in detail.split(",") if (one := part.strip()))
        return msgspec.structs.replace(field, choices=choices)
    return field


def detail_of(field: Field) -> str:
    """The opposite of `with_detail`."""
    return field.mask or field.country or ", ".join(field.choices)


def _wrong(text: str, what: str, number: int) -> Invalid:
    said = text if text.startswith("Field ") else f"Field {number}: {text}"
    return Invalid(said, code="bad_field_set", field=f"{what}-{number}")
