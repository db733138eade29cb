"""Takes a case out whole: a document and the blobs it names. `rebuild.py` is the way back.

Deliveries and inboxes belong to a higher rung; `Outside` is what that rung lends us
(`channels/carried.py`).
"""

from collections.abc import Callable, Iterator
from typing import Any, Protocol

import msgspec

from fairline.cases import store, store_export
from fairline.cases.document import (
    AgentPart,
    BlobPart,
    BrandPart,
    ContactPart,
    DeliveryPart,
    Document,
    EventPart,
    IdentityPart,
    InboxPart,
    MergedPart,
    ParticipantPart,
    RawPart,
    RelatedPart,
    SentPart,
)
from fairline.cases.following import living
from fairline.cases.merging import store as merges
from fairline.cases.naming import Names, shared_ids, translated
from fairline.cases.rows import Attachment, Case, Event, Message
from fairline.core.errors import NotFound
from fairline.db.blobs import get_blob
from fairline.db.unit import Unit
from fairline.people import store as people
from fairline.people import store_contacts

Naming = Callable[[str, str], str]


class Outside(Protocol):
    """What the rung of channels does for an export and a rebuild."""

    def inbox_part(self, unit: Unit, inbox_id: str) -> InboxPart: ...

    def place_inbox(self, unit: Unit, brand_id: str, part: InboxPart) -> str:
        """The id of that inbox here; made, put away, when there is none."""
        ...

    def deliveries(self, unit: Unit, case_id: str, name: Naming) -> tuple[DeliveryPart, ...]: ...

    def put_deliveries(
        self, unit: Unit, case_id: str, parts: tuple[DeliveryPart, ...], ids: Names
    ) -> None: ...

    def raw_items(self, unit: Unit, case_id: str, name: Naming) -> tuple[RawPart, ...]: ...

    def put_raw_items(
        self, unit: Unit, case_id: str, parts: tuple[RawPart, ...], ids: Names
    ) -> None: ...


def find_case(unit: Unit, word: str) -> Case:
    """By reference or id, as a person types it. Raises NotFound."""
    word = word.strip()
    found = store.case_by_reference(unit, word.upper())
    if found is None and len(word) == 36:
        found = store.case_by_id(unit, word.lower())
    if found is None:
        raise NotFound(f"There is no case {word}.", code="no_case")
    return living(unit, found)


def export_case(unit: Unit, case_id: str, outside: Outside) -> Document:
    """Everything on the record of one case. Raises NotFound."""
    unit.settle()
    case = store.case_by_id(unit, case_id)
    brand = people.brand_by_id(unit, case.brand_id) if case else None
    if case is None or brand is None:
        raise NotFound("There is no such case.", code="no_case")
    return _Export(unit, case, outside).document(BrandPart(slug=brand.slug, name=brand.name))


def blobs_of(unit: Unit, document: Document) -> Iterator[tuple[str, bytes]]:
    """The files of a document, one at a time."""
    for part in document.blobs:
        yield part.sha256, get_blob(unit, part.sha256)


