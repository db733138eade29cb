"""What X forbids or prices, said before anything is sent."""

from datetime import UTC, datetime
from typing import Any

import pytest

from fairline.channels.contract import Sending
from fairline.channels.x import XChannel
from tests.channels.x.people import NOON, inbox


def codes(options: dict[str, str] | None = None, **sending: Any) -> dict[str, bool]:
    given: dict[str, Any] = {"recipient": "5", "at": NOON, "is_public": True, "heard_at": NOON}
    found = XChannel().rules(Sending(**{**given, **sending}), inbox(**(options or {})))
    return {rule.code: rule.blocks for rule in found}


def test_an_answer_to_who_wrote_is_free_to_go() -> None:
    assert codes(text="It comes tomorrow.") == {}
    assert codes(text="It comes tomorrow.", is_public=False) == {}


def test_strangers_are_not_answered_in_public() -> None:
    assert codes(heard_at=None) == {"not_allowed_here": True}
    assert codes({"access": "enterprise"}, heard_at=None) == {}
    assert codes(heard_at=None, is_public=False) == {"writes_first": False}


def test_a_link_has_its_price() -> None:
    assert codes(text="See acme.com/x") == {"link_price": False}
    assert codes({"price_link": "1.5"}, text="See acme.com/x") == {}
    assert codes(text="See acme.com/x", is_public=False) == {}


def test_a_second_cashtag_is_too_many() -> None:
    assert codes(text="$ABC up, $ABC down, 5$ and $9") == {}
    assert codes(text="$ABC or $XYZ") == {"cashtags": True}


def test_mentions_that_nobody_asked_for() -> None:
    assert codes(text="@cleo @dov It comes tomorrow, write to help@acme.com") == {}
    assert codes(text="@cleo ask @dov") == {"unasked_mention": False}
    assert codes(text="@cleo ask @dov", is_public=False) == {}


@pytest.mark.parametrize(
    ("spent", "found"),
    [(0, {}), (790, {}), (800, {"budget_low": False}), (998, {"budget_low": False}),
     (998.6, {"budget_spent": True}), (5000, {"budget_spent": True})],
)  # fmt: skip
def test_a_budget_warns_and_then_blocks(spent: float, found: dict[str, bool]) -> None:
    assert codes({"monthly_budget": "10"}, spent_cents=spent) == found


def test_a_spent_budget_ends_with_the_month() -> None:
    at = datetime(2026, 12, 31, 23, 0, tzinfo=UTC)
    sending = Sending(recipient="5", at=at, is_public=True, heard_at=at, spent_cents=100)
    (rule,) = XChannel().rules(sending, inbox(monthly_budget="1"))
    assert rule.until == datetime(2027, 1, 1, tzinfo=UTC)
    assert "1 January" in rule.text


def test_how_much_fits() -> None:
    channel = XChannel()
    assert channel.length(inbox()).most == 280
    assert channel.length(inbox(long_posts="1")).most == 25_000
    private = channel.capabilities.private_length
    assert private
    assert private.most == 10_000


def test_an_address_in_each_form() -> None:
    channel = XChannel()
    assert channel.normalise(" @AcmeHelp ") == channel.normalise("acmehelp") == "@acmehelp"
    assert channel.normalise("1234") == "1234"
