"""Plans the deliveries of a message, and puts one into the shape a channel sends.

`hear_sent` listens to `message_sent` inside the transaction of the reply: no reply without its
deliveries, no delivery without its reply.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fairline.cases import links, store, store_messages, store_sent
from fairline.cases.rows import SYSTEM, Case, Event, Message, Participant
from fairline.cases.timeline import record
from fairline.cases.ways import takers_of
from fairline.channels import store_deliveries, store_inboxes
from fairline.channels.allowed import asks_who_wrote, heard_for
from fairline.channels.contract import Channel, InboxInfo, Outbound, OutboundFile
from fairline.channels.marks import (
    DIGITS_MARK,
    GO_ON_CODE,
    GO_ON_LINK,
    LINK_MARK,
    code_of,
    digits_of,
    has_way_in,
    token_of,
    with_way_in,
)
from fairline.channels.rows import Delivery, Inbox
from fairline.channels.signing import OPTION, signed
from fairline.core.errors import NotFound
from fairline.core.ids import new_id
from fairline.core.secrets import Keyring
from fairline.db.blobs import get_blob
from fairline.db.unit import Unit
from fairline.people import store as people
from fairline.people import store_contacts
from fairline.people.calling import calling_of

MAX_REFERENCES = 30
# Where we name our messages ourselves.
OWN_IDS = "email"
# Stands in a short text where the address of the whole answer goes; made when it leaves.
WHOLE_MARK = "[whole answer]"
NO_TEMPLATE: Mapping[str, Any] = {}


def hear_sent(unit: Unit, event: Event) -> None:
    """Inline listener of `message_sent`: one delivery per address that the customer wants it at."""
    if event.data.get("elsewhere"):
        return  # one of us wrote it on the network itself: it is there already
    case = store.case_by_id(unit, event.case_id or "")
    message = store_messages.message_by_id(unit, event.data["message_id"])
    if case is None or message is None:
        return
    people = store.participants_of(unit, case.id)
    takers = [p for p in people if p.role == "customer"]
    if only := event.data.get("only_identity"):
        takers = [p for p in takers if p.identity_id == only]
    else:
        wanted = takers_of(case, people)
        # What is public is said where it was asked, besides.
        is_public = message.visibility == "public"
        takers = [p for p in takers if p in wanted or (is_public and p.channel == case.channel)]
    # Not to those who heard it on the phone, nor where the network forbids it.
    heard = {*event.data.get("heard_by", ()), *event.data.get("left_out", ())}
    for participant in (p for p in takers if p.identity_id not in heard):
        short = event.data.get("short", {}).get(participant.channel, "")
        is_notice = bool(event.data.get("is_notice"))
        template = event.data.get("template", {})
        plan(unit, case, message, participant, is_notice=is_notice, short=short, template=template)


def plan(
    unit: Unit,
    case: Case,
    message: Message,
    participant: Participant,
    *,
    is_notice: bool,
    short: str = "",
    template: Mapping[str, Any] = NO_TEMPLATE,
) -> Delivery:
    """Write the delivery of `message` to one identity. `short` goes there instead of its text;
    `template` (name, values) is the network's approved text that says it.

    On the board the thread itself is the delivery, so that is done at once. Where no inbox can
    carry it the delivery is dead from the start, and says so on the desk.
    """
    inbox = inbox_for(unit, case, participant.channel)
    delivery_id = new_id()
    native_id = own_native_id(delivery_id, inbox)
    is_here = participant.channel == "web"
    state = "delivered" if is_here else "queued" if inbox else "dead"
    delivery = Delivery(
        id=delivery_id,
        message_id=message.id,
        case_id=case.id,
        inbox_id=inbox.id if inbox else case.inbox_id,
        identity_id=participant.identity_id,
        channel=participant.channel,
        recipient=participant.address,
        is_notice=is_notice,
        state=state,
        attempts=0,
        next_try_at=unit.now if state == "queued" else None,
        leased_by=None,
        leased_until=None,
        handed_at=None,
        native_id=native_id,
        provider_code="",
        error=""
        if inbox or is_here
        else f"No inbox of this brand can send by {participant.channel}.",
        created_at=unit.now,
        sent_at=unit.now if is_here else None,
        delivered_at=unit.now if is_here else None,
        read_at=None,
        failed_at=unit.now if state == "dead" else None,
        text=short,
        template=str(template.get("name", "")),
        template_values=[str(value) for value in template.get("values", ())],
    )
    store_deliveries.insert(unit, delivery)
    if native_id:
        store_sent.remember(unit, native_id, case.id, participant.identity_id, message.id)
    if state == "dead":
        data = {"delivery_id": delivery_id, "message_id": message.id, "state": state}
        data["text"] = delivery.error
        record(
            unit, "delivery_changed", by=SYSTEM, case_id=case.id, brand_id=case.brand_id, data=data
        )
    return delivery


def inbox_for(unit: Unit, case: Case, channel: str) -> Inbox | None:
    """The case's own inbox when it is of the channel, else the one the brand sends from, else its
    oldest active one, else a paused one (the delivery waits for it).
    """
    brand = people.brand_by_id(unit, case.brand_id)
    for wanted in (case.inbox_id, brand.sender_id if brand else None):
        own = store_inboxes.inbox_by_id(unit, wanted) if wanted else None
        if own and own.kind == channel and own.brand_id == case.brand_id and not own.archived_at:
            return own
    found = store_inboxes.all_inboxes(unit, brand_id=case.brand_id, kind=channel)
    return next((i for i in found if i.state == "active"), found[0] if found else None)


def own_native_id(delivery_id: str, inbox: Inbox | None) -> str | None:
    """The Message-ID we give: the delivery's key at the inbox's domain, so a retry keeps it."""
    if inbox is None or inbox.kind != OWN_IDS:
        return None
    domain = inbox.address.rpartition("@")[2] or "fairline.invalid"
    return f"{delivery_id}@{domain}"


def is_stopped(unit: Unit, delivery: Delivery) -> bool:
    """Whether the owner of the address asked us not to write there."""
    identity = store_contacts.identity_by_id(unit, delivery.identity_id)
    return identity is not None and identity.stopped_at is not None


def is_hidden(unit: Unit, delivery: Delivery) -> bool:
    """Whether what is to be sent was taken off every page after it was written."""
    message = store_messages.message_by_id(unit, delivery.message_id)
    return message is not None and message.hidden_at is not None


def build(
    unit: Unit, delivery: Delivery, info: InboxInfo, channel: Channel, keyring: Keyring
) -> Outbound:
    """Everything a wire needs to send one delivery. *Effects*: issues a secret link for it, unless
    it is posted where others read it.
    """
    case = store.case_by_id(unit, delivery.case_id)
    message = store_messages.message_by_id(unit, delivery.message_id)
    identity = store_contacts.identity_by_id(unit, delivery.identity_id)
    brand = people.brand_by_id(unit, info.brand_id)
    if case is None or message is None or identity is None or brand is None:
        raise NotFound("What was to be sent is gone.", code="no_message")
    said = delivery.text or message.text
    # Where nothing is public, what everybody may read is told to one person; so is what was public
    # when it was written, and is not any more.
    is_public = message.visibility == "public" and case.is_public and channel.capabilities.public
    if is_public:
        said = said.replace(WHOLE_MARK, f"{info.public_url}/q/{case.reference}")
        text, link = posted(said, message.id, info.public_url, keyring), ""
    elif delivery.is_notice and DIGITS_MARK in message.text:
        # To nobody but whom they were made for, whatever way somebody chose later.
        is_theirs = delivery.identity_id == message.identity_id
        digits = digits_of(keyring, message.id) if is_theirs else "(not shown)"
        text, link = message.text.replace(DIGITS_MARK, digits), ""
    else:
        link = f"{info.public_url}/t/{links.issue(unit, case, identity.id)}"
        is_within = WHOLE_MARK in said
        said = said.replace(WHOLE_MARK, link)
        text, link = _carried(said, link, is_notice=delivery.is_notice)
        link = "" if is_within else link
    if is_public and message.agent_id:
        text = signed(text, info.options.get(OPTION, ""), message.author_name)
    thread = _thread_ids(unit, case, delivery, is_public=is_public)
    return Outbound(
        key=delivery.id,
        native_id=delivery.native_id or "",
        recipient=delivery.recipient,
        recipient_name=identity.name,
        text=text,
        html=message.html,
        subject=message.subject or case.subject,
        case_reference=case.reference,
        author_name=message.author_name,
        signature=brand.signature,
        is_public=is_public,
        notice=delivery.is_notice,
        in_reply_to=thread[-1] if thread else "",
        references=tuple(thread),
        copied=_copied(unit, case, message, delivery),
        reply_token=case.mail_token,
        link=link,
        call_link=f"{link}/call" if link and calling_of(brand).offered else "",
        files=_files(unit, message) if channel.capabilities.files else (),
        heard_at=_heard_at(unit, channel, identity.id, is_public=is_public),
        template=delivery.template,
        template_values=tuple(delivery.template_values),
    )


def _heard_at(
    unit: Unit, channel: Channel, identity_id: str, *, is_public: bool
) -> datetime | None:
    """When the recipient last wrote to us, where the network's rules depend on it."""
    if not asks_who_wrote(channel):
        return None
    at, in_private_at = store_contacts.heard_of(unit, [identity_id])[identity_id]
    return heard_for(channel, is_public=is_public, heard_at=at, in_private_at=in_private_at)


