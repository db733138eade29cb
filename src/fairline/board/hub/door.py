"""`POST /hub`: somebody asks to be told of news in a feed of ours, or not to be told any more.

Answered at once with 202; whether the owner of the callback means it is asked afterwards. Source:
W3C WebSub, 5.1 and 5.2. It is called by machines, so errors are plain text.
"""

from typing import Any

from litestar import Request, Response

from fairline.board.hub import store
from fairline.board.hub.tables import MODES, SECRETS
from fairline.board.rates import limit, network_of
from fairline.board.topics import HUB_PATH, feed_of, topic_at
from fairline.channels.outside import read_url
from fairline.core.errors import DeliveryError, FairlineError, Invalid, TooMany
from fairline.core.secrets import Keyring
from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.people import store as people
from fairline.web.forms import Form
from fairline.web.handle import writes

MOST_ADDRESS = 1_000
MOST_SECRET_BYTES = 199
LEAST_LEASE_S, MOST_LEASE_S = 3_600, 864_000


@writes(HUB_PATH, status_code=202, include_in_schema=False)
def ask_hub(
    request: Request[Any, Any, Any],
    form: Form,
    database: Database,
    settings: Settings,
    keyring: Keyring,
) -> Response[str]:
    """Note what is asked."""
    try:
        with database.write() as unit:  # by itself: what is refused counts too
            limit(unit, "hub", network_of(request, settings))
        with database.write() as unit:
            _note(unit, form, settings, keyring)
            unit.after_commit(database.rouse)
    except FairlineError as error:
        waits = {"retry-after": str(error.retry_after_s)} if isinstance(error, TooMany) else {}
        return Response(
            error.text, status_code=error.status, media_type="text/plain", headers=waits
        )
    return Response("We ask your callback whether it is meant.", media_type="text/plain")


def _note(unit: Unit, form: Form, settings: Settings, keyring: Keyring) -> None:
    mode = form.text("hub.mode", most=20)
    topic = form.text("hub.topic", most=MOST_ADDRESS)
    if mode not in MODES:
        raise Invalid("`hub.mode` is subscribe or unsubscribe.", field="hub.mode")
    callback, host = _callback(form)
    limit(unit, "hub-host", host)
    if mode == "unsubscribe":
        known = store.subscription_to(unit, topic, callback)
        brand_id = known.brand_id if known else ""
    else:
        brand_id = _brand_of(unit, topic, settings)
    if not brand_id:
        return  # there is nothing to end
    secret = form.text("hub.secret")
    if len(secret.encode()) > MOST_SECRET_BYTES:
        raise Invalid("`hub.secret` has less than 200 bytes.", field="hub.secret")
    store.put_request(
        unit,
        {
            "mode": mode,
            "topic": topic,
            "callback": callback,
            "brand_id": brand_id,
            "secret": keyring.seal(secret.encode(), purpose=SECRETS) if secret else "",
            "lease_s": _lease_s(form.text("hub.lease_seconds", most=40)),
        },
    )


def _callback(form: Form) -> tuple[str, str]:
    """The address, in the one form in which it is kept, and its host. Raises Invalid."""
    try:
        found = read_url(form.text("hub.callback", most=MOST_ADDRESS))
    except DeliveryError as error:
        raise Invalid("`hub.callback` is no address on the web.", field="hub.callback") from error
    if len(str(found)) > 2 * MOST_ADDRESS:
        raise Invalid("`hub.callback` is too long.", field="hub.callback")
    return str(found), found.host[:200]


def _brand_of(unit: Unit, topic: str, settings: Settings) -> str:
    """The brand whose feed it is. Raises Invalid, NotFound for what is not there."""
    found = topic_at(topic, settings)
    if found is None:
        raise Invalid("`hub.topic` is no feed of ours.", field="hub.topic", code="no_topic")
    feed = feed_of(unit, found, settings)
    if feed.address != topic:
        raise Invalid(f"That feed is at {feed.address}.", field="hub.topic", code="no_topic")
    brands = people.all_brands(unit)
    brand = people.brand_by_slug(unit, found.slug) if found.slug else brands[0]
    return brand.id if brand else ""


def _lease_s(text: str) -> int:
    asked = int(text[:9]) if text.isascii() and text.isdigit() else MOST_LEASE_S
    return min(max(asked, LEAST_LEASE_S), MOST_LEASE_S)
