"""What a mail says and what is attached to it: the tree of parts read as a person would. Pure.

Of alternatives each kind is kept (text for reading, HTML for showing); what follows one another is
joined; the rest are files. Nothing is lost: a part that is not shown is a file.
"""

import re
from collections.abc import Iterable

import msgspec

from fairline.cases.inbound import InboundFile
from fairline.channels.email.charset import decode
from fairline.channels.email.file_names import made_up_name, safe_name
from fairline.channels.email.flowed import unflow
from fairline.channels.email.headers import lenient_base64, split_headers
from fairline.channels.email.mime import Part
from fairline.channels.email.tnef import open_tnef
from fairline.channels.email.transfer import take_uuencoded
from fairline.core.text import html_to_text, is_blank, text_to_html

MAX_TEXT_CHARS = 500_000
MAX_HTML_CHARS = 2_000_000
MAX_FILES = 300

_TNEF_KINDS = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_BODY_KINDS = frozenset({"text/plain", "text/html", "text/enriched", "text/richtext"})
# Alternatives made for other programs than ours.
_NOT_FOR_US = frozenset({"text/x-amp-html", "text/watch-html"})
_META_CHARSET = re.compile(
    rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_.:-]+)", re.IGNORECASE
)
_DATA_IMAGE = re.compile(
    r"(?P<before>\bsrc\s*=\s*[\"'])data:(?P<kind>image/(?:png|jpe?g|gif|webp|bmp));base64,"
    r"(?P<data>[A-Za-z0-9+/=\s%]{1,20000000}+)(?P<after>[\"'])",
    re.IGNORECASE,
)


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """What a part says. Either may be ''; when both are there they say the same."""

    text: str = ""
    html: str = ""

    @property
    def is_blank(self) -> bool:
        return is_blank(self.text) and not self.html


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """`html` is as sent: whoever shows it cleans it. `is_cut` when something was too much."""

    text: str
    html: str
    files: tuple[InboundFile, ...]
    is_cut: bool = False


def read_content(root: Part) -> Content:
    """Read the whole tree."""
    reader = _Reader()
    body = reader.read(root, is_root=True)
    if reader.enveloped and is_blank(body.text) and is_blank(html_to_text(body.html)):
        body = reader.enveloped
    html = _take_data_images(body.html, reader)
    files = tuple(_shown_in(html, file) for file in reader.files[:MAX_FILES])
    is_cut = root.is_cut or max(len(body.text) - MAX_TEXT_CHARS, len(reader.files) - MAX_FILES) > 0
    return Content(
        text=body.text[:MAX_TEXT_CHARS],
        html=html[:MAX_HTML_CHARS],
        files=files,
        is_cut=is_cut or len(html) > MAX_HTML_CHARS,
    )


