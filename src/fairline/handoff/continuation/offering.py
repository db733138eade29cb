"""From a public answer into private, in one action; and taking that back.

The answer carries the agent's public name and a way in: a link, a code where the channel prices
links, or on our own board the word that the asker's own page is the place. Everybody can read it,
so it proves nothing: it opens no more than what is public, until `proving.py` is satisfied.
"""

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from fairline.cases import store_messages
from fairline.cases.actions import actor_of, reply
from fairline.cases.changes import get_case
from fairline.cases.matters import close_matter, open_matter
from fairline.cases.rows import Actor, Case, Message
from fairline.cases.timeline import record
from fairline.channels.marks import code_of, token_of
from fairline.channels.registry import Channels
from fairline.core.errors import Conflict, Invalid, NotFound
from fairline.core.ids import hash_token, new_id
from fairline.db.unit import Unit
from fairline.handoff.continuation import store
from fairline.handoff.continuation.tables import FORMS, Continuation
from fairline.handoff.continuation.ways_to_prove import can, can_prove
from fairline.handoff.continuation.words import spoken, way_in
from fairline.people import store as people
from fairline.people import store_contacts
from fairline.people.setup import get_brand
from fairline.people.tables import Agent, Brand, Identity

# A week: people answer a post after a weekend, and a way that stands open for everybody to try
# should not stand open for long. Whoever comes later is offered a new one.
LIFETIME = timedelta(days=7)


class Offered(msgspec.Struct, frozen=True, kw_only=True):
    """The public answer, and the way in that it carries."""

    message: Message
    continuation: Continuation


def offer(
    unit: Unit,
    channels: Channels,
    case_id: str,
    agent: Agent,
    text: str = "",
    *,
    form: str = "",
    status: str | None = "waiting",
    file_ids: Sequence[str] = (),
    copied: Sequence[str] | None = None,
    after_message_id: str | None = None,
    despite: str = "",
) -> Offered:
    """Answer in public and go on in private. The words may be empty: the line below says it all.

    `form` is chosen by the channel when empty. Raises Conflict when nobody asked in public, and all
    that `reply` raises. *Effects*: a public reply; ways offered before and not confirmed are
    revoked; `continuation_offered`.
    """
    case = get_case(unit, case_id, lock=True)
    speaker = public_speaker(unit, case)
    brand = get_brand(unit, case.brand_id)
    form = form or form_for(unit, channels, case, speaker)
    if form not in FORMS:
        raise Invalid("A way in is a link, a code or the asker's own page.", field="form")
    message = reply(
        unit,
        case.id,
        agent,
        f"{text.strip()}\n\n{_line(case, brand, agent, form, channels.public_url)}".strip(),
        visibility="public",
        status=status,
        file_ids=file_ids,
        copied=copied,
        after_message_id=after_message_id,
        despite=despite,
    )
    by = actor_of(agent)
    for earlier in store.of_case(unit, case.id):
        if earlier.is_open(unit.now) and earlier.confirmed_at is None:
            _revoke(unit, case, earlier, by=by)
    continuation_id = new_id()
    store.insert(
        unit,
        {
            "id": continuation_id,
            "brand_id": case.brand_id,
            "case_id": case.id,
            "identity_id": speaker.id,
            "agent_id": agent.id,
            "message_id": message.id,
            "form": form,
            "secret_hash": _secret_hash(channels, message.id, form),
            "created_at": unit.now,
            "expires_at": unit.now + LIFETIME,
            # On our own board the asker holds the proof already: the link to the thread.
            "confirmed_at": unit.now if form == "own" else None,
        },
    )
    open_matter(unit, case.id, "continuation")
    data = {"continuation_id": continuation_id, "message_id": message.id, "form": form}
    record(unit, "continuation_offered", by=by, case_id=case.id, brand_id=case.brand_id, data=data)
    return Offered(message=message, continuation=get_continuation(unit, continuation_id))


def public_speaker(unit: Unit, case: Case) -> Identity:
    """Who of the customer's addresses spoke in public last. Raises Conflict when none did."""
    thread = store_messages.thread(unit, case.id, limit=200)
    said = [m for m in thread if m.direction == "inbound" and m.visibility == "public"]
    for message in reversed(said):
        found = store_contacts.identity_by_id(unit, message.identity_id or "")
        if found and found.contact_id == case.contact_id:
            return found
    raise Conflict("Its customer has said nothing in public here.", code="nothing_public")


def form_for(unit: Unit, channels: Channels, case: Case, speaker: Identity) -> str:
    """A link, unless the channel prices links and digits can reach the customer."""
    if speaker.channel == "web":
        return "own"
    takes_links = can(channels, speaker.channel, "takes_links")
    return "link" if takes_links or not can_prove(unit, channels, case, speaker) else "code"


def get_continuation(unit: Unit, continuation_id: str) -> Continuation:
    """Raises NotFound."""
    found = store.by_id(unit, continuation_id)
    if found is None:
        raise NotFound("There is no such way in.", code="no_continuation")
    return found


def revoke(unit: Unit, case: Case, continuation_id: str, *, by: Actor) -> None:
    """Let it lead nowhere any more. Raises NotFound, Conflict when it does not anyway."""
    found = get_continuation(unit, continuation_id)
    if found.case_id != case.id:
        raise NotFound("There is no such way in.", code="no_continuation")
    if not found.is_open(unit.now):
        raise Conflict("It leads nowhere already.", code="not_open")
    _revoke(unit, case, found, by=by)
    if not any(one.confirmed_at for one in store.of_case(unit, case.id)):
        close_matter(unit, case.id, "continuation")


def revoke_all(unit: Unit, case: Case, *, by: Actor) -> None:
    """Those of the case that still lead anywhere; with the secret links of the thread."""
    for one in store.of_case(unit, case.id):
        if one.is_open(unit.now) and one.form != "own":
            _revoke(unit, case, one, by=by)


def _revoke(unit: Unit, case: Case, one: Continuation, *, by: Actor) -> None:
    store.update(unit, one.id, {"revoked_at": unit.now})
    data = {"continuation_id": one.id}
    record(unit, "continuation_revoked", by=by, case_id=case.id, brand_id=case.brand_id, data=data)


def _line(case: Case, brand: Brand, agent: Agent, form: str, public_url: str) -> str:
    base = "" if brand.is_default else f"/b/{brand.slug}"
    words = spoken(case.language, brand.language)
    url = f"{public_url}{base}/continue"
    return way_in(form, words, name=agent.shown_name, brand=brand.name, url=url)


def _secret_hash(channels: Channels, message_id: str, form: str) -> str | None:
    if form == "own":
        return None
    make = code_of if form == "code" else token_of
    return hash_token(make(channels.keyring, message_id))


def agent_of(unit: Unit, continuation: Continuation) -> str:
    """The public name of who went on in private."""
    agent = people.agent_by_id(unit, continuation.agent_id)
    return agent.shown_name if agent else ""
