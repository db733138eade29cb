"""Verbs on inboxes: make, change, test, pause, archive. Secrets are sealed on the way in."""

from collections.abc import Mapping
from typing import Any

import msgspec

from fairline.cases.rows import Actor
from fairline.cases.timeline import record
from fairline.channels import signing, store_inboxes
from fairline.channels.contract import Channel, Check, InboxInfo
from fairline.channels.memory import open_wire
from fairline.channels.origins import read_origins
from fairline.channels.registry import SECRETS, Channels
from fairline.channels.rows import Inbox
from fairline.core.errors import Conflict, Invalid, NotFound
from fairline.core.ids import new_id
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.people import calendars
from fairline.people.setup import get_brand


def get_inbox(unit: Unit, inbox_id: str) -> Inbox:
    """Raises NotFound."""
    inbox = store_inboxes.inbox_by_id(unit, inbox_id)
    if inbox is None:
        raise NotFound("There is no such inbox.", code="no_inbox")
    return inbox


def find_inbox(unit: Unit, word: str) -> Inbox:
    """By id, address or name, as an operator types it. Raises NotFound listing what there is."""
    found = store_inboxes.all_inboxes(unit)
    for inbox in found:
        if word in {inbox.id, inbox.address, inbox.name}:
            return inbox
    names = ", ".join(inbox.address or inbox.name for inbox in found) or "none yet"
    raise NotFound(f"There is no inbox {word!r}. There are: {names}.", code="no_inbox")


def create_inbox(
    unit: Unit,
    channels: Channels,
    *,
    brand_id: str,
    kind: str,
    name: str,
    address: str,
    options: Mapping[str, str],
    team_id: str | None = None,
    by: Actor,
) -> Inbox:
    """Make an active inbox. Raises Invalid for missing or wrong options, Conflict when the brand
    has this address already.
    """
    channel = channels.of_kind(kind)
    address = channel.normalise(address) if address else ""
    open_options, secrets = _split(channel, options, known={})
    inbox_id = new_id()
    added = store_inboxes.insert(
        unit,
        {
            "id": inbox_id,
            "brand_id": brand_id,
            "kind": kind,
            "name": name.strip() or address or channel.label,
            "address": address,
            "options": open_options,
            "secrets": _sealed(channels, secrets),
            "state": "active",
            "team_id": team_id,
            "cursor": "",
            "error": "",
            "created_at": unit.now,
        },
    )
    if not added:
        raise Conflict(f"This brand has an inbox {address} already.", code="inbox_exists")
    return _changed(unit, inbox_id, "created", by)


def change_inbox(
    unit: Unit,
    channels: Channels,
    inbox_id: str,
    *,
    name: str,
    options: Mapping[str, str],
    team_id: str | None,
    by: Actor,
) -> Inbox:
    """Change the settings; a password left empty stays as it was."""
    inbox = get_inbox(unit, inbox_id)
    channel = channels.of_kind(inbox.kind)
    known = _opened(channels, inbox)
    open_options, secrets = _split(channel, options, known=known)
    kept = {k: v for k, v in inbox.options.items() if k not in {f.name for f in channel.fields}}
    store_inboxes.update(
        unit,
        inbox_id,
        {
            "name": name.strip() or inbox.name,
            "options": {**kept, **open_options},
            "secrets": _sealed(channels, secrets),
            "team_id": team_id,
            "error": "",
            "error_since": None,
        },
    )
    return _changed(unit, inbox_id, "changed", by)


def set_state(unit: Unit, inbox_id: str, state: str, *, by: Actor) -> Inbox:
    """Pause or resume. What is to be sent while paused waits, and is sent on resuming."""
    inbox = get_inbox(unit, inbox_id)
    if state not in {"active", "paused"}:
        raise Invalid("An inbox is active or paused.", field="state")
    if inbox.state == state:
        return inbox
    store_inboxes.update(unit, inbox_id, {"state": state, "error": "", "error_since": None})
    return _changed(unit, inbox_id, "paused" if state == "paused" else "resumed", by)


def sign_posts(unit: Unit, inbox_id: str, style: str, *, by: Actor) -> None:
    """Whether public posts end with who wrote them (`signing.py`). Raises Invalid. Idempotent."""
    inbox = get_inbox(unit, inbox_id)
    if style not in signing.CHOICES:
        raise Invalid("Choose how posts are signed.", field=signing.OPTION)
    if str(inbox.options.get(signing.OPTION, "")) != style:
        options = {**inbox.options, signing.OPTION: style}
        store_inboxes.update(unit, inbox_id, {"options": options})
        _changed(unit, inbox_id, "changed", by)


