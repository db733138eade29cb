"""What the other side of an own inbox may say, and how it is told what is wrong."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.channels.contract import Consent, Edited, Inbound, InboxInfo, Receipt, Removed
from fairline.channels.custom.translate import native_id_of, translated
from fairline.core.errors import Invalid

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
INBOX = InboxInfo(
    id="i",
    brand_id="b",
    brand_name="Acme",
    kind="custom",
    name="Forum",
    address="forum",
    options={},
    public_url="https://help.acme.example",
)
CLEO = {"id": "cleo", "name": "Cleo"}


def read(**told: object) -> object:
    return translated(json.dumps({"id": "1", **told}).encode(), INBOX, received_at=AT)


def test_a_message_with_all_that_it_may_have() -> None:
    found = read(
        author={**CLEO, "audience": 12},
        html="<p onclick=x>Where <b>is</b> it?</p><script>1</script>",
        public=True,
        in_reply_to=["0"],
        url="https://forum.example/1",
        sent_at="2027-01-01T00:00:00Z",
        files=[{"name": "a.txt", "media_type": "text/plain", "data": "aGk="}],
    )

    assert isinstance(found, Inbound)
    assert found.text == "Where is it?"
    assert "script" not in found.html
    assert "onclick" not in found.html
    assert found.author.audience == 12
    assert found.sent_at == AT, "nobody writes from the future"
    assert found.files[0].data == b"hi"


@pytest.mark.parametrize(
    ("told", "shape"),
    [
        ({"type": "edit", "author": CLEO, "of": ["0"], "text": "x"}, Edited),
        ({"type": "delete", "author": CLEO, "of": ["0"]}, Removed),
        ({"type": "receipt", "of": ["k"], "state": "read"}, Receipt),
        ({"type": "consent", "author": CLEO, "stops": True}, Consent),
    ],
)
def test_news_of_what_was_said(told: dict[str, object], shape: type) -> None:
    assert isinstance(read(**told), shape)


@pytest.mark.parametrize(
    ("told", "word"),
    [
        ({"author": CLEO}, "text"),
        ({"text": "x"}, "author"),
        ({"author": {"id": " "}, "text": "x"}, "author"),
        ({"type": "edit", "author": CLEO, "text": "x"}, "of"),
        ({"type": "dance", "author": CLEO, "text": "x"}, "dance"),
        ({"id": "", "author": CLEO, "text": "x"}, "id"),
    ],
)
def test_what_is_wrong_is_said(told: dict[str, object], word: str) -> None:
    with pytest.raises(Invalid, match=word):
        read(**told)


def test_news_has_an_id_of_its_own() -> None:
    assert native_id_of(b'{"id": "7", "type": "edit"}') == "edit:7"
    assert native_id_of(b'{"id": "7"}') == "7"


@given(st.recursive(st.none() | st.booleans() | st.text(), st.lists, max_leaves=5))
def test_nothing_makes_it_crash(value: object) -> None:
    for name in ("id", "type", "author", "text", "of", "files", "sent_at"):
        try:
            read(**{"author": CLEO, "text": "x", name: value})
        except Invalid:
            continue