def posted(text: str, message_id: str, public_url: str, keyring: Keyring) -> str:
    """As everybody will read it: a way into the private side proves nothing by itself."""
    text = text.replace(GO_ON_LINK, f"{public_url}/c/{token_of(keyring, message_id)}")
    return text.replace(GO_ON_CODE, code_of(keyring, message_id))


def _carried(text: str, link: str, *, is_notice: bool) -> tuple[str, str]:
    """The text for one reader, and the link that still has to go below it ('' for none)."""
    if is_notice and LINK_MARK in text:
        return text.replace(LINK_MARK, link), ""
    return (with_way_in(text, link), "") if has_way_in(text) else (text, link)


def _thread_ids(unit: Unit, case: Case, delivery: Delivery, *, is_public: bool) -> list[str]:
    """Native ids of the case's mails, oldest first, without the one being sent.

    Where the network names our posts, we answer the customer's own: last the latest of them that
    as many can read. Who joined in is answered only in public, and where the customer said nothing
    of the kind: a private answer to somebody's post goes to that somebody.
    """
    thread = store_messages.thread(unit, case.id, limit=100)
    here = [m for m in thread if m.native_id and m.channel == delivery.channel]
    if delivery.channel != OWN_IDS:  # also when it is sent again, and has an id by now
        theirs = [m for m in here if m.direction == "inbound"]
        mine, visibility = delivery.identity_id, "public" if is_public else "private"
        if not is_public:
            theirs = [m for m in theirs if m.identity_id == mine]
        theirs.sort(key=lambda m: (m.visibility == visibility, m.identity_id == mine, m.id))
        return [m.native_id for m in theirs if m.native_id][-MAX_REFERENCES:]
    known: list[tuple[str, str]] = [(m.id, m.native_id) for m in here if m.native_id]
    known += store_sent.thread_of(unit, case.id, limit=MAX_REFERENCES)
    ordered = [native for _, native in sorted(known)]
    return [n for n in dict.fromkeys(ordered) if n != delivery.native_id][-MAX_REFERENCES:]


def _copied(
    unit: Unit, case: Case, message: Message, delivery: Delivery
) -> tuple[tuple[str, str], ...]:
    """Who is kept in copy: not on notices, and only once when there are several addresses."""
    if delivery.is_notice:
        return ()
    wanted: Any = message.copied
    others = [
        p
        for p in store.participants_of(unit, case.id)
        if p.role == "copied" and p.channel == delivery.channel
    ]
    chosen = {entry["identity_id"] for entry in wanted if "identity_id" in entry}
    if any("none" in entry for entry in wanted):
        return ()
    mates = store_deliveries.of_messages(unit, [message.id]).get(message.id, [])
    if any(m.channel == delivery.channel and m.id < delivery.id for m in mates):
        return ()
    return tuple((p.address, p.name) for p in others if not chosen or p.identity_id in chosen)


def _files(unit: Unit, message: Message) -> tuple[OutboundFile, ...]:
    return tuple(
        OutboundFile(
            name=file.name,
            media_type=file.media_type,
            data=get_blob(unit, file.sha256),
            content_id=file.content_id,
        )
        for file in store_messages.attachments_of_message(unit, message.id)
    )
