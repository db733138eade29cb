"""Fetches the files that a payload only names, after the message is on the record.

A message never waits for a slow server of pictures: each file is a job of its own, tried for about
a day. What cannot be fetched is said on the case, with its name.
"""

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from fairline.cases import files, guard, store, store_messages
from fairline.cases.changes import get_case
from fairline.cases.inbound import InboundFile
from fairline.cases.rows import SYSTEM, TAKEN_BACK
from fairline.cases.timeline import record
from fairline.channels.contract import Downloads
from fairline.channels.memory import open_wire
from fairline.channels.registry import Channels
from fairline.core.errors import DeliveryError, FairlineError
from fairline.core.log import log
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.jobs.queue import enqueue

JOB = "files.fetch"
WAITS_S = (20, 120, 600, 3600, 21_600, 43_200)
MOST_BYTES = 100_000_000


def ask_for(unit: Unit, inbox_id: str, message_id: str, named: Iterable[InboundFile]) -> None:
    """Let each file that is only named be fetched. *Effects*: one job for each."""
    wanted = [file for file in named if file.url and not file.data][: files.MAX_FILES]
    for number, file in enumerate(wanted):
        payload = {
            "inbox_id": inbox_id,
            "message_id": message_id,
            "url": file.url,
            "name": file.name,
            "media_type": file.media_type,
            "tries": 0,
        }
        enqueue(unit, JOB, payload, key=f"file:{message_id}:{number}")


def _is_there(unit: Unit, message_id: str, file: InboundFile) -> bool:
    name, digest = files.safe_name(file.name), hashlib.sha256(file.data).hexdigest()
    known = store_messages.attachments_of_message(unit, message_id)
    return any((one.name, one.sha256) == (name, digest) for one in known)


class Fetcher:
    """Does the job. One for the process."""

    def __init__(self, channels: Channels) -> None:
        self._channels = channels

    def fetch(self, database: Database, payload: dict[str, Any]) -> None:
        """Fetch one file and put it on its message; a fault asks again later."""
        try:
            data, media_type = self._bytes(database, payload)
        except FairlineError as error:
            self._failed(database, payload, error)
            return
        with database.write() as unit:
            known = store_messages.message_by_id(unit, payload["message_id"])
            if known is None:
                return
            case = get_case(unit, known.case_id, lock=True)
            # Anew, now that nobody else changes it: it may have been taken back meanwhile.
            message = store_messages.message_by_id(unit, known.id)
            if message is None or message.hidden_reason == TAKEN_BACK:
                return
            file = InboundFile(
                name=payload["name"],
                media_type=payload["media_type"] or media_type,
                data=data,
            )
            if _is_there(unit, message.id, file):
                return  # a worker fell between this and the end of its job
            files.store_files(unit, case.id, message.id, [file])
            guard.look_at(unit, case, message)
            store.update_case(unit, case.id, {})
            said = {"message_id": message.id, "name": files.safe_name(file.name)}
            record(
                unit, "file_fetched", by=SYSTEM, case_id=case.id, brand_id=case.brand_id, data=said
            )

    def _bytes(self, database: Database, payload: dict[str, Any]) -> tuple[bytes, str]:
        with database.read() as unit:
            info = self._channels.info_by_id(unit, payload["inbox_id"])
        wire = open_wire(self._channels, info, database)
        try:
            if not isinstance(wire, Downloads):
                raise DeliveryError("This channel fetches no files.", permanent=True)
            data, media_type = wire.download(payload["url"])
        finally:
            wire.close()
        if not data or len(data) > MOST_BYTES:
            raise DeliveryError("It is empty, or far too large.", permanent=True)
        return data, media_type

    def _failed(self, database: Database, payload: dict[str, Any], error: FairlineError) -> None:
        tries = int(payload["tries"])
        is_over = isinstance(error, DeliveryError) and error.permanent
        log.warning("file not fetched", message=payload["message_id"], error=error.text)
        with database.write() as unit:
            if not is_over and tries < len(WAITS_S):
                later = unit.now + timedelta(seconds=WAITS_S[tries])
                enqueue(unit, JOB, {**payload, "tries": tries + 1}, run_at=later)
                return
            message = store_messages.message_by_id(unit, payload["message_id"])
            if message is None:
                return
            case = get_case(unit, message.case_id, lock=True)
            name = files.safe_name(payload["name"])
            said = {"message_id": message.id, "name": name, "text": error.text[:300]}
            record(
                unit, "file_missing", by=SYSTEM, case_id=case.id, brand_id=case.brand_id, data=said
            )
            store.update_case(unit, case.id, {})
