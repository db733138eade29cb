"""Asks Meta to push: the app's webhook is pointed at our hook, the account is bound to the app.

Another system's webhook is never taken over: one app has one address for each kind of object, so
that is told instead. Source: "App subscriptions" and "Page subscribed_apps" of the Graph API.
"""

from collections.abc import Callable
from contextlib import closing

from fairline.channels.contract import Check, DeliveryError, InboxInfo
from fairline.channels.meta.account import API_URL
from fairline.channels.meta.graph import Graph
from fairline.channels.meta.reading import name, rows


def connect(
    graph: Graph, inbox: InboxInfo, *, of: str, node: str, fields: tuple[str, ...]
) -> tuple[Check, ...]:
    """Point the app's webhook for objects `of` at us, and bind the account. Raises nothing.

    *Effects*: closes `graph`, and so does `disconnect`.
    """
    with closing(graph):
        return (
            _tried("webhook", lambda: point(graph, inbox, of, fields)),
            _tried("subscription", lambda: _bind(graph, node, of, fields)),
        )


def disconnect(graph: Graph, *, of: str, node: str, fields: tuple[str, ...]) -> tuple[Check, ...]:
    """Let go of the account's news; another inbox's part of it stays."""
    with closing(graph):
        return (_tried("subscription", lambda: _unbind(graph, node, of, fields)),)


def _tried(what: str, work: Callable[[], Check]) -> Check:
    try:
        return work()
    except DeliveryError as error:
        return Check(name=what, ok=False, text=error.text)


def point(graph: Graph, inbox: InboxInfo, of: str, fields: tuple[str, ...]) -> Check:
    """Point the app's webhook at our hook, unless it is another's. Raises DeliveryError."""
    ours = f"{inbox.public_url}/hooks/"
    here = f"{ours}{inbox.id}"
    if graph.account.api_url == API_URL and not here.startswith("https://"):
        text = f"Meta calls only addresses that begin with https://, and ours is {here}."
        return Check(name="webhook", ok=False, text=text)
    told = {}
    if not graph.account.alone:
        told = graph.as_app("GET", f"/{graph.account.app_id}/subscriptions", {})
    known = next((one for one in rows(told, "data") if name(one, "object") == of), {})
    where = name(known, "callback_url")
    if where and not where.startswith(ours):
        text = f"The app sends its news to {where}. Change that in the app's dashboard to {here}."
        return Check(name="webhook", ok=False, text=text)
    has = {name(field, "name") for field in rows(known, "fields")}
    if where and has >= set(fields):
        return Check(name="webhook", ok=True, text=f"The app sends its news to {where}.")
    if of == "instagram":
        # Meta does not let an app set this one by itself.
        text = f"Enter {here} and the verify token in the app's dashboard, under Instagram."
        return Check(name="webhook", ok=False, text=text)
    wanted = {
        "object": of,
        "callback_url": where or here,
        "verify_token": inbox.options.get("verify_token", ""),
        "fields": ",".join(sorted(has | set(fields))),
    }
    graph.as_app("POST", f"/{graph.account.app_id}/subscriptions", wanted)
    return Check(name="webhook", ok=True, text=f"The app sends its news to {where or here} now.")


def _bind(graph: Graph, node: str, of: str, fields: tuple[str, ...]) -> Check:
    params = {}
    if of != "whatsapp_business_account":
        params["subscribed_fields"] = ",".join(sorted(_bound(graph, node) | set(fields)))
    graph.post(f"/{node}/subscribed_apps", params=params)
    return Check(name="subscription", ok=True, text="The account sends its news to the app.")


def _unbind(graph: Graph, node: str, of: str, fields: tuple[str, ...]) -> Check:
    left = set() if of == "whatsapp_business_account" else _bound(graph, node) - set(fields)
    if left:
        params = {"subscribed_fields": ",".join(sorted(left))}
        graph.post(f"/{node}/subscribed_apps", params=params)
    else:
        graph.delete(f"/{node}/subscribed_apps")
    return Check(name="subscription", ok=True, text="The account no longer sends its news here.")


def _bound(graph: Graph, node: str) -> set[str]:
    """What of the account's news goes to the app already."""
    for app in graph.pages(f"/{node}/subscribed_apps"):
        if name(app, "id") == graph.account.app_id:
            found = app.get("subscribed_fields")
            return {name(one) for one in found} if isinstance(found, list) else set()
    return set()
