"""The proof that whoever goes on in private is the customer: digits sent to where only they read.

Six digits, 5 tries at each, 3 sendings an hour for a case and 10 for a way in: at best 50 guesses
in a million over its whole life. Digits count in the one browser that asked for them, once, for
half an hour. What is wrong, late, used up or never was is answered alike, by the same statements.
"""

from datetime import timedelta
from typing import Any

import msgspec

from fairline.cases import links, store_messages
from fairline.cases import store as cases
from fairline.cases.addresses import confirm_address
from fairline.cases.changes import get_case
from fairline.cases.rows import SYSTEM, Actor, Case, Participant
from fairline.cases.timeline import record
from fairline.channels import outgoing, store_deliveries
from fairline.channels.marks import digits_of, same_digits
from fairline.channels.notices import send_notice
from fairline.channels.registry import Channels
from fairline.core.ids import new_id
from fairline.core.secrets import Keyring
from fairline.db.unit import Unit
from fairline.handoff.continuation import store
from fairline.handoff.continuation.tables import Continuation, Proof
from fairline.handoff.continuation.ways_to_prove import identity_for
from fairline.handoff.continuation.words import digits_text, spoken
from fairline.people import contacts, store_contacts
from fairline.people.setup import get_brand
from fairline.people.tables import Identity

MOST_TRIES = 5
MOST_AN_HOUR = 3
MOST_PROOFS = 10
GOOD_FOR = timedelta(minutes=30)
# Stands for a way in or a proof that is not there, so that it takes the same path.
NOBODY = "00000000-0000-7000-8000-000000000000"


def send_digits(
    unit: Unit, channels: Channels, found: Continuation, browser_hash: str, way: str
) -> bool:
    """Send six digits for this browser, if there is anywhere they may go. Returns whether so.

    *Effects*: a notice, its delivery and a proof; `continuation_proof_sent`.
    """
    if found.form == "own" or found.proofs >= MOST_PROOFS:
        return False
    case = get_case(unit, found.case_id, lock=True)
    if store.count_proofs(unit, case.id, unit.now - timedelta(hours=1)) >= MOST_AN_HOUR:
        return False
    speaker = store_contacts.identity_by_id(unit, found.identity_id)
    to = identity_for(unit, channels, case, speaker, way) if speaker else None
    if to is None:
        return False
    brand = get_brand(unit, case.brand_id)
    subject, text = digits_text(
        spoken(case.language, brand.language),
        brand=brand.name,
        reference=case.reference,
        minutes=int(GOOD_FOR.total_seconds() // 60),
    )
    message = send_notice(unit, case, to.id, subject, text, channel=to.channel)
    if not store_deliveries.of_messages(unit, [message.id]):
        # A proven address of theirs that takes no part in this case: this once, and no more.
        outgoing.plan(unit, case, message, _as_participant(to), is_notice=True)
    store.insert_proof(
        unit,
        {
            "id": new_id(),
            "continuation_id": found.id,
            "case_id": case.id,
            "identity_id": to.id,
            "message_id": message.id,
            "browser_hash": browser_hash,
            "created_at": unit.now,
            "expires_at": unit.now + GOOD_FOR,
        },
    )
    store.update(unit, found.id, {"proofs": found.proofs + 1})
    data = {"continuation_id": found.id, "identity_id": to.id, "channel": to.channel}
    _record(unit, case, "continuation_proof_sent", data)
    unit.after_commit(unit.database.rouse)
    return True


def check_digits(
    unit: Unit, keyring: Keyring, found: Continuation | None, browser_hash: str, typed: str
) -> Proof | None:
    """The proof that these digits give; None when they give none. The caller commits either way,
    so that a wrong try counts. *Effects*: one try; `continuation_proof_refused` at the last one.
    """
    proof = store.last_proof(unit, found.id if found else NOBODY, browser_hash)
    counts = store.count_try(unit, proof.id if proof else NOBODY, most=MOST_TRIES)
    wanted = digits_of(keyring, proof.message_id if proof else NOBODY)
    is_right = same_digits(typed, wanted)
    if found is None or proof is None or not counts:
        return None
    if is_right:
        return proof
    if proof.tries + 1 >= MOST_TRIES:
        case = get_case(unit, found.case_id)
        _record(unit, case, "continuation_proof_refused", {"continuation_id": found.id})
    return None


def confirm(unit: Unit, found: Continuation, proof: Proof) -> str:
    """The digits were right: whoever holds this browser is the customer. Returns the token of a
    secret link for them.

    *Effects*: the browser becomes an identity of the customer's contact and takes part; what was
    said there before counts as theirs; the account that was written to is confirmed;
    `continuation_confirmed`.
    """
    store.use_proof(unit, proof.id)
    case = get_case(unit, found.case_id, lock=True)
    case = confirm_address(unit, case, proof.identity_id)
    is_same = found.speaker_id is not None and found.browser_hash == proof.browser_hash
    contact = contacts.contact_of(unit, case.contact_id)
    speaker = store_contacts.identity_by_id(unit, found.speaker_id or "") if is_same else None
    if speaker is None:
        address = new_id()
        contacts.add_identity(
            unit, case.brand_id, "web", address, contact_id=contact.id, name=contact.name
        )
        speaker = store_contacts.identity_at(unit, case.brand_id, "web", address)
    else:
        contacts.unite(unit, speaker, contact.id)
        store_contacts.update_identity(unit, speaker.id, {"name": contact.name})
        _vouch_for(unit, case, speaker.id)
    if speaker is None:
        raise LookupError("an identity vanished while it was being made")
    cases.add_participant(unit, case.id, speaker.id, "customer", confirmed=True)
    store.update(
        unit,
        found.id,
        {
            "confirmed_at": unit.now,
            "opened_at": found.opened_at or unit.now,
            "browser_hash": proof.browser_hash,
            "speaker_id": speaker.id,
        },
    )
    data = {"continuation_id": found.id, "identity_id": speaker.id}
    by = Actor(kind="contact", id=contact.id)
    _record(unit, case, "continuation_confirmed", data, by=by)
    return links.issue(unit, get_case(unit, case.id), speaker.id)


def _vouch_for(unit: Unit, case: Case, identity_id: str) -> None:
    """What was said unconfirmed is the customer's now."""
    for message in store_messages.thread(unit, case.id):
        if message.identity_id == identity_id and message.auth == {"possession": "none"}:
            store_messages.update_message(unit, message.id, {"auth": {"possession": "pass"}})


def _as_participant(one: Identity) -> Participant:
    values = msgspec.structs.asdict(one)
    kept = {name: values[name] for name in Participant.__struct_fields__ if name in values}
    return Participant(**kept, identity_id=one.id, role="customer")


def _record(unit: Unit, case: Case, kind: str, data: dict[str, Any], *, by: Actor = SYSTEM) -> None:
    record(unit, kind, by=by, case_id=case.id, brand_id=case.brand_id, data=data)
