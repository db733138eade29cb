"""An answer as a record: under what it stands, with which annotations and pictures. Pure.

A reply names the post it answers and the first one of the thread, each with the version that was
read. Source: lexicons app.bsky.feed.post, app.bsky.embed.images, chat.bsky.convo.defs.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from fairline.channels.bluesky.entities import Post, PostView, read
from fairline.channels.bluesky.names import POST, parts_of
from fairline.channels.bluesky.richtext import facets_of
from fairline.channels.contract import DeliveryError, Outbound, OutboundFile
from fairline.core.errors import Invalid
from fairline.core.lengths import LengthRule, length_of

LENGTH = LengthRule(counts="graphemes", most=300, most_bytes=3_000)
CHAT_LENGTH = LengthRule(counts="graphemes", most=1_000, most_bytes=10_000)
MOST_PICTURES = 4
# Lexicon app.bsky.embed.images: "May be up to 2 MB, formerly limited to 1 MB."
PICTURE_BYTES = 2_000_000
MOST_ALT = 2_000


def words(outbound: Outbound, rule: LengthRule) -> str:
    """The text that goes out. Raises DeliveryError when it is too long."""
    text = outbound.text
    if outbound.link and outbound.link not in text:
        text = f"{text}\n\n{outbound.link}"
    length = length_of(text, rule)
    if length.is_over:
        raise DeliveryError(
            f"That is too long: Bluesky takes {rule.most} characters here ({rule.most_bytes:,} "
            "bytes). Shorten it.",
            permanent=True,
            provider_code="too_long",
        )
    return text


def record(
    text: str,
    *,
    under: PostView | None,
    named: tuple[str, str],
    pictures: Sequence[tuple[dict[str, Any], str]],
    created_at: datetime,
    did_of: Callable[[str], str],
) -> dict[str, Any]:
    """The post for a delivery. Where it stands under nothing, `named` (handle and DID of whom it is
    for) is put before it, or they would not be told. `pictures` are blobs with their alt texts.
    """
    handle, did = named
    facets = facets_of(text, did_of)
    if under is None and handle and did not in str(facets):
        addressed = f"@{handle} {text}"
        if not length_of(addressed, LENGTH).is_over:
            text = addressed
            facets = facets_of(text, lambda one: did if one == handle else did_of(one))
    told: dict[str, Any] = {"$type": POST, "text": text, "createdAt": stamp(created_at)}
    if facets:
        told["facets"] = facets
    if under:
        told["reply"] = reply_ref(under)
    if pictures:
        told["embed"] = {
            "$type": "app.bsky.embed.images",
            "images": [{"image": blob, "alt": alt[:MOST_ALT]} for blob, alt in pictures],
        }
    return told


def reply_ref(under: PostView) -> dict[str, Any]:
    """The parent, and the root of its thread (itself, when it began one)."""
    parent = {"uri": under.uri, "cid": under.cid}
    try:
        above = read(under.record, Post).reply
    except Invalid:
        above = None
    root = {"uri": above.root.uri, "cid": above.root.cid} if above else parent
    return {"root": root, "parent": parent}


def candidates(outbound: Outbound, own_did: str) -> list[str]:
    """The posts that an answer may stand under, best first: the last one of the thread, if it is of
    the person it is for or of ours (the part before); then the newest of theirs; then any.
    """
    known = [outbound.in_reply_to, *reversed(outbound.references)]
    posts = [one for one in dict.fromkeys(known) if (parts_of(one) or ("", "", ""))[1] == POST]
    theirs = [one for one in posts if one.startswith(f"at://{outbound.recipient}/")]
    of_ours = outbound.in_reply_to.startswith(f"at://{own_did}/")
    first = [one for one in posts if of_ours and one == outbound.in_reply_to]
    return list(dict.fromkeys([*first, *theirs, *posts]))


def refusal_of(under: PostView) -> str:
    """Why nobody may answer a post; '' when we may."""
    viewer = under.viewer
    if viewer and viewer.blocked_by:
        return "They have blocked the account."
    if viewer and viewer.reply_disabled:
        return "Its author lets nobody like us reply to that post."
    return ""


def checked(files: Sequence[OutboundFile]) -> None:
    """Raises DeliveryError when Bluesky would not take these files with a post."""
    if len(files) > MOST_PICTURES:
        raise DeliveryError(f"Bluesky takes {MOST_PICTURES} pictures with a post.", permanent=True)
    for file in files:
        if not file.media_type.startswith("image/"):
            raise DeliveryError(f"Bluesky takes only pictures, not {file.name}.", permanent=True)
        if len(file.data) > PICTURE_BYTES:
            raise DeliveryError(
                f"{file.name} is too big for Bluesky (2 MB at most).", permanent=True
            )


def stamp(at: datetime) -> str:
    """A moment as records write it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
