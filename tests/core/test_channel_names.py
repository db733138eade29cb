"""Channels and accounts are called by what people know them by."""

import pytest

from fairline.cases.opening import subject_of
from fairline.core.channel_names import NAMES, account_of, said_by
from fairline.desk.settings.address_words import address_words
from fairline.wiring import Office


def test_every_channel_has_a_name_and_asks_for_its_own_kind_of_address(office: Office) -> None:
    kinds = {channel.kind for channel in office.channels.all()}
    assert kinds <= set(NAMES)
    unknown = address_words("somebody-elses")
    assert [kind for kind in sorted(kinds - {"web"}) if address_words(kind) == unknown] == []


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("cleo@example.test", "cleo@example.test"),
        ("+14155550100", "+14155550100"),
        ("12359121566", "Cleo (@cleo)"),
        ("did:plc:zporbvzaacz2ibukb2tmtgxm", "Cleo (@cleo)"),
        ("https://people.example/@cleo", "Cleo (@cleo)"),
    ],
)
def test_an_address_that_only_its_network_can_read_is_shown_by_its_name(
    address: str, shown: str
) -> None:
    assert account_of(address, "Cleo (@cleo)") == shown
    assert account_of(address, "") == address


def test_how_it_came_is_said_as_people_say_it() -> None:
    assert [said_by(kind) for kind in ("x", "sms", "web", "fediverse", "pinboard")] == [
        "on X",
        "by text message",
        "",
        "on the fediverse",
        "on pinboard",
    ]


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("@acme @dov@people.example My lamp stays dark", "My lamp stays dark"),
        ("@acme", "@acme"),
        ("Hello @acme, my lamp stays dark", "Hello @acme, my lamp stays dark"),
    ],
)
def test_a_subject_does_not_begin_with_whom_the_post_calls(text: str, subject: str) -> None:
    assert subject_of("", text) == subject
