"""Folder names of a mailbox, between people and IMAP (modified UTF-7, RFC 3501, 5.1.3). Pure."""

import base64
import re

_OUTSIDE = re.compile(r"[^\x20-\x7e]+|&")
_SHIFTED = re.compile(r"&([A-Za-z0-9+,]*)-")
# `(\HasNoChildren) "/" "Sent Mail"`, the name quoted or bare.
_LISTED = re.compile(r'^\((?P<flags>[^)]*)\) (?:"(?:[^"\\]|\\.)*"|NIL) (?P<name>.+)$')


def to_imap(name: str) -> str:
    """A folder name as a quoted IMAP string."""
    shifted = _OUTSIDE.sub(_shift, name)
    escaped = shifted.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def from_imap(name: str) -> str:
    """A folder name for people; what is not valid is left as it is."""
    return _SHIFTED.sub(_unshift, name)


def listed_name(line: bytes) -> str:
    """The folder in one line of a LIST answer; '' when it cannot hold mail or is not understood."""
    match = _LISTED.match(line.decode("utf-8", "replace"))
    if not match or "\\noselect" in match["flags"].lower():
        return ""
    name = match["name"]
    if name.startswith('"') and name.endswith('"') and len(name) > 1:
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    return from_imap(name)


def _shift(match: re.Match[str]) -> str:
    if match[0] == "&":
        return "&-"
    coded = base64.b64encode(match[0].encode("utf-16-be", "surrogatepass"))
    return f"&{coded.decode().rstrip('=').replace('/', ',')}-"


def _unshift(match: re.Match[str]) -> str:
    coded = match[1].replace(",", "/")
    if not coded:
        return "&"
    try:
        return base64.b64decode(coded + "=" * (-len(coded) % 4)).decode("utf-16-be")
    except ValueError:
        return match[0]
