"""An SMTP server that does as it is told: takes mail, refuses, or breaks off at a chosen moment.

with FakeSmtp() as smtp:
    smtp.answers["RCPT dov@example.test"] = "550 5.1.1 Nobody here"
    smtp.drops = "DOT"          # break off after the final dot; the mail is kept
"""

import base64
import ssl
from dataclasses import dataclass, field

from tests.fakes.lines import LineServer, Peer


@dataclass(frozen=True)
class Taken:
    """One mail that was taken, dots undone."""

    sender: str
    recipients: tuple[str, ...]
    payload: bytes
    parameters: str
    user: str
    encrypted: bool


class FakeSmtp(LineServer):
    """`answers`: by verb (`GREETING`, `EHLO`, `AUTH`, `MAIL`, `RCPT`, `RCPT address`, `DATA`, `DOT`,
    `RSET`), what to say instead of yes. `drops`: the verb at which to break off once without an
    answer (`BODY` is in the middle of the mail). `users`: who may sign in; none offers no sign-in.
    """

    def __init__(
        self, *, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None
    ) -> None:
        super().__init__()
        self.tls = tls
        self.starttls = starttls
        self.extensions = ["SIZE 10000000", "8BITMIME", "ENHANCEDSTATUSCODES"]
        self.users: dict[str, str] = {}
        self.answers: dict[str, str] = {}
        self.drops = ""
        self.taken: list[Taken] = []
        self.heard: list[str] = []

    def talk(self, peer: Peer) -> None:
        if self.tls:
            peer.encrypt(self.tls)
        _Talk(self, peer, encrypted=self.tls is not None).go()

    def drops_at(self, verb: str) -> bool:
        """Whether to break off here; only once."""
        if self.drops != verb:
            return False
        self.drops = ""
        return True


@dataclass
class _Talk:
    """One connection."""

    fake: FakeSmtp
    peer: Peer
    encrypted: bool
    user: str = ""
    sender: str = ""
    parameters: str = ""
    recipients: list[str] = field(default_factory=list)

    def go(self) -> None:
        going_on = self.answer("GREETING", "220 fake.test ESMTP")
        while going_on and (line := self.peer.read_line()):
            text = line.decode("utf-8", "replace").strip()
            self.fake.heard.append(text)
            verb, _, rest = text.partition(" ")
            going_on = self.hear(verb.upper(), rest)

    def hear(self, verb: str, rest: str) -> bool:
        """React to one command; False when the connection is to end."""
        match verb:
            case "QUIT":
                self.peer.say("221 Bye")
                return False
            case "EHLO":
                return self.answer(verb, *self.greeting())
            case "STARTTLS" if self.fake.starttls:
                self.peer.say("220 Go ahead")
                self.peer.encrypt(self.fake.starttls)
                self.encrypted = True
            case "AUTH":
                return self.answer(verb, self.sign_in(rest))
            case "MAIL":
                address, _, self.parameters = rest.removeprefix("FROM:").partition(" ")
                self.sender, self.recipients = address.strip("<>"), []
                return self.answer(verb, "250 2.1.0 OK")
            case "RCPT":
                return self.hear_recipient(rest.removeprefix("TO:").strip("<>"))
            case "DATA":
                return self.take_mail()
            case "RSET" | "NOOP":
                return self.answer(verb, "250 2.0.0 OK")
            case _:
                self.peer.say("502 5.5.1 What?")
        return True

    def answer(self, verb: str, *usual: str) -> bool:
        """Say what was told, else the usual; False when the connection is to end here."""
        if self.fake.drops_at(verb):
            return False
        told = self.fake.answers.get(verb, "")
        self.peer.say(*([told] if told else usual))
        return not told.startswith("421")

    def greeting(self) -> list[str]:
        lines = ["fake.test", *self.fake.extensions]
        if self.fake.users:
            lines.append("AUTH PLAIN LOGIN")
        if self.fake.starttls and not self.encrypted:
            lines.append("STARTTLS")
        return [f"250-{line}" for line in lines[:-1]] + [f"250 {lines[-1]}"]

    def sign_in(self, rest: str) -> str:
        mechanism, _, secret = rest.partition(" ")
        if mechanism.upper() != "PLAIN":
            return "504 5.5.4 Only PLAIN here"
        _, user, password = base64.b64decode(secret).decode().split("\0")
        if self.fake.users.get(user) != password:
            return "535 5.7.8 Wrong user name or password"
        self.user = user
        return "235 2.7.0 Welcome"

    def hear_recipient(self, address: str) -> bool:
        told = self.fake.answers.get(f"RCPT {address}") or self.fake.answers.get("RCPT", "")
        if not told or told.startswith("2"):
            self.recipients.append(address)
        return self.answer(f"RCPT {address}" if told else "RCPT", told or "250 2.1.5 OK")

    def take_mail(self) -> bool:
        if not self.answer("DATA", "354 Go on") or "DATA" in self.fake.answers:
            return "DATA" in self.fake.answers
        payload = self.read_mail()
        if payload is None:
            return False
        if self.fake.answers.get("DOT", "2").startswith("2"):
            mail = Taken(
                sender=self.sender,
                recipients=tuple(self.recipients),
                payload=payload,
                parameters=self.parameters,
                user=self.user,
                encrypted=self.encrypted,
            )
            self.fake.taken.append(mail)
        return self.answer("DOT", "250 2.0.0 Taken")

    def read_mail(self) -> bytes | None:
        lines: list[bytes] = []
        while (line := self.peer.read_line()) != b".\r\n":
            if not line or self.fake.drops_at("BODY"):
                return None
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)
