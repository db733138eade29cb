"""Calls placed by a telephone provider, and what it tells us of them.

The network is asked outside of any transaction: `place` between two of the caller's own.
"""

from fairline.channels import store_inboxes
from fairline.channels.registry import Channels
from fairline.channels.rows import Inbox
from fairline.channels.voice import RANK, News, Order, Voice, VoiceChannel
from fairline.core.errors import DeliveryError, FairlineError
from fairline.core.log import log
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.handoff.calls import store
from fairline.handoff.calls.calling import LEASE
from fairline.handoff.calls.rows import Call, Try

CALLBACK_SPAN = LEASE


def voice_of(unit: Unit, channels: Channels, brand_id: str) -> tuple[Inbox, Voice] | None:
    """The provider through which a brand calls; None where agents dial by hand."""
    for inbox in store_inboxes.all_inboxes(unit, brand_id=brand_id, kind="phone"):
        if inbox.state == "active" and (voice := voice_at(unit, channels, inbox)):
            return inbox, voice
    return None


def voice_at(unit: Unit, channels: Channels, inbox: Inbox) -> Voice | None:
    """The provider of one inbox."""
    channel = channels.of_kind(inbox.kind)
    if not isinstance(channel, VoiceChannel):
        return None
    return channel.voice(channels.info(unit, inbox))


def place(
    database: Database, inbox: Inbox, voice: Voice, call: Call, tried: Try, agent_number: str
) -> str:
    """Let the provider ring the agent and the customer. Returns '' or what went wrong, in words.

    Asking twice for one try places one call: the try is the key. *Effects*: the provider's id.
    """
    order = Order(key=tried.id, agent=agent_number, customer=call.number, extension=call.extension)
    try:
        provider_id = voice.call(order)
    except DeliveryError as error:
        log.warning("a call was not placed", tried=tried.id, error=error.text)
        return error.text
    except FairlineError as error:
        return error.text
    finally:
        voice.close()
    with database.write() as unit:
        values = {"provider_id": own_id(inbox.id, provider_id), "provider_state": "ringing"}
        store.update_try(unit, tried.id, values)
    return ""


def hear(unit: Unit, inbox_id: str, news: News) -> bool:
    """Take news of a call that we placed. False for one that we do not know.

    A state never goes back. *Effects*: an answered call stays its agent's for another lease.
    """
    tried = store.try_of_provider(unit, own_id(inbox_id, news.provider_id))
    if tried is None:
        return False
    values: dict[str, object] = {}
    if RANK[news.state] > RANK.get(tried.provider_state, 0):
        values["provider_state"] = news.state
    if news.seconds is not None and tried.seconds is None:
        values["seconds"] = max(0, min(news.seconds, 86_400))
    if news.recording_url.startswith("https://") and not tried.recording_url:
        values["recording_url"] = news.recording_url[:1000]
    store.update_try(unit, tried.id, values)
    call = store.by_id(unit, tried.call_id, lock=True)
    if call and call.state == "calling" and call.caller_id == tried.agent_id:
        store.update(unit, call.id, {"leased_until": unit.now + CALLBACK_SPAN})
    return True


def is_of(unit: Unit, tried: Try, brand_id: str) -> bool:
    """Whether a try is of a call of this brand."""
    call = store.by_id(unit, tried.call_id)
    return call is not None and call.brand_id == brand_id


def own_id(inbox_id: str, provider_id: str) -> str:
    """Ids of two providers may be alike; these are not."""
    return f"{inbox_id}:{provider_id[:200]}"
