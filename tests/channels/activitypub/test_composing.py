"""What we say, as other servers read it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from fairline.channels.activitypub import composing
from fairline.channels.activitypub.composing import File
from fairline.channels.activitypub.envelope import sealed
from fairline.channels.activitypub.people import normalise
from fairline.channels.activitypub.places import Party
from fairline.channels.activitypub.translate import translate
from fairline.channels.activitypub.wanted import needs
from fairline.channels.contract import Inbound, Invalid, Outbound
from tests.channels.activitypub.shapes import (
    CLEO,
    INBOX,
    OURS,
    POST,
    PUBLIC,
    US,
    activity,
    create,
    note,
)

AT = datetime(2026, 3, 1, 10, 0, 0, 999, tzinfo=UTC)
PERSON = Party(id=CLEO, handle="@cleo@social.example", url="https://social.example/@cleo")
KEY = "0192f0c1-bbbb-7000-8000-000000000002"


def outbound(**more: Any) -> Outbound:
    fields: dict[str, Any] = {
        "key": KEY,
        "native_id": "",
        "recipient": CLEO,
        "recipient_name": "Cleo",
        "text": "It comes <tomorrow> & is #late\n\nSorry, https://track.example/1",
        "is_public": True,
        "in_reply_to": POST,
    }
    return Outbound(**fields | more)


def test_a_public_answer_is_for_everybody_and_mentions_whom_it_answers() -> None:
    made = composing.to_note(outbound(), INBOX, PERSON, at=AT)

    assert made["id"] == f"https://brand.example/ap/objects/{KEY}"
    assert made["to"] == [PUBLIC]
    assert made["cc"] == [CLEO, f"{US}/followers"]
    assert made["inReplyTo"] == POST
    assert made["published"] == "2026-03-01T10:00:00Z"
    mention, hashtag = made["tag"]
    assert mention == {"type": "Mention", "href": CLEO, "name": "@cleo@social.example"}
    assert (hashtag["type"], hashtag["name"]) == ("Hashtag", "#late")
    assert made["content"].startswith(
        '<p><span class="h-card"><a href="https://social.example/@cleo" class="u-url mention">'
        "@<span>cleo</span></a></span> It comes &lt;tomorrow&gt; &amp; is #late</p>"
    )


def test_a_private_answer_names_its_reader_and_nobody_else() -> None:
    made = composing.to_note(outbound(is_public=False), INBOX, PERSON, at=AT)
    act = composing.create(made, INBOX)

    assert (made["to"], made["cc"]) == ([CLEO], [])
    assert (act["to"], act["cc"]) == ([CLEO], [])
    assert PUBLIC not in str(act)


def test_a_second_try_is_the_same_post() -> None:
    first = composing.create(composing.to_note(outbound(), INBOX, PERSON, at=AT), INBOX)
    second = composing.create(composing.to_note(outbound(), INBOX, PERSON, at=AT), INBOX)

    assert first == second
    assert first["id"] == f"{first['object']['id']}/create"


@pytest.mark.parametrize("subject", ["CW: health", "Re: CW: health", "re: Re: CW: health"])
def test_a_content_warning_is_answered_with_one(subject: str) -> None:
    made = composing.to_note(outbound(subject=subject), INBOX, PERSON, at=AT)

    assert (made["sensitive"], made["summary"]) == (True, "health")


def test_an_ordinary_subject_is_no_warning() -> None:
    made = composing.to_note(outbound(subject="My parcel"), INBOX, PERSON, at=AT)

    assert (made["sensitive"], made["summary"]) == (False, None)


def test_files_have_their_words_beside_them() -> None:
    file = File(url="https://brand.example/ap/files/1", media_type="image/png", alt="A map")
    made = composing.to_note(outbound(), INBOX, PERSON, at=AT, files=[file])

    assert made["attachment"] == [
        {
            "type": "Document",
            "mediaType": "image/png",
            "url": "https://brand.example/ap/files/1",
            "name": "A map",
        }
    ]


def test_names_of_strangers_are_no_markup() -> None:
    rude = Party(id=CLEO, handle='@<b onclick="x">@h', url='https://x.example/"><script>')
    made = composing.to_note(outbound(), INBOX, rude, at=AT)

    assert "<script" not in made["content"]
    assert "<b" not in made["content"]


def test_edits_and_farewells_go_to_whom_it_went() -> None:
    made = composing.to_note(outbound(), INBOX, PERSON, at=AT)
    changed, gone = composing.update(made, INBOX, at=AT), composing.delete(made, INBOX, at=AT)

    assert changed["id"] != composing.create(made, INBOX)["id"]
    assert changed["object"]["updated"] == "2026-03-01T10:00:00Z"
    assert changed["to"] == gone["to"] == [PUBLIC]
    assert changed["cc"] == gone["cc"] == made["cc"]
    assert gone["object"]["type"] == "Tombstone"
    assert "content" not in gone["object"]


def test_another_server_of_ours_understands_it() -> None:
    """What we write is read as it was meant."""
    reader = INBOX
    us = Party(id=US, handle="@support@brand.example")
    theirs = f"{CLEO}/x"
    made = composing.to_note(outbound(recipient=US, text="One & <two>\nthree"), reader, us, at=AT)
    act = composing.create(made, reader)
    foreign = {
        **act,
        "actor": theirs,
        "object": {**made, "attributedTo": theirs, "id": f"{theirs}/1"},
    }
    found = translate(sealed(theirs, foreign, {}), reader, received_at=AT)

    assert isinstance(found, Inbound)
    assert found.text == "One & <two>\nthree"
    assert found.is_public


def test_a_follow_is_answered_whole() -> None:
    answer = composing.accept("https://social.example/f/1", CLEO, INBOX, key="k")

    assert answer["type"] == "Accept"
    assert answer["object"] == {
        "id": "https://social.example/f/1",
        "type": "Follow",
        "actor": CLEO,
        "object": US,
    }


@pytest.mark.parametrize(
    ("doc", "wanted"),
    [
        (create(), ()),
        (create(inReplyTo="https://other.example/1"), ("https://other.example/1",)),
        (activity("Create", POST), (POST,)),
        (activity("Create", note(id="https://other.example/1")), ("https://other.example/1",)),
        (activity("Announce", POST), (POST,)),
        (activity("Announce", activity("Create", note())), (POST,)),
        (activity("Announce", "javascript:alert(1)"), ()),
        (activity("Delete", "https://other.example/1"), ()),
        (activity("Like", OURS), ()),
        (activity("Follow", US), ()),
        (activity("Move", CLEO, target="https://new.example/cleo"), ("https://new.example/cleo",)),
        (activity("Create", [POST] * 500), (POST,)),
    ],
)
def test_only_what_is_needed_is_fetched(doc: dict[str, Any], wanted: tuple[str, ...]) -> None:
    assert needs(doc, CLEO) == wanted


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        ("https://Social.Example/Users/Cleo#main-key", "https://social.example/Users/Cleo"),
        (" @Cleo@Social.example ", "@cleo@social.example"),
        ("acct:cleo@social.example", "@cleo@social.example"),
        ("cleo@social.example:8443", "@cleo@social.example:8443"),
    ],
)
def test_an_address_in_its_normal_form(given: str, normal: str) -> None:
    assert normalise(given) == normal
    assert normalise(normal) == normal


@pytest.mark.parametrize(
    "given", ["", "cleo", "@cleo", "javascript:alert(1)", "https://", "a b@c d"]
)
def test_what_is_no_address(given: str) -> None:
    with pytest.raises(Invalid):
        normalise(given)
