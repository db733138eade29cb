"""One push from a provider: whose it is, whether it is genuine, and its items safely stored.

The channel judges the request (`Hooked.hook`); a wrong inbox, an archived one and a forged
request are refused alike. All items of a request are stored in one transaction before it is
answered: whatever the provider has seen taken is on disk, whatever it has not it sends again.
"""

import hmac

from fairline.channels import store_inboxes
from fairline.channels.contract import HookAnswer, Hooked, HookRequest, InboxInfo, NotAllowed
from fairline.channels.gathering import gathering_of
from fairline.channels.registry import Channels
from fairline.channels.rows import Inbox
from fairline.db.engine import Database

MOST_BYTES = 4_194_304
REFUSED = "That did not come from the provider of this inbox."


def hear(database: Database, channels: Channels, inbox_id: str, request: HookRequest) -> HookAnswer:
    """Judge and store one request. Raises NotAllowed. *Effects*: raw items; the workers wake.

    A paused inbox stores what comes: nothing is lost, and it is understood like all else.
    """
    with gathering_of(database).one():
        return _hear(database, channels, inbox_id, request)


def _hear(
    database: Database, channels: Channels, inbox_id: str, request: HookRequest
) -> HookAnswer:
    with database.read() as unit:
        inbox = store_inboxes.inbox_by_id(unit, inbox_id)
        if inbox is None or inbox.archived_at:
            raise NotAllowed(REFUSED, code="bad_signature")
        channel = channels.of_kind(inbox.kind)
        info = channels.info(unit, inbox)
    if not isinstance(channel, Hooked) or len(request.body) > MOST_BYTES:
        raise NotAllowed(REFUSED, code="bad_signature")
    answer = channel.hook(request, info)
    if answer.items:
        others = _others(database, channels, info, answer)
        items = [
            (others.get((pushed.kind or info.kind, pushed.address), inbox).id, pushed.item)
            for pushed in answer.items
        ]
        gathering_of(database).keep(database, items)
    return answer


def _others(
    database: Database, channels: Channels, info: InboxInfo, answer: HookAnswer
) -> dict[tuple[str, str], Inbox]:
    """The inboxes that the items name, by kind and address, where they are of the same account at
    the provider: its app secret is theirs too. What names no inbox of ours stays with the one that
    was called.
    """
    named = {(p.kind or info.kind, p.address) for p in answer.items if p.address}
    named.discard((info.kind, info.address))
    if not named:
        return {}
    found = {}
    with database.read() as unit:
        for kind in sorted({kind for kind, _ in named}):
            for other in store_inboxes.all_inboxes(unit, kind=kind):
                if (kind, other.address) in named and other.id != info.id:
                    secret = _app_secret(channels.info(unit, other))
                    if secret and hmac.compare_digest(secret, _app_secret(info)):
                        found[kind, other.address] = other
    return found


def _app_secret(info: InboxInfo) -> bytes:
    """What an app and its provider share, by the name that the channel gives it; b'' for none."""
    names = ("app_secret", "consumer_secret")
    return next((info.options[name] for name in names if info.options.get(name)), "").encode()
