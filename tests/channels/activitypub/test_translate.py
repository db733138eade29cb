"""What activities say: to us, past us, in public, to us alone; and nobody speaks for another."""

import json
from datetime import UTC, datetime
from typing import Any

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.channels.activitypub.envelope import sealed
from fairline.channels.activitypub.translate import translate
from fairline.channels.contract import (
    Consent,
    Edited,
    Ignored,
    Inbound,
    Invalid,
    Own,
    Removed,
    Translation,
)
from tests.channels.activitypub import shapes
from tests.channels.activitypub.shapes import (
    CLEO,
    CLEO_PROFILE,
    INBOX,
    MENTION,
    OURS,
    POST,
    PUBLIC,
    US,
    US_TAG,
    Doc,
    activity,
    create,
    note,
)

AT = datetime(2026, 3, 1, 9, 31, tzinfo=UTC)
DOV = "https://other.example/users/dov"
GROUP = "https://lemmy.example/c/main"


def heard(doc: Doc, *, actor: str = "", **objects: Doc) -> Translation:
    """An activity as our route stores it, understood."""
    found = {uri.replace("_", "/"): one for uri, one in objects.items()}
    return with_docs(doc, found, actor=actor)


def with_docs(doc: Doc, objects: dict[str, Doc], *, actor: str = "") -> Translation:
    sender = actor or str(doc.get("actor", CLEO))
    known = {CLEO: CLEO_PROFILE} | objects
    return translate(sealed(sender, doc, known), INBOX, received_at=AT)


def said(doc: Doc, objects: dict[str, Doc] | None = None, *, actor: str = "") -> Inbound:
    found = with_docs(doc, objects or {}, actor=actor)
    assert isinstance(found, Inbound), found
    return found


def posted(doc: Doc) -> Inbound:
    """A post by its own author, as `Create` brings it."""
    author = doc["attributedTo"]
    author = author[0]["id"] if isinstance(author, list) else author
    return said(activity("Create", doc, actor=author, id=f"{doc['id']}/activity"))


def test_a_public_mention_is_a_public_question() -> None:
    inbound = said(create())

    assert inbound.text == "My parcel has not come"
    assert inbound.full_text == "@support My parcel has not come"
    assert inbound.is_public
    assert inbound.native_id == POST
    assert inbound.permalink == "https://social.example/@cleo/109"
    assert inbound.language == "en"
    assert inbound.sent_at == datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    author = inbound.author
    assert (author.address, author.name) == (CLEO, "Cleo Marsh (@cleo@social.example)")
    assert (author.verified, author.audience) == (True, 12)


@pytest.mark.parametrize(
    ("to", "cc", "is_public"),
    [
        ([PUBLIC], [US], True),
        (PUBLIC, US, True),
        ("as:Public", US, True),
        ([US, "Public"], [], True),
        ([f"{CLEO}/followers"], [PUBLIC, US], True),  # unlisted
        ([f"{CLEO}/followers", US], [], False),
        ([US], [], False),
        (US, None, False),
        ([{"type": "Person", "id": US}], None, False),
    ],
)
def test_who_may_read_it(to: Any, cc: Any, is_public: bool) -> None:
    assert said(create(to=to, cc=cc)).is_public is is_public


def test_a_direct_message_is_private_whatever_is_wrapped_around_it() -> None:
    post = note(to=[US], cc=[])

    assert not said(activity("Create", post, to=[PUBLIC], cc=[])).is_public
    assert not said(create(directMessage=True)).is_public


def test_what_neither_names_nor_answers_us_is_kept_for_the_mentions() -> None:
    found = heard(create(cc=[DOV], tag=[], content="<p>Acme is slow</p>"))

    assert isinstance(found, Ignored)
    assert found.outcome == "chatter"
    assert found.inbound
    assert found.inbound.text == "Acme is slow"


