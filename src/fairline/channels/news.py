"""What becomes of news about something that was said before: changed, taken back, no more please.

Each takes effect in the transaction that marks its raw item, and the second time changes nothing.
"""

from datetime import timedelta

from fairline.cases import amending, store
from fairline.cases.rows import Actor
from fairline.cases.timeline import record
from fairline.channels import raw, store_gone, store_memory, store_raw
from fairline.channels.contract import Consent, Edited, Removed
from fairline.channels.rows import Inbox
from fairline.core.text import clip
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.people import store_contacts
from fairline.people.contacts import resolve

GONE_FOR = timedelta(days=30)
MOST_CASES = 20
# Nobody takes back more at once by hand; one stranger's list must not hold up everybody.
MOST_GONE = 100


def edited(unit: Unit, inbox: Inbox, news: Edited) -> tuple[str | None, str | None] | None:
    """Case and message of what changed; None when we have no such post by its author."""
    message = amending.amend(
        unit, inbox.id, news.of, address=news.address, text=news.text, html=news.html
    )
    return (message.case_id, message.id) if message else None


def removed(unit: Unit, inbox: Inbox, news: Removed) -> tuple[str | None, str | None] | None:
    """Case and message of the last that went; None when none of them is known yet: each is kept in
    mind, for it may still be on its way.
    """
    last = None
    for native_id in news.of[:MOST_GONE]:
        message = amending.take_back(
            unit, inbox.id, native_id, address=news.address, forget=news.forget
        )
        if message is None:
            store_gone.note(unit, inbox.id, native_id, news.address)
            continue
        last = (message.case_id, message.id)
        if news.forget and (known := store_raw.by_native_id(unit, inbox.id, native_id)):
            raw.forget(unit, known)
    return last


def consent(unit: Unit, inbox: Inbox, news: Consent) -> str | None:
    """Stop writing to an address, or begin again; the newest case of theirs, None without any.

    *Effects*: `address_stopped` or `address_started` on their open cases. Nothing is sent there
    until its owner takes it back, whatever an agent tries.
    """
    identity = store_contacts.identity_at(unit, inbox.brand_id, inbox.kind, news.address)
    if identity is None and news.stops:
        # Said before they are known here: somebody may type the address later.
        identity = resolve(unit, inbox.brand_id, inbox.kind, news.address)
    if identity is None or (identity.stopped_at is not None) == news.stops:
        return None
    at = unit.now if news.stops else None
    values = {"stopped_at": at, "undeliverable_at": at}
    store_contacts.update_identity(unit, identity.id, values)
    by = Actor(kind="contact", id=identity.contact_id, name=identity.name)
    kind = "address_stopped" if news.stops else "address_started"
    cases = store.open_threads_of(unit, identity.id, limit=MOST_CASES)
    for case in cases:
        data = {"identity_id": identity.id, "channel": inbox.kind, "text": clip(news.text, 100)}
        record(unit, kind, by=by, case_id=case.id, brand_id=case.brand_id, data=data)
    return cases[0].id if cases else None


def sweep(database: Database) -> None:
    """Forget what is too old to matter: a period of the worker."""
    with database.write() as unit:
        store_gone.forget(unit, before=unit.now - GONE_FOR)
        store_memory.forget_expired(unit)
