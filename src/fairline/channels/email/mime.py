"""The tree of parts in a mail. Pure, bounded in depth and number, never raises on any bytes.

By hand, because the standard library's parser raises on some real mails and recurses as deep as a
sender likes. RFC 2046, read leniently: a boundary may be missing, wrong, or never closed.
"""

import re
from collections.abc import Iterator

import msgspec

from fairline.channels.email.headers import Headers, parse_value, split_headers
from fairline.channels.email.transfer import decode_transfer

MAX_DEPTH = 25
MAX_PARTS = 1_000

_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")
_AFTER_BOUNDARY = re.compile(rb"(--)?[ \t]*(?:\r?\n|\Z)")
_ANY_DELIMITER = re.compile(
    rb"(?:\A|\n)--([^\s-][^\r\n]{0,200}?|[^\s][^\r\n]{1,200}?)[ \t]*(?=\r?\n)"
)


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One node. `kind` is its media type; `body` is still encoded (see `content`).

    `disposition` is `inline`, `attachment` or ''. `is_cut` is set on the root when parts were
    too many or too deep to be told apart.
    """

    headers: Headers
    kind: str
    charset: str = ""
    parameters: dict[str, str] = {}
    disposition: str = ""
    file_name: str = ""
    content_id: str = ""
    body: bytes = b""
    parts: tuple["Part", ...] = ()
    is_cut: bool = False

    @property
    def content(self) -> bytes:
        """The body with its transfer encoding undone."""
        return decode_transfer(self.body, self.headers.plain("content-transfer-encoding"))


def parse_tree(payload: bytes) -> Part:
    """Read a whole message."""
    if b"\n" not in payload[:20_000]:
        payload = payload.replace(b"\r", b"\n")
    reader = _Reader()
    root = reader.read(payload, depth=0, default="text/plain")
    return msgspec.structs.replace(root, is_cut=True) if reader.is_cut else root


class _Reader:
    def __init__(self) -> None:
        self.count = 0
        self.is_cut = False

    def read(self, data: bytes, *, depth: int, default: str) -> Part:
        self.count += 1
        headers, body = split_headers(data, is_part=depth > 0)
        content_type = parse_value(headers, "content-type")
        disposition = parse_value(headers, "content-disposition")
        file_name = disposition.parameters.get("filename") or content_type.parameters.get("name")
        kind = _kind(content_type.value, default, content_type.parameters, file_name or "")
        parts: tuple[Part, ...] = ()
        if kind.startswith("multipart/"):
            parts = self.read_parts(headers, body, kind, content_type.parameters, depth)
            if not parts:
                kind = "text/html" if b"<html" in body[:2000].lower() else "text/plain"
        return Part(
            headers=headers,
            kind=kind,
            charset=content_type.parameters.get("charset", ""),
            parameters=content_type.parameters,
            disposition=_disposition(disposition.value),
            file_name=file_name or "",
            content_id=headers.text("content-id").strip("<> "),
            body=b"" if parts else body,
            parts=parts,
        )

    def read_parts(
        self, headers: Headers, body: bytes, kind: str, parameters: dict[str, str], depth: int
    ) -> tuple[Part, ...]:
        if depth >= MAX_DEPTH:
            self.is_cut = True
            return ()
        boundary = parameters.get("boundary", "").encode("utf-8", "surrogateescape")
        pieces = _pieces(body, boundary) or _pieces(body, _guessed_boundary(body))
        if not pieces:
            encoding = headers.plain("content-transfer-encoding")
            decoded = decode_transfer(body, encoding)
            pieces = _pieces(decoded, boundary) if decoded != body else []
        default = "message/rfc822" if kind == "multipart/digest" else "text/plain"
        parts = []
        for piece in pieces:
            if self.count >= MAX_PARTS:
                self.is_cut = True
                break
            parts.append(self.read(piece, depth=depth + 1, default=default))
        return tuple(parts)


def _kind(value: str, default: str, parameters: dict[str, str], file_name: str) -> str:
    value = value.replace(" ", "")
    if _TYPE.fullmatch(value):
        return value
    if parameters.get("boundary"):
        return "multipart/mixed"
    if value in {"html", "text/html;"} or value.startswith("text/html"):
        return "text/html"
    if value and file_name and not value.startswith("text"):
        return "application/octet-stream"
    return default


def _disposition(value: str) -> str:
    if value.startswith("inline"):
        return "inline"
    # An unknown disposition is to be treated as an attachment (RFC 2183, 2.8); rubbish is none.
    return "attachment" if re.fullmatch(r"[a-z0-9_-]+", value) else ""


def _pieces(body: bytes, boundary: bytes) -> list[bytes]:
    """What stands between the delimiter lines of `boundary`."""
    pieces: list[bytes] = []
    start = -1
    for line_start, line_end, is_last in _delimiters(body, boundary.rstrip()):
        if start >= 0:
            # The line end before a delimiter belongs to it (RFC 2046, 5.1.1).
            end = line_start - body.endswith(b"\n", 0, line_start)
            end -= body.endswith(b"\r", 0, end)
            pieces.append(body[start : max(start, end)])
        start = -1 if is_last else line_end
        if is_last and pieces:
            break
    if start >= 0:  # never closed: the last part goes to the end
        pieces.append(body[start:])
    return pieces


def _delimiters(body: bytes, boundary: bytes) -> Iterator[tuple[int, int, bool]]:
    """Where each delimiter line begins and ends, and whether it is the closing one.

    By `find`: a regular expression takes ten times as long over a mail with large files.
    """
    mark = b"--" + boundary
    position = body.find(mark) if boundary else -1
    while position >= 0:
        rest = _AFTER_BOUNDARY.match(body, position + len(mark))
        is_at_line_start = position == 0 or body[position - 1 : position] == b"\n"
        if rest and is_at_line_start:
            yield position, rest.end(), bool(rest[1])
        position = body.find(mark, position + len(mark))


def _guessed_boundary(body: bytes) -> bytes:
    """The line that looks like a delimiter and comes again, where the header's fits nothing."""
    for match in _ANY_DELIMITER.finditer(body[:50_000]):
        line = b"\n--" + match[1]
        if body.find(line, match.end() - len(match[1])) >= 0 and b" " not in match[1]:
            return match[1]
    return b""