def test_an_answer_to_our_post_is_for_us_without_a_mention() -> None:
    inbound = said(create(cc=[], tag=[], inReplyTo=OURS))

    assert inbound.in_reply_to == (OURS,)


def test_the_thread_is_followed_up_as_far_as_it_was_fetched() -> None:
    above, top = "https://social.example/a/1", "https://other.example/a/0"
    known: dict[str, Doc] = {
        above: {"id": above, "type": "Note", "inReplyTo": {"id": top, "type": "Note"}},
        top: {"id": top, "type": "Note", "inReplyTo": [above]},  # a circle
    }

    assert said(create(inReplyTo=above), known).in_reply_to == (above, top)


def test_a_content_warning_stays_visible() -> None:
    inbound = said(create(summary="health", sensitive=True))

    assert inbound.text.startswith("Content warning: health\n\n")
    assert inbound.subject == "CW: health"


def test_pictures_come_with_what_they_show() -> None:
    (file,) = posted(shapes.GOTOSOCIAL).files

    assert file.url == "https://gts.example/fileserver/parcel.jpg"
    assert (file.name, file.media_type, file.alt) == ("parcel.jpg", "image/jpeg", "A torn parcel")


def test_a_poll_shows_its_choices() -> None:
    options = [
        {"type": "Note", "name": name, "replies": {"totalItems": 1}} for name in ("Yes", "No")
    ]
    inbound = said(create(type="Question", oneOf=options, endTime="2026-03-02T00:00:00Z"))

    assert inbound.text == "My parcel has not come\n\nOne of:\n- Yes\n- No"


def test_a_vote_is_no_question() -> None:
    found = heard(create(content=None, contentMap=None, name="Yes", inReplyTo=OURS))

    assert isinstance(found, Ignored)
    assert found.outcome == "like"


def test_links_are_shown_whole_and_hidden_code_is_not() -> None:
    inbound = said(
        create(
            content=f'<p>{MENTION} see <a href="https://www.track.example/4711?x=1">'
            '<span class="invisible">https://www.</span><span class="ellipsis">track.example/47'
            '</span><span class="invisible">11?x=1</span></a> <script>alert(1)</script>'
            '<img src=x onerror=alert(1)></p><p onclick="x()">Second '
            '<a href="https://social.example/tags/late" class="mention hashtag" rel="tag">#<span>'
            "late</span></a></p>"
        )
    )

    assert inbound.text == "see https://www.track.example/4711?x=1\n\nSecond #late"
    assert "script" not in inbound.html
    assert "onclick" not in inbound.html
    assert "onerror" not in inbound.html


def test_misskey_quotes_are_one_link() -> None:
    inbound = posted(shapes.MISSKEY)

    assert inbound.text == "My parcel has not come\n\nQuoted: https://misskey.example/notes/7"
    assert inbound.is_public
    assert inbound.author.name == ""  # its address is no name, and its profile was not fetched


@pytest.mark.parametrize(
    "quote",
    [
        {"quote": "https://x.example/1"},
        {"quoteUri": "https://x.example/1"},
        {
            "tag": [
                US_TAG,
                {
                    "type": "Link",
                    "href": "https://x.example/1",
                    "mediaType": 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
                },
            ]
        },
    ],
)
def test_quotes_by_any_name(quote: Doc) -> None:
    assert said(create(**quote)).text.endswith("\n\nQuoted: https://x.example/1")


def test_akkoma_chat_is_private() -> None:
    inbound = posted(shapes.AKKOMA_CHAT)

    assert inbound.text == "My parcel :firefox: has not come"
    assert not inbound.is_public


def test_a_lemmy_post_has_title_words_and_link() -> None:
    inbound = posted(shapes.LEMMY_PAGE)

    assert inbound.subject == "Where is my parcel?"
    assert inbound.text == (
        "Where is my parcel?\n\nIt was due on Monday.\n\nhttps://track.example/4711"
    )
    assert inbound.language == "fr"


