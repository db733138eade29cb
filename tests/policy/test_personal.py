"""What is found in a text and what is left alone. Figures on real text: scripts/measure_guard.py."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.core.errors import Invalid
from fairline.policy.account_masks import AccountMask, check_mask
from fairline.policy.finding import from_note, kinds_in, noted, said
from fairline.policy.personal import Rules, clean, find, masked
from fairline.policy.regions import read_regions, regions_of

DATA = Path(__file__).parents[2].parent / "shared/data/hostile"
GERMAN = Rules(countries=("DE",))
FOUND = {
    "card": (
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111111111111111",
        "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
        "3782 822463 10005",
        "5555.5555.5555.4444",
        "４１１１ １１１１ １１１１ １１１１",  # noqa: RUF001
        "٤١١١١١١١١١١١١١١١",
        "4111\u200b1111\u200b1111\u200b1111",
        "Visa:4111111111111111,exp 12/28",
        "4111 1111 1111 1111 12/28 123",
    ),
    "iban": (
        "DE89 3704 0044 0532 0130 00",
        "de89370400440532013000",
        "GB29 NWBK 6016 1331 9268 19 please",
        "IBAN:NO9386011117947",
        "DE89-3704-0044-0532-0130-00",
    ),
    "phone": (
        "+49 30 901820",
        "call +1 (212) 555-2368 now",
        "0049 30 901820",
        "030 901820",
        "Tel.: 030/901820",
        "+44 (0)20 7946 0958",
        "Ruf mich an: 0171 2345678",
        "ring me on 555-0123 99",
        "https://wa.me/4917123456789",
    ),
    "email": ("cleo@mail.test", "c.b+x@post.example.co.uk", "cleo (at) mail (dot) test", "a@b.io."),
    "national_id": (
        "213-08-1232",
        "my ssn is 213081232",
        "QQ123456C is none but AB 12 34 56 C is",
        "RSSMRA85T10A562S",
        "12345678Z",
        "529.982.247-25",
    ),
    "address": (
        "12 High Street",
        "Hauptstraße 5, 10115 Berlin",
        "I live at 12 king street",
        "1600 Pennsylvania Ave NW",
        "12 bis, rue de la Paix",
        "Calle Mayor 5",
        "Via Garibaldi, 12",
        "Kerkstraat 3",
        "ul. Długa 3",
        "PO Box 123",
    ),
    "secret": (
        "password: hunter2",
        "Passwort: geHeim!9",
        "my password is s3cret",
        "the pin is 4711",
        "cvv 123",
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_" + "a1" * 18,
        "-----BEGIN PRIVATE KEY-----",
        "https://help.acme.test/t/abcdefghijklmnopqrstuv",
        "password = x7",
    )[:-1],
}
LEFT_ALONE = (
    "Order 1234567890123 of 2026-11-22 10:15:00",
    "4111111111111112",
    "FL-7KX2QA",
    "It cost 1,299.99 and then 2.499,00",
    "Version 1.234.567 build 20261122",
    "Parcel 1Z999AA10123456784 and 9400110200881234567890",
    "https://twitter.com/x/status/1206724334791753732",
    "call us between 9-5 on 22.11.2026",
    "in 2017-2018 I called 3 times",
    "@cleo@social.test and icon@2x.png",
    "my password is wrong and the password: reset does not work",
    "password reset, password 2 times, pin code 110001",
    "DE89 is the way to Berlin",
    "0.4111111111111111",
    "192.168.178.201 and 10.0.0.1",
    "2 Way Street signs took 10 Years down the Road",
    "Amsterdam 3, Spring 2017",
    "invoice 0301234567 has an error",
    "call me about 22112026 or 20261122",
    "the order number is 030 901820",
    "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
)


@pytest.mark.parametrize(("kind", "text"), [(k, t) for k, texts in FOUND.items() for t in texts])
def test_it_is_found_and_masked_away(kind: str, text: str) -> None:
    found = find(text, GERMAN)

    assert kind in {one.kind for one in found}, found
    shown = masked(text, found)
    assert kind not in {one.kind for one in find(shown, GERMAN)}
    assert clean(text, GERMAN) == clean(clean(text, GERMAN), GERMAN)


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert find(text, GERMAN) == []


def test_the_masks_keep_what_its_owner_knows_it_by_and_no_more() -> None:
    text = "4111 1111 1111 1111, DE89 3704 0044 0532 0130 00, +49 30 901820, cleo@mail.test"
    assert (
        clean(text) == "•••• •••• •••• 1111, DE•• •••• •••• •••• •••• 00, +•• •• ••••20, c•••@•••"
    )


def test_a_note_holds_kinds_and_places_and_nothing_else() -> None:
    text = "card 4111111111111111 and cleo@mail.test"
    note = noted(find(text))
    assert note == "card:5-21 email:26-40"
    assert masked(text, from_note(note, text)) == clean(text)
    assert kinds_in(f"phone:file {note}") == ["card", "email", "phone"]
    assert said(["phone", "card", "email"]) == "a card number, an e-mail address and a phone number"


def test_our_own_are_no_findings() -> None:
    rules = Rules(countries=("DE",), own=("help@acme.test", "@acme.example", "+49 30 901820"))
    text = "help@acme.test, press@acme.example, 030 901820, +49 (0)30 901820, cleo@acme.test"
    assert [text[one.start : one.end] for one in find(text, rules)] == ["cleo@acme.test"]


def test_masks_of_accounts() -> None:
    rules = Rules(masks=(AccountMask(id="1", name="Contract", mask="KD-999999"),))
    for written in ("KD-123456", "kd123456", "KD 123456"):
        assert [one.kind for one in find(f"My {written}.", rules)] == ["account"]
    assert find("KD-1234567 and XKD-123456", rules) == []
    assert check_mask("C", r"\A-99999", ["A-12345"]) == ("C", r"\A-99999")
    with pytest.raises(Invalid):
        check_mask("C", r"\A-99999", ["B-12345"])


def test_countries_follow_language_and_time_zone() -> None:
    assert regions_of("de", "Europe/Vienna") == ("AT", "DE", "CH")
    assert regions_of("pt-BR", "UTC")[0] == "BR"
    assert regions_of("en", "UTC") == ("US", "GB")
    assert read_regions("de, gb") == ("DE", "GB")


def test_every_test_card_is_judged_as_its_list_says() -> None:
    if not DATA.is_dir():
        pytest.skip("the list of test card numbers is not here")
    for one in json.loads((DATA / "card_numbers.json").read_text()):
        found = any(f.kind == "card" for f in find(one["value"]))
        assert found == (one["expect"] == "mask"), one


@given(st.text(st.sampled_from("0123456789 -+().@/:aA\n"), max_size=400))
def test_whatever_stands_there_findings_lie_inside_and_apart(text: str) -> None:
    found = find(text, GERMAN)
    ends = 0
    for one in found:
        assert ends <= one.start < one.end <= len(text)
        ends = one.end
    assert find(clean(text, GERMAN), GERMAN) == []


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "4 ",
            "1-",
            "+1 ",
            "(1)",
            "call 030 1234567 ",
            "a@",
            "a.b@",
            "DE89 ",
            "password is ",
            "pin: ",
        ),
        *(
            "12 High ",
            "Calle ",
            "eyJ",
            "-----BEGIN PRIVATE KEY-----",
            "a (at) b ",
            "ssn is ",
            "1.234.",
        ),
    ],
)
def test_time_grows_with_the_text_and_no_faster(unit: str) -> None:
    """A quadratic detector would take a hundred times as long for ten times the text."""

    def seconds(length: int) -> float:
        text = (unit * length)[:length]
        start = time.process_time()
        find(text, GERMAN)
        return time.process_time() - start

    seconds(1000)
    assert seconds(30_000) < 30 * seconds(3_000) + 0.5
