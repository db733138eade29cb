"""The addresses that other servers call: who we are, what we posted, and where to tell us things.

Handlers only find, ask and answer. Source: ActivityPub, 3.2 (content negotiation), 5, 7; RFC 7033;
NodeInfo 2.1. People who open such an address in a browser are led to the page it is about.
"""

from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, route
from litestar.response import Redirect

from fairline.channels.activitypub import actor as profiles
from fairline.channels.activitypub import (
    hosted,
    judging,
    nodeinfo,
    places,
    receiving,
    store,
    webfinger,
)
from fairline.channels.activitypub.people import KIND
from fairline.channels.activitypub.requests import Signed
from fairline.channels.activitypub.rows import Post
from fairline.channels.activitypub.transport import Transport
from fairline.channels.contract import InboxInfo
from fairline.channels.registry import Channels
from fairline.core.errors import Invalid, NotAllowed, NotFound
from fairline.core.log import log
from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.web.handle import writes

READS: list[Any] = ["GET", "HEAD"]
SANDBOX = "sandbox; default-src 'none'; img-src 'self'"
AnyRequest = Request[Any, Any, Any]


def unproven(request: AnyRequest, error: NotAllowed) -> Response[bytes]:
    """Who has not proved who they are is told 401: servers then try the other kind of signature."""
    status = 403 if error.code == "kept_out" else 401
    given = request.headers
    signature = given.get("signature-input") or given.get("signature") or ""
    log.info("fediverse: refused", why=error.text, path=request.url.path, signed=signature[:200])
    return _json({"error": error.text}, "application/json", status=status)


REFUSALS: Any = {NotAllowed: unproven}
reads = partial(
    route,
    http_method=READS,
    sync_to_thread=True,
    include_in_schema=False,
    exception_handlers=REFUSALS,
)
takes = partial(writes, status_code=202, include_in_schema=False, exception_handlers=REFUSALS)


@reads("/.well-known/webfinger")
def finger(channels: Channels, resource: str = "") -> Response[bytes]:
    """Who is meant by a handle."""
    if not resource:
        raise Invalid("Say whom you look for: resource=acct:name@host.", field="resource")
    found = next((i for i in _accounts(channels) if webfinger.is_meant(i, resource)), None)
    if found is None:
        raise NotFound("There is no such account here.")
    headers = {"access-control-allow-origin": "*"}
    return _json(webfinger.answer(found), webfinger.MEDIA_TYPE, headers)


@reads("/.well-known/host-meta")
def host_meta(settings: Settings) -> Response[str]:
    return Response(nodeinfo.host_meta(settings.public_url), media_type="application/xrd+xml")


@reads("/.well-known/nodeinfo")
def nodeinfo_links(settings: Settings) -> Response[bytes]:
    return _json(nodeinfo.links(settings.public_url), "application/json")


@reads("/nodeinfo/{version:str}")
def nodeinfo_answer(version: str, channels: Channels) -> Response[bytes]:
    if version not in nodeinfo.VERSIONS:
        raise NotFound("There is no such version.")
    found = nodeinfo.answer(version, len(_accounts(channels)))
    return _json(found, nodeinfo.media_type(version))


@reads("/ap/actors/{inbox_id:uuid}")
def account(
    inbox_id: UUID, request: AnyRequest, channels: Channels, settings: Settings
) -> Response[Any]:
    """The profile: whole, or with what it takes to verify us where reading asks for a signature."""
    inbox = _account(channels, inbox_id)
    if not _is_for_machines(request):
        return Redirect(f"{settings.public_url}/")
    key = _transport(channels).key(inbox)
    try:
        _let_read(channels, inbox, request, settings, looks_up=False)
    except NotAllowed as error:
        if error.code == "kept_out":
            raise
        return _activity(profiles.bare(inbox, key), inbox)
    return _activity(profiles.profile(inbox, key), inbox)


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
    inbox = _account(channels, inbox_id)
    _let_read(channels, inbox, request, settings)
    address = f"{places.actor_id(inbox)}/outbox"
    with database.read() as unit:
        if page is None:
            total = store.count_posts(unit, inbox.id)
            return _activity(profiles.collection(address, total, has_pages=True), inbox)
        found = store.posts_before(unit, inbox.id, page[:40], limit=profiles.PAGE + 1)
    shown = found[: profiles.PAGE]
    further = shown[-1].place if len(found) > len(shown) else ""
    items = [profiles.act_of(post) for post in shown]
    return _activity(profiles.page(address, page, items, further), inbox)


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
    inbox = _account(channels, inbox_id)
    _let_read(channels, inbox, request, settings)
    address = places.followers(inbox)
    is_shown = bool(inbox.options.get("shows_followers"))
    with database.read() as unit:
        if page is None or not is_shown:
            total = store.count_followers(unit, inbox.id)
            return _activity(profiles.collection(address, total, has_pages=is_shown), inbox)
        found = store.followers_after(unit, inbox.id, page[:500], limit=profiles.PAGE + 1)
    shown = found[: profiles.PAGE]
    further = shown[-1] if len(found) > len(shown) else ""
    return _activity(profiles.page(address, page, shown, further), inbox)


