"""What this server is, for those who look at the network as a whole. Pure.

Source: nodeinfo.diaspora.software, schemas 2.0 and 2.1. Nothing is told that a stranger has no use
for: no number of people, cases or messages.
"""

from typing import Any

from fairline import __version__

VERSIONS = ("2.0", "2.1")


def links(public_url: str) -> dict[str, Any]:
    return {
        "links": [
            {
                "rel": f"http://nodeinfo.diaspora.software/ns/schema/{version}",
                "href": f"{public_url}/nodeinfo/{version}",
            }
            for version in VERSIONS
        ]
    }


def answer(version: str, accounts: int) -> dict[str, Any]:
    """`accounts` is how many of our inboxes are accounts here: they are on show anyway."""
    return {
        "version": version,
        "software": {"name": "fairline", "version": __version__},
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": False,
        "usage": {"users": {"total": accounts}},
        "metadata": {},
    }


def media_type(version: str) -> str:
    profile = f"http://nodeinfo.diaspora.software/ns/schema/{version}#"
    return f'application/json; profile="{profile}"; charset=utf-8'


def host_meta(public_url: str) -> str:
    """Where WebFinger is, for servers that ask the old way (RFC 6415)."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">'
        f'<Link rel="lrdd" template="{public_url}/.well-known/webfinger?resource={{uri}}"/></XRD>\n'
    )