def test_a_group_passes_on_what_a_member_said_to_us() -> None:
    inner = activity("Create", shapes.LEMMY_PAGE, actor="https://lemmy.example/u/cleo")
    passed = activity("Announce", inner, actor=GROUP, id=f"{GROUP}/announce/1")
    page = shapes.LEMMY_PAGE
    found = said(passed, {page["id"]: page}, actor=GROUP)

    assert found.author.address == "https://lemmy.example/u/cleo"
    assert found.native_id == page["id"]


def test_what_a_group_claims_of_a_member_elsewhere_is_not_believed() -> None:
    inner = activity("Create", note(), actor=CLEO)
    found = heard(activity("Announce", inner, actor=GROUP), actor=GROUP)

    assert isinstance(found, Ignored)
    assert found.outcome == "repost"
    assert found.inbound is None


def test_a_repost_is_no_question() -> None:
    found = with_docs(activity("Announce", POST, actor=DOV), {POST: note()}, actor=DOV)

    assert isinstance(found, Ignored)
    assert found.outcome == "repost"


def test_an_article_keeps_title_and_picture() -> None:
    inbound = posted(shapes.WORDPRESS)

    assert inbound.subject == "A week without a parcel"
    assert inbound.text == "A week without a parcel\n\nWe waited. Nothing came."
    assert [file.alt for file in inbound.files] == ["A door"]
    assert "<strong>Nothing</strong>" in inbound.html


def test_a_video_is_its_words_and_its_page() -> None:
    inbound = posted(shapes.PEERTUBE)

    assert inbound.subject == "Unboxing nothing"
    assert inbound.permalink == "https://tube.example/w/14"
    assert inbound.text.endswith("https://tube.example/w/14")


def test_friendica_mentions_have_the_sign_outside_the_link() -> None:
    inbound = posted(shapes.FRIENDICA)

    assert inbound.text == "hi"
    assert inbound.language == "de"
    assert inbound.is_public


def test_expanded_json_ld_says_the_same() -> None:
    prefix = "https://www.w3.org/ns/activitystreams#"
    post = {
        "@id": POST,
        "@type": [f"{prefix}Note"],
        f"{prefix}attributedTo": [{"@id": CLEO}],
        f"{prefix}content": [{"@value": "My parcel", "@language": "en"}],
        f"{prefix}to": [{"@id": US}],
    }
    doc = {
        "@id": f"{POST}/activity",
        "@type": [f"{prefix}Create"],
        f"{prefix}actor": [{"@id": CLEO}],
        f"{prefix}object": [post],
    }
    inbound = said(doc, actor=CLEO)

    assert (inbound.text, inbound.language, inbound.is_public) == ("My parcel", "en", False)


def test_a_machine_is_not_acknowledged() -> None:
    bot = CLEO_PROFILE | {"type": "Service"}

    assert said(create(), {CLEO: bot}).is_listed
    assert not said(create()).is_listed


# Nobody speaks for another.


@pytest.mark.parametrize(
    "doc",
    [
        create(id="https://other.example/notes/1"),  # a post on another server
        create(attributedTo=DOV),  # somebody else's words
        create() | {"actor": DOV},  # another than who signed
        activity("Update", note(id="https://other.example/notes/1", attributedTo=DOV)),
        activity("Update", {"id": DOV, "type": "Person", "name": "Not Dov"}),
        activity("Delete", "https://other.example/notes/1"),
        activity("Delete", {"id": "https://social.example.evil.example/1", "type": "Tombstone"}),
        activity("Delete", "https://social.example@evil.example/1"),
        activity("Delete", "https://social.example:8443/users/cleo/statuses/109"),
        activity("Undo", {"type": "Follow", "actor": DOV, "object": US}),
        activity("Undo", {"type": "Create", "actor": CLEO, "object": "https://other.example/1"}),
        activity("Move", DOV, target="https://new.example/cleo"),
        activity("Block", DOV),
        activity("Follow", DOV),
        activity("Create", "https://social.example/unfetched"),
    ],
)
def test_what_is_not_the_senders_to_say_is_refused(doc: Doc) -> None:
    found = heard(doc, actor=CLEO)

    assert isinstance(found, Ignored)
    assert found.outcome == "refused"
    assert found.reason


