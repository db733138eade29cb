"""Rebuilds an exported case: all of it in the caller's transaction, or nothing.

Ids are kept where they are free. Brand, inboxes, agents, teams and identities are found by their
names; what is missing is made, put away or disabled, so that an import opens no door. Nothing is
sent: events of the past are heard by nobody, and what had not left is for a person to look at.
"""

import hashlib
import uuid
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from fairline.cases import guard, store, store_export
from fairline.cases.document import Document, EventPart, IdentityPart
from fairline.cases.effort_kept import recount
from fairline.cases.events import KINDS as EVENT_KINDS
from fairline.cases.export import Outside, export_case
from fairline.cases.files import safe_name, safe_type
from fairline.cases.naming import Names, translated
from fairline.cases.opening import new_mail_token
from fairline.cases.rows import Actor, Case, Message
from fairline.cases.search import index_case, index_message
from fairline.cases.states import (
    DIRECTIONS,
    KINDS,
    SEVERITIES,
    STATUSES,
    VISIBILITIES,
)
from fairline.cases.store_messages import insert_attachment
from fairline.cases.timeline import record
from fairline.core.errors import Conflict, Invalid
from fairline.core.ids import new_id, new_token
from fairline.core.text import clean_html
from fairline.db.blobs import put_blob
from fairline.db.unit import Unit
from fairline.people import store as people
from fairline.people import store_contacts
from fairline.people.setup import create_brand
from fairline.people.staff import clean_email, create_agent

Row = TypeVar("Row", Case, Message)


class Rebuilt(msgspec.Struct, frozen=True, kw_only=True):
    """`is_new` is False when the very same case was here already and nothing was done."""

    case_id: str
    reference: str
    is_new: bool


def rebuild_case(
    unit: Unit, document: Document, blobs: Mapping[str, bytes], outside: Outside, *, by: Actor
) -> Rebuilt:
    """Put the case of a document on the record.

    Raises Invalid for a damaged document, Conflict when its reference belongs to another case here
    or the same case has gone on meanwhile. *Effects*: everything the case had; `case_imported`.
    """
    given = document.case
    reference = str(given.get("reference", ""))
    here = store.case_by_reference(unit, reference)
    if here is not None:
        if here.id == given.get("id") and export_case(unit, here.id, outside) == document:
            return Rebuilt(case_id=here.id, reference=reference, is_new=False)
        raise Conflict(
            f"{reference} is here already and is not the same as the export.",
            code="reference_taken",
        )
    return _Rebuild(unit, document, blobs, outside).run(by)


