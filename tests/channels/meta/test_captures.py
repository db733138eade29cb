"""What other tools captured of Meta: taken in, or refused in words, and never a crash."""

from collections import Counter
from pathlib import Path

import pytest

from fairline.channels.contract import Feedable, Invalid
from tests.channels.meta.inboxes import AT, CHANNELS, inbox

CAPTURES = Path(__file__).parents[4] / "shared/data/providers/meta"
pytestmark = pytest.mark.skipif(not CAPTURES.exists(), reason="the captures are not here")

# How many files of a kind's own are taken for what.
EXPECTED = {
    "messenger": ("facebook_incoming", {"Inbound": 2}),
    "instagram": (
        "instagram_i",
        {"Inbound": 12, "Removed": 1, "Ignored": 1, "Echo": 1, "Receipt": 1},
    ),
    "whatsapp": ("whatsapp_incoming", {"Inbound": 14, "Receipt": 2, "Ignored": 1, "Invalid": 1}),
}


@pytest.mark.parametrize("kind", CHANNELS)
def test_every_capture_is_taken_or_refused_in_words(kind: str) -> None:
    channel = CHANNELS[kind]
    assert isinstance(channel, Feedable)
    told: Counter[str] = Counter()
    for name, item in channel.items_in(CAPTURES):
        assert channel.describe(item.payload)
        try:
            outcome = type(channel.translate(item.payload, inbox(kind), received_at=AT)).__name__
        except Invalid as error:
            outcome = "Invalid" if error.text.endswith(".") else "without a word"
        if Path(name).name.startswith(EXPECTED.get(kind, ("nothing", {}))[0]):
            told[outcome] += 1

    assert told == EXPECTED.get(kind, ("", {}))[1]


@pytest.mark.parametrize("kind", CHANNELS)
@pytest.mark.parametrize("whose", ["line", "sms", "telegram", "facebook_send", "whatsapp_csat"])
def test_what_is_not_metas_is_refused(kind: str, whose: str) -> None:
    channel = CHANNELS[kind]
    assert isinstance(channel, Feedable)
    files = sorted(CAPTURES.glob(f"{whose}*.json"))
    assert files
    for file in files:
        for _, item in channel.items_in(file):
            with pytest.raises(Invalid):
                channel.translate(item.payload, inbox(kind), received_at=AT)