def tell_down(unit: Unit, inbox_id: str, *, is_told: bool, by: Actor) -> None:
    """Let the board say that it cannot be read at the moment, or no more. Idempotent."""
    inbox = get_inbox(unit, inbox_id)
    if bool(inbox.down_told_at) != is_told:
        values = {"down_told_at": unit.now if is_told else None}
        store_inboxes.update(unit, inbox_id, values)
        _changed(unit, inbox_id, "told_down" if is_told else "told_up", by)


def archive_inbox(unit: Unit, inbox_id: str, *, by: Actor) -> None:
    """Put it away. Its cases stay and are answered by another address of the customer."""
    inbox = get_inbox(unit, inbox_id)
    store_inboxes.update(unit, inbox_id, {"state": "paused", "archived_at": unit.now})
    calendars.inbox_left(unit, inbox_id, inbox.brand_id)
    _changed(unit, inbox_id, "archived", by)


def as_typed(
    unit: Unit,
    channels: Channels,
    *,
    brand_id: str,
    kind: str,
    address: str,
    options: Mapping[str, str],
    inbox_id: str = "",
) -> InboxInfo:
    """An inbox as it would be if these values were saved, for a test before saving.

    A password left empty is the stored one of `inbox_id`. Raises Invalid for missing options.
    """
    channel = channels.of_kind(kind)
    stored = channels.info_by_id(unit, inbox_id) if inbox_id else None
    address = channel.normalise(address) if address else ""
    plain, secrets = _split(channel, options, known=stored.options if stored else {})
    brand = get_brand(unit, brand_id)
    return InboxInfo(
        id=inbox_id or "new",
        brand_id=brand_id,
        brand_name=brand.name,
        kind=kind,
        name=address,
        address=address,
        options={"install_id": channels.install_id, **plain, **secrets},
        public_url=channels.public_url,
    )


def test_inbox(database: Database, channels: Channels, inbox_id: str) -> tuple[Check, ...]:
    """Try the connection as it is stored and say what happened."""
    with database.read() as unit:
        info = channels.info_by_id(unit, inbox_id)
    return test_settings(channels, info, database)


def test_settings(
    channels: Channels, info: InboxInfo, database: Database | None
) -> tuple[Check, ...]:
    """Try a connection, also before it is saved (then without a database)."""
    wire = open_wire(channels, info, database)
    try:
        return wire.verify()
    finally:
        wire.close()


def _split(
    channel: Channel, options: Mapping[str, str], *, known: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Plain options and secrets, by the channel's fields. Raises Invalid for a missing one."""
    plain: dict[str, Any] = {}
    secrets: dict[str, str] = {}
    for field in channel.fields:
        value = str(options.get(field.name, "") or "").strip()
        if field.kind == "password":
            value = value or known.get(field.name, "")
            if value:
                secrets[field.name] = value
        else:
            value = value or (field.default if field.name not in options else "")
            plain[field.name] = value
        if field.required and not value:
            raise Invalid(f"{field.label} is needed.", code="missing", field=field.name)
        if field.choices and value and value not in field.choices:
            raise Invalid(f"{field.label} is one of: {', '.join(field.choices)}.", field=field.name)
        if field.kind == "origins":
            plain[field.name] = "\n".join(read_origins(value, field=field.name))
        if field.kind == "number" and value and not value.isdigit():
            raise Invalid(f"{field.label} must be a number.", field=field.name)
    return plain, secrets


def _sealed(channels: Channels, secrets: Mapping[str, str]) -> str:
    if not secrets:
        return ""
    return channels.keyring.seal(msgspec.json.encode(dict(secrets)), purpose=SECRETS)


def _opened(channels: Channels, inbox: Inbox) -> dict[str, str]:
    if not inbox.secrets:
        return {}
    opened = channels.keyring.open(inbox.secrets, purpose=SECRETS)
    return msgspec.json.decode(opened, type=dict[str, str])


def _changed(unit: Unit, inbox_id: str, what: str, by: Actor) -> Inbox:
    inbox = get_inbox(unit, inbox_id)
    data = {"inbox_id": inbox_id, "what": what}
    record(unit, "inbox_changed", by=by, brand_id=inbox.brand_id, data=data)
    return inbox