@reads("/ap/actors/{inbox_id:uuid}/following")
def following(
    inbox_id: UUID, request: AnyRequest, channels: Channels, settings: Settings
) -> Response[Any]:
    """A company's account follows nobody."""
    inbox = _account(channels, inbox_id)
    _let_read(channels, inbox, request, settings)
    address = f"{places.actor_id(inbox)}/following"
    return _activity(profiles.collection(address, 0, has_pages=False), inbox)


@reads("/ap/objects/{key:str}")
def posted(
    key: str, request: AnyRequest, channels: Channels, database: Database, settings: Settings
) -> Response[Any]:
    """A public post of ours; 410 where one was taken back. People are led to its page."""
    post, inbox = _post(key, request, channels, database, settings)
    if not _is_for_machines(request) and not post.is_gone:
        page = str(post.doc.get("url") or "")
        is_here = page.startswith(f"{settings.public_url}/") and page != post.id
        return Redirect(page if is_here else f"{settings.public_url}/")
    doc = {"@context": places.CONTEXT, **post.doc}
    return _activity(doc, inbox, status=410 if post.is_gone else 200)


@reads("/ap/objects/{key:str}/create")
def posting(
    key: str, request: AnyRequest, channels: Channels, database: Database, settings: Settings
) -> Response[Any]:
    """How it was published."""
    post, inbox = _post(key, request, channels, database, settings)
    if post.is_gone:
        return _activity({"@context": places.CONTEXT, **post.doc}, inbox, status=410)
    return _activity(profiles.act_of(post), inbox)


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
    signed = _signed(request, body, settings)
    status = receiving.take(_transport(channels), channels, signed, inbox_id)
    return Response(b"", status_code=status)


def _post(
    key: str, request: AnyRequest, channels: Channels, database: Database, settings: Settings
) -> tuple[Post, InboxInfo]:
    """A post of ours and whose it is, for one who may read it. Raises NotFound, NotAllowed."""
    with database.read() as unit:
        post = store.post_by_id(unit, f"{settings.public_url}/ap/objects/{key}")
    if post is None:
        raise NotFound("There is no such post here.")
    inbox = _account(channels, UUID(post.inbox_id))
    _let_read(channels, inbox, request, settings)
    return post, inbox


def _let_read(
    channels: Channels,
    inbox: InboxInfo,
    request: AnyRequest,
    settings: Settings,
    *,
    looks_up: bool = True,
) -> None:
    """Where reading asks for a signature: raises NotAllowed without a good one."""
    if inbox.options.get("authorised_fetch"):
        signed = _signed(request, b"", settings)
        judging.judge_reader(_transport(channels), signed, inbox, looks_up=looks_up)


def _signed(request: AnyRequest, body: bytes, settings: Settings) -> Signed:
    scope = request.scope
    path = scope.get("raw_path", scope["path"].encode()).decode("latin-1").partition("?")[0]
    query = scope.get("query_string", b"").decode("latin-1")
    return Signed(
        method=str(request.method),
        url=f"{settings.public_url}{path}{'?' + query if query else ''}",
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
    )


def _is_for_machines(request: AnyRequest) -> bool:
    """Whether a document is asked for, not a page. Who does not say is a machine."""
    accepts = request.headers.get("accept", "")
    wants = any(kind in accepts for kind in ("activity+json", "ld+json", "application/json"))
    return wants or "text/html" not in accepts


def _transport(channels: Channels) -> Transport:
    transport = getattr(channels.of_kind(KIND), "transport", None)
    if not isinstance(transport, Transport):
        raise NotFound("There is no such account here.")
    return transport


def _accounts(channels: Channels) -> list[InboxInfo]:
    return receiving.accounts(_transport(channels), channels)


def _account(channels: Channels, inbox_id: UUID) -> InboxInfo:
    found = next((i for i in _accounts(channels) if i.id == str(inbox_id)), None)
    if found is None:
        raise NotFound("There is no such account here.")
    return found


def _activity(doc: dict[str, Any], inbox: InboxInfo, *, status: int = 200) -> Response[bytes]:
    is_open = not inbox.options.get("authorised_fetch")
    headers = {
        "vary": "accept, signature, signature-input",
        "cache-control": "public, max-age=60" if is_open else "private, no-store",
    }
    return _json(doc, f"{places.MEDIA_TYPE}; charset=utf-8", headers, status=status)


def _json(
    value: Any, media_type: str, headers: dict[str, str] | None = None, *, status: int = 200
) -> Response[bytes]:
    return Response(
        msgspec.json.encode(value), media_type=media_type, headers=headers, status_code=status
    )


ROUTES: tuple[Any, ...] = (
    finger,
    host_meta,
    nodeinfo_links,
    nodeinfo_answer,
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
