"""Lets X push: one webhook for our address, and what it is told of. Kept up, since X switches a
webhook off that once failed to answer.

Sources: docs.x.com "Webhooks", "X Activity API" (one subscription for each kind of event) and
"Account Activity API" (one for everything).
"""

from urllib.parse import urlsplit

from fairline.channels.contract import Check, DeliveryError, InboxInfo
from fairline.channels.x.api import Api, data_of
from fairline.channels.x.options import XOptions
from fairline.channels.x.reading import number, rows, table, words
from fairline.core.log import log

EVENTS = (
    "post.mention.create",
    "post.reply.create",
    "post.quote.create",
    "post.create",
    "post.delete",
    "dm.received",
    "dm.sent",
    "dm.read",
)
_WHAT = "webhook settings"


def hook_url(inbox: InboxInfo) -> str:
    """Where X pushes to."""
    return f"{inbox.public_url.rstrip('/')}/hooks/{inbox.id}"


def keep_up(inbox: InboxInfo, options: XOptions, api: Api, user_id: str) -> None:
    """Subscribe anew whatever was lost; what fails is only logged: asking goes on all the same."""
    for check in subscribe(inbox, options, api, user_id):
        if not check.ok:
            log.warning("x does not push", inbox=inbox.name, check=check.name, said=check.text)


def subscribe(inbox: InboxInfo, options: XOptions, api: Api, user_id: str) -> tuple[Check, ...]:
    """The webhook, then the subscriptions. Raises nothing."""
    url = hook_url(inbox)
    parts = urlsplit(url)
    if parts.scheme != "https" or parts.port:
        text = f"X pushes only to https addresses without a port. Ours is {url}."
        return (Check(name="Webhook", ok=False, text=text),)
    try:
        webhook_id = _webhook(api, url)
    except DeliveryError as error:
        return (Check(name="Webhook", ok=False, text=error.text),)
    made = Check(name="Webhook", ok=True, text=f"X pushes to {url}.")
    try:
        if options.hears_by == "activity":
            return made, _activity(options, api, webhook_id, user_id)
        return made, _account_activity(api, webhook_id)
    except DeliveryError as error:
        return made, Check(name="Subscription", ok=False, text=error.text)


def unsubscribe(inbox: InboxInfo, options: XOptions, api: Api, user_id: str) -> tuple[Check, ...]:
    """Take both back. Raises nothing."""
    url = hook_url(inbox)
    try:
        found = [one for one in _webhooks(api) if words(one.get("url")) == url]
        for webhook in found:
            webhook_id = number(webhook.get("id"))
            if options.hears_by == "account_activity":
                path = f"/2/account_activity/webhooks/{webhook_id}/subscriptions/{user_id}/all"
                api.ask("DELETE", path, what=_WHAT, as_app=True)
            else:
                for one in _subscriptions(api):
                    if number(one.get("webhook_id")) == webhook_id:
                        path = f"/2/activity/subscriptions/{number(one.get('subscription_id'))}"
                        api.ask("DELETE", path, what=_WHAT, as_app=True)
            api.ask("DELETE", f"/2/webhooks/{webhook_id}", what=_WHAT, as_app=True)
    except DeliveryError as error:
        return (Check(name="Webhook", ok=False, text=error.text),)
    return (Check(name="Webhook", ok=True, text="X pushes nothing any more."),)


def _webhook(api: Api, url: str) -> str:
    """The id of the webhook at our address, made or switched on where needed."""
    for one in _webhooks(api):
        if words(one.get("url")) == url:
            webhook_id = number(one.get("id"))
            if one.get("valid") is not True:
                api.ask("PUT", f"/2/webhooks/{webhook_id}", what=_WHAT, as_app=True)
            return webhook_id
    made = api.ask("POST", "/2/webhooks", what=_WHAT, json={"url": url}, as_app=True)
    webhook_id = number(data_of(made).get("id"))
    if not webhook_id:
        raise DeliveryError("X made no webhook.", permanent=False)
    return webhook_id


def _webhooks(api: Api) -> list[dict[str, object]]:
    return rows(api.ask("GET", "/2/webhooks", what=_WHAT, as_app=True).get("data"))


def _subscriptions(api: Api) -> list[dict[str, object]]:
    params = [("max_results", "1000")]
    told = api.ask("GET", "/2/activity/subscriptions", what=_WHAT, params=params, as_app=True)
    return rows(told.get("data"))


def _activity(options: XOptions, api: Api, webhook_id: str, user_id: str) -> Check:
    known = {
        words(one.get("event_type"))
        for one in _subscriptions(api)
        if number(one.get("webhook_id")) == webhook_id
        and number(table(one.get("filter")).get("user_id")) == user_id
    }
    wanted = [one for one in EVENTS if options.has_directs or not one.startswith("dm.")]
    for event in wanted:
        if event not in known:
            asked = {"event_type": event, "filter": {"user_id": user_id}, "tag": "fairline"}
            asked["webhook_id"] = webhook_id
            api.ask("POST", "/2/activity/subscriptions", what=_WHAT, json=asked)
    return Check(name="Subscription", ok=True, text=f"X tells {len(wanted)} kinds of events.")


def _account_activity(api: Api, webhook_id: str) -> Check:
    path = f"/2/account_activity/webhooks/{webhook_id}/subscriptions/all"
    told = data_of(api.ask("GET", path, what=_WHAT))
    if told.get("subscribed") is not True:
        api.ask("POST", path, what=_WHAT, json={})
    return Check(name="Subscription", ok=True, text="X tells all that happens to the account.")
