"""Who we are, for those who look for a name or for what this server is."""

from typing import Any

from litestar import Response

from fairline.channels.activitypub import nodeinfo, webfinger
from fairline.channels.activitypub.asking import accounts_of, as_json, reads
from fairline.channels.registry import Channels
from fairline.core.errors import Invalid, NotFound
from fairline.core.settings import Settings


@reads("/.well-known/webfinger")
def finger(channels: Channels, resource: str = "") -> Response[bytes]:
    """Who is meant by a handle."""
    if not resource:
        raise Invalid("Say whom you look for: resource=acct:name@host.", field="resource")
    found = next((i for i in accounts_of(channels) if webfinger.is_meant(i, resource)), None)
    if found is None:
        raise NotFound("There is no such account here.")
    headers = {"access-control-allow-origin": "*"}
    return as_json(webfinger.answer(found), webfinger.MEDIA_TYPE, headers)


@reads("/.well-known/host-meta")
def host_meta(settings: Settings) -> Response[str]:
    return Response(nodeinfo.host_meta(settings.public_url), media_type="application/xrd+xml")


@reads("/.well-known/nodeinfo")
def nodeinfo_links(settings: Settings) -> Response[bytes]:
    return as_json(nodeinfo.links(settings.public_url), "application/json")


@reads("/nodeinfo/{version:str}")
def nodeinfo_answer(version: str, channels: Channels) -> Response[bytes]:
    if version not in nodeinfo.VERSIONS:
        raise NotFound("There is no such version.")
    found = nodeinfo.answer(version, len(accounts_of(channels)))
    return as_json(found, nodeinfo.media_type(version))


ROUTES: tuple[Any, ...] = (finger, host_meta, nodeinfo_links, nodeinfo_answer)
