"""Documents as real servers write them, made up for these tests: the shape is theirs, the words ours.

Shapes after Mastodon's, GoToSocial's, Akkoma's, Misskey's, Lemmy's, WordPress's, PeerTube's and
Friendica's published documentation and the fixtures of their test suites.
"""

from typing import Any

from fairline.channels.contract import InboxInfo

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
INBOX = InboxInfo(
    id="0192f0c1-0000-7000-8000-000000000001",
    brand_id="b",
    brand_name="Acme",
    kind="fediverse",
    name="Fediverse",
    address="support@brand.example",
    options={},
    public_url="https://brand.example",
)
US = "https://brand.example/ap/actors/0192f0c1-0000-7000-8000-000000000001"
OURS = "https://brand.example/ap/objects/0192f0c1-aaaa-7000-8000-000000000009"
CLEO = "https://social.example/users/cleo"
POST = "https://social.example/users/cleo/statuses/109"
US_TAG = {"type": "Mention", "href": US, "name": "@support@brand.example"}
MENTION = (
    f'<span class="h-card" translate="no"><a href="{US}" class="u-url mention">'
    "@<span>support</span></a></span>"
)
CLEO_PROFILE: dict[str, Any] = {
    "id": CLEO,
    "type": "Person",
    "preferredUsername": "cleo",
    "name": "Cleo Marsh",
    "followersCount": 12,
}

Doc = dict[str, Any]


def note(**more: Any) -> Doc:
    """A public mention of us, as Mastodon writes it."""
    return {
        "id": POST,
        "type": "Note",
        "summary": None,
        "inReplyTo": None,
        "published": "2026-03-01T09:30:00Z",
        "url": "https://social.example/@cleo/109",
        "attributedTo": CLEO,
        "to": [PUBLIC],
        "cc": [f"{CLEO}/followers", US],
        "sensitive": False,
        "conversation": "tag:social.example,2026-03-01:objectId=1:objectType=Conversation",
        "content": f"<p>{MENTION} My parcel has not come</p>",
        "contentMap": {"en": f"<p>{MENTION} My parcel has not come</p>"},
        "attachment": [],
        "tag": [US_TAG],
        "replies": {"id": f"{POST}/replies", "type": "Collection"},
    } | more


def activity(kind: str, what: Any, **more: Any) -> Doc:
    return {
        "@context": [
            "https://www.w3.org/ns/activitystreams",
            {"toot": "http://joinmastodon.org/ns#"},
        ],
        "id": f"{POST}/activity-{kind.lower()}",
        "type": kind,
        "actor": CLEO,
        "object": what,
    } | more


def create(**more: Any) -> Doc:
    post = note(**more)
    return activity("Create", post, to=post.get("to"), cc=post.get("cc"))


