"""The connection test of a mail inbox: each step, whether it worked, and what to do if not.

Called by `Wire.verify`, from the settings page and `fairline inbox test`. Uses connections of its
own, sends no mail and changes nothing in the mailbox.
"""

import socket
from collections.abc import Iterator

from fairline.channels.contract import Check
from fairline.channels.email import imap, imap_connection, smtp_connection
from fairline.channels.email.faults import answer_text
from fairline.channels.email.options import MailOptions, Receiving, Security, Server
from fairline.core.errors import DeliveryError

TIMEOUT_S = 15.0

_CLEAR = "Without encryption: others on the way can read passwords and mail. Use tls or starttls."


def check_options(options: MailOptions, *, sender: str, name: str) -> Iterator[Check]:
    """Test every part. `sender` is the address we send from, `name` what we call ourselves."""
    if options.imap:
        yield from check_imap(options.imap, options.folder)
    elif options.receive_by is Receiving.RECEIVER:
        text = "Let your mail server hand this inbox's mail to Fairline's receiver."
        yield Check(name="Receiving", ok=True, text=text)
    else:
        yield Check(name="Receiving", ok=True, text="This inbox only sends.")
    if options.smtp:
        yield from check_smtp(options.smtp, sender=sender, name=name)
    else:
        text = "No outgoing server is set: replies by e-mail cannot leave."
        yield Check(name="Sending", ok=False, text=text)


def check_imap(server: Server, folder: str) -> Iterator[Check]:
    """Name, connection and encryption, sign-in, folder, IDLE; stops at the first failure."""
    step = "Incoming server"
    try:
        yield _resolved(step, server)
        client = imap_connection.connect(server, timeout_s=TIMEOUT_S)
        imap_connection.hang_up(client)
        yield _connected(step, server)
        step = "Incoming sign-in"
        session = imap.Session(server, folder, timeout_s=TIMEOUT_S)
    except DeliveryError as error:
        if error.provider_code == "folder":
            yield Check(name=step, ok=True, text=f"Signed in as {server.user}.")
            step = "Folder"
        yield Check(name=step, ok=False, text=error.text)
        return
    session.close()
    yield Check(name="Incoming sign-in", ok=True, text=f"Signed in as {server.user}.")
    text = f"{folder} is open for reading, with {session.count} messages. Nothing in it is changed."
    yield Check(name="Folder", ok=True, text=text)
    text = (
        "The server tells us of new mail at once (IDLE)."
        if session.can_idle
        else "The server does not offer IDLE: new mail is looked for every minute."
    )
    yield Check(name="New mail", ok=True, text=text)


def check_smtp(server: Server, *, sender: str, name: str) -> Iterator[Check]:
    """Name, connection and encryption, sign-in, sender; stops at the first failure."""
    step = "Outgoing server"
    try:
        yield _resolved(step, server)
        client = smtp_connection.connect(server, name=name, timeout_s=TIMEOUT_S)
        try:
            yield _connected(step, server)
            step = "Outgoing sign-in"
            smtp_connection.sign_in(client, server)
            text = f"Signed in as {server.user}." if server.user else "No sign-in is set."
            yield Check(name=step, ok=True, text=text)
            step = "Sender"
            code, said = client.docmd("MAIL", f"FROM:<{sender}>")
        finally:
            smtp_connection.hang_up(client)
    except (DeliveryError, OSError, ValueError) as error:
        fault = smtp_connection.smtp_fault(error, server)
        yield Check(name=step, ok=False, text=fault.text)
        return
    if code // 100 == 2:
        yield Check(name="Sender", ok=True, text=f"{server.host} takes mail from {sender}.")
    else:
        text = (
            f"{server.host} does not let us send as {sender}. Use an account that owns this "
            f"address. The server said: {code} {answer_text(said)}"
        )
        yield Check(name="Sender", ok=False, text=text)


def _resolved(step: str, server: Server) -> Check:
    try:
        found = socket.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise imap_connection.imap_fault(error, server) from error
    numbers = ", ".join(dict.fromkeys(str(address[4][0]) for address in found))
    return Check(name=step, ok=True, text=f"{server.host} is {numbers}.")


def _connected(step: str, server: Server) -> Check:
    where = f"{server.host}:{server.port}"
    if server.security is Security.NONE:
        return Check(name=step, ok=True, text=f"Connected to {where}. {_CLEAR}")
    text = f"Connected to {where}, encrypted ({server.security}), certificate is good."
    return Check(name=step, ok=True, text=text)
