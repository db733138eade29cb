"""The demo while it runs: people write in, colleagues answer now and then, customers write back.

Everything goes through the real doors: a board question by the record's intake, a mail as a raw
payload. Bots leave alone what a person at the desk has taken.
"""

import heapq
import itertools
import threading
import time
from collections.abc import Callable, Sequence
from random import Random

from fairline.cases import actions, changes, store, store_messages
from fairline.cases.addresses import leave_address
from fairline.cases.inbound import Author, Inbound
from fairline.cases.intake import receive
from fairline.cases.rows import Actor
from fairline.channels import doors, store_raw
from fairline.channels.contract import RawItem
from fairline.channels.email.identify import native_id_of
from fairline.channels.email.parse import parse_message
from fairline.channels.ingest import inbox_ref
from fairline.channels.rows import Inbox
from fairline.core.clock import now
from fairline.core.errors import FairlineError
from fairline.core.ids import new_id
from fairline.core.log import log
from fairline.demo.letters import Letter, to_mail
from fairline.demo.networks.kit import Network
from fairline.demo.stories import Arrival, Content, Person
from fairline.demo.variety import agents_for, say, somebody
from fairline.people.tables import Agent
from fairline.wiring import Office

ARRIVES_EVERY_S = (10.0, 40.0)
ANSWERED_AFTER_S = (45.0, 240.0)
WRITES_BACK_AFTER_S = (20.0, 90.0)
ANSWERS = 0.55
WRITES_BACK = 0.5
# The brand of this inbox is on the made-up networks too: so much of what it is told is said there.
NETWORKS_OF = "aq-board"
ON_NETWORKS = 0.6
CHATS_AT_FIRST_S = (1.0, 12.0)
CHATS_EVERY_S = (60.0, 180.0)
CHATTERS = ("gwen", "hugo", "ines", "jonas", "kira")
CHATTER = (
    "Thank you so much, the teapot is lovely! 💚",
    "Thanks, all sorted now 👍",
    "haha love this 😂😂",
    "Great service as always, thank you!",
    "WIN a FREE phone now!!! click https://prize.example/win #win #free #giveaway",
    "RT @acme: we are open on Saturday again",
)
MOST_PENDING = 200


