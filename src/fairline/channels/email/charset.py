"""Bytes to text when the label may be missing, unknown, misspelt or a lie. Never raises.

What a label means is what senders mean by it (the WHATWG reading: `iso-8859-1` is windows-1252,
`ks_c_5601-1987` is cp949), checked against the bytes before it is believed.
"""

import codecs
import re

import chardet

from fairline.core.text import tidy

_MEANT = {
    "iso88591": "cp1252",
    "latin1": "cp1252",
    "l1": "cp1252",
    "usascii": "cp1252",
    "ascii": "cp1252",
    "ansix341968": "cp1252",
    "iso88599": "cp1254",
    "iso88598i": "iso8859_8",
    "iso88598e": "iso8859_8",
    "iso88596i": "iso8859_6",
    "tis620": "cp874",
    "iso885911": "cp874",
    "shiftjis": "cp932",
    "sjis": "cp932",
    "xsjis": "cp932",
    "ms932": "cp932",
    "windows31j": "cp932",
    "iso2022jp": "iso2022_jp_ext",
    "csiso2022jp": "iso2022_jp_ext",
    "ksc56011987": "cp949",
    "ksc56011989": "cp949",
    "ksc5601": "cp949",
    "euckr": "cp949",
    "ms949": "cp949",
    "gb2312": "gb18030",
    "gb231280": "gb18030",
    "gbk": "gb18030",
    "xgbk": "gb18030",
    "big5": "cp950",
    "xbig5": "cp950",
    "unicode11utf7": "utf_7",
    "unicode": "utf_16",
    "xmaccyrillic": "mac_cyrillic",
    "macintosh": "mac_roman",
    "xmacroman": "mac_roman",
    "utf8mb4": "utf_8",
    "xutf8": "utf_8",
    "unicode11utf8": "utf_8",
    "none": "",
    "unknown": "",
    "unknown8bit": "",
    "xunknown": "",
    "8bit": "",
    "7bit": "",
    "binary": "",
}
# These are not character sets though Python lists them beside some; two are quadratic.
_NOT_CHARSETS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"})
_BOMS = (
    (codecs.BOM_UTF8, "utf_8"),
    (codecs.BOM_UTF32_LE, "utf_32"),
    (codecs.BOM_UTF32_BE, "utf_32"),
    (codecs.BOM_UTF16_LE, "utf_16"),
    (codecs.BOM_UTF16_BE, "utf_16"),
)
# Below this the detector guesses Greek for Czech; windows-1252 is then the likelier answer.
_LEAST_CONFIDENCE = 0.08
_SAMPLE_BYTES = 100_000


def decode(data: bytes, label: str = "") -> str:
    """The text of `data`, tidied (see `core.text.tidy`). `label` is what the sender called it."""
    return tidy(_decode(data, codec_of(label)))


def _decode(data: bytes, codec: str) -> str:
    for bom, bom_codec in _BOMS:
        if data.startswith(bom):
            return data.decode(bom_codec, "replace").lstrip("\ufeff")
    if not codec or codec == "cp1252":
        # Real latin text is hardly ever valid UTF-8 by accident; a wrong label is common.
        text = _strictly(data, "utf_8")
        if text is not None and not (b"\x1b$" in data and data.isascii()):
            return text
        if codec:
            return data.decode("cp1252", "replace") if _is_latin(data) else _detected(data)
        return _detected(data)
    text = _strictly(data, codec)
    if text is None:
        text = _strictly(data, "utf_8")
    if text is None and len(data) > 3:
        text = _almost(data, codec)
    return _detected(data) if text is None else text


def codec_of(label: str) -> str:
    """Python's name of the character set `label` means, or '' when it means none."""
    name = re.sub(r"[^a-z0-9]", "", label.lower().split("*")[0])
    if name in _MEANT:
        return _MEANT[name]
    cleaned = re.sub(r"[^A-Za-z0-9_.:-]", "", label.split("*", maxsplit=1)[0])
    for attempt in (cleaned, cleaned.replace("windows", "cp"), re.sub(r"^x-?", "", cleaned)):
        try:
            info = codecs.lookup(attempt)
        except (LookupError, ValueError):
            continue
        # A private flag, and the only one that tells rot13 or zip from a character set.
        if getattr(info, "_is_text_encoding", True) and info.name not in _NOT_CHARSETS:
            return info.name
    return ""


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError, LookupError):
        return None


def _almost(data: bytes, codec: str) -> str | None:
    """What `codec` makes of `data` when less than one character in fifty is wrong (a cut)."""
    try:
        text = data.decode(codec, "replace")
    except (UnicodeError, ValueError, LookupError):
        return None
    return text if text.count("\ufffd") * 50 <= len(text) else None


def _is_latin(data: bytes) -> bool:
    """Whether a latin label is believable: mostly letters of the lower half."""
    high = sum(byte >= 0xC0 for byte in data[:_SAMPLE_BYTES])
    return high * 3 < len(data[:_SAMPLE_BYTES]) or len(data) < 12


def _detected(data: bytes) -> str:
    guess = chardet.detect(data[:_SAMPLE_BYTES])
    encoding, confidence = guess["encoding"], guess["confidence"] or 0.0
    codec = codec_of(encoding) if encoding and confidence >= _LEAST_CONFIDENCE else ""
    return data.decode(codec or "cp1252", "replace")
