"""Parts of mail that goes out: text, files, and the multiparts around them, as wire bytes.

The same input gives the same bytes, so that a second attempt sends the very same mail.
"""

import base64
import binascii

from fairline.channels.contract import OutboundFile
from fairline.channels.email.header_lines import file_name_parameters, media_type, message_id


def text_part(text: str, subtype: str) -> bytes:
    """A UTF-8 text part. Always encoded: no line is too long and no relay changes it."""
    raw = text.encode("utf-8", "replace")
    quoted = binascii.b2a_qp(raw, istext=True)
    is_readable = len(quoted) <= len(raw) * 4 // 3 + 64
    body = quoted.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") if is_readable else _base64(raw)
    return _with_head(
        [
            f"Content-Type: text/{subtype}; charset=utf-8",
            f"Content-Transfer-Encoding: {'quoted-printable' if is_readable else 'base64'}",
        ],
        body,
    )


def file_part(file: OutboundFile, *, inline: bool) -> bytes:
    """An attachment, or an image that the HTML beside it shows."""
    name, file_name = file_name_parameters(file.name)
    head = [
        f"Content-Type: {media_type(file.media_type)};\r\n {name}",
        "Content-Transfer-Encoding: base64",
        f"Content-Disposition: {'inline' if inline else 'attachment'};\r\n {file_name}",
    ]
    if file.content_id and (content_id := message_id(file.content_id)):
        head.append(f"Content-ID: {content_id}")
    return _with_head(head, _base64(file.data))


def multipart(subtype: str, parts: list[bytes], *, seed: str) -> bytes:
    """`parts` joined; a single one is returned as it is."""
    if len(parts) == 1:
        return parts[0]
    # "=_" occurs neither in quoted-printable nor in base 64, so no part can hold the boundary.
    boundary = f"=_{subtype}_{seed}"
    lines = b"".join(b"--%s\r\n%s\r\n" % (boundary.encode(), part) for part in parts)
    extra = ';\r\n type="text/html"' if subtype == "related" else ""
    return _with_head(
        [f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"{extra}'],
        lines + b"--%s--\r\n" % boundary.encode(),
    )


def _with_head(head: list[str], body: bytes) -> bytes:
    return "\r\n".join(head).encode("ascii") + b"\r\n\r\n" + body


def _base64(data: bytes) -> bytes:
    encoded = base64.b64encode(data)
    return b"\r\n".join(encoded[at : at + 76] for at in range(0, len(encoded), 76)) + b"\r\n"