class _Export:
    """Gathers the parts and, on the way, whatever they name."""

    def __init__(self, unit: Unit, case: Case, outside: Outside) -> None:
        self.unit = unit
        self.case = case
        self.outside = outside
        self.names = Names()
        self.inboxes: dict[str, InboxPart] = {}
        self.agents: dict[str, AgentPart] = {}
        self.teams: set[str] = set()
        self.contacts: list[ContactPart] = []
        self.identities: dict[str, IdentityPart] = {}

    def document(self, brand: BrandPart) -> Document:
        unit, case_id = self.unit, self.case.id
        # In this order: whoever is met first gets the lower number, and the customer is contact:1.
        case = self._case(self.case)
        participants = self._participants()
        messages = store_export.all_messages(unit, case_id)
        message_rows = tuple(self._message(message) for message in messages)
        files = tuple(self._file(file) for file in store_export.all_files(unit, case_id))
        sent = self._sent()
        deliveries = self.outside.deliveries(unit, case_id, self.name)
        raw_items = self.outside.raw_items(unit, case_id, self.name)
        events = tuple(self._event(event) for event in store_export.all_events(unit, case_id))
        merged = tuple(self._merged(case_id))
        digests = {file.sha256 for file in files} | {item.payload_sha256 for item in raw_items}
        digests |= {message.raw_sha256 for message in messages if message.raw_sha256}
        return Document(
            format="fairline-case",
            version=1,
            brand=brand,
            case=case,
            inboxes=_in_order(self.inboxes),
            agents=_in_order(self.agents),
            teams=tuple(sorted(self.teams)),
            contacts=tuple(self.contacts),
            identities=_in_order(self.identities),
            participants=participants,
            messages=message_rows,
            attachments=files,
            tags=tuple(store.tags_of(unit, [case_id]).get(case_id, [])),
            related=self._related(),
            sent=sent,
            deliveries=deliveries,
            raw_items=raw_items,
            events=events,
            blobs=tuple(
                BlobPart(sha256=sha256, size_bytes=store_export.blob_size(unit, sha256))
                for sha256 in sorted(digests)
            ),
            merged=merged,
        )

    def _merged(self, case_id: str) -> Iterator[MergedPart]:
        for one in merges.merged_into(self.unit, case_id):
            events = store_export.all_events(self.unit, one.id)
            yield MergedPart(
                case=self._case(one),
                into=case_id,
                events=tuple(self._event(event) for event in events),
            )
            yield from self._merged(one.id)

    def _participants(self) -> tuple[ParticipantPart, ...]:
        return tuple(
            ParticipantPart(
                identity=self.name("identity", row["identity_id"]),
                role=row["role"],
                confirmed_at=row["confirmed_at"],
                added_at=row["added_at"],
            )
            for row in store_export.all_participants(self.unit, self.case.id)
        )

    def _file(self, file: Attachment) -> Attachment:
        agent = self.name("agent", file.agent_id) if file.agent_id else None
        return msgspec.structs.replace(file, agent_id=agent)

    def _sent(self) -> tuple[SentPart, ...]:
        return tuple(
            SentPart(
                native_id=row["native_id"],
                identity=self.name("identity", row["identity_id"]),
                message_id=row["message_id"],
            )
            for row in store_export.all_sent(self.unit, self.case.id)
        )

    def _related(self) -> tuple[RelatedPart, ...]:
        return tuple(
            RelatedPart(
                case_id=row["other_id"],
                reference=row["reference"],
                reason=row["reason"],
                created_at=row["created_at"],
            )
            for row in store_export.all_related(self.unit, self.case.id)
        )

    def _case(self, case: Case) -> dict[str, Any]:
        values = msgspec.to_builtins(case)
        # With whom it shares a place is said by its events and links; elsewhere it stands alone.
        for left_out in ("brand_id", "repeat_of_id", "maybe_repeat_of_id", "merged_into_id"):
            del values[left_out]
        values["contact_id"] = self.name("contact", case.contact_id)
        answer_to = case.answer_to_id
        values["answer_to_id"] = self.name("identity", answer_to) if answer_to else None
        values["inbox_id"] = self.name("inbox", case.inbox_id)
        values["owner_id"] = self.name("agent", case.owner_id) if case.owner_id else None
        values["team_id"] = self.name("team", case.team_id) if case.team_id else None
        return dict(values)

    def _message(self, message: Message) -> dict[str, Any]:
        values = msgspec.to_builtins(message)
        del values["case_id"]
        for key, what in (
            ("inbox_id", "inbox"),
            ("identity_id", "identity"),
            ("agent_id", "agent"),
        ):
            values[key] = self.name(what, values[key]) if values[key] else None
        values["copied"] = [
            entry | {"identity_id": self.name("identity", entry["identity_id"])}
            if entry.get("identity_id")
            else entry
            for entry in message.copied
        ]
        return dict(values)

    def _event(self, event: Event) -> EventPart:
        for what, one in shared_ids(event.kind, event.data):
            self.name(what, one)
        actor = event.actor_id
        if actor and event.actor_kind in {"agent", "contact"}:
            actor = self.name(event.actor_kind, actor)
        return EventPart(
            kind=event.kind,
            at=event.at,
            actor_kind=event.actor_kind,
            actor=actor,
            data=translated(event.kind, event.data, self.names.get_or_same),
        )

    def name(self, what: str, row_id: str) -> str:
        """The name of something shared; met for the first time, it is described too."""
        if self.names.has(row_id):
            return self.names.get(row_id)
        return self.names.put(row_id, getattr(self, f"_name_{what}")(row_id))

    def _name_inbox(self, row_id: str) -> str:
        part = self.outside.inbox_part(self.unit, row_id)
        name = f"inbox:{part.kind}:{part.address}"
        self.inboxes[name] = part
        return name

    def _name_agent(self, row_id: str) -> str:
        agent = people.agent_by_id(self.unit, row_id)
        if agent is None:
            return row_id
        name = f"agent:{agent.email}"
        self.agents[name] = AgentPart(
            email=agent.email, name=agent.name, public_name=agent.public_name
        )
        return name

    def _name_team(self, row_id: str) -> str:
        team = people.team_by_id(self.unit, row_id)
        if team is None:
            return row_id
        self.teams.add(team.name)
        return f"team:{team.name}"

    def _name_contact(self, row_id: str) -> str:
        contact = store_contacts.contact_by_id(self.unit, row_id)
        if contact is None:
            return row_id
        part = ContactPart(
            key=f"contact:{len(self.contacts) + 1}",
            name=contact.name,
            remark=contact.remark,
            language=contact.language,
            created_at=contact.created_at,
        )
        self.contacts.append(part)
        return part.key

    def _name_identity(self, row_id: str) -> str:
        identity = store_contacts.identity_by_id(self.unit, row_id)
        if identity is None:
            return row_id
        name = f"identity:{identity.channel}:{identity.address}"
        self.identities[name] = IdentityPart(
            channel=identity.channel,
            address=identity.address,
            name=identity.name,
            contact=self.name("contact", identity.contact_id),
            confirmed_at=identity.confirmed_at,
            undeliverable_at=identity.undeliverable_at,
            created_at=identity.created_at,
        )
        return name


def _in_order(parts: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(part for _, part in sorted(parts.items()))
