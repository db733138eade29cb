"""What the networks say to an answer before it is sent, and what else can be done.

`caveats` is made from what the case page has read anyway, for the channel the case came in by.
`check` judges everybody an answer goes to when it is about to be sent: if a network forbids it
nothing is sent, the words are kept, and the composer offers the ways that are open.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from fairline.cases import store, store_messages
from fairline.cases.rows import Attachment, Case, Participant
from fairline.cases.ways import takers_of
from fairline.channels import outgoing
from fairline.channels.allowed import blocking, heard_for, misfit, rules_of
from fairline.channels.contract import Channel, InboxInfo, Rule, Sending, Templated
from fairline.channels.memory import budget_of, spent_cents
from fairline.channels.registry import Channels
from fairline.channels.rows import Inbox
from fairline.channels.standing import since_when, trouble_of
from fairline.core.errors import FairlineError, Invalid
from fairline.db.unit import Unit
from fairline.desk.caveats import Caveat
from fairline.desk.channel_words import channel_word
from fairline.people import store_contacts
from fairline.people.tables import Brand, Identity

SOON = timedelta(hours=2)


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """Another address of the customer that is open: proven, working, and not forbidden."""

    identity_id: str
    words: str


class Blocked(msgspec.Struct, frozen=True, kw_only=True):
    """For the composer: what is forbidden, until when, and what can be done instead."""

    until: datetime | None
    ways: tuple[Way, ...]
    template_for: str
    goes_public: bool
    status: str
    others: bool


class Forbidden(Invalid):
    """A network takes this from us to nobody, or not in this way. Nothing was sent."""

    code = "network_forbids"

    def __init__(self, text: str, blocked: Blocked) -> None:
        super().__init__(f"{text} Nothing was sent.", field="text")
        self.blocked = blocked


class Going(msgspec.Struct, frozen=True, kw_only=True):
    """One address that an answer goes to, by which inbox, and what the network says to it."""

    taker: Participant
    channel: Channel
    inbox: Inbox
    info: InboxInfo
    rules: tuple[Rule, ...]


def takers_for(case: Case, people: Sequence[Participant], *, is_public: bool) -> list[Participant]:
    """Whom the ledger will write to: as `channels/outgoing.py` chooses."""
    wanted = takers_of(case, people)
    return [
        one
        for one in people
        if one.role == "customer"
        and (one in wanted or (is_public and one.channel == case.channel))
        and one.channel != "web"
        and not one.undeliverable_at
    ]


def goings(
    unit: Unit,
    channels: Channels,
    case: Case,
    takers: Iterable[Participant],
    *,
    text: str,
    is_public: bool,
    files: int = 0,
    template: str = "",
) -> list[Going]:
    """What the networks say, for each address. Some statements for each kind of channel."""
    found: list[Going] = []
    infos: dict[str, tuple[Channel, Inbox, InboxInfo] | None] = {}
    for one in takers:
        if one.channel not in infos:
            infos[one.channel] = _opened(unit, channels, case, one.channel)
        if opened := infos[one.channel]:
            channel, inbox, info = opened
            public = is_public and channel.capabilities.public
            sending = sending_to(one, channel, unit.now, text=text, is_public=public, files=files)
            spent = spent_cents(unit, inbox.id) if budget_of(info.options) is not None else 0.0
            sending = msgspec.structs.replace(sending, template=template, spent_cents=spent)
            rules = rules_of(channel, info, sending)
            found.append(Going(taker=one, channel=channel, inbox=inbox, info=info, rules=rules))
    return found


def sending_to(
    one: Participant,
    channel: Channel,
    at: datetime,
    *,
    text: str = "",
    is_public: bool = False,
    files: int = 0,
) -> Sending:
    """What the rules ask about a message to somebody who takes part."""
    return Sending(
        recipient=one.address,
        at=at,
        text=text,
        is_public=is_public,
        files=files if channel.capabilities.files else 0,
        heard_at=heard_for(
            channel,
            is_public=is_public,
            heard_at=one.heard_at,
            in_private_at=one.heard_in_private_at,
        ),
    )


def check(
    unit: Unit,
    channels: Channels,
    case: Case,
    *,
    mode: str,
    text: str,
    files: Sequence[Attachment],
    only: str = "",
    status: str = "",
    others_too: bool = False,
) -> tuple[str, ...]:
    """Identities to leave out, because the agent said so (`others_too`). Raises Forbidden when a
    network takes it from us to nobody, or to some of them and nobody has decided; Invalid for
    files that do not fit where they go.
    """
    is_public = mode == "public"
    people = store.participants_of(unit, case.id)
    takers = takers_for(case, people, is_public=is_public)
    if only:
        takers = [one for one in people if one.identity_id == only]
    going = goings(unit, channels, case, takers, text=text, is_public=is_public, files=len(files))
    sized = [(file, file.size_bytes) for file in files]
    for one in going:
        if words := misfit(one.channel.capabilities, one.channel.label, sized):
            raise Invalid(f"{words} Take it out, or send it another way.", field="file")
    stopped = [(one, rule) for one in going if (rule := blocking(one.rules))]
    if not stopped:
        return ()
    lost = tuple(one.taker.identity_id for one, _ in stopped)
    # Somebody who reads it on their own page, or elsewhere, is reached all the same.
    rest = [one for one in takers_of(case, people) if one.identity_id not in lost]
    if others_too and rest and not only:
        return lost
    ways = ways_around(unit, channels, case, people, tried=lost, text=text)
    texts = dict.fromkeys(rule.text for _, rule in stopped)
    first, rule = stopped[0]
    has_templates = isinstance(first.channel, Templated) and not is_public
    blocked = Blocked(
        until=rule.until,
        ways=ways,
        template_for=first.taker.identity_id if has_templates else "",
        goes_public=case.is_public and not is_public,
        status=status,
        others=bool(rest) and not only,
    )
    raise Forbidden(" ".join(texts), blocked)


def ways_around(
    unit: Unit,
    channels: Channels,
    case: Case,
    people: Sequence[Participant],
    *,
    tried: Sequence[str],
    text: str = "",
) -> tuple[Way, ...]:
    """Proven addresses of the customer by which this could be said in private now."""
    known = {one.identity_id: one for one in people if one.role == "customer" and one.confirmed_at}
    for identity in store_contacts.identities_of(unit, case.contact_id):
        if identity.confirmed_at and identity.id not in known:
            known[identity.id] = as_taker(identity)
    heard = store_contacts.heard_of(unit, list(known))
    open_ones = []
    for one in known.values():
        if one.identity_id in tried or one.undeliverable_at or one.channel == "web":
            continue
        at, in_private_at = heard[one.identity_id]
        asked = msgspec.structs.replace(one, heard_at=at, heard_in_private_at=in_private_at)
        (going,) = goings(unit, channels, case, [asked], text=text, is_public=False) or (None,)
        if going is None or blocking(going.rules) or not going.channel.capabilities.private:
            continue
        if not trouble_of(going.inbox, unit.now, after=timedelta(0)):
            words = f"{channel_word(one.channel)} to {one.name or one.address}"
            open_ones.append(Way(identity_id=one.identity_id, words=words))
    return tuple(open_ones)


def as_taker(identity: Identity) -> Participant:
    """An address of the contact that takes no part in the case yet."""
    return Participant(
        identity_id=identity.id,
        role="customer",
        confirmed_at=identity.confirmed_at,
        channel=identity.channel,
        address=identity.address,
        name=identity.name,
        contact_id=identity.contact_id,
        undeliverable_at=identity.undeliverable_at,
    )


def caveats(
    unit: Unit,
    channels: Channels,
    inbox: Inbox | None,
    brand: Brand,
    case: Case,
    people: Sequence[Participant],
) -> list[Caveat]:
    """What to know of the network the case came in by. Reads nothing, or what was spent where a
    budget was set.
    """
    now = unit.now
    if inbox is None or inbox.kind == "web":
        return []
    found = _trouble(inbox, now)
    try:
        channel = channels.of_kind(inbox.kind)
        info = channels.info_of(inbox, brand)
    except FairlineError as error:
        return [*found, Caveat(id="no-channel", words=error.text, tone="late")]
    spent = spent_cents(unit, inbox.id) if budget_of(info.options) is not None else 0.0
    modes = ("private", "public") if case.is_public else ("private",)
    said: dict[tuple[str, str], tuple[Rule, list[str]]] = {}
    for mode in modes:
        is_public = mode == "public" and channel.capabilities.public
        if not is_public and not channel.capabilities.private:
            continue
        for one in takers_for(case, people, is_public=is_public):
            if one.channel == inbox.kind:
                sending = sending_to(one, channel, now, is_public=is_public)
                sending = msgspec.structs.replace(sending, spent_cents=spent)
                for rule in rules_of(channel, info, sending):
                    _, seen = said.setdefault((rule.code, rule.text), (rule, []))
                    if mode not in seen:
                        seen.append(mode)
    return [*found, *(_caveat(rule, seen, modes, now) for rule, seen in said.values())]


def approved_for(channels: Channels, case: Case, people: Sequence[Participant]) -> str:
    """The first address on the case whose network has approved texts; '' for none. Pure."""
    for one in takers_for(case, people, is_public=False):
        try:
            if isinstance(channels.of_kind(one.channel), Templated):
                return one.identity_id
        except Invalid:
            continue
    return ""


def _caveat(rule: Rule, seen: list[str], modes: Sequence[str], now: datetime) -> Caveat:
    only = (
        ""
        if len(seen) == len(modes)
        else {"private": "In private: ", "public": "In public: "}[seen[0]]
    )
    words = f"{only}{rule.text}"
    if rule.until:
        words += " That changes" if rule.until > now else " Over for"
    tone = "late" if rule.blocks else ""
    return Caveat(
        id=f"rule-{rule.code}-{seen[0]}", words=words, tone=tone, at=rule.until, mode=" ".join(seen)
    )


def _trouble(inbox: Inbox, now: datetime) -> list[Caveat]:
    why = trouble_of(inbox, now, after=timedelta(0))
    if not why:
        return []
    words = f"{inbox.name} {why}: what you write there waits, and goes by another proven way of "
    words += "the customer's where there is one"
    return [Caveat(id="inbox-trouble", words=words, tone="risk", at=since_when(inbox))]


def _opened(
    unit: Unit, channels: Channels, case: Case, kind: str
) -> tuple[Channel, Inbox, InboxInfo] | None:
    """The channel and the inbox that an answer would take; None where there is none."""
    try:
        channel = channels.of_kind(kind)
        inbox = outgoing.inbox_for(unit, case, kind)
        return (channel, inbox, channels.info(unit, inbox)) if inbox else None
    except FairlineError:
        return None  # taken out, or its secrets do not open: the ledger says so


def draft_files(unit: Unit, case: Case, agent_id: str, ids: Sequence[str]) -> list[Attachment]:
    """The files of a draft that go with it."""
    waiting = store_messages.waiting_attachments(unit, case.id, agent_id)
    return [file for file in waiting if file.id in ids]
