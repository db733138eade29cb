"""Files as answers: harmless images are shown, everything else is only ever downloaded.

The type was claimed by whoever sent the file, so the browser is told not to guess, and what it
shows runs in a sandbox without scripts.
"""

from urllib.parse import quote

from litestar import Response

from fairline.cases.files import SHOWABLE
from fairline.cases.rows import Attachment

SANDBOX = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"


def answer_file(
    attachment: Attachment, data: bytes, headers: dict[str, str] | None = None
) -> Response[bytes]:
    """The bytes with headers that cannot do harm."""
    is_shown = attachment.media_type in SHOWABLE
    return Response(
        data,
        media_type=attachment.media_type if is_shown else "application/octet-stream",
        headers={
            "Content-Disposition": disposition(attachment.name, is_shown=is_shown),
            "Content-Security-Policy": SANDBOX,
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "private, no-cache",
            "X-Robots-Tag": "noindex",
            **(headers or {}),
        },
    )


def disposition(name: str, *, is_shown: bool) -> str:
    """RFC 6266: an ASCII name for old readers, the real one percent-encoded beside it."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in " ._-()") else "_" for c in name)
    kind = "inline" if is_shown else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
