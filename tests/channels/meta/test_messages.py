"""Private messages of Messenger and Instagram, understood."""

from fairline.channels.contract import Echo, Edited, Ignored, Inbound, Own, Receipt, Removed
from tests.channels.meta.inboxes import IG, PAGE, event, heard, page

CLEO = "3383290475046708"


def said(message: dict[str, object], kind: str = "messenger") -> Inbound:
    body = page(event(message={"mid": "m_1", **message}))
    if kind == "instagram":
        body = page(event(message={"mid": "m_1", **message}), of="instagram", own=IG)
    found = heard(kind, body)
    assert isinstance(found, Inbound), found
    return found


def test_words_come_from_an_id_that_meta_vouches_for() -> None:
    found = said({"text": "My parcel has not come", "reply_to": {"mid": "m_0"}})

    assert (found.native_id, found.text, found.is_public) == (
        "m_1",
        "My parcel has not come",
        False,
    )
    assert (found.author.address, found.author.verified) == (CLEO, True)
    assert found.in_reply_to == ("m_0",)
    assert found.sent_at
    assert found.sent_at.year == 2025


def test_files_are_named_to_be_fetched_at_once() -> None:
    url = "https://scontent.xx.fbcdn.net/v/t1/cat.png?oh=1"
    found = said({"attachments": [{"type": "image", "payload": {"url": url}}]})

    (file,) = found.files
    assert (file.url, file.name, file.data) == (url, "cat.png", b"")


def test_a_link_is_not_fetched() -> None:
    payload = {"url": "https://example.com/private"}
    found = said({"attachments": [{"type": "fallback", "title": "A page", "payload": payload}]})

    assert found.files == ()
    assert "(Sent a link: A page.)" in found.text
    assert "https://example.com/private" in found.text


def test_an_answer_to_a_story_says_so() -> None:
    story = {"story": {"id": "1", "url": "https://cdn.example/s.png"}}
    found = said({"text": "Is this in stock?", "reply_to": story}, "instagram")

    assert "Is this in stock?" in found.text
    assert "(An answer to our story.)" in found.text


def test_a_mention_in_a_story_is_kept_off_the_line() -> None:
    hung = [{"type": "story_mention", "payload": {"url": "https://cdn.example/s.png"}}]
    body = page(event(message={"mid": "m_1", "attachments": hung}), of="instagram", own=IG)
    found = heard("instagram", body)

    assert isinstance(found, Ignored)
    assert found.outcome == "chatter"
    assert found.inbound
    assert found.inbound.files


def test_what_is_not_handed_over_is_said_in_words() -> None:
    found = said({"is_unsupported": True}, "instagram")

    assert "Instagram does not hand over" in found.text


def test_a_reaction_asks_for_nothing() -> None:
    found = heard("messenger", page(event(reaction={"mid": "m_1", "action": "react"})))

    assert isinstance(found, Ignored)
    assert found.outcome == "like"


def test_a_button_says_its_words() -> None:
    pressed = {"mid": "m_9", "title": "Where is my order?", "payload": "ORDER"}
    found = heard("messenger", page(event(postback=pressed)))

    assert isinstance(found, Inbound)
    assert found.text == "Where is my order?"


def test_opening_the_talk_says_nothing_yet() -> None:
    found = heard("messenger", page(event(postback={"title": "Start", "payload": "GET_STARTED"})))

    assert isinstance(found, Ignored)


def test_an_edit_names_what_it_changes_and_who() -> None:
    edit = {"mid": "m_1", "text": "order 4712", "num_edit": "2"}
    found = heard("messenger", page(event(message_edit=edit)))

    assert isinstance(found, Edited)
    assert (found.of, found.address, found.text) == ("m_1", CLEO, "order 4712")
    assert found.native_id == "edit:m_1:2"


def test_what_was_unsent_is_taken_back_by_its_author() -> None:
    body = page(event(message={"mid": "m_1", "is_deleted": True}), of="instagram", own=IG)
    found = heard("instagram", body)

    assert isinstance(found, Removed)
    assert (found.of, found.address) == (("m_1",), CLEO)


def echo(**message: object) -> dict[str, object]:
    turned = event(message={"mid": "m_5", "is_echo": True, "text": "It is on its way", **message})
    turned["sender"], turned["recipient"] = turned["recipient"], turned["sender"]
    return page(turned)


def test_our_own_words_are_dropped_by_the_app_that_sent_them() -> None:
    found = heard("messenger", echo(app_id=1517776481860111))

    assert isinstance(found, Ignored)
    assert found.outcome == "own"


def test_our_own_words_are_dropped_by_their_mark() -> None:
    found = heard("messenger", echo(metadata="fairline:0198f7a2"))

    assert isinstance(found, Ignored)
    assert found.outcome == "own"


def test_what_a_colleague_wrote_in_metas_inbox_is_kept() -> None:
    found = heard("messenger", echo(app_id=263902037430900))

    assert isinstance(found, Echo)
    assert (found.native_id, found.recipient, found.text) == ("m_5", CLEO, "It is on its way")
    assert not found.is_public


def test_a_receipt_for_one_message_names_it() -> None:
    found = heard("messenger", page(event(delivery={"mids": ["m_5"], "watermark": 1763820000000})))

    assert isinstance(found, Receipt)
    assert (found.state, found.native_ids) == ("delivered", ("m_5",))


def test_a_receipt_up_to_a_moment_is_for_the_channel() -> None:
    found = heard("messenger", page(event(read={"watermark": 1763820000000})))

    assert isinstance(found, Own)
    assert (found.data["state"], found.data["recipient"]) == ("read", CLEO)


def test_a_receipt_of_instagram_names_the_message() -> None:
    found = heard("instagram", page(event(read={"mid": "m_5"}), of="instagram", own=IG))

    assert isinstance(found, Receipt)
    assert (found.state, found.native_ids) == ("read", ("m_5",))


def test_what_another_app_handles_is_heard_too() -> None:
    body = {
        "object": "page",
        "entry": [{"id": PAGE, "standby": [event(message={"mid": "m_1", "text": "Hi"})]}],
    }

    assert isinstance(heard("messenger", body), Inbound)
