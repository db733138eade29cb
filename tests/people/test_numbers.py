"""What somebody typed becomes a number that can be dialled, or a reason that a person understands."""

import pytest

from fairline.core.errors import Invalid
from fairline.people.numbers import (
    dial_link,
    masked_number,
    read_number,
    region_of,
    shown_number,
)


@pytest.mark.parametrize(
    ("typed", "region", "e164"),
    [
        ("030 901820", "DE", "+4930901820"),
        ("  (030) 90 18-20 ", "DE", "+4930901820"),
        ("+44 20 7946 0018", "DE", "+442079460018"),
        ("0044 20 7946 0018", "DE", "+442079460018"),
        ("011 44 20 7946 0018", "US", "+442079460018"),
        ("(201) 555-0123", "US", "+12015550123"),
        ("0171 2345678", "DE", "+491712345678"),
        ("٠٣٠٩٠١٨٢٠", "DE", "+4930901820"),
        ("0800 1234567", "DE", "+498001234567"),
    ],
)
def test_a_number_has_one_normal_form(typed: str, region: str, e164: str) -> None:
    assert read_number(typed, region).e164 == e164


def test_an_extension_is_kept_apart_and_dialled() -> None:
    number = read_number("030 901820 ext. 12", "DE")
    assert (number.e164, number.extension) == ("+4930901820", "12")
    assert dial_link(number.e164, number.extension) == "tel:+4930901820;ext=12"
    assert shown_number(number.e164, number.extension) == "+49 30 901820 ext. 12"


@pytest.mark.parametrize(
    ("typed", "region", "says"),
    [
        ("", "DE", "Give the number"),
        ("call me maybe", "DE", "does not look like"),
        ("112", "DE", "Emergency"),
        ("911", "US", "Emergency"),
        ("030 90", "DE", "short"),
        ("+49 30 9018201234567890", "", "too long"),
        ("030 901820", "", "country code"),
        ("+999 123456789", "", "no country"),
        ("0900 1234567", "DE", "costs extra"),
        ("+1 900 555 1234", "", "costs extra"),
        ("+44 70 1234 5678", "", "costs extra"),
        ("+881 6 1234 5678", "", "satellite"),
        ("1" * 80, "DE", "too long"),
        ("+49 111 1111111", "", "no such number"),
        ("<script>alert(1)</script>", "DE", "does not look like"),
    ],
)
def test_what_cannot_or_must_not_be_called_is_refused(typed: str, region: str, says: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_number(typed, region)
    assert says in refused.value.text
    assert refused.value.field == "number"
    assert refused.value.code == "bad_number"


def test_a_brand_may_call_some_countries_only() -> None:
    assert read_number("+49 30 901820", "", ("DE", "AT"))
    with pytest.raises(Invalid, match="that country"):
        read_number("+44 20 7946 0018", "DE", ("DE", "AT"))


@pytest.mark.parametrize(
    ("language", "zone", "own", "region"),
    [
        ("en", "Europe/Berlin", "", "DE"),
        ("en", "America/New_York", "", "US"),
        ("de", "UTC", "", "DE"),
        ("pt-BR", "UTC", "", "BR"),
        ("zh-Hant-TW", "UTC", "", "TW"),
        ("en", "UTC", "", ""),
        ("de", "Europe/Berlin", "AT", "AT"),
    ],
)
def test_the_country_is_guessed_from_the_brand(
    language: str, zone: str, own: str, region: str
) -> None:
    assert region_of(language, zone, own) == region


def test_a_masked_number_cannot_be_called() -> None:
    assert masked_number("+4930901820") == "+49…820"