def test_a_fetched_post_of_another_server_is_believed() -> None:
    post = note(id="https://other.example/notes/1", attributedTo=DOV)
    lie = post | {"content": "<p>Something else</p>"}
    found = said(activity("Create", lie), {post["id"]: post})

    assert found.author.address == DOV
    assert found.text == "My parcel has not come"


def test_a_fetched_post_whose_author_is_elsewhere_is_refused() -> None:
    post = note(id="https://evil.example/1", attributedTo=CLEO)
    found = with_docs(
        activity("Create", post["id"], actor="https://evil.example/u"),
        {post["id"]: post},
        actor="https://evil.example/u",
    )

    assert isinstance(found, Ignored)
    assert found.outcome == "refused"


def test_an_actors_address_that_would_be_cut_is_nobody() -> None:
    long = f"https://social.example/{'a' * 600}"
    found = heard(create(attributedTo=long, id=f"{long}/1") | {"actor": long}, actor=long)

    assert isinstance(found, Ignored)


# News.


def test_an_edit_changes_the_post() -> None:
    found = heard(
        activity("Update", note(content="<p>It came</p>", updated="2026-03-01T10:00:00Z"))
    )

    assert isinstance(found, Edited)
    assert (found.of, found.address, found.text) == (POST, CLEO, "It came")
    assert found.edited_at == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert found.inbound


@pytest.mark.parametrize("gone", [POST, {"id": POST, "type": "Tombstone"}, [{"id": POST}]])
def test_a_post_is_taken_back(gone: Any) -> None:
    found = heard(activity("Delete", gone))

    assert isinstance(found, Removed)
    assert (found.of, found.address) == ((POST,), CLEO)


def test_a_block_stops_us_and_its_end_starts_us() -> None:
    block = activity("Block", US)
    stopped, started = heard(block), heard(activity("Undo", block))

    assert isinstance(stopped, Consent)
    assert isinstance(started, Consent)
    assert (stopped.stops, started.stops, started.address) == (True, False, CLEO)


@pytest.mark.parametrize(
    ("doc", "outcome"),
    [
        (activity("Follow", US), "follower"),
        (activity("Follow", {"id": US, "type": "Organization"}), "follower"),
        (activity("Undo", activity("Follow", US)), "unfollowed"),
        (activity("Undo", "https://social.example/follows/1"), "undone"),
        (activity("Update", CLEO_PROFILE), "profile"),
        (activity("Delete", CLEO), "gone"),
    ],
)
def test_what_only_the_channel_acts_on(doc: Doc, outcome: str) -> None:
    found = heard(doc)

    assert isinstance(found, Own)
    assert (found.outcome, found.data["actor"]) == (outcome, CLEO)


def test_a_move_needs_both_accounts_word() -> None:
    new = "https://new.example/users/cleo"
    move = activity("Move", CLEO, target=new)
    alone = with_docs(move, {new: {"id": new, "type": "Person"}})
    both = with_docs(move, {new: {"id": new, "type": "Person", "alsoKnownAs": CLEO}})

    assert isinstance(alone, Ignored)
    assert alone.outcome == "refused"
    assert isinstance(both, Own)
    assert (both.outcome, both.data["target"]) == ("moved", new)


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("Like", "like"),
        ("EmojiReact", "like"),
        ("Dislike", "like"),
        ("Announce", "repost"),
        ("Accept", "chatter"),
        ("Reject", "chatter"),
        ("Add", "chatter"),
        ("Remove", "chatter"),
        ("Arrive", "chatter"),
        ("https://example.org/Unheard", "chatter"),
    ],
)
def test_what_makes_no_case_is_kept_with_a_reason(kind: str, outcome: str) -> None:
    found = heard(activity(kind, OURS, content=None))

    assert isinstance(found, Ignored)
    assert found.outcome == outcome
    assert found.reason


