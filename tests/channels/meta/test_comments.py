"""Posts and comments, understood."""

from typing import Any

import pytest

from fairline.channels.contract import Echo, Edited, Ignored, Inbound, Removed
from fairline.channels.meta.facebook import whole_id
from tests.channels.meta.inboxes import IG, PAGE, change, heard

POST, COMMENT = f"{PAGE}_1001", "1001_2001"
VALUE = {
    "item": "comment",
    "verb": "add",
    "from": {"id": "33", "name": "Cleo Marsh"},
    "post_id": POST,
    "parent_id": POST,
    "comment_id": COMMENT,
    "message": "Where is my parcel?",
    "created_time": 1763820000,
    "post": {"permalink_url": "https://www.facebook.com/acme/posts/1001"},
}


def feed(**other: Any) -> Any:
    return heard("facebook", change("feed", {**VALUE, **other}))


def test_a_comment_is_public_and_answers_its_post() -> None:
    found = feed()

    assert isinstance(found, Inbound)
    assert found.is_public
    assert (found.native_id, found.text) == (COMMENT, "Where is my parcel?")
    assert (found.author.address, found.author.name) == ("33", "Cleo Marsh")
    assert found.in_reply_to == (POST,)
    assert found.permalink == "https://www.facebook.com/acme/posts/1001"


def test_a_comment_below_a_comment_names_both_nearest_first() -> None:
    found = feed(parent_id="1001_1999")

    assert found.in_reply_to == ("1001_1999", POST)


def test_a_visitors_post_starts_its_own_thread() -> None:
    found = feed(item="status", post_id=f"{PAGE}_7", comment_id=None, parent_id=None)

    assert isinstance(found, Inbound)
    assert (found.native_id, found.in_reply_to) == (f"{PAGE}_7", ())


def test_an_edit_changes_the_comment() -> None:
    found = feed(verb="edited", message="Where is order 4712?")

    assert isinstance(found, Edited)
    assert (found.of, found.address, found.text) == (COMMENT, "33", "Where is order 4712?")


def test_what_is_gone_is_gone_whoever_took_it_away() -> None:
    found = feed(verb="remove", message=None)

    assert isinstance(found, Removed)
    assert (found.of, found.address) == ((COMMENT,), "")


@pytest.mark.parametrize("verb", ["hide", "unhide"])
def test_hiding_is_the_pages_own_doing(verb: str) -> None:
    found = feed(verb=verb)

    assert isinstance(found, Ignored)
    assert found.outcome == "own"


def test_a_comment_of_the_page_itself_is_an_answer_from_elsewhere() -> None:
    found = feed(**{"from": {"id": PAGE}, "comment_id": "1001_2002", "parent_id": COMMENT})

    assert isinstance(found, Echo)
    assert found.is_public
    assert found.in_reply_to[0] == COMMENT


def test_a_like_is_no_case() -> None:
    assert feed(item="reaction", reaction_type="like").outcome == "like"


def test_a_share_is_found_among_the_mentions() -> None:
    found = feed(item="share", post_id="33_8", comment_id=None)

    assert found.outcome == "repost"
    assert found.inbound


def test_a_photo_without_words_is_a_comment() -> None:
    found = feed(message="", photo="https://scontent.example/p.jpg")

    assert isinstance(found, Inbound)
    assert found.files[0].url == "https://scontent.example/p.jpg"


def test_who_does_not_show_themselves_is_heard_and_is_nobody_else() -> None:
    one, other = feed(**{"from": None}), feed(**{"from": None}, comment_id="1001_2009")

    assert isinstance(one, Inbound)
    assert one.author.address != other.author.address
    assert not one.author.verified


@pytest.mark.parametrize(
    ("own", "above", "whole"),
    [
        ("2002", POST, "1001_2002"),
        ("2002", COMMENT, "1001_2002"),
        ("1001_2002", COMMENT, "1001_2002"),
        ("", COMMENT, ""),
    ],
)
def test_our_comment_is_called_as_webhooks_will_call_it(own: str, above: str, whole: str) -> None:
    assert whole_id(own, above, PAGE) == whole


IG_VALUE = {
    "id": "17870913679156914",
    "from": {"id": "44", "username": "cleo.marsh"},
    "text": "Is this in stock?",
    "media": {"id": "17895695668004550", "media_product_type": "FEED"},
}


def test_a_comment_on_instagram_has_its_authors_handle_as_a_name() -> None:
    found = heard("instagram", change("comments", IG_VALUE, of="instagram", own=IG))

    assert isinstance(found, Inbound)
    assert found.is_public
    assert (found.author.address, found.author.name) == ("44", "@cleo.marsh")
    assert found.in_reply_to == ("17895695668004550",)


def test_our_own_comment_on_instagram_is_an_answer() -> None:
    value = {**IG_VALUE, "from": {"id": IG, "username": "acme"}, "parent_id": "17870913679156000"}
    found = heard("instagram", change("comments", value, of="instagram", own=IG))

    assert isinstance(found, Echo)
    assert found.in_reply_to == ("17870913679156000", "17895695668004550")


def test_news_without_words_is_kept_and_said() -> None:
    found = heard("instagram", change("mentions", {"media_id": "1"}, of="instagram", own=IG))

    assert isinstance(found, Ignored)
    assert "look there" in found.reason
