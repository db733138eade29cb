"""What can go wrong between us and a mail server, told apart and said in plain words.

One exception in, one `DeliveryError` out; `provider_code` is one of `CODES` or, for an answer of
an SMTP server, its enhanced status code (RFC 3463). Used by the IMAP and the SMTP side alike.
"""

import re
import smtplib
import socket
import ssl

from fairline.channels.email.options import Security, Server
from fairline.core.errors import DeliveryError

CODES = {
    "options": "the inbox's settings are not complete",
    "unknown_host": "the server's name is not known",
    "refused": "nothing answers on that port",
    "timeout": "the server did not answer in time",
    "tls": "no encrypted connection came about",
    "tls_certificate": "the server's certificate is not one to trust",
    "auth": "user name or password is wrong",
    "folder": "the folder cannot be opened",
    "dropped": "the connection broke",
    "protocol": "the server said something we do not understand",
    "unavailable": "the server asks to come back later",
    DeliveryError.OUTCOME_UNKNOWN: "the connection broke after the hand-over: it may have arrived",
}

# A wrong password tried every few seconds locks the account at many providers.
AUTH_RETRY_S = 300.0

_ENHANCED = re.compile(r"^([245]\.\d{1,3}\.\d{1,3})\b")


def fault(
    code: str, text: str, *, permanent: bool = False, detail: str = "", retry_s: float | None = None
) -> DeliveryError:
    """A DeliveryError with one of our own codes."""
    return DeliveryError(
        text, permanent=permanent, provider_code=code, detail=detail, retry_after_s=retry_s
    )


def fault_of(error: Exception, server: Server) -> DeliveryError:
    """Say what a network exception means. An answer of the server itself is not judged here."""
    where = f"{server.host}:{server.port}"
    detail = f"{where}: {type(error).__name__}: {error}"
    if isinstance(error, DeliveryError):
        return error
    if isinstance(error, ssl.SSLCertVerificationError):
        return fault("tls_certificate", _certificate_text(error, server), detail=detail)
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError):
        return fault("tls", _tls_text(server), detail=detail)
    if isinstance(error, socket.gaierror | UnicodeError):
        text = f"The server name {server.host} is not known. Check how it is written."
        return fault("unknown_host", text, detail=detail)
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        text = f"{where} did not answer in time. Check the port and the firewall."
        if server.security is not Security.TLS:
            text += " A port that expects TLS from the first byte is also silent like this."
        return fault("timeout", text, detail=detail)
    if isinstance(error, ConnectionRefusedError):
        text = f"Nothing answers at {where}. Check the port, and that the server runs."
        return fault("refused", text, detail=detail)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return fault("protocol", f"{where} lacks something we need: {error}.", detail=detail)
    if isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException):
        return fault("dropped", f"The connection to {where} broke.", detail=detail)
    return fault("dropped", f"{where} broke off: {error}.", detail=detail)


def answer_fault(
    code: int, answer: bytes | str, *, text: str, detail: str = "", permanent: bool | None = None
) -> DeliveryError:
    """Turn an SMTP server's refusal into a DeliveryError: 5xx is permanent, 4xx is not."""
    said = answer_text(answer)
    return DeliveryError(
        f"{text} The server said: {code} {said}".strip(),
        permanent=500 <= code < 600 if permanent is None else permanent,
        provider_code=status_of(code, said),
        detail=detail,
    )


def status_of(code: int, said: str) -> str:
    """The enhanced status code of an answer, else the plain one."""
    match = _ENHANCED.match(said)
    return match[1] if match else str(code)


def answer_text(answer: bytes | str) -> str:
    """An answer on one line, safe to show and to store."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:500]


def tls_context(server: Server) -> ssl.SSLContext:
    """Verify the server's name and certificate; an own authority is trusted beside the system's.
    Raises DeliveryError when the authority given is not a certificate.
    """
    context = ssl.create_default_context()
    if server.authority:
        try:
            context.load_verify_locations(cadata=server.authority)
        except (ssl.SSLError, ValueError) as error:
            raise fault(
                "options", "The own certificate authority is not PEM text.", detail=str(error)
            ) from error
    return context


def _certificate_text(error: ssl.SSLCertVerificationError, server: Server) -> str:
    said = error.verify_message
    if "expired" in said:
        return f"The certificate of {server.host} has expired. Renew it on the mail server."
    if "mismatch" in said:
        return (
            f"The certificate of {server.host} is for another name. "
            "Enter the server name that the certificate was made for."
        )
    if "not yet valid" in said:
        return f"The certificate of {server.host} is not valid yet. Check both machines' clocks."
    return (
        f"The certificate of {server.host} is not signed by an authority we know ({said}). "
        "If it is your company's own, enter the authority's certificate in the inbox's settings."
    )


def _tls_text(server: Server) -> str:
    if server.security is Security.TLS:
        return (
            f"{server.host}:{server.port} does not speak TLS from the first byte. "
            "Try starttls, or another port."
        )
    return f"{server.host}:{server.port} offered encryption, but it could not be set up."
