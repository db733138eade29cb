"""What each kind of field takes, how it keeps it, and what it refuses without repeating it."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from fairline.core.errors import Invalid
from fairline.handoff.forms.fields import KINDS, Field, check_fields, detail_of, with_detail
from fairline.handoff.forms.kinds import (
    _CHECKS,
    NATIONAL_IDS,
    check_answer,
    fits_mask,
    holds_card,
    national_id,
)

CARD = "4111 1111 1111 1111"


def field(kind: str, **more: object) -> Field:
    return Field(key="it", label="It", kind=kind, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "typed", "kept"),
    [
        (field("text"), "  Cleo   Philopator ", "Cleo Philopator"),
        (field("text", mask="AA-999999"), "fl-123456", "FL-123456"),
        (field("number"), "1 234,50", "1 234,50"),
        (field("iban"), "de89370400440532013000", "DE89 3704 0044 0532 0130 00"),
        (field("card_last4"), "0042", "0042"),
        (field("address"), "1 Nile Street\nAlexandria", "1 Nile Street\nAlexandria"),
        (field("date"), "31.12.2026", "2026-12-31"),
        (field("date"), "2026-12-31", "2026-12-31"),
        (field("phone", country="DE"), "030 901820", "+49 30 901820"),
        (field("phone"), "+1 650 253 0000", "+1 650-253-0000"),
        (field("email"), "cleo@mail.test", "cleo@mail.test"),
        (field("national_id", country="NL"), "1112.22.333", "111222333"),
        (field("choice", choices=("Yes", "No")), "No", "No"),
    ],
)
def test_a_good_answer_is_kept_in_its_normal_form(asked: Field, typed: str, kept: str) -> None:
    assert check_answer(asked, typed) == kept


@pytest.mark.parametrize(
    ("asked", "typed"),
    [
        (field("text", mask="AA-999999"), "FL-12345"),
        (field("text", mask="999"), "١٢٣"),
        (field("number"), "twelve"),
        (field("iban"), "DE88 3704 0044 0532 0130 00"),
        (field("card_last4"), "12345"),
        (field("card_last4"), "١٢٣٤"),
        (field("date"), "31.02.2026"),
        (field("phone"), "030 901820"),
        (field("phone"), "12"),
        (field("email"), "cleo at mail"),
        (field("national_id", country="NL"), "111222334"),
        (field("choice", choices=("Yes", "No")), "Perhaps"),
        (field("text"), "x" * 501),
        (field("address"), "x" * 1001),
    ],
)
def test_a_wrong_answer_is_refused_without_being_repeated(asked: Field, typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_answer(asked, typed)

    assert refused.value.field == "it"
    assert typed not in str(refused.value)


@pytest.mark.parametrize("kind", ["text", "address", "number", "card_last4"])
@pytest.mark.parametrize("typed", [CARD, "4111111111111111", "4111-1111-1111-1111"])
def test_a_whole_card_number_is_refused_wherever_one_could_type_it(kind: str, typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_answer(field(kind), typed)

    assert refused.value.code == "card_number"


def test_a_card_number_inside_a_sentence_is_found_and_other_numbers_are_not() -> None:
    assert holds_card(f"My card is {CARD}, thank you")
    assert not holds_card("Order 4111 1111 1111 1112 of 12 May")
    assert not holds_card("0000000000000000")  # a placeholder, not a card


@given(st.text("0123456789", min_size=12, max_size=18).filter(lambda t: len(set(t)) > 1))
def test_every_number_with_a_cards_check_digit_is_found(start: str) -> None:
    whole = start + luhn.calc_check_digit(start)

    assert holds_card(f"x {whole} y")


@given(st.text(max_size=60))
def test_no_text_breaks_a_check(typed: str) -> None:
    for kind in KINDS:
        if kind == "file":
            continue
        asked = field(kind, country="DE" if kind in {"phone", "national_id"} else "")
        with suppress(Invalid):
            check_answer(asked, typed)


def test_every_country_on_the_list_has_its_check() -> None:
    for country in NATIONAL_IDS:
        assert callable(national_id(country).validate), country
    assert set(_CHECKS) | {"file"} == set(KINDS)


def test_a_mask_is_matched_whole() -> None:
    assert fits_mask("A9*/9", "b2z/7")
    assert not fits_mask("A9*/9", "b2z/77")
    assert not fits_mask("9", "x")


GOOD = Field(key="f1", label="Name", kind="text")


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ([], "label-1"),
        ([field("text")] * 21, "label-1"),
        ([GOOD, Field(key="f2", label="", kind="text")], "label-2"),
        ([GOOD, Field(key="f2", label="name", kind="text")], "label-2"),
        ([Field(key="f1", label="x" * 81, kind="text")], "label-1"),
        ([Field(key="f1", label="x", help="x" * 301, kind="text")], "help-1"),
        ([Field(key="f1", label="x", kind="card")], "kind-1"),
        ([field("text", mask="----")], "detail-1"),
        ([field("text", mask="9" * 41)], "detail-1"),
        ([field("choice", choices=("One",))], "detail-1"),
        ([field("choice", choices=("One", "One"))], "detail-1"),
        ([field("national_id", country="XX")], "detail-1"),
        ([field("phone", country="GERMANY")], "detail-1"),
    ],
)
def test_a_set_that_cannot_be_used_is_refused_and_says_where(
    fields: list[Field], where: str
) -> None:
    with pytest.raises(Invalid) as refused:
        check_fields(fields, tuple(NATIONAL_IDS))

    assert refused.value.field == where


@pytest.mark.parametrize(
    ("kind", "detail", "kept"),
    [
        ("text", "AA-99", "AA-99"),
        ("phone", "de", "DE"),
        ("choice", " Yes,No ,, Perhaps", "Yes, No, Perhaps"),
        ("iban", "whatever", ""),
    ],
)
def test_what_stands_under_more_means_what_the_kind_says(kind: str, detail: str, kept: str) -> None:
    assert detail_of(with_detail(field(kind), detail)) == kept
