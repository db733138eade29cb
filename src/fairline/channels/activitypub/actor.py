"""Our accounts and their collections, as others fetch them. Pure.

Source: ActivityPub, 4.1 and 5; Activity Streams 2.0, 5.2 (paging); Mastodon's documentation of what
it reads of a profile (discoverable, manuallyApprovesFollowers).
"""

from typing import Any

from fairline.channels.activitypub import places
from fairline.channels.activitypub.rows import KeyPair, Post
from fairline.channels.contract import InboxInfo
from fairline.core.text import text_to_html

PAGE = 20
_CONTEXT = [
    places.CONTEXT,
    "https://w3id.org/security/v1",
    {"toot": "http://joinmastodon.org/ns#", "discoverable": "toot:discoverable"},
]


def profile(inbox: InboxInfo, key: KeyPair) -> dict[str, Any]:
    """The whole profile. A company's account is a Service: no person is on the other end."""
    summary = inbox.options.get("summary", "").strip()
    icon = inbox.options.get("icon_url", "").strip()
    return {
        **bare(inbox, key),
        "@context": _CONTEXT,
        "name": inbox.options.get("name", "").strip() or inbox.brand_name,
        "summary": text_to_html(summary) if summary else "",
        "url": f"{inbox.public_url}/",
        "outbox": f"{places.actor_id(inbox)}/outbox",
        "followers": places.followers(inbox),
        "following": f"{places.actor_id(inbox)}/following",
        "manuallyApprovesFollowers": False,
        "discoverable": True,
        **({"icon": {"type": "Image", "url": icon}} if icon else {}),
    }


def bare(inbox: InboxInfo, key: KeyPair) -> dict[str, Any]:
    """Only what it takes to verify us and to deliver: open to everybody at all times, or two
    servers that both ask for signatures could never begin.
    """
    actor = places.actor_id(inbox)
    return {
        "@context": [places.CONTEXT, "https://w3id.org/security/v1"],
        "id": actor,
        "type": "Service",
        "preferredUsername": places.username(inbox),
        "inbox": f"{actor}/inbox",
        "outbox": f"{actor}/outbox",
        "endpoints": {"sharedInbox": places.shared_inbox(inbox)},
        "publicKey": {"id": key.key_id, "owner": actor, "publicKeyPem": key.public},
    }


def collection(address: str, total: int, *, has_pages: bool) -> dict[str, Any]:
    """The head of a collection: how much is in it, and where it begins."""
    pages = {"first": f"{address}?page="} if has_pages else {}
    return {
        "@context": places.CONTEXT,
        "id": address,
        "type": "OrderedCollection",
        "totalItems": total,
        **pages,
    }


def page(address: str, at: str, items: list[Any], further: str) -> dict[str, Any]:
    """One page. `further` is what the next one begins after, '' at the end."""
    following = {"next": f"{address}?page={further}"} if further else {}
    return {
        "@context": places.CONTEXT,
        "id": f"{address}?page={at}",
        "type": "OrderedCollectionPage",
        "partOf": address,
        "orderedItems": items,
        **following,
    }


def act_of(post: Post) -> dict[str, Any]:
    """How a post was published, with what it says now."""
    return {**post.activity, "object": without_context(post.doc)}


def without_context(doc: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in doc.items() if key != "@context"}
