"""A company with many cases, filled through the real door, to measure on.

Words are those of real service talk (../shared/data/dialogues-multidogo, read in place) or, where
that folder is absent, drawn from a made-up vocabulary with the skew of natural language.
"""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from fairline.cases.actions import actor_of, note, reply
from fairline.cases.changes import add_tag, assign, get_case
from fairline.cases.inbound import Author, Inbound, InboxRef
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM
from fairline.channels import store_inboxes
from fairline.channels.inboxes import create_inbox
from fairline.channels.ingest import inbox_ref
from fairline.core.clock import now
from fairline.people import store as people
from fairline.people.setup import create_brand
from fairline.people.staff import create_agent
from fairline.people.tables import Agent
from fairline.wiring import Office

TALK = Path(__file__).parents[2] / "shared/data/dialogues-multidogo/paper_splits"
BATCH = 400
PASSWORD = "a long password for the bench"
# Of a hundred cases so many still wait; the others are answered.
WAITING_PERCENT = 4


def talk(seed: int = 1) -> Iterator[str]:
    """Endless utterances, each with a number of its own so that no two are the same."""
    chance = random.Random(seed)
    files = sorted(TALK.rglob("train.tsv"))
    rows = [line.split("\t") for f in files for line in f.read_text().split("\n")[1:]]
    lines = [row[3] for row in rows if len(row) > 3 and len(row[3]) > 20] or _made_up(chance)
    while True:
        yield f"{chance.choice(lines)} {chance.choice(lines)} (order {chance.randrange(10**7)})"


def _made_up(chance: random.Random) -> list[str]:
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["".join(chance.choices(letters, k=chance.randint(2, 9))) for _ in range(8000)]
    weights = [1 / (rank + 3) for rank in range(len(words))]
    return [" ".join(chance.choices(words, weights, k=18)) for _ in range(20_000)]


def found(office: Office) -> tuple[list[Agent], InboxRef]:
    """A brand, a mailbox and twenty agents."""
    with office.database.write() as unit:
        brand = create_brand(unit, name="Bench")
        crew = [
            create_agent(
                unit,
                email=f"agent{n}@bench.test",
                name=f"Agent {n}",
                role="supervisor",
                password=PASSWORD,
            )
            for n in range(20)
        ]
        inbox = create_inbox(
            unit,
            office.channels,
            brand_id=brand.id,
            kind="email",
            name="Support",
            address="support@bench.test",
            options={"receive_by": "none", "smtp_host": "127.0.0.1"},
            by=SYSTEM,
        )
        return crew, inbox_ref(unit, inbox)


def staffed(office: Office) -> tuple[list[Agent], InboxRef]:
    """The crew and the mailbox of a company found earlier."""
    with office.database.read() as unit:
        crew = people.all_agents(unit)
        (inbox,) = store_inboxes.all_inboxes(unit, kind="email")
        return crew, inbox_ref(unit, inbox)


def fill(
    office: Office,
    crew: list[Agent],
    inbox: InboxRef,
    count: int,
    *,
    say: Callable[[int], None] = lambda _: None,
) -> None:
    """Receive, answer and note `count` cases over the past months, in batches of one commit."""
    chance = random.Random(7)
    words = talk()
    start = now() - timedelta(days=120)
    step = timedelta(days=120) / count
    for first in range(0, count, BATCH):
        with office.database.write() as unit:
            for number in range(first, min(first + BATCH, count)):
                unit.now = start + step * number
                person = chance.randrange(count // 3 + 1)
                taken = receive(
                    unit,
                    inbox,
                    Inbound(
                        native_id=f"{number}@bench.test",
                        author=Author(
                            channel="email",
                            address=f"p{person}@people.test",
                            name=f"Person {person}",
                        ),
                        subject=next(words)[:80],
                        text=" ".join(next(words) for _ in range(3)),
                    ),
                )
                agent = chance.choice(crew)
                if chance.random() < 0.3:
                    add_tag(
                        unit,
                        get_case(unit, taken.case_id),
                        f"tag {chance.randrange(30)}",
                        by=actor_of(agent),
                    )
                if chance.random() * 100 < WAITING_PERCENT:
                    if chance.random() < 0.2:
                        assign(unit, get_case(unit, taken.case_id), agent.id, by=SYSTEM)
                    continue
                if chance.random() < 0.2:
                    note(unit, taken.case_id, agent, next(words))
                status = chance.choice(("waiting", "solved", "solved", "solved", "on_hold"))
                reply(unit, taken.case_id, agent, next(words), status=status)
        say(min(first + BATCH, count))
