"""A document counts when its own server tells it, and not where a redirect leads."""

from typing import Any, cast

import msgspec
import pytest

from fairline.channels.activitypub.fetching import Fetcher
from fairline.channels.activitypub.transport import Transport
from fairline.channels.contract import DeliveryError
from fairline.channels.outside import Fetched
from tests.channels.activitypub.shapes import INBOX

THERE = "https://town.example/out?to=1"
POST = {"id": THERE, "type": "Note", "content": "Believe me"}


class Web:
    """Answers each address with a document, from where redirects have led."""

    def __init__(self, ends_at: str, doc: dict[str, Any]) -> None:
        self.answer = Fetched(
            status=200,
            url=ends_at,
            media_type="application/activity+json",
            headers={"content-type": "application/activity+json"},
            body=msgspec.json.encode(doc),
        )

    def get(self, *_: object, **__: object) -> Fetched:
        return self.answer


def fetched(ends_at: str) -> dict[str, Any]:
    return Fetcher(cast("Transport", Web(ends_at, POST)), INBOX).document(THERE)


@pytest.mark.parametrize("ends_at", [THERE, "https://town.example/notes/1"])
def test_a_redirect_within_the_server_is_followed(ends_at: str) -> None:
    assert fetched(ends_at) == POST


def test_an_open_redirect_puts_words_into_nobodys_mouth() -> None:
    with pytest.raises(DeliveryError) as refused:
        fetched("https://attacker.example/note")
    assert refused.value.permanent