class _Rebuild:
    """Puts in the shared things first, then the case, then what belongs to it."""

    def __init__(
        self, unit: Unit, document: Document, blobs: Mapping[str, bytes], outside: Outside
    ) -> None:
        self.unit = unit
        self.document = document
        self.blobs = blobs
        self.outside = outside
        self.ids = Names()

    def run(self, by: Actor) -> Rebuilt:
        self._store_blobs()
        brand_id = self._brand()
        self._shared(brand_id)
        case = self._case(brand_id, self.document.case)
        messages = self._messages(case)
        self._files(case)
        self._rest(case)
        self._merged(brand_id)
        if "contact_count" not in self.document.case:  # exported before effort was counted
            recount(self.unit, case.id)
        index_case(self.unit, case)
        for message in messages:
            index_message(self.unit, case, message)
            guard.look_at(self.unit, case, message)
        record(
            self.unit,
            "case_imported",
            by=by,
            case_id=case.id,
            brand_id=case.brand_id,
            data={"reference": case.reference},
        )
        return Rebuilt(case_id=case.id, reference=case.reference, is_new=True)

    def _store_blobs(self) -> None:
        for part in self.document.blobs:
            data = self.blobs.get(part.sha256)
            if data is None or len(data) != part.size_bytes:
                raise _damaged(f"the file {part.sha256} is missing or cut")
            if hashlib.sha256(data).hexdigest() != part.sha256:
                raise _damaged(f"the file {part.sha256} was altered")
            put_blob(self.unit, data)

    def _brand(self) -> str:
        part = self.document.brand
        found = people.brand_by_slug(self.unit, part.slug)
        if found is None:
            found = create_brand(self.unit, name=part.name, slug=part.slug)
            shut = {"board_open": False, "indexable": False}
            people.update_brand(self.unit, found.id, shut)
        return found.id

    def _shared(self, brand_id: str) -> None:
        document, unit = self.document, self.unit
        for inbox in document.inboxes:
            made = self.outside.place_inbox(unit, brand_id, inbox)
            self.ids.put(f"inbox:{inbox.kind}:{inbox.address}", made)
        for agent in document.agents:
            found = people.agent_by_email(unit, agent.email)
            if found is None:
                one = create_agent(
                    unit,
                    email=clean_email(agent.email),
                    name=agent.name,
                    public_name=agent.public_name,
                    role="agent",
                    password=new_token() + new_token(),
                )
                people.update_agent(unit, one.id, {"disabled_at": unit.now})
            else:
                one = found[0]
            self.ids.put(f"agent:{agent.email}", one.id)
        for name in document.teams:
            self.ids.put(f"team:{name}", self._team(name))
        self._people(brand_id)

    def _team(self, name: str) -> str:
        found = store_export.team_by_name(self.unit, name)
        if found:
            return found
        values = {
            "id": new_id(),
            "name": name,
            "purpose": "",
            "created_at": self.unit.now,
            "archived_at": self.unit.now,
        }
        people.insert_team(self.unit, values)
        return str(values["id"])

    def _people(self, brand_id: str) -> None:
        """An address that is known here stays with the contact it has here."""
        unit = self.unit
        by_contact: dict[str, list[IdentityPart]] = {}
        for part in self.document.identities:
            by_contact.setdefault(part.contact, []).append(part)
        for contact in self.document.contacts:
            parts = by_contact.pop(contact.key, [])
            known = [
                store_contacts.identity_at(unit, brand_id, part.channel, part.address)
                for part in parts
            ]
            contact_id = next((k.contact_id for k in known if k), "")
            if not contact_id:
                contact_id = new_id()
                store_export.insert_contact(
                    unit,
                    {
                        "id": contact_id,
                        "brand_id": brand_id,
                        "name": contact.name,
                        "remark": contact.remark,
                        "language": contact.language,
                        "created_at": contact.created_at,
                    },
                )
            self.ids.put(contact.key, contact_id)
            for part, identity in zip(parts, known, strict=True):
                name = f"identity:{part.channel}:{part.address}"
                self.ids.put(name, identity.id if identity else self._identity(part, brand_id))
        if by_contact:
            raise _damaged(f"nobody is {next(iter(by_contact))}")

    def _identity(self, part: IdentityPart, brand_id: str) -> str:
        identity_id = new_id()
        store_export.insert_identity(
            self.unit,
            {
                "id": identity_id,
                "contact_id": self.ids.get(part.contact),
                "brand_id": brand_id,
                "channel": part.channel,
                "address": part.address,
                "name": part.name,
                "confirmed_at": part.confirmed_at,
                "undeliverable_at": part.undeliverable_at,
                "created_at": part.created_at,
            },
        )
        return identity_id

    def _case(self, brand_id: str, given: dict[str, Any], into: str | None = None) -> Case:
        values = dict(given) | {"brand_id": brand_id}
        old_id = str(values.get("id"))
        values["id"] = self._own_id("case", old_id)
        for key in ("contact_id", "inbox_id", "owner_id", "team_id", "answer_to_id"):
            values[key] = self.ids.get_or_none(values.get(key))
        case = msgspec.structs.replace(
            _row(values, Case), repeat_of_id=None, maybe_repeat_of_id=None, merged_into_id=into
        )
        _one_of(case.status, STATUSES)
        _one_of(case.kind, KINDS)
        _one_of(case.severity, SEVERITIES)
        if store.case_by_mail_token(self.unit, case.mail_token):
            case = msgspec.structs.replace(case, mail_token=new_mail_token())
        if not store_export.insert_case(self.unit, case):
            raise Conflict(f"{case.reference} cannot be put in.", code="reference_taken")
        return case

    def _messages(self, case: Case) -> list[Message]:
        stored = []
        for given in self.document.messages:
            values = dict(given) | {"case_id": case.id}
            values["id"] = self._own_id("message", str(values.get("id")))
            for key in ("inbox_id", "identity_id", "agent_id"):
                values[key] = self.ids.get_or_none(values.get(key))
            message = _row(values, Message)
            _one_of(message.direction, DIRECTIONS)
            _one_of(message.visibility, VISIBILITIES)
            self._known_blob(message.raw_sha256)
            message = msgspec.structs.replace(
                message,
                html=clean_html(message.html).html if message.html else "",
                permalink=_web_address(message.permalink),
                copied=[
                    entry | {"identity_id": self.ids.get(entry["identity_id"])}
                    if "identity_id" in entry
                    else entry
                    for entry in message.copied
                ],
            )
            if not store_export.insert_message(self.unit, message):
                raise Conflict(
                    "A message of this case is on another case here already.",
                    code="message_taken",
                    detail=message.native_id or message.id,
                )
            stored.append(message)
        return stored

    def _files(self, case: Case) -> None:
        for file in self.document.attachments:
            self._known_blob(file.sha256)
            insert_attachment(
                self.unit,
                msgspec.structs.replace(
                    file,
                    id=self._own_id("file", file.id),
                    case_id=case.id,
                    message_id=self.ids.get_or_none(file.message_id),
                    agent_id=self.ids.get_or_none(file.agent_id),
                    name=safe_name(file.name),
                    media_type=safe_type(file.media_type),
                    size_bytes=len(self.blobs[file.sha256]),
                ),
            )

    def _rest(self, case: Case) -> None:
        unit, document, ids = self.unit, self.document, self.ids
        store_export.insert_participants(
            unit,
            [
                {
                    "case_id": case.id,
                    "identity_id": ids.get(part.identity),
                    "role": part.role,
                    "confirmed_at": part.confirmed_at,
                    "added_at": part.added_at,
                }
                for part in document.participants
            ],
        )
        for name in document.tags:
            tag = store.tag_id(unit, name[:40], make=True)
            if tag:
                store.add_tag(unit, case.id, tag)
        store_export.insert_sent(
            unit,
            [
                {
                    "native_id": part.native_id,
                    "identity_id": ids.get(part.identity),
                    "case_id": case.id,
                    "message_id": ids.get(part.message_id),
                }
                for part in document.sent
            ],
        )
        for raw in document.raw_items:
            self._known_blob(raw.payload_sha256)
        self.outside.put_deliveries(unit, case.id, document.deliveries, ids)
        self.outside.put_raw_items(unit, case.id, document.raw_items, ids)
        for other in document.related:
            store_export.relate(unit, case.id, other.case_id, other.reason, other.created_at)
        store_export.insert_events(unit, [self._event(case, part) for part in document.events])

    def _merged(self, brand_id: str) -> None:
        """Cases that were merged: their numbers lead here, too."""
        for part in self.document.merged:
            case = self._case(brand_id, part.case, self.ids.get(part.into))
            if case.entered_at or case.message_count or case.status != "closed":
                raise _damaged(f"{case.reference} is merged and still goes on")
            store_export.insert_events(self.unit, [self._event(case, one) for one in part.events])

    def _event(self, case: Case, part: EventPart) -> dict[str, Any]:
        if part.kind not in EVENT_KINDS or part.actor_kind not in {"agent", "contact", "system"}:
            raise _damaged(f"there is no event {part.kind!r} by {part.actor_kind!r}")
        return {
            "case_id": case.id,
            "brand_id": case.brand_id,
            "kind": part.kind,
            "at": part.at,
            "actor_kind": part.actor_kind,
            "actor_id": self.ids.get_or_none(part.actor),
            "data": translated(part.kind, part.data, self.ids.get_or_same),
        }

    def _own_id(self, kind: str, old: str) -> str:
        """The id it had, where that is free."""
        try:
            usable = str(uuid.UUID(old)) == old
        except ValueError:
            usable = False
        if not usable:
            raise _damaged(f"{old!r} is no id")
        if self.ids.has(old):
            raise _damaged(f"{old} is in it twice")
        is_taken = store_export.is_taken(self.unit, kind, old)
        return self.ids.put(old, new_id() if is_taken else old)

    def _known_blob(self, sha256: str | None) -> None:
        if sha256 is not None and all(part.sha256 != sha256 for part in self.document.blobs):
            raise _damaged(f"the file {sha256} is not listed")


def _row(values: dict[str, Any], kind: type[Row]) -> Row:
    try:
        return msgspec.convert(values, kind, strict=True)
    except msgspec.ValidationError as error:
        raise _damaged(str(error)) from error


def _one_of(value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise _damaged(f"{value!r} is none of {', '.join(allowed)}")


def _web_address(url: str) -> str:
    return url if url.startswith(("https://", "http://")) else ""


def _damaged(text: str) -> Invalid:
    return Invalid(f"The export is damaged: {text}.", code="bad_export")
