"""A mail's bytes as SMTP wants them: CRLF line ends, dots doubled, seven bits if need be. Pure."""

import email
import email.generator
import email.policy
import io

_SEVEN_BIT = email.policy.compat32.clone(cte_type="7bit", linesep="\r\n")


def with_crlf(payload: bytes) -> bytes:
    """Every line ends with CRLF, the last one too.

    A bare LF or CR must not leave the house: servers differ on whether it ends a line, and a mail
    hidden in another one travels through that gap (SMTP smuggling, CVE-2023-51764).
    """
    unix = payload.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if not unix.endswith(b"\n"):
        unix += b"\n"
    return unix.replace(b"\n", b"\r\n")


def dot_stuffed(content: bytes) -> bytes:
    """A line's leading dot doubled, so that none ends the mail early (RFC 5321, 4.5.2)."""
    stuffed = content.replace(b"\r\n.", b"\r\n..")
    return b"." + stuffed if stuffed.startswith(b".") else stuffed


def as_seven_bit(payload: bytes) -> bytes:
    """The same mail for a server without 8BITMIME (RFC 6152, 3): eight-bit parts are encoded."""
    out = io.BytesIO()
    message = email.message_from_bytes(payload, policy=_SEVEN_BIT)
    email.generator.BytesGenerator(out, mangle_from_=False, policy=_SEVEN_BIT).flatten(message)
    return out.getvalue()