class Life:
    """One thread with a diary of what happens next. `pace` below 1 is faster: for tests."""

    def __init__(
        self,
        office: Office,
        content: Content,
        inboxes: dict[str, Inbox],
        agents: dict[str, Agent],
        *,
        networks: Sequence[Network] = (),
        seed: int | None = None,
        pace: float = 1.0,
    ) -> None:
        self._office = office
        self._content = content
        self._inboxes = inboxes
        self._agents = agents
        self._networks = networks
        self._random = Random(seed)  # noqa: S311  who writes next is no secret
        self._pace = pace
        self._diary: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._lock = threading.Condition()
        self._ending = False
        self._thread = threading.Thread(target=self._run, name="demo-life", daemon=True)
        self._later(ARRIVES_EVERY_S, self._arrive)
        for _ in CHATTER[:3] if networks else ():
            self._later(CHATS_AT_FIRST_S, self._chat)
        if networks:
            self._later(CHATS_EVERY_S, self._chat_on)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        with self._lock:
            self._ending = True
            self._lock.notify()
        if self._thread.is_alive():
            self._thread.join(5)

    def hear_mail(self, recipients: tuple[str, ...], payload: bytes) -> None:
        """One of our mails reached a customer, who may write back."""
        mail = parse_message(payload, received_at=now())
        is_ours_alone = mail.headers.has("auto-submitted")
        if is_ours_alone or not recipients or self._random.random() > WRITES_BACK:
            return
        reply_to = mail.reply_to[0].address if mail.reply_to else mail.sender.address
        answers = [*mail.answers[::-1], mail.native_id]
        person = Person(name=mail.to[0].name if mail.to else "", mail=recipients[0])
        self._later(
            WRITES_BACK_AFTER_S,
            lambda: self._write_back(person, reply_to, mail.subject, answers),
        )

    def _later(self, span: tuple[float, float], what: Callable[[], None]) -> None:
        after = self._random.uniform(*span) * self._pace
        with self._lock:
            if len(self._diary) < MOST_PENDING:
                entry = (time.monotonic() + after, next(self._numbers), what)
                heapq.heappush(self._diary, entry)
                self._lock.notify()

    def _run(self) -> None:
        while what := self._next():
            try:
                what()
            except FairlineError as error:  # the database may be busy; tomorrow is another day
                log.warning("demo life", error=str(error))

    def _next(self) -> Callable[[], None] | None:
        with self._lock:
            while not self._ending:
                wait_s = self._diary[0][0] - time.monotonic() if self._diary else 60.0
                if wait_s <= 0:
                    return heapq.heappop(self._diary)[2]
                self._lock.wait(min(wait_s, 60.0))
        return None

    def _arrive(self) -> None:
        """Somebody writes, and the next one is already on the way."""
        self._later(ARRIVES_EVERY_S, self._arrive)
        arrival = self._random.choice(self._content.arrivals)
        said = say(arrival, self._content.fillers, self._random)
        person = somebody(self._content, arrival, self._random)
        inbox = self._inboxes[arrival.inbox]
        speaks = person.name.split()[0].lower() if person.name else ""
        if (
            self._networks
            and speaks.isascii()
            and speaks.isalpha()
            and inbox.brand_id == self._inboxes[NETWORKS_OF].brand_id
            and self._random.random() < ON_NETWORKS
        ):
            self._say_there(speaks, said.text, said.answer, arrival)
        elif inbox.kind == "email":
            self._send(
                inbox, person, inbox.address, said.subject, said.text, [], said.answer, arrival
            )
        else:
            self._ask(inbox, person, said.text, said.answer, arrival)

    def _say_there(self, person: str, text: str, answer: str, arrival: Arrival) -> None:
        """Somebody says it on a network, to the company's account there."""
        fits = [n for n in self._networks if (n.says_public if arrival.public else n.says_private)]
        network = self._random.choice(fits or list(self._networks))
        try:
            native_id = network.say(person, text, public=arrival.public)
        except (LookupError, ValueError) as error:
            log.warning("demo life", network=network.name, error=str(error))
            return
        self._maybe_answer(lambda: self._case_under(native_id), answer, arrival)

    def _chat_on(self) -> None:
        self._later(CHATS_EVERY_S, self._chat_on)
        self._chat()

    def _chat(self) -> None:
        """Somebody says something in public that asks for nothing: a mention, and no case."""
        network = self._random.choice([one for one in self._networks if one.says_public])
        person = self._random.choice(CHATTERS)
        try:
            network.say(person, self._random.choice(CHATTER), public=True)
        except (LookupError, ValueError) as error:
            log.warning("demo life", network=network.name, error=str(error))

    def _case_under(self, native_id: str) -> str | None:
        with self._office.database.read() as unit:
            found = store_messages.messages_with_native_ids(unit, [native_id])
        return found[0].case_id if found else None

    def _ask(self, inbox: Inbox, person: Person, text: str, answer: str, arrival: Arrival) -> None:
        with self._office.database.write() as unit:
            inbound = Inbound(
                native_id=new_id(),
                author=Author(channel="web", address=new_id(), name=person.name),
                text=text,
                is_public=arrival.public,
                kind=arrival.kind,
                language=arrival.language,
            )
            taken = receive(unit, inbox_ref(unit, inbox), inbound)
            case = changes.get_case(unit, taken.case_id)
            if person.mail:
                by = Actor(kind="contact", id=case.contact_id, name=person.name)
                leave_address(unit, case, "email", person.mail, name=person.name, by=by)
        self._maybe_answer(lambda: taken.case_id, answer, arrival)

    def _send(
        self,
        inbox: Inbox,
        person: Person,
        to: str,
        subject: str,
        text: str,
        answers: list[str],
        answer: str = "",
        arrival: Arrival | None = None,
    ) -> None:
        domain = person.mail.rpartition("@")[2]
        letter = Letter(
            sender=person,
            to=to,
            subject=subject or "Question",
            text=text,
            message_id=f"{new_id()}@{domain}",
            date=now(),
            answers=answers,
        )
        payload = to_mail(letter)
        item = RawItem(native_id=native_id_of(payload), payload=payload)
        raw_id = doors.accept(self._office.database, inbox.id, item)
        if raw_id and arrival:
            self._maybe_answer(lambda: self._case_of(raw_id), answer, arrival)

    def _case_of(self, raw_id: str) -> str | None:
        with self._office.database.read() as unit:
            row = store_raw.by_id(unit, raw_id)
        return row.case_id if row else None

    def _maybe_answer(self, find: Callable[[], str | None], answer: str, arrival: Arrival) -> None:
        if answer and self._random.random() < ANSWERS:
            self._later(ANSWERED_AFTER_S, lambda: self._answer(find(), answer, arrival))

    def _answer(self, case_id: str | None, text: str, arrival: Arrival) -> None:
        """A colleague takes the case, unless somebody has it already."""
        able = agents_for(self._content, arrival.team, arrival.language)
        key = self._random.choice(able).key
        with self._office.database.write() as unit:
            agent = self._agents.get(key)
            case = store.case_by_id(unit, case_id, lock=True) if case_id else None
            if agent is None or case is None or case.owner_id or case.first_answered_at:
                return
            visibility = "public" if case.is_public else "private"
            end = None if case.is_ended else self._random.choice(("waiting", "solved"))
            actions.reply(unit, case.id, agent, text, visibility=visibility, status=end)

    def _write_back(self, person: Person, to: str, subject: str, answers: list[str]) -> None:
        inbox = next(
            (
                i
                for i in self._inboxes.values()
                if i.address.rpartition("@")[2] == to.rpartition("@")[2]
            ),
            None,
        )
        if inbox is None:
            return
        text = self._random.choice(self._content.thanks["en"])
        subject = subject if subject.lower().startswith("re:") else f"Re: {subject}"
        self._send(inbox, person, to, subject, text, answers)
