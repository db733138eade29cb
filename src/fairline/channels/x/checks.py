"""Tries the connection of an X inbox and says what happened, in words."""

from fairline.channels.contract import Check, DeliveryError, InboxInfo
from fairline.channels.x.api import Api, data_of
from fairline.channels.x.options import XOptions
from fairline.channels.x.reading import handle, number
from fairline.channels.x.subscribing import hook_url

_FIELDS = [("user.fields", "name,username")]
_LATER = (
    "The refresh token is tried once the inbox is saved: it is good for one use, and a test would "
    "use it up."
)


def verify(inbox: InboxInfo, options: XOptions, api: Api) -> tuple[Check, ...]:
    """Account, direct messages, pushes. Raises nothing."""
    if options.keys is None and api.tokens.would_be_lost:
        return (Check(name="Sign-in", ok=True, text=_LATER),)
    try:
        me = data_of(api.ask("GET", "/2/users/me", what="reads of the account", params=_FIELDS))
    except DeliveryError as error:
        return (Check(name="Sign-in", ok=False, text=error.text),)
    found = [_account(inbox, options, number(me.get("id")), handle(me.get("username")))]
    if options.has_directs:
        found.append(_directs(api))
    if options.is_pushed:
        found.append(_pushes(inbox, api))
    return tuple(found)


def _account(inbox: InboxInfo, options: XOptions, user_id: str, name: str) -> Check:
    ours = inbox.address.lstrip("@").lower()
    if ours not in {name, user_id}:
        text = f"The sign-in is for @{name}, and the inbox is {inbox.address}."
        return Check(name="Account", ok=False, text=text)
    if options.user_id and options.user_id != user_id:
        text = f"The number of the account is {user_id}, not {options.user_id}."
        return Check(name="Account", ok=False, text=text)
    return Check(name="Account", ok=True, text=f"Signed in as @{name}, number {user_id}.")


def _directs(api: Api) -> Check:
    try:
        params = [("max_results", "1")]
        api.ask("GET", "/2/dm_events", what="reads of direct messages", params=params)
    except DeliveryError as error:
        return Check(name="Direct messages", ok=False, text=error.text)
    return Check(name="Direct messages", ok=True, text="Direct messages can be read.")


def _pushes(inbox: InboxInfo, api: Api) -> Check:
    try:
        api.ask("GET", "/2/webhooks", what="webhook settings", as_app=True)
    except DeliveryError as error:
        return Check(name="Pushes", ok=False, text=error.text)
    return Check(name="Pushes", ok=True, text=f"X will push to {hook_url(inbox)}.")
