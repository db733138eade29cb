"""Mail beside made-up servers that speak IMAP and SMTP: the mailbox of the contract suite."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import format_datetime

from fairline.channels.email import EmailChannel
from fairline.core.clock import now
from fairline.demo.networks.kit import Call, Network, Reply, Shown
from fairline.suite.bench import Bench
from tests.channels.email.letters import SUPPORT
from tests.fakes.imap import FakeImap
from tests.fakes.smtp import FakeSmtp

REFUSALS = {400: "550 5.7.1 Not from you", 503: "451 4.3.0 Try again later"}


class Once(dict[str, str]):
    """What a server says to a verb, one time."""

    def get(self, key: str, other: str = "") -> str:  # type: ignore[override]
        return self.pop(key, other)


class Mailbox(Network):
    """People write mail; what the company sends lies in their mailboxes."""

    name = "mailbox"
    label = "Mail"
    says_public = False

    def __init__(self) -> None:
        super().__init__()
        self.imap = FakeImap({})
        self.smtp = FakeSmtp()
        self.smtp.answers = Once()
        self.imap.__enter__()
        self.smtp.__enter__()

    def answer(self, call: Call) -> Reply:
        return Reply(status=404, data={"error": f"{call.path} is no mail"})

    def address(self) -> str:
        return SUPPORT

    def options(self) -> dict[str, str]:
        return {
            "imap_host": "127.0.0.1",
            "imap_port": str(self.imap.port),
            "imap_security": "none",
            "imap_password": "x",
            "start_from": "all",
            "smtp_host": "127.0.0.1",
            "smtp_port": str(self.smtp.port),
            "smtp_security": "none",
        }

    def say(self, person: str, text: str, *, public: bool = False, under: str = "") -> str:
        assert not public
        number = len(self.imap.mails) + 1
        mail = EmailMessage()
        mail["From"] = f"{person.capitalize()} <{person}@customer.example>"
        mail["To"] = SUPPORT
        mail["Subject"] = "A question"
        mail["Date"] = format_datetime(now())
        mail["Message-ID"] = f"<{number}@customer.example>"
        if under:
            mail["In-Reply-To"] = f"<{under}>"
        mail.set_content(text)
        self.imap.mails[number] = mail.as_bytes()
        return f"{number}@customer.example"

    def shown(self, person: str) -> list[Shown]:
        reader = f"{person}@customer.example"
        return [one for to, one in self.got() if reader in to]

    def got(self) -> list[tuple[tuple[str, ...], Shown]]:
        found = []
        for number, taken in enumerate(self.smtp.taken):
            body = message_from_bytes(taken.payload, policy=default).get_body(("plain",))
            text = body.get_content() if body else ""
            shown = Shown(id=str(number), by="company", text=text, is_public=False)
            found.append((taken.recipients, shown))
        return found


class MailBench(Bench):
    # A mailbox's password does not end by itself; a refused sign-in is tested with the wire.
    has_tokens = False
    says_when = False

    def __init__(self) -> None:
        self.channel = EmailChannel()
        self.network = self.mailbox = Mailbox()

    def got(self) -> list[Shown]:
        return [one for _, one in self.mailbox.got()]

    def fail(self, status: int, *, headers: dict[str, str] | None = None) -> None:
        assert not headers
        self.mailbox.smtp.answers["DATA"] = REFUSALS[status]

    def drop(self) -> None:
        self.mailbox.smtp.drops = "DOT"

    def expire(self) -> None:
        """Nothing ends."""

    def away(self) -> None:
        self.mailbox.imap.__exit__(None, None, None)
        self.mailbox.smtp.__exit__(None, None, None)
