"""The API of the made-up X: what it answers, and what it refuses with which words.

Sources: docs.x.com, pages of each endpoint; the published interface (OpenAPI 2.167) for bounds.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from fairline.core.x_text import x_weight
from fairline.demo.networks import x_entities as entities
from fairline.demo.networks.kit import Call, Reply
from fairline.demo.networks.x_entities import Direct, Media, Post, problem

if TYPE_CHECKING:
    from fairline.demo.networks.x import XNetwork

_NOT_SUMMONED = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise "
    "engaged by the author of the post you are replying to."
)
_DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
_NO_DM = "You do not have permission to DM one or more participants."
_CASHTAG = re.compile(r"(?<![\w$])\$[A-Za-z]{1,6}")
_KNOWN = {"tweet.fields", "post.fields", "expansions", "user.fields", "media.fields",
          "dm_event.fields", "event_types", "max_results", "since_id", "pagination_token",
          "ids"}  # fmt: skip


def route(net: "XNetwork", call: Call) -> Reply:
    """The answer to one call that may be made."""
    path, method = call.path, call.method
    if method == "GET" and (odd := _odd_query(net, call)):
        return odd
    if (method, path) == ("GET", "/2/users/me"):
        return Reply(data={"data": entities.user(net.us)})
    if method == "GET" and (found := re.fullmatch(r"/2/users/(\d+)", path)):
        return _person(net, found[1])
    if method == "GET" and re.fullmatch(r"/2/users/\d+/(mentions|tweets)", path):
        return _posts(net, call)
    if (method, path) == ("GET", "/2/dm_events"):
        return _directs(net, call)
    if (method, path) == ("GET", "/2/tweets"):
        return _looked_up(net, call)
    if (method, path) == ("POST", "/2/tweets"):
        return _create_post(net, call)
    if method == "POST" and (
        found := re.fullmatch(r"/2/dm_conversations/with/(\d+)/messages", path)
    ):
        return _create_direct(net, call, found[1])
    if path.startswith("/2/media/"):
        return _media(net, call)
    return refused("resource-not-found", "Not Found", f"Nothing is at {path}.", 404)


def refused(kind: str, title: str, detail: str, status: int) -> Reply:
    return Reply(status=status, data=problem(kind, title, detail, status))


def invalid(detail: str) -> Reply:
    return refused("invalid-request", "Invalid Request", detail, 400)


def _odd_query(net: "XNetwork", call: Call) -> Reply | None:
    """X refuses what it does not know, and fields by a name that is not its own."""
    if call.path.startswith("/2/media"):
        return None
    other = "post.fields" if net.dialect == "tweet" else "tweet.fields"
    unknown = [name for name in call.query if name not in _KNOWN or name == other]
    return invalid(f"The query parameter [{unknown[0]}] is not one of them.") if unknown else None


def _page(
    call: Call, found: Sequence[Any], *, least: int, default: int
) -> tuple[list[Any], dict[str, Any]] | None:
    """Newest first, a page at a time; None for bounds that are wrong."""
    most = call.query.get("max_results", str(default))
    token = call.query.get("pagination_token", "")
    start = int(token.removeprefix("after")) if token.startswith("after") else 0
    if not most.isdigit() or not least <= int(most) <= 100 or (token and not start):
        return None
    page = list(found)[::-1][start : start + int(most)]
    meta: dict[str, Any] = {"result_count": len(page)}
    if start + len(page) < len(found):
        meta["next_token"] = f"after{start + len(page)}"
    return page, meta


def _person(net: "XNetwork", user_id: str) -> Reply:
    account = net.by_id().get(user_id)
    if account is None:
        return refused("resource-not-found", "Not Found Error", f"No user: [{user_id}].", 404)
    net.charge(1.0)
    return Reply(data={"data": entities.user(account)})


def _posts(net: "XNetwork", call: Call) -> Reply:
    """Mentions of an account, or its own posts."""
    since = call.query.get("since_id", "0")
    if not since.isdigit():
        return invalid("since_id must be a number.")
    is_mentions = call.path.endswith("mentions")
    if f"/2/users/{net.us.id}/" not in call.path:
        return refused("not-authorized-for-resource", "Forbidden", "Not your account.", 403)
    found = [
        one
        for one in net.posts
        if not one.is_gone
        and int(one.id) > int(since)
        and (net.means_us(one) if is_mentions else one.by == net.us)
    ]
    paged = _page(call, sorted(found, key=lambda one: int(one.id)), least=5, default=10)
    if paged is None:
        return invalid("max_results is 5 to 100.")
    page, meta = paged
    if not page:
        return Reply(data={"meta": {"result_count": 0}})
    told = [entities.post(one, net.by_handle()) for one in page]
    users = {one.by.id: entities.user(one.by) for one in page}
    net.charge(0.1 * len(page))
    return Reply(data={"data": told, "includes": {"users": list(users.values())}, "meta": meta})


def _directs(net: "XNetwork", call: Call) -> Reply:
    paged = _page(call, net.directs, least=1, default=100)
    if paged is None:
        return invalid("max_results is 1 to 100.")
    page, meta = paged
    users = {one.by.id: entities.user(one.by) for one in page}
    told = [entities.direct(one) for one in page]
    net.charge(1.0 * len(page))
    return Reply(data={"data": told, "includes": {"users": list(users.values())}, "meta": meta})


def _looked_up(net: "XNetwork", call: Call) -> Reply:
    ids = call.query.get("ids", "").split(",")
    if not 1 <= len(ids) <= 100 or not all(one.isdigit() for one in ids):
        return invalid("ids are 1 to 100 numbers.")
    there = {id_: one for one in net.posts if not one.is_gone for id_ in one.history}
    told = [entities.post(there[one], net.by_handle()) for one in ids if one in there]
    errors = [
        {
            **problem("resource-not-found", "Not Found Error", f"No tweet with id: [{one}].", 404),
            "resource_id": one,
            "resource_type": "tweet",
            "value": one,
        }
        for one in ids
        if one not in there
    ]
    return Reply(data={"data": told} | ({"errors": errors} if errors else {}))


def _create_post(net: "XNetwork", call: Call) -> Reply:
    asked = call.json()
    text = asked.get("text", "")
    media = tuple(asked.get("media", {}).get("media_ids", ()))
    under = asked.get("reply", {}).get("in_reply_to_tweet_id", "")
    if set(asked) - {"text", "reply", "media"} or not (text or media):
        return invalid("That is no post.")
    if x_weight(text) > net.most_length:
        return refused("", "Forbidden", "Your Tweet text is too long.", 403)
    if odd := _odd_media(net, media, "tweet_"):
        return odd
    above = net.post_with(under) if under else None
    if under and above is None:
        detail = "You attempted to reply to a Tweet that is deleted or not visible to you."
        return refused("", "Forbidden", detail, 403)
    if above and not net.may_answer(above):
        return refused("", "Forbidden", _NOT_SUMMONED, 403)
    if len(set(_CASHTAG.findall(text))) > 1:
        return refused("", "Forbidden", "A post may have at most one cashtag.", 403)
    if any(one.by == net.us and one.text == text and not one.is_gone for one in net.posts[-50:]):
        return refused("", "Forbidden", _DUPLICATE, 403)
    root = (above.root or above.history[0]) if above else ""
    said = Post(
        history=[net.new_id()], by=net.us, text=text, at=net.time(), under=under, root=root,
        media=media,
    )  # fmt: skip
    net.posts.append(said)
    net.charge(20.0 if "://" in text else 1.5)
    net.tell("post.create", said)
    answer = {"id": said.id, "text": text, "edit_history_tweet_ids": said.history}
    return Reply(status=201, data={"data": answer})


def _create_direct(net: "XNetwork", call: Call, to: str) -> Reply:
    asked = call.json()
    media = tuple(one.get("media_id", "") for one in asked.get("attachments", ()))
    text = asked.get("text", "")
    person = net.by_id().get(to)
    if set(asked) - {"text", "attachments"} or not (text or media) or len(text) > 10_000:
        return invalid("That is no direct message.")
    if len(media) > 1:
        return invalid("One attachment is the most.")
    if odd := _odd_media(net, media, "dm_"):
        return odd
    if person is None or person.handle in net.unwilling:
        return refused("", "Forbidden", _NO_DM, 403)
    said = Direct(id=net.new_id(), by=net.us, to=person, text=text, at=net.time(), media=media)
    net.directs.append(said)
    net.charge(1.5)
    net.tell_direct("dm.sent", said)
    both = entities.direct(said)["dm_conversation_id"]
    return Reply(status=201, data={"data": {"dm_conversation_id": both, "dm_event_id": said.id}})


def _odd_media(net: "XNetwork", ids: tuple[str, ...], kind: str) -> Reply | None:
    for one in ids:
        found = net.media.get(one)
        if found is None or not found.is_done or not found.category.startswith(kind):
            return invalid("Your media IDs are invalid.")
    return None


def _media(net: "XNetwork", call: Call) -> Reply:
    """Initialize, append, finalize, status, metadata."""
    if call.path == "/2/media/upload/initialize":
        asked = call.json()
        if asked.get("media_category") not in net.categories or asked.get("total_bytes", 0) < 1:
            return invalid("That cannot be put up.")
        found = Media(
            id=net.new_id(), media_type=asked["media_type"], category=asked["media_category"],
            size=asked["total_bytes"],
        )  # fmt: skip
        net.media[found.id] = found
        return Reply(data={"data": {"id": found.id, "media_key": f"3_{found.id}"}})
    if call.path == "/2/media/metadata":
        asked = call.json()
        known = net.media.get(asked.get("id", ""))
        alt = asked.get("metadata", {}).get("alt_text", {}).get("text", "")
        if known is None or not 1 <= len(alt) <= 1000:
            return invalid("That is no description.")
        known.alt = alt
        return Reply(data={"data": {"id": known.id}})
    step = re.fullmatch(r"/2/media/upload/(\d+)/(append|finalize)", call.path)
    found_ = net.media.get(step[1] if step else call.query.get("media_id", ""))
    if found_ is None:
        return invalid("There is no such upload.")
    if step and step[2] == "append":
        number, piece = _part(call)
        if number < 0 or len(piece) > 5_000_000:
            return invalid("That is no piece.")
        found_.pieces[number] = piece
        return Reply(data={"data": {"expires_at": 0}})
    return _finished(found_)


def _finished(found: Media) -> Reply:
    whole = b"".join(found.pieces[number] for number in sorted(found.pieces))
    if len(whole) != found.size or sorted(found.pieces) != list(range(len(found.pieces))):
        return invalid("Pieces are missing.")
    found.asked += 1
    told: dict[str, Any] = {"id": found.id, "size": found.size}
    if "video" in found.category and found.asked < 2:
        told["processing_info"] = {"state": "in_progress", "check_after_secs": 0}
    else:
        found.is_done = True
    return Reply(data={"data": told})


def _part(call: Call) -> tuple[int, bytes]:
    """The number and the bytes of a piece, from a body of several parts or JSON."""
    kind = call.headers.get("content-type", "")
    if kind.startswith("application/json"):
        asked = call.json()
        try:
            return int(asked["segment_index"]), base64.b64decode(asked["media"], validate=True)
        except (KeyError, ValueError, binascii.Error):
            return -1, b""
    boundary = kind.partition("boundary=")[2].strip('"').encode()
    number, piece = -1, b""
    for part in call.body.split(b"--" + boundary):
        head, _, body = part.partition(b"\r\n\r\n")
        if b'name="segment_index"' in head:
            number = int(body.strip() or b"-1")
        elif b'name="media"' in head:
            piece = body.removesuffix(b"\r\n")
    return number, piece
