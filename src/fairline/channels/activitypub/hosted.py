"""Files that go with our posts: other servers fetch them from here, at addresses nobody can guess.

An address is made of the delivery, the file's number and a tag that only we can make, so a private
answer's picture is as private as its link. Scripts never run: images are shown, the rest is saved.
"""

from urllib.parse import quote

import msgspec

from fairline.cases import store_messages
from fairline.cases.files import SHOWABLE
from fairline.channels import store_deliveries
from fairline.channels.activitypub import places
from fairline.channels.activitypub.composing import File
from fairline.channels.contract import InboxInfo, Outbound
from fairline.core.errors import NotFound
from fairline.core.secrets import Keyring
from fairline.db.blobs import get_blob
from fairline.db.unit import Unit

PURPOSE = "fediverse.file"


class Hosted(msgspec.Struct, frozen=True, kw_only=True):
    data: bytes
    media_type: str
    is_shown: bool


def files_of(outbound: Outbound, inbox: InboxInfo, keyring: Keyring) -> tuple[File, ...]:
    """The files of a delivery, each at its address."""
    found = []
    for number, file in enumerate(outbound.files):
        tag = keyring.sign(f"{outbound.key}/{number}", purpose=PURPOSE)
        name = quote(file.name, safe="")
        url = f"{places.root(inbox)}/files/{outbound.key}/{number}/{tag}/{name}"
        found.append(File(url=url, media_type=file.media_type))
    return tuple(found)


def open_file(unit: Unit, keyring: Keyring, key: str, number: int, tag: str) -> Hosted:
    """The file at an address that we gave out. Raises NotFound for any other."""
    if not keyring.verify(f"{key}/{number}", tag, purpose=PURPOSE):
        raise NotFound("There is no such file.")
    delivery = store_deliveries.by_id(unit, key)
    message = store_messages.message_by_id(unit, delivery.message_id) if delivery else None
    if message is None or message.hidden_at is not None:
        raise NotFound("There is no such file.")
    found = store_messages.attachments_of_message(unit, message.id)
    if number >= len(found):
        raise NotFound("There is no such file.")
    file = found[number]
    return Hosted(
        data=get_blob(unit, file.sha256),
        media_type=file.media_type,
        is_shown=file.media_type in SHOWABLE,
    )