GOTOSOCIAL: Doc = note(
    id="https://gts.example/users/cleo/statuses/01J",
    attributedTo="https://gts.example/users/cleo",
    to=PUBLIC,
    cc=["https://gts.example/users/cleo/followers", US],
    tag=US_TAG,
    attachment={
        "type": "Image",
        "mediaType": "image/jpeg",
        "url": "https://gts.example/fileserver/parcel.jpg",
        "name": "A torn parcel",
        "blurhash": "LKE3",
    },
    interactionPolicy={"canLike": {"always": PUBLIC}},
    content=f"<p>{MENTION} My parcel is torn</p>",
    contentMap={"en": f"<p>{MENTION} My parcel is torn</p>"},
)
AKKOMA_CHAT: Doc = {
    "id": "https://akkoma.example/objects/8b",
    "type": "ChatMessage",
    "actor": "https://akkoma.example/users/cleo",
    "attributedTo": "https://akkoma.example/users/cleo",
    "to": [US],
    "content": "My parcel :firefox: has not come",
    "published": "2026-03-01T09:30:00.000000Z",
    "tag": [
        {"type": "Emoji", "name": ":firefox:", "icon": {"type": "Image", "url": "https://a/b"}}
    ],
}
MISSKEY: Doc = {
    "id": "https://misskey.example/notes/9x",
    "type": "Note",
    "attributedTo": "https://misskey.example/users/8ak2",
    "content": (
        f'<p><a href="{US}" class="u-url mention">@support@brand.example</a>'
        "<span> My parcel has not come</span><span><br><br></span>"
        '<span class="quote-inline"><span>RE: </span>'
        '<a href="https://misskey.example/notes/7">https://misskey.example/notes/7</a></span></p>'
    ),
    "_misskey_content": "@support@brand.example My parcel has not come",
    "source": {"content": "My parcel", "mediaType": "text/x.misskeymarkdown"},
    "_misskey_quote": "https://misskey.example/notes/7",
    "quoteUrl": "https://misskey.example/notes/7",
    "published": "2026-03-01T09:30:00.000Z",
    "to": [f"{'https://misskey.example/users/8ak2'}/followers"],
    "cc": ["https://www.w3.org/ns/activitystreams#Public", US],
    "sensitive": False,
    "tag": [US_TAG],
}
LEMMY_PAGE: Doc = {
    "type": "Page",
    "id": "https://lemmy.example/post/7",
    "attributedTo": "https://lemmy.example/u/cleo",
    "to": ["https://lemmy.example/c/main", PUBLIC],
    "audience": "https://lemmy.example/c/main",
    "cc": [US],
    "name": "Where is my parcel?",
    "content": "<p>It was due on Monday.</p>\n",
    "mediaType": "text/html",
    "source": {"content": "It was due on Monday.", "mediaType": "text/markdown"},
    "attachment": [{"href": "https://track.example/4711", "type": "Link"}],
    "sensitive": False,
    "language": {"identifier": "fr", "name": "Français"},
    "published": "2026-03-01T09:30:00.871846+00:00",
}
WORDPRESS: Doc = {
    "id": "https://blog.example/?p=12",
    "type": "Article",
    "attributedTo": "https://blog.example/?author=1",
    "name": "A week without a parcel",
    "summary": "<p>What happened […]</p>",
    "content": "<p>We waited. <strong>Nothing</strong> came.</p>",
    "contentMap": {"en": "<p>We waited. <strong>Nothing</strong> came.</p>"},
    "url": "https://blog.example/a-week/",
    "to": [PUBLIC, "https://blog.example/?author=1&followers"],
    "cc": [US],
    "image": {"type": "Image", "url": "https://blog.example/door.png", "name": "A door"},
    "tag": [US_TAG],
    "published": "2026-03-01T09:30:00Z",
}
PEERTUBE: Doc = {
    "type": "Video",
    "id": "https://tube.example/videos/watch/14",
    "name": "Unboxing nothing",
    "mediaType": "text/markdown",
    "content": "An **empty** box, @support@brand.example",
    "attributedTo": [
        {"type": "Person", "id": "https://tube.example/accounts/cleo"},
        {"type": "Group", "id": "https://tube.example/video-channels/boxes"},
    ],
    "url": [
        {
            "type": "Link",
            "mediaType": "application/x-mpegURL",
            "href": "https://tube.example/x.m3u8",
        },
        {"type": "Link", "mediaType": "text/html", "href": "https://tube.example/w/14"},
    ],
    "to": [PUBLIC],
    "cc": ["https://tube.example/accounts/cleo/followers", US],
    "published": "2026-03-01T09:30:00.000Z",
}
FRIENDICA: Doc = {
    "id": "https://friendica.example/objects/4e",
    "type": "Note",
    "summary": "",
    "attributedTo": "https://friendica.example/profile/cleo",
    "to": [US, "as:Public"],
    "cc": ["https://friendica.example/followers/cleo"],
    "content": f'<bdi>@<a href="{US}" class="userinfo mention" title="support">support</a></bdi> hi',
    "contentMap": {"de": "<bdi>@<a>support</a></bdi> hi"},
    "diaspora:guid": "4e",
    "attachment": [],
    "tag": [US_TAG],
    "published": "2026-03-01T09:30:00Z",
}