def test_a_report_is_listed_with_its_words() -> None:
    found = heard(activity("Flag", [US, OURS], content="Please take a look"))

    assert isinstance(found, Ignored)
    assert found.inbound
    assert found.inbound.text == f"Reported to us:\n\nPlease take a look\n\n{US}\n\n{OURS}"
    assert not found.inbound.is_public


def test_what_others_say_among_themselves_is_not_listed() -> None:
    found = heard(create(to=[DOV], cc=[], tag=[], content="<p>Acme is slow</p>"))

    assert isinstance(found, Ignored)
    assert found.inbound is None


def test_our_own_words_are_known() -> None:
    found = heard(activity("Create", note(attributedTo=US), actor=US), actor=US)

    assert isinstance(found, Ignored)
    assert found.outcome == "own"


# Whatever comes.

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
    | st.sampled_from(
        [PUBLIC, US, CLEO, POST, OURS, "Note", "as:Create", "tag:x,1", "http://[", ""]
    ),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    *(
                        "id",
                        "@id",
                        "type",
                        "actor",
                        "object",
                        "content",
                        "contentMap",
                        "to",
                        "cc",
                        "tag",
                    ),
                    *("name", "href", "url", "mediaType", "attachment", "inReplyTo", "published"),
                    *(
                        "oneOf",
                        "summary",
                        "attributedTo",
                        "@value",
                        "@list",
                        "@context",
                        "language",
                    ),
                    *("quote", "target", "image", "preferredUsername", "webfinger", "updated"),
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=12,
)
KINDS = st.sampled_from(
    ["Create", "Update", "Delete", "Undo", "Announce", "Like", "Follow", "Flag", "Move", "Block"]
)


@hypothesis.settings(max_examples=60)
@given(JSON, KINDS, st.dictionaries(st.sampled_from([POST, CLEO, OURS]), JSON, max_size=2))
def test_nothing_but_invalid_is_ever_raised(doc: Any, kind: str, objects: Any) -> None:
    for one in (doc, activity(kind, doc), create() | (doc if isinstance(doc, dict) else {})):
        payload = json.dumps({"actor": CLEO, "activity": one, "objects": objects}).encode()
        try:
            translate(payload, INBOX, received_at=AT)
        except Invalid:
            continue


@pytest.mark.parametrize(
    "payload",
    [b"", b"[]", b"\xff", b"null", b"{}", b'{"activity":' * 5_000, b"[" * 200_000, b'{"a":1e999}'],
)
def test_what_is_no_activity_is_invalid(payload: bytes) -> None:
    with pytest.raises(Invalid):
        translate(payload, INBOX, received_at=AT)


def test_a_huge_and_deep_document_ends_in_time() -> None:
    deep: Any = "x"
    for level in range(900):
        deep = {"id": POST, "object": deep} if level % 40 == 0 else [deep]
    many = create(tag=[US_TAG] * 5_000, to=[PUBLIC] * 20_000, content="<b>" * 60_000)

    assert isinstance(heard(activity("Create", deep)), Ignored)
    assert isinstance(heard(many), Inbound | Ignored)


@pytest.mark.parametrize(
    "doc",
    [
        activity("Create", {"type": "Note", "content": "Mine", "to": [US]}, actor=DOV, id=POST),
        {**note(), "attributedTo": DOV, "actor": DOV, "id": POST},
        activity("Flag", [US], actor=DOV, id=POST, content="Bad"),
    ],
    ids=["an act", "a bare post", "a report"],
)
def test_nobody_takes_the_address_of_what_lies_on_another_server(doc: Doc) -> None:
    """Else the real post would come as something that we have already."""
    found = with_docs(doc, {}, actor=DOV)
    told = found.inbound if isinstance(found, Ignored) else found
    assert told is None or told.native_id != POST
