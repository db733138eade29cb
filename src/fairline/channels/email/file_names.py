"""Names of attachments: made safe to show, to save and to send, or made up where there is none."""

import mimetypes
import re
import unicodedata

MAX_NAME_CHARS = 150

_SEPARATORS = re.compile(r"[/\\:*?\"<>|]+")
_EXTENSIONS = {
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "image/pjpeg": ".jpg",
    "message/rfc822": ".eml",
    "message/delivery-status": ".txt",
    "text/rfc822-headers": ".txt",
    "application/pgp-signature": ".asc",
    "application/pgp-encrypted": ".asc",
    "application/pgp-keys": ".asc",
    "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m",
    "application/x-pkcs7-mime": ".p7m",
}


def safe_name(name: str) -> str:
    """`name` without folders, controls or characters that turn its reading direction round."""
    # A spoofed extension hides behind U+202E: "invoice\u202efdp.exe" is shown as "invoiceexe.pdf".
    kept = "".join(c for c in name if unicodedata.category(c)[0] != "C" or c == "\u200d")
    last = re.split(r"[/\\]", kept.strip())[-1]
    cleaned = " ".join(_SEPARATORS.sub("_", last).split()).strip(". ")
    if len(cleaned) <= MAX_NAME_CHARS:
        return cleaned
    stem, dot, extension = cleaned.rpartition(".")
    if dot and 0 < len(extension) <= 12:
        return f"{stem[: MAX_NAME_CHARS - len(extension) - 1]}.{extension}"
    return cleaned[:MAX_NAME_CHARS]


def made_up_name(media_type: str, number: int, *, subject: str = "") -> str:
    """A name for the `number`th file, when the sender gave none."""
    extension = _EXTENSIONS.get(media_type)
    if extension is None:
        extension = mimetypes.guess_extension(media_type, strict=False) or ".bin"
    stem = safe_name(subject)[:80]
    return f"{stem or f'file-{number}'}{extension}"
