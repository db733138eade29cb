"""Header fields for mail that goes out: encoded, folded, and impossible to break out of.

Whatever a name, subject or file name holds, a field written here stays one field: controls and
line ends are gone before anything else happens. RFC 5322, 2047 and 2231; the standard library's
folding damages long Message-IDs in References, so this is by hand.
"""

import base64
import re
import urllib.parse

from fairline.channels.email.addresses import normalise
from fairline.core.errors import DeliveryError, Invalid
from fairline.core.text import tidy

_WIDTH = 76
_WORD_BYTES = 42  # 56 base 64 characters: with its frame an encoded word stays under 75
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_MESSAGE_ID_NOISE = re.compile(r"[^!-~]|[<>]")
_TOKEN = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,60}/[A-Za-z0-9!#$&^_.+-]{1,100}")


def field(name: str, value: str) -> str:
    """One unstructured field, folded."""
    return fold(name, unstructured(value).split(" "))


def fold(name: str, words: list[str], *, separator: str = "") -> str:
    """`name: words`, broken between words so that lines stay short where they can."""
    lines, line = [], f"{name}:"
    for position, word in enumerate(words):
        piece = word + (separator if position < len(words) - 1 else "")
        if len(line) + 1 + len(piece) > _WIDTH and position:
            lines.append(line)
            line = ""
        line = f"{line} {piece}"
    return "\r\n".join([*lines, line])


def one_line(text: str) -> str:
    """`text` without line ends, controls and runs of space."""
    return " ".join(tidy(text).split())


def unstructured(text: str) -> str:
    """`text` as it may stand in a field: plain when it can, else as encoded words."""
    text = one_line(text)
    is_plain = text.isascii() and "=?" not in text and all(len(w) < 70 for w in text.split(" "))
    return text if is_plain else encoded_words(text)


def encoded_words(text: str) -> str:
    """RFC 2047 words, each a whole number of characters."""
    words, chunk = [], b""
    for char in text:
        raw = char.encode("utf-8")
        if len(chunk) + len(raw) > _WORD_BYTES:
            words.append(chunk)
            chunk = b""
        chunk += raw
    return " ".join(
        f"=?utf-8?b?{base64.b64encode(word).decode('ascii')}?=" for word in [*words, chunk] if word
    )


def mailbox(address: str, name: str = "") -> str:
    """`Name <address>`, the name quoted or encoded as it needs. Raises DeliveryError (permanent)
    when nothing can be sent to `address`.
    """
    address = ascii_address(address)
    name = one_line(name)
    if not name:
        return address
    if not name.isascii() or len(name) > 60 or "=?" in name:
        return f"{encoded_words(name)} <{address}>"
    if not _ATOMS.fullmatch(name):
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        name = f'"{escaped}"'
    return f"{name} <{address}>"


def ascii_address(address: str) -> str:
    """The form a server takes. Raises DeliveryError (permanent)."""
    try:
        found = normalise(address)
    except Invalid as error:
        raise DeliveryError(
            "The address is not a mail address.", permanent=True, detail=address[:200]
        ) from error
    if not found.isascii():
        raise DeliveryError(
            "The part before the @ holds letters that most mail servers refuse.",
            permanent=True,
            provider_code="smtputf8",
        )
    return found


def message_id(native_id: str) -> str:
    """`<native_id>`, or '' when nothing of it can be sent (`sha256:` stands for a mail without)."""
    if native_id.startswith("sha256:"):
        return ""
    inner = _MESSAGE_ID_NOISE.sub("", native_id)
    return f"<{inner}>" if inner else ""


def media_type(given: str) -> str:
    """`given` when it is a media type a leaf may have, else the general one."""
    lowered = given.strip().lower()
    if not _TOKEN.fullmatch(lowered) or lowered.startswith(("multipart/", "message/")):
        return "application/octet-stream"
    return lowered


def file_name_parameters(name: str) -> tuple[str, str]:
    """`name=...` for Content-Type and `filename=...` for Content-Disposition.

    Letters of their own go into the second in the form of RFC 2231 and into the first as encoded
    words, which only readers too old for the other look at.
    """
    name = one_line(name).replace("/", "_").replace("\\", "_").replace('"', "'")[:200] or "file"
    if name.isascii() and len(name) <= 60 and "=?" not in name:
        return f'name="{name}"', f'filename="{name}"'
    coded = "utf-8''" + urllib.parse.quote(name, safe="")
    pieces = re.findall(r"(?:%..|[^%]){1,18}", coded)
    lines = [f"filename*{number}*={piece}" for number, piece in enumerate(pieces)]
    words = encoded_words(name).replace(" ", "\r\n ")
    return f'name="{words}"', ";\r\n ".join(lines)
