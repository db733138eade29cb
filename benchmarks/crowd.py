"""A long line at once: copies of a case that came in by the real door, each with its own place."""

import random
from bisect import bisect_left
from datetime import timedelta
from itertools import accumulate

import sqlalchemy as sa

from fairline.cases.inbound import Author, Inbound, InboxRef
from fairline.cases.intake import receive
from fairline.cases.tables import cases
from fairline.core.ids import new_id
from fairline.db.engine import Database
from fairline.line import counted
from fairline.line.tables import line_places

CHUNK = 5000


def fill(database: Database, inbox: InboxRef, many: int, *, seed: int = 1) -> list[str]:
    """So many cases that wait; their ids in the order in which they are to be served."""
    chance = random.Random(seed)
    with database.write() as unit:
        said = Inbound(
            native_id=f"{new_id()}@crowd.test",
            author=Author(channel="email", address="crowd@crowd.test", name="Crowd"),
            text="One of many",
            is_listed=True,
        )
        first = receive(unit, inbox, said).case_id
        unit.settle()
        query = sa.select(cases).where(cases.c.id == first)
        case = dict(unit.execute(query).mappings().one())
        query = sa.select(line_places).where(line_places.c.case_id == first)
        place = dict(unit.execute(query).mappings().one())
    keys = [(place["due_at"], place["entered_at"], first)]
    for start in range(1, many, CHUNK):
        rows, places = [], []
        for number in range(start, min(start + CHUNK, many)):
            case_id = new_id()
            # A tenth came at night and is due at one instant; the others are spread over a week.
            later = timedelta(seconds=0 if chance.random() < 0.1 else chance.randrange(600_000))
            at = {
                "due_at": place["due_at"] + later,
                "entered_at": place["entered_at"] + timedelta(microseconds=number),
            }
            rows.append(
                {
                    **case,
                    **at,
                    "id": case_id,
                    "reference": f"FL-{number:08d}",
                    "mail_token": f"{number:016x}",
                }
            )
            places.append({**place, **at, "case_id": case_id})
            keys.append((at["due_at"], at["entered_at"], case_id))
        with database.write() as unit:
            unit.execute(sa.insert(cases), rows)
            unit.execute(sa.insert(line_places), places)
    counted.mend(database)
    return [case_id for _, _, case_id in sorted(keys)]


def passed_over(claims: list[tuple[float, float, int]]) -> int:
    """How many were passed over. `claims` are (asked, given, place in the order).

    Those who ask at the same moment may be given theirs in any order. But nobody who asks after a
    later case was given may be given an earlier one: it was free then.
    """
    by_given = sorted((given, place) for _, given, place in claims)
    furthest = list(accumulate((place for _, place in by_given), max))
    wrong = 0
    for asked, _, place in claims:
        before = bisect_left(by_given, (asked, -1))
        wrong += before > 0 and furthest[before - 1] > place
    return wrong