class _Reader:
    def __init__(self) -> None:
        self.files: list[InboundFile] = []
        self.enveloped: Body | None = None

    def read(self, part: Part, *, is_root: bool = False) -> Body:
        if not part.parts:
            return self.read_leaf(part, is_root=is_root)
        match part.kind:
            case "multipart/alternative":
                return self.read_alternatives(part.parts)
            case "multipart/related":
                return self.read_related(part)
            case "multipart/signed":
                body = self.read(part.parts[0])
                for signature in part.parts[1:]:
                    self.keep(signature)
                return body
            case "multipart/report":
                body = self.read(part.parts[0])
                for report in part.parts[1:]:
                    self.keep(report)
                return body
            case "multipart/encrypted":
                for sealed in part.parts:
                    self.keep(sealed)
                return Body()
            case _:
                return _joined([self.read(child) for child in part.parts])

    def read_alternatives(self, parts: Iterable[Part]) -> Body:
        """The first readable text and the last HTML: senders put the richest last (RFC 2046)."""
        text, html = "", ""
        for part in parts:
            if part.kind in _NOT_FOR_US:
                continue
            body = self.read(part)
            if body.html:
                html = body.html
                text = body.text if is_blank(text) else text
            elif is_blank(text):
                text = body.text
        return Body(text=text, html=html)

    def read_related(self, part: Part) -> Body:
        start = part.parameters.get("start", "").strip("<> ")
        parts = list(part.parts)
        root = next((p for p in parts if start and p.content_id == start), None)
        if root is None:
            readable = (p for p in parts if p.parts or p.kind in _BODY_KINDS)
            root = next(readable, parts[0])
        body = self.read(root)
        rest = [self.read(p) if p.parts else self.keep(p) for p in parts if p is not root]
        return _joined([body, *rest])

    def read_leaf(self, part: Part, *, is_root: bool) -> Body:
        is_named = bool(part.file_name)
        is_apart = part.disposition == "attachment"
        is_file = (is_apart and is_named) if is_root else (is_apart or is_named)
        if is_file or part.kind not in _BODY_KINDS:
            return self.keep(part)
        content = part.content
        label = part.charset
        if part.kind == "text/html":
            meta = None if label else _META_CHARSET.search(content[:4_000])
            return Body(html=decode(content, meta[1].decode("ascii") if meta else label))
        text = decode(content, label)
        if part.kind != "text/plain":
            return Body(text=re.sub(r"</?[A-Za-z/]{1,40}>", "", text.replace("<<", "<")))
        if part.parameters.get("format", "").lower() == "flowed":
            text = unflow(text, delsp=part.parameters.get("delsp", "").lower() == "yes")
        text, taken = take_uuencoded(text)
        for name, data in taken:
            self.add(name, "application/octet-stream", data)
        return Body(text=text)

    def keep(self, part: Part) -> Body:
        """Make a file of a leaf, or of all leaves of a branch. *Shape*: nothing said."""
        for child in part.parts:
            self.keep(child)
        if part.parts:
            return Body()
        data = part.content
        is_tnef = part.kind in _TNEF_KINDS or part.file_name.lower() == "winmail.dat"
        envelope = open_tnef(data) if is_tnef else None
        if envelope is None:
            subject = ""
            if part.kind == "message/rfc822" and not part.file_name:
                subject = split_headers(data)[0].text("subject")
            self.add(part.file_name, part.kind, data, part.content_id, subject=subject)
            return Body()
        self.enveloped = Body(text=envelope.text, html=envelope.html)
        for file in envelope.files:
            self.add(file.name, file.media_type, file.data, file.content_id)
        return Body()

    def add(
        self, name: str, kind: str, data: bytes, content_id: str = "", *, subject: str = ""
    ) -> None:
        kind = kind.lower() if re.fullmatch(r"[\w.+-]+/[\w.+-]+", kind, re.ASCII) else ""
        kind = kind or "application/octet-stream"
        shown = safe_name(name) or made_up_name(kind, len(self.files) + 1, subject=subject)
        self.files.append(
            InboundFile(name=shown, media_type=kind, data=data, content_id=content_id)
        )


def _joined(bodies: list[Body]) -> Body:
    """Parts that follow one another, as text and, when one of them has some, as HTML."""
    said = [body for body in bodies if not body.is_blank]
    if len(said) == 1:
        return said[0]
    if not any(body.html for body in said):
        return Body(text="\n\n".join(body.text.strip("\n") for body in said))
    texts = [html_to_text(body.html) if is_blank(body.text) else body.text for body in said]
    return Body(
        text="\n\n".join(text.strip("\n") for text in texts),
        html="\n".join(body.html or text_to_html(body.text) for body in said),
    )


def _shown_in(html: str, file: InboundFile) -> InboundFile:
    """An image is inline when the HTML shows it; any other file is there to be opened."""
    is_inline = bool(file.content_id) and f"cid:{file.content_id}" in html
    return msgspec.structs.replace(file, is_inline=is_inline)


def _take_data_images(html: str, reader: _Reader) -> str:
    """Images written into the HTML become files: no page of ours allows `data:` addresses."""
    if "data:image" not in html:
        return html

    def take(match: re.Match[str]) -> str:
        data = lenient_base64(match["data"].encode("ascii"))
        if not data or len(reader.files) >= MAX_FILES:
            return ""
        content_id = f"image-{len(reader.files) + 1}@in.html"
        reader.add("", match["kind"], data, content_id)
        return f"{match['before']}cid:{content_id}{match['after']}"

    return _DATA_IMAGE.sub(take, html)
