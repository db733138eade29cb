"""Addresses in headers, and the ones we make up ourselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.channels.contract import Outbound
from fairline.channels.email.addresses import Address, normalise, parse_addresses
from fairline.channels.email.own_addresses import (
    bounce_address,
    find_key,
    key_in,
    reply_address,
    without_key,
)
from fairline.core.errors import Invalid
from fairline.core.ids import new_id
from tests.channels.email.letters import support

TOKEN = "abcdefgh234567abcdefgh2345"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("cleo@x.example", [("cleo@x.example", "")]),
        ("Cleo Stone <Cleo@X.Example>", [("cleo@x.example", "Cleo Stone")]),
        ('"Stone, Cleo" <cleo@x.example>', [("cleo@x.example", "Stone, Cleo")]),
        ("cleo@x.example (Cleo Stone)", [("cleo@x.example", "Cleo Stone")]),
        ("=?utf-8?Q?Zo=C3=AB?= <zoe@x.example>", [("zoe@x.example", "Zoë")]),
        ('"=?utf-8?Q?Zo=C3=AB?=" <zoe@x.example>', [("zoe@x.example", "Zoë")]),
        ("=?utf-8?Q?Stone,_Cleo?= <c@x.example>", [("c@x.example", "Stone, Cleo")]),
        ("a@x.example, b@x.example;c@x.example",
         [("a@x.example", ""), ("b@x.example", ""), ("c@x.example", "")]),
        ("Friends: a@x.example, B <b@x.example>;", [("a@x.example", ""), ("b@x.example", "B")]),
        ("undisclosed-recipients:;", []),
        ("<a@x.example>a@x.example", [("a@x.example", ""), ("a@x.example", "")]),
        ("a@x.example www.x.example", [("a@x.example", "")]),
        ("a@x.example b@x.example", [("a@x.example", ""), ("b@x.example", "")]),
        ("Cleo@Home <cleo@x.example>", [("cleo@x.example", "Cleo@Home")]),
        ("<mailto:cleo@x.example>", [("cleo@x.example", "")]),
        ("Cleo <cleo@x.example", [("cleo@x.example", "Cleo")]),
        ("<@relay.example,@b.example:cleo@x.example>", [("cleo@x.example", "")]),
        ("pete(his account)@x.example(host)", [("pete@x.example", "his account host")]),
        ("<pete(his account)@x.example>", [("pete@x.example", "")]),
        ("Mail System <>", [("", "Mail System")]),
        ('"" (Mail Delivery System)', [("", "Mail Delivery System")]),
        ("Zoë <zoë@bücher.example>", [("zoë@xn--bcher-kva.example", "Zoë")]),
        ("no address at all", [("", "no address at all")]),
        ("", []),
    ],
)  # fmt: skip
def test_address_lists(text: str, found: list[tuple[str, str]]) -> None:
    read = [(one.address, one.name) for one in parse_addresses(text)]
    assert read == found


@given(st.text(max_size=300))
def test_no_text_makes_it_raise_and_every_address_is_in_normal_form(text: str) -> None:
    for one in parse_addresses(text):
        assert one.address == "" or normalise(one.address) == one.address


@given(st.text(alphabet='"\\()<>,;:@ a', max_size=400))
def test_no_punctuation_makes_it_raise(text: str) -> None:
    parse_addresses(text)


@pytest.mark.parametrize(
    "bad", ["", "cleo", "@x.example", "cleo@", "a b@x.example", "cleo@x example", "a@-x", "a\n@x.y"]
)
def test_what_is_no_address_is_refused(bad: str) -> None:
    with pytest.raises(Invalid):
        normalise(bad)


def test_the_domain_of_an_address() -> None:
    assert Address("cleo@x.example").domain == "x.example"


def outbound(token: str = TOKEN) -> Outbound:
    return Outbound(
        key=new_id(),
        native_id="o1@acme.example",
        recipient="cleo@customer.example",
        recipient_name="Cleo",
        text="Hi",
        reply_token=token,
    )


def test_each_case_has_its_own_address() -> None:
    assert reply_address(outbound(), support()) == f"support+c-{TOKEN}@acme.example"


def test_or_one_on_a_domain_of_its_own() -> None:
    inbox = support(reply_address="verp", reply_domain="reply.acme.example")
    assert reply_address(outbound(), inbox) == f"c-{TOKEN}@reply.acme.example"


def test_or_none() -> None:
    assert reply_address(outbound(), support(reply_address="none")) == "support@acme.example"
    assert reply_address(outbound(token=""), support()) == "support@acme.example"


def test_a_bounce_comes_back_to_its_delivery() -> None:
    sent = outbound()
    address = bounce_address(sent, support())
    assert find_key([address], "b", support()) == sent.key
    assert bounce_address(sent, support(bounce_address="none")) == "support@acme.example"


def test_a_relay_that_changes_case_does_no_harm() -> None:
    assert key_in(f"SUPPORT+C-{TOKEN.upper()}@ACME.EXAMPLE") == ("c", TOKEN)


def test_a_key_of_ours_goes_before_another_desk_s() -> None:
    theirs = "help+c-zzzzzzzzzzzz@other.example"
    ours = f"support+c-{TOKEN}@acme.example"
    assert find_key([theirs, ours], "c", support()) == TOKEN
    assert find_key([theirs], "b", support()) == ""


@pytest.mark.parametrize("plain", ["c-level@acme.example", "cleo+c-x@x.example", "b-1@x.example"])
def test_an_ordinary_address_holds_no_key(plain: str) -> None:
    assert key_in(plain) == ("", "")


def test_the_secret_is_taken_off_an_address_that_is_shown() -> None:
    assert without_key(f"support+c-{TOKEN}@acme.example") == "support@acme.example"
    assert without_key(f"c-{TOKEN}@reply.acme.example") == ""
    assert without_key("cleo+shop@customer.example") == "cleo+shop@customer.example"
