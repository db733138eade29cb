"""What Meta says to a message before it is written."""

from datetime import timedelta
from typing import Any

import pytest

from fairline.channels.contract import Ruled, Sending
from tests.channels.meta.inboxes import AT, CHANNELS, inbox

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def said(
    kind: str, *, ago: timedelta | None, human_agent: str = "", **more: Any
) -> list[tuple[str, bool]]:
    """(code, blocks) of each rule."""
    channel = CHANNELS[kind]
    assert isinstance(channel, Ruled)
    heard_at = AT - ago if ago is not None else None
    sending = Sending(recipient="33", at=AT, heard_at=heard_at, **more)
    found = channel.rules(sending, inbox(kind, human_agent=human_agent))
    assert all(rule.text.endswith(".") for rule in found)
    return [(rule.code, rule.blocks) for rule in found]


@pytest.mark.parametrize("kind", ["messenger", "instagram", "whatsapp"])
def test_within_a_day_nothing_is_said(kind: str) -> None:
    assert said(kind, ago=23 * HOUR) == []


@pytest.mark.parametrize("kind", ["messenger", "instagram"])
def test_after_a_day_it_is_over_without_the_permission(kind: str) -> None:
    assert said(kind, ago=DAY) == [("window_closed", True)]
    assert said(kind, ago=8 * DAY, human_agent="on") == [("window_closed", True)]


@pytest.mark.parametrize("kind", ["messenger", "instagram"])
def test_with_the_permission_people_have_a_week_and_notices_have_not(kind: str) -> None:
    assert said(kind, ago=2 * DAY, human_agent="on") == [("human_agent", False)]
    notice = said(kind, ago=2 * DAY, human_agent="on", is_notice=True)
    assert notice == [("people_only", True)]


def test_nobody_is_written_to_first() -> None:
    assert said("messenger", ago=None) == [("stranger", True)]
    assert said("whatsapp", ago=None) == [("stranger", True)]
    assert said("facebook", ago=None) == [("stranger", True)]


def test_on_whatsapp_a_template_goes_at_any_time_and_is_charged() -> None:
    assert said("whatsapp", ago=DAY) == [("window_closed", True)]
    assert said("whatsapp", ago=DAY, template="news/en") == [("template_priced", False)]
    assert said("whatsapp", ago=None, template="news/en") == [("template_priced", False)]
    assert said("whatsapp", ago=HOUR, template="news/en") == []


def test_a_comment_may_have_been_all_that_they_said() -> None:
    assert said("instagram", ago=None) == [("private_reply", False)]
    assert said("facebook", ago=HOUR) == [("private_reply", False)]
    assert said("facebook", ago=7 * DAY) == [("window_closed", True)]
    assert said("facebook", ago=HOUR, text="x" * 2001) == [("too_long", True)]


def test_in_public_there_is_no_window() -> None:
    assert said("facebook", ago=90 * DAY, is_public=True) == []
    assert said("instagram", ago=90 * DAY, is_public=True) == []
    assert said("instagram", ago=HOUR, is_public=True, files=1) == [("no_files", True)]
