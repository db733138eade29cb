"""Content-Transfer-Encoding undone, leniently. Pure; never raises. RFC 2045, section 6."""

import binascii
import re

from fairline.channels.email.headers import lenient_base64

_FOREIGN = re.compile(rb"[^A-Za-z0-9+/=\s]")
_UU_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} [^\r\n]{1,255}\r?$", re.MULTILINE)
_UU_FILE = re.compile(
    r"^begin [0-7]{3,4} (?P<name>[^\n]{1,255})\n"
    r"(?P<lines>(?:[ -`]{1,90}\n)*?)(?:[` ]?\n)?end[ \t]*$",
    re.MULTILINE,
)


def decode_transfer(body: bytes, encoding: str) -> bytes:
    """`body` as it was before `encoding`; an unknown or untrue encoding leaves it as it is."""
    match re.sub(r"[^a-z0-9-]", "", encoding.split(";", maxsplit=1)[0].lower()):
        case "base64":
            # A list's footer in plain text after the data, or no base 64 at all.
            foreign = len(_FOREIGN.findall(body[:20_000]))
            return body if foreign * 10 > len(body[:20_000]) else lenient_base64(body)
        case "quoted-printable" | "quotedprintable" | "quoted":
            return binascii.a2b_qp(body)
        case "x-uuencode" | "uuencode" | "x-uue" | "uue":
            return _uu_body(body)
        case _:
            return body


def take_uuencoded(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Old programs put files straight into the text: take them out, as (name, data)."""
    if "\nend" not in text or "begin " not in text:
        return text, []
    files: list[tuple[str, bytes]] = []

    def take(match: re.Match[str]) -> str:
        data = _uu_lines(match["lines"].encode("ascii").split(b"\n"))
        if not data:
            return match[0]
        files.append((match["name"].strip(), data))
        return ""

    return _UU_FILE.sub(take, text), files


def _uu_body(body: bytes) -> bytes:
    begin = _UU_BEGIN.search(body)
    lines = (body[begin.end() :] if begin else body).split(b"\n")
    return _uu_lines([line.rstrip(b"\r") for line in lines])


def _uu_lines(lines: list[bytes]) -> bytes:
    data = []
    for line in lines:
        if line.strip() == b"end":
            break
        if not line or line in {b"`", b" "}:
            continue
        try:
            data.append(binascii.a2b_uu(line))
        except binascii.Error:
            # Some programs count a line's bytes wrongly; the count says how many are meant.
            needed = ((line[0] - 32 & 63) * 4 + 2) // 3
            try:
                data.append(binascii.a2b_uu(line[: needed + 1].ljust(needed + 1)))
            except binascii.Error:
                return b""
    return b"".join(data)
