"""Connecting to an SMTP server and signing in; used by `smtp.py` and `checks.py`."""

import base64
import smtplib
from contextlib import suppress

from fairline.channels.email.faults import (
    AUTH_RETRY_S,
    answer_fault,
    answer_text,
    fault,
    fault_of,
    tls_context,
)
from fairline.channels.email.options import Security, Server
from fairline.core.errors import DeliveryError

TIMEOUT_S = 60.0


def connect(server: Server, *, name: str, timeout_s: float = TIMEOUT_S) -> smtplib.SMTP:
    """Connect with the encryption asked for and say EHLO as `name`. Raises DeliveryError."""
    context = tls_context(server)
    client: smtplib.SMTP | None = None
    try:
        if server.security is Security.TLS:
            client = smtplib.SMTP_SSL(
                server.host, server.port, name, timeout=timeout_s, context=context
            )
        else:
            client = smtplib.SMTP(server.host, server.port, name, timeout=timeout_s)
        if server.security is Security.STARTTLS:
            client.ehlo_or_helo_if_needed()
            if not client.has_extn("starttls"):
                raise fault("tls", f"{server.host}:{server.port} does not offer STARTTLS.")
            client.starttls(context=context)
        client.ehlo_or_helo_if_needed()
    except (OSError, ValueError, DeliveryError) as error:
        if client:
            client.close()
        raise smtp_fault(error, server) from error
    return client


def sign_in(client: smtplib.SMTP, server: Server) -> None:
    """Sign in when a user name is set. Raises DeliveryError, provider_code `auth` when refused."""
    if not server.user:
        return
    try:
        if _offers_plain(client):
            _say_password(client, server)
        else:
            client.login(server.user, server.password)
    except smtplib.SMTPAuthenticationError as error:
        said = answer_text(error.smtp_error)
        if error.smtp_code < 500:
            raise fault("unavailable", f"{server.host} asks to come back later: {said}") from error
        text = f"{server.host} refuses the user name or the password. The server said: {said}"
        raise fault("auth", text, retry_s=AUTH_RETRY_S) from error
    except smtplib.SMTPNotSupportedError as error:
        text = (
            f"{server.host}:{server.port} offers no sign-in. "
            "Use an encrypted connection, or leave the user name empty."
        )
        raise fault("auth", text, retry_s=AUTH_RETRY_S) from error
    except UnicodeEncodeError as error:
        text = f"{server.host} takes only plain letters in user name and password."
        raise fault("auth", text, retry_s=AUTH_RETRY_S) from error
    except (OSError, ValueError) as error:
        raise smtp_fault(error, server) from error


def smtp_fault(error: Exception, server: Server) -> DeliveryError:
    """Say what an exception of smtplib or the network means.

    A refusal to talk at all is about the server or us, never about one mail: it is not permanent.
    """
    if isinstance(error, smtplib.SMTPResponseException):
        text = f"{server.host}:{server.port} does not talk to us."
        return answer_fault(error.smtp_code, error.smtp_error, text=text, permanent=False)
    if isinstance(error, ValueError) and not isinstance(error, UnicodeError | OSError):
        text = f"{server.host}:{server.port} does not speak SMTP."
        return fault("protocol", text, detail=str(error))
    return fault_of(error, server)


def hang_up(client: smtplib.SMTP) -> None:
    """Say goodbye when that is still possible, and close. Raises nothing."""
    with suppress(OSError, ValueError):
        if client.sock:
            client.sock.settimeout(2)
        client.docmd("QUIT")
    client.close()


def _offers_plain(client: smtplib.SMTP) -> bool:
    return "PLAIN" in str(client.esmtp_features.get("auth", "")).upper().split()


def _say_password(client: smtplib.SMTP, server: Server) -> None:
    # By hand, since smtplib's own way takes ASCII only; RFC 4616 says UTF-8.
    secret = base64.b64encode(f"\0{server.user}\0{server.password}".encode()).decode()
    code, said = client.docmd("AUTH", f"PLAIN {secret}")
    if code not in {235, 503}:
        raise smtplib.SMTPAuthenticationError(code, said)
