"""The addresses that other servers call: who we are, what we posted, and where to tell us things.

Handlers only find, ask and answer. Source: ActivityPub, 3.2 (content negotiation), 5, 7; RFC 7033;
NodeInfo 2.1. People who open such an address in a browser are led to the page it is about.
"""

from typing import Any
from uuid import UUID

from litestar import Response
from litestar.response import Redirect

from fairline.channels.activitypub import actor as profiles
from fairline.channels.activitypub import (
    hosted,
    judging,
    places,
    receiving,
    routes_named,
    store,
)
from fairline.channels.activitypub.asking import (
    AnyRequest,
    account_of,
    as_activity,
    is_for_machines,
    let_read,
    reads,
    signed,
    takes,
    transport_of,
)
from fairline.channels.activitypub.rows import Post
from fairline.channels.contract import InboxInfo
from fairline.channels.registry import Channels
from fairline.core.errors import NotAllowed, NotFound
from fairline.core.settings import Settings
from fairline.db.engine import Database

SANDBOX = "sandbox; default-src 'none'; img-src 'self'"


@reads("/ap/actors/{inbox_id:uuid}")
def account(
    inbox_id: UUID, request: AnyRequest, channels: Channels, settings: Settings
) -> Response[Any]:
    """The profile: whole, or with what it takes to verify us where reading asks for a signature."""
    inbox = account_of(channels, inbox_id)
    if not is_for_machines(request):
        return Redirect(f"{settings.public_url}/")
    key = transport_of(channels).key(inbox)
    try:
        let_read(channels, inbox, request, settings, looks_up=False)
    except NotAllowed as error:
        if error.code == "kept_out":
            raise
        return as_activity(profiles.bare(inbox, key), inbox)
    return as_activity(profiles.profile(inbox, key), inbox)


@reads("/ap/actors/{inbox_id:uuid}/outbox")
def outbox(
    inbox_id: UUID,
    request: AnyRequest,
    channels: Channels,
    database: Database,
    settings: Settings,
    page: str | None = None,
) -> Response[Any]:
    """Our public posts, newest first."""
    inbox = account_of(channels, inbox_id)
    let_read(channels, inbox, request, settings)
    address = f"{places.actor_id(inbox)}/outbox"
    with database.read() as unit:
        if page is None:
            total = store.count_posts(unit, inbox.id)
            return as_activity(profiles.collection(address, total, has_pages=True), inbox)
        found = store.posts_before(unit, inbox.id, page[:40], limit=profiles.PAGE + 1)
    shown = found[: profiles.PAGE]
    further = shown[-1].place if len(found) > len(shown) else ""
    items = [profiles.act_of(post) for post in shown]
    return as_activity(profiles.page(address, page, items, further), inbox)


@reads("/ap/actors/{inbox_id:uuid}/followers")
def follower_list(
    inbox_id: UUID,
    request: AnyRequest,
    channels: Channels,
    database: Database,
    settings: Settings,
    page: str | None = None,
) -> Response[Any]:
    """How many follow; who, only where the inbox's settings show it."""
    inbox = account_of(channels, inbox_id)
    let_read(channels, inbox, request, settings)
    address = places.followers(inbox)
    is_shown = bool(inbox.options.get("shows_followers"))
    with database.read() as unit:
        if page is None or not is_shown:
            total = store.count_followers(unit, inbox.id)
            return as_activity(profiles.collection(address, total, has_pages=is_shown), inbox)
        found = store.followers_after(unit, inbox.id, page[:500], limit=profiles.PAGE + 1)
    shown = found[: profiles.PAGE]
    further = shown[-1] if len(found) > len(shown) else ""
    return as_activity(profiles.page(address, page, shown, further), inbox)


@reads("/ap/actors/{inbox_id:uuid}/following")
def following(
    inbox_id: UUID, request: AnyRequest, channels: Channels, settings: Settings
) -> Response[Any]:
    """A company's account follows nobody."""
    inbox = account_of(channels, inbox_id)
    let_read(channels, inbox, request, settings)
    address = f"{places.actor_id(inbox)}/following"
    return as_activity(profiles.collection(address, 0, has_pages=False), inbox)


@reads("/ap/objects/{key:str}")
def posted(
    key: str, request: AnyRequest, channels: Channels, database: Database, settings: Settings
) -> Response[Any]:
    """A public post of ours; 410 where one was taken back. People are led to its page."""
    post, inbox = _post(key, request, channels, database, settings)
    if not is_for_machines(request) and not post.is_gone:
        page = str(post.doc.get("url") or "")
        is_here = page.startswith(f"{settings.public_url}/") and page != post.id
        return Redirect(page if is_here else f"{settings.public_url}/")
    doc = {"@context": places.CONTEXT, **post.doc}
    return as_activity(doc, inbox, status=410 if post.is_gone else 200)


@reads("/ap/objects/{key:str}/create")
def posting(
    key: str, request: AnyRequest, channels: Channels, database: Database, settings: Settings
) -> Response[Any]:
    """How it was published."""
    post, inbox = _post(key, request, channels, database, settings)
    if post.is_gone:
        return as_activity({"@context": places.CONTEXT, **post.doc}, inbox, status=410)
    return as_activity(profiles.act_of(post), inbox)


@reads("/ap/files/{key:uuid}/{number:int}/{tag:str}/{name:str}")
def posted_file(
    key: UUID, number: int, tag: str, name: str, database: Database, channels: Channels
) -> Response[bytes]:
    """A file that goes with a post. The address is the permission."""
    del name
    with database.read() as unit:
        found = hosted.open_file(unit, channels.keyring, str(key), number, tag)
    return Response(
        found.data,
        media_type=found.media_type if found.is_shown else "application/octet-stream",
        headers={
            "content-disposition": "inline" if found.is_shown else "attachment",
            "content-security-policy": SANDBOX,
            "x-content-type-options": "nosniff",
            "x-robots-tag": "noindex",
        },
    )


@takes("/ap/actors/{inbox_id:uuid}/inbox")
def tell(
    inbox_id: UUID, request: AnyRequest, body: bytes, channels: Channels, settings: Settings
) -> Response[bytes]:
    """Something for one account of ours."""
    return _taken(str(inbox_id), request, body, channels, settings)


@takes("/ap/inbox")
def tell_any(
    request: AnyRequest, body: bytes, channels: Channels, settings: Settings
) -> Response[bytes]:
    """Something for whom it names, of all our accounts."""
    return _taken(None, request, body, channels, settings)


def _taken(
    inbox_id: str | None, request: AnyRequest, body: bytes, channels: Channels, settings: Settings
) -> Response[bytes]:
    if len(body) > judging.MOST_BYTES:
        return Response(b"", status_code=413)
    as_sent = signed(request, body, settings)
    status = receiving.take(transport_of(channels), channels, as_sent, inbox_id)
    return Response(b"", status_code=status)


def _post(
    key: str, request: AnyRequest, channels: Channels, database: Database, settings: Settings
) -> tuple[Post, InboxInfo]:
    """A post of ours and whose it is, for one who may read it. Raises NotFound, NotAllowed."""
    with database.read() as unit:
        post = store.post_by_id(unit, f"{settings.public_url}/ap/objects/{key}")
    if post is None:
        raise NotFound("There is no such post here.")
    inbox = account_of(channels, UUID(post.inbox_id))
    let_read(channels, inbox, request, settings)
    return post, inbox


ROUTES: tuple[Any, ...] = (
    *routes_named.ROUTES,
    account,
    outbox,
    follower_list,
    following,
    posted,
    posting,
    posted_file,
    tell,
    tell_any,
)
