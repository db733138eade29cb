"""What an exported case takes along of its channels: inboxes by name, deliveries, raw items."""

import msgspec

from fairline.cases.document import DeliveryPart, InboxPart, RawPart
from fairline.cases.export import Naming
from fairline.cases.naming import Names
from fairline.channels import store_carried, store_inboxes
from fairline.channels.inboxes import get_inbox
from fairline.channels.rows import Delivery, RawRow
from fairline.channels.tables import DELIVERY_STATES
from fairline.core.errors import Invalid
from fairline.core.ids import new_id
from fairline.db.unit import Unit

UNFINISHED = frozenset({"queued", "sending"})
NOT_SENT = "Had not left yet when the case was exported. Send it again if it is still needed."


class Carried:
    """Lends the record what it does not know (`cases/export.py:Outside`)."""

    def inbox_part(self, unit: Unit, inbox_id: str) -> InboxPart:
        inbox = get_inbox(unit, inbox_id)
        return InboxPart(kind=inbox.kind, address=inbox.address, name=inbox.name)

    def place_inbox(self, unit: Unit, brand_id: str, part: InboxPart) -> str:
        found = store_carried.inbox_at(unit, brand_id, part.kind, part.address)
        if found:
            return found
        inbox_id = new_id()
        store_inboxes.insert(
            unit,
            {
                "id": inbox_id,
                "brand_id": brand_id,
                "kind": part.kind,
                "name": part.name,
                "address": part.address,
                "options": {},
                "secrets": "",
                "state": "paused",
                "created_at": unit.now,
                "archived_at": unit.now,
            },
        )
        return inbox_id

    def deliveries(self, unit: Unit, case_id: str, name: Naming) -> tuple[DeliveryPart, ...]:
        return tuple(
            _delivery_part(one, name) for one in store_carried.deliveries_of(unit, case_id)
        )

    def put_deliveries(
        self, unit: Unit, case_id: str, parts: tuple[DeliveryPart, ...], ids: Names
    ) -> None:
        for part in parts:
            if part.state not in DELIVERY_STATES or part.state in UNFINISHED:
                raise Invalid(
                    f"The export is damaged: no delivery is {part.state!r}.", code="bad_export"
                )
            is_taken = store_carried.is_delivery(unit, part.id)
            values = msgspec.structs.asdict(part)
            del values["inbox"], values["identity"]
            store_carried.insert_delivery(
                unit,
                values
                | {
                    "id": ids.put(part.id, new_id() if is_taken else part.id),
                    "case_id": case_id,
                    "message_id": ids.get(part.message_id),
                    "inbox_id": ids.get(part.inbox),
                    "identity_id": ids.get(part.identity),
                },
            )

    def raw_items(self, unit: Unit, case_id: str, name: Naming) -> tuple[RawPart, ...]:
        return tuple(_raw_part(row, name) for row in store_carried.raw_items_of(unit, case_id))

    def put_raw_items(
        self, unit: Unit, case_id: str, parts: tuple[RawPart, ...], ids: Names
    ) -> None:
        for part in parts:
            store_carried.insert_raw_item(
                unit,
                {
                    "id": new_id(),
                    "inbox_id": ids.get(part.inbox),
                    "native_id": part.native_id,
                    "payload_sha256": part.payload_sha256,
                    "received_at": part.received_at,
                    "state": "taken",
                    "outcome": part.outcome,
                    "reason": part.reason,
                    "case_id": case_id,
                    "message_id": ids.get_or_none(part.message_id),
                    "taken_at": part.taken_at,
                },
            )


CARRIED = Carried()


def _delivery_part(one: Delivery, name: Naming) -> DeliveryPart:
    is_unfinished = one.state in UNFINISHED
    return DeliveryPart(
        id=one.id,
        message_id=one.message_id,
        inbox=name("inbox", one.inbox_id),
        identity=name("identity", one.identity_id),
        channel=one.channel,
        recipient=one.recipient,
        is_notice=one.is_notice,
        state="unknown" if is_unfinished else one.state,
        attempts=one.attempts,
        native_id=one.native_id,
        provider_code=one.provider_code,
        error=NOT_SENT if is_unfinished else one.error,
        created_at=one.created_at,
        sent_at=one.sent_at,
        delivered_at=one.delivered_at,
        read_at=one.read_at,
        failed_at=one.created_at if is_unfinished else one.failed_at,
    )


def _raw_part(row: RawRow, name: Naming) -> RawPart:
    return RawPart(
        inbox=name("inbox", row.inbox_id),
        native_id=row.native_id,
        payload_sha256=row.payload_sha256,
        received_at=row.received_at,
        outcome=row.outcome,
        reason=row.reason,
        message_id=row.message_id,
        taken_at=row.taken_at,
    )
