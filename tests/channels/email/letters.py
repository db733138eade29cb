"""Mails for tests, and where the real ones are."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fairline.cases.inbound import Inbound
from fairline.channels.contract import Ignored, InboxInfo, Receipt
from fairline.channels.email.translate import translate

CORPORA = Path(__file__).parents[3] / "../shared/data/mail"
AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SUPPORT = "support@acme.example"


def support(**options: str) -> InboxInfo:
    """Acme's inbox."""
    return InboxInfo(
        id="inbox-1",
        brand_id="brand-1",
        brand_name="Acme",
        kind="email",
        name="Support",
        address=SUPPORT,
        options=options,
        public_url="https://help.acme.example",
    )


def letter(body: str | bytes = "My lamp is broken.", **fields: str) -> bytes:
    """Cleo's mail to support. `content_type="..."` sets Content-Type; '' leaves a field out."""
    header = {
        "From": "Cleo Stone <cleo@customer.example>",
        "To": f"Acme <{SUPPORT}>",
        "Subject": "Broken lamp",
        "Message-ID": "<m1@customer.example>",
        "Date": "Sat, 21 Nov 2026 10:00:00 +0100",
    }
    for name, value in fields.items():
        header[name.replace("_", "-").title().replace("-Id", "-ID")] = value
    lines = [f"{name}: {value}" for name, value in header.items() if value]
    raw = body if isinstance(body, bytes) else body.encode()
    return "\n".join(lines).encode() + b"\n\n" + raw


def said(payload: bytes, **options: str) -> Inbound:
    """What a mail says to us; fails when it is taken for something else."""
    translation = translate(payload, support(**options), received_at=AT)
    assert isinstance(translation, Inbound), translation
    return translation


def ignored(payload: bytes, install_id: str = "", **options: str) -> Ignored:
    translation = translate(payload, support(**options), received_at=AT, install_id=install_id)
    assert isinstance(translation, Ignored), translation
    return translation


def receipt(payload: bytes, **options: str) -> Receipt:
    translation = translate(payload, support(**options), received_at=AT)
    assert isinstance(translation, Receipt), translation
    return translation


def corpus(folder: str) -> Path:
    """A folder of real mails, or a skip with the reason."""
    path = CORPORA / folder
    if not path.is_dir():
        pytest.skip(f"the shared data (mail/{folder}) is not here")
    return path


def mails_in(folder: str) -> Iterator[tuple[str, bytes]]:
    """Each mail of a corpus with its name; notes and licences are no mail."""
    for path in sorted(corpus(folder).rglob("*")):
        if path.is_file() and not path.name.startswith(("ORIGIN", "NOTES", "LICENSE")):
            yield path.name, path.read_bytes()
