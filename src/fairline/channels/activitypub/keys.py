"""The keys of our accounts: made at first use, sealed with the install's key, renewed on demand.

What is sent is signed when it leaves, so a new key counts at once: nothing on its way bears the old
one. Others find a new key under a new id, or by asking for the profile again when the old one does
not fit. Retired keys stay on record.
"""

from fairline.channels.activitypub import crypto, places, store
from fairline.channels.activitypub.rows import KeyPair
from fairline.channels.activitypub.tables import fediverse_keys
from fairline.channels.contract import InboxInfo
from fairline.core.ids import new_id
from fairline.core.secrets import Keyring
from fairline.db.engine import Database
from fairline.db.sealed import Sealed, declare
from fairline.db.unit import Unit

PRIVATE = "fediverse.key"
declare(
    Sealed(
        name="key of a fediverse account",
        several="keys of fediverse accounts",
        column=fediverse_keys.c.private,
        purpose=lambda _id: PRIVATE,
    )
)


def key_of(database: Database, keyring: Keyring, inbox: InboxInfo) -> KeyPair:
    """The present key of an account; made when it has none yet."""
    with database.read() as unit:
        found = _newest(unit, keyring, inbox)
    if found:
        return found
    private, public = crypto.make_key()  # outside the transaction: it takes a while
    with database.write() as unit:
        _insert(unit, keyring, inbox, 1, private, public)
        made = _newest(unit, keyring, inbox)
    assert made  # ours, or that of the node that was faster
    return made


def renew(database: Database, keyring: Keyring, inbox: InboxInfo) -> KeyPair:
    """A new key for an account. *Effects*: the ones before it are retired."""
    number = key_of(database, keyring, inbox).number + 1
    private, public = crypto.make_key()
    with database.write() as unit:
        _insert(unit, keyring, inbox, number, private, public)
        store.retire_keys(unit, inbox.id, number)
    return key_of(database, keyring, inbox)


def key_id(inbox: InboxInfo, number: int) -> str:
    """The id that others know it by. The first is named as everywhere."""
    return f"{places.actor_id(inbox)}#{'main-key' if number == 1 else f'key-{number}'}"


def _newest(unit: Unit, keyring: Keyring, inbox: InboxInfo) -> KeyPair | None:
    found = store.newest_key(unit, inbox.id)
    if found is None:
        return None
    number, sealed, public = found
    return KeyPair(
        key_id=key_id(inbox, number),
        number=number,
        private=keyring.open(sealed, purpose=PRIVATE).decode(),
        public=public,
    )


def _insert(
    unit: Unit, keyring: Keyring, inbox: InboxInfo, number: int, private: str, public: str
) -> None:
    store.insert_key(
        unit,
        {
            "id": new_id(),
            "inbox_id": inbox.id,
            "number": number,
            "private": keyring.seal(private.encode(), purpose=PRIVATE),
            "public": public,
            "created_at": unit.now,
        },
    )
