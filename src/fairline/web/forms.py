"""Forms and uploads: read with limits, decoded defensively, handed on as plain values."""

from typing import Any

import msgspec
from litestar import Request
from litestar.datastructures import FormMultiDict, UploadFile

from fairline.core.errors import Invalid

MAX_FIELD = 200_000


class Upload(msgspec.Struct, frozen=True):
    """One uploaded file, whole in memory (the request's size is limited before)."""

    name: str
    media_type: str
    data: bytes


class Form:
    """What a browser sent. Unknown fields are ignored, missing ones are empty."""

    def __init__(self, values: dict[str, list[str]], uploads: dict[str, list[Upload]]) -> None:
        self._values = values
        self._uploads = uploads

    def text(self, name: str, *, most: int = MAX_FIELD, label: str = "") -> str:
        """One value, trimmed, without NUL. Raises Invalid when longer than `most`."""
        value = (
            (self._values.get(name) or [""])[0].replace("\x00", "").replace("\r\n", "\n").strip()
        )
        if len(value) > most:
            raise Invalid(f"{label or name} is longer than {most:,} characters.", field=name)
        return value

    def texts(self, name: str) -> list[str]:
        """All values of a field."""
        return [v.replace("\x00", "").strip() for v in self._values.get(name, [])]

    def flag(self, name: str) -> bool:
        """Whether a box was ticked."""
        return self.text(name) in {"1", "on", "true", "yes"}

    def files(self, name: str) -> list[Upload]:
        """Uploaded files, without the empty part a browser sends for none."""
        return [upload for upload in self._uploads.get(name, []) if upload.name or upload.data]


async def read_form(request: Request[Any, Any, Any]) -> Form:
    """A dependency: `form: Form`. Raises Invalid when the body is not a form."""
    try:
        sent: FormMultiDict = await request.form()
    except (ValueError, UnicodeError) as error:
        raise Invalid("That form could not be read. Send it again.", code="bad_form") from error
    values: dict[str, list[str]] = {}
    uploads: dict[str, list[Upload]] = {}
    for name, value in sent.multi_items():
        if isinstance(value, UploadFile):
            data = await value.read()
            kind = value.content_type or "application/octet-stream"
            uploads.setdefault(name, []).append(Upload(value.filename or "", kind, data))
        else:
            values.setdefault(name, []).append(_clean(str(value)))
    return Form(values, uploads)


def _clean(text: str) -> str:
    """Lone surrogates cannot be stored or sent back."""
    return text.encode("utf-8", "replace").decode("utf-8")
