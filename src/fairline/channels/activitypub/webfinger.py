"""`@name@host`, both ways: who of us is meant, and who of others. Pure but for `find`.

Source: RFC 7033, 4 (the query and its answer); RFC 7565 (acct); Mastodon's page on WebFinger.
"""

from typing import Any
from urllib.parse import quote

from fairline.channels.activitypub import places
from fairline.channels.activitypub.fetching import Fetcher
from fairline.channels.activitypub.shapes import as2
from fairline.channels.contract import InboxInfo
from fairline.core.clock import now
from fairline.core.errors import DeliveryError, Invalid

MEDIA_TYPE = "application/jrd+json"
SELF = "self"


def handles(inbox: InboxInfo) -> tuple[str, ...]:
    """What the account is called, the true name first: its address, whose host may be another than
    ours (a company's bare domain, which sends those who ask there on to us), and its name here.
    """
    here = places.handle(inbox)
    address = f"@{inbox.address.lstrip('@').lower()}"
    return (address, here) if address.count("@") == 2 and address != here else (here,)


def answer(inbox: InboxInfo) -> dict[str, Any]:
    """What is said of one of our accounts."""
    actor = places.actor_id(inbox)
    return {
        "subject": f"acct:{handles(inbox)[0].lstrip('@')}",
        "aliases": [actor],
        "links": [
            {"rel": SELF, "type": places.MEDIA_TYPE, "href": actor},
            {
                "rel": "http://webfinger.net/rel/profile-page",
                "type": "text/html",
                "href": f"{inbox.public_url}/",
            },
        ],
    }


def is_meant(inbox: InboxInfo, resource: str) -> bool:
    """Whether a query's `resource` is this account: its handle, or its address."""
    given = resource.strip()
    if given.startswith(("http://", "https://")):
        return given == places.actor_id(inbox)
    return f"@{given.removeprefix('acct:').lstrip('@').lower()}" in handles(inbox)


def find(fetcher: Fetcher, handle: str) -> str:
    """The address of somebody's actor. Raises DeliveryError when their server knows nobody."""
    user, _, host = handle.lstrip("@").partition("@")
    # A server on plain HTTP is one of a trial, as ours is then.
    scheme = fetcher.inbox.public_url.partition(":")[0]
    resource = quote(f"acct:{user}@{host}", safe="")
    answer = fetcher.transport.get(
        fetcher.inbox,
        f"{scheme}://{host}/.well-known/webfinger?resource={resource}",
        most_bytes=65_536,
        timeout_s=8.0,
        at=now(),
    )
    if answer.status == 200:
        try:
            links = as2.values(as2.load(answer.body), "links")
        except Invalid as error:
            raise DeliveryError(f"{host} does not say who {handle} is.", permanent=True) from error
        for link in links:
            if as2.text(link, "rel") == SELF and "json" in as2.text(link, "type"):
                return as2.text(link, "href")
    passing = answer.status == 429 or answer.status >= 500
    raise DeliveryError(f"{host} knows nobody called {handle}.", permanent=not passing)
