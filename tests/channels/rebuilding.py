"""Feeds posts of public threads in any order, and says how well the threads were rebuilt.

A pair is two posts of the same thread. `precision`: of the pairs we put on one case, those that are
of one thread. `recall`: of the pairs of one thread, those on one case; with `linked`, also those on
two cases that are linked as the same thread (another customer's post has a case of its own).
"""

import csv
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import sqlalchemy as sa

from fairline.cases.tables import cases, messages, related_cases
from fairline.channels.contract import RawItem
from fairline.channels.ingest import Ingest
from fairline.channels.raw import keep, replay
from fairline.channels.rows import Inbox
from fairline.channels.tables import raw_items
from fairline.channels.x import XChannel
from fairline.db.engine import Database
from fairline.people.tables import identities

DATA = Path(__file__).parents[2] / "../shared/data/twitter-threads"


@dataclass(frozen=True)
class Score:
    """Pairs counted. `strangers` is how many customers' posts stand on another customer's case."""

    right: int
    together: int
    same: int
    same_linked: int
    ours_right: int
    ours: int
    strangers: int
    missing: int

    @property
    def precision(self) -> float:
        return self.right / self.together if self.together else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.same if self.same else 1.0

    @property
    def recall_linked(self) -> float:
        return self.same_linked / self.same if self.same else 1.0

    @property
    def recall_of_one(self) -> float:
        """Of the pairs that belong on one case by our rule: one customer, and who answered them."""
        return self.ours_right / self.ours if self.ours else 1.0


def rows() -> dict[str, dict[str, str]]:
    """The real posts by id."""
    with (DATA / "tweets.csv").open(encoding="utf-8", newline="") as file:
        return {row["tweet_id"]: row for row in csv.DictReader(file)}


def threads() -> list[list[str]]:
    """Ids of the posts of each thread."""
    lines = (DATA / "threads_expected.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["tweets"] for line in lines]


def items(only: set[str] | None = None) -> list[RawItem]:
    found = [item for _, item in XChannel().items_in(DATA / "tweets.csv")]
    return [one for one in found if only is None or one.native_id in only]


def shuffled_late_and_twice(found: Iterable[RawItem], seed: int) -> Iterator[RawItem]:
    """In any order; a tenth of them after all others; each a second time somewhere later."""
    luck = random.Random(seed)  # noqa: S311
    first = list(found)
    luck.shuffle(first)
    late = [one for one in first if luck.random() < 0.1]
    names = {one.native_id for one in late}
    told = [one for one in first if one.native_id not in names] + late
    again = [(number + luck.randint(1, len(told)), one) for number, one in enumerate(told)]
    both = [(number, one) for number, one in enumerate(told)] + again
    yield from (one for _, one in sorted(both, key=lambda pair: pair[0]))


def feed(database: Database, ingest: Ingest, inbox: Inbox, found: Iterable[RawItem]) -> None:
    """Store and understand one after the other; what was told before is replayed."""
    for item in found:
        with database.write() as unit:
            raw_id = keep(unit, inbox.id, item)
            if raw_id is None:
                query = sa.select(raw_items.c.id).where(
                    raw_items.c.inbox_id == inbox.id,
                    raw_items.c.native_id == item.native_id,
                    raw_items.c.state == "taken",
                )
                if known := unit.execute(query).scalar():
                    replay(unit, known)
        while ingest.step("rebuilding"):
            pass


def placed(database: Database, inbox: Inbox) -> dict[str, tuple[str, str | None]]:
    """Native id -> (case id, who said it; None for us)."""
    query = (
        sa.select(messages.c.native_id, messages.c.case_id, identities.c.address)
        .outerjoin(identities, identities.c.id == messages.c.identity_id)
        .where(messages.c.inbox_id == inbox.id, messages.c.native_id.is_not(None))
    )
    with database.read() as unit:
        found = unit.execute(query).all()
    return {row.native_id: (row.case_id, row.address) for row in found}


def score(database: Database, inbox: Inbox, expected: Sequence[Sequence[str]]) -> Score:
    """Compare with the threads as they are."""
    where = placed(database, inbox)
    posts, linked = rows(), _links(database)
    thread_of = {post: number for number, thread in enumerate(expected) for post in thread}
    on: dict[str, list[str]] = defaultdict(list)
    for post, (case_id, _) in where.items():
        on[case_id].append(post)
    right = together = same = same_linked = ours = ours_right = 0
    for group in on.values():
        for one, other in combinations(sorted(group), 2):
            together += 1
            right += thread_of[one] == thread_of[other]
    for thread in expected:
        customer = {post: _customer(posts, post) for post in thread}
        for one, other in combinations(thread, 2):
            here, there = where.get(one), where.get(other)
            is_one = here is not None and there is not None and here[0] == there[0]
            same += 1
            same_linked += is_one or bool(here and there and (here[0], there[0]) in linked)
            if customer[one] == customer[other]:
                ours += 1
                ours_right += is_one
    strangers = sum(
        who is not None and who != _owner(database, case_id) for case_id, who in where.values()
    )
    missing = sum(post not in where for thread in expected for post in thread)
    return Score(
        right=right,
        together=together,
        same=same,
        same_linked=same_linked,
        ours_right=ours_right,
        ours=ours,
        strangers=strangers,
        missing=missing,
    )


def _customer(posts: dict[str, dict[str, str]], post: str) -> str:
    """Whose talk with us a post is of: its author's, or of whom we answered."""
    while post in posts and posts[post]["inbound"] != "True":
        post = posts[post]["in_response_to_tweet_id"]
    return posts[post]["author_id"] if post in posts else ""


def _owner(database: Database, case_id: str) -> str | None:
    query = (
        sa.select(identities.c.address)
        .join(cases, cases.c.contact_id == identities.c.contact_id)
        .where(cases.c.id == case_id)
    )
    with database.read() as unit:
        return unit.execute(query).scalar()


def _links(database: Database) -> set[tuple[str, str]]:
    """Linked as the same thread, also over others."""
    query = sa.select(related_cases.c.case_id, related_cases.c.other_id).where(
        related_cases.c.reason == "same_thread"
    )
    with database.read() as unit:
        edges = [(row.case_id, row.other_id) for row in unit.execute(query)]
    beside: dict[str, set[str]] = defaultdict(set)
    for one, other in edges:
        beside[one].add(other)
    found = set()
    for start in beside:
        seen, edge = {start}, [start]
        while edge:
            edge = [n for one in edge for n in beside[one] if n not in seen]
            seen |= set(edge)
        found |= {(start, one) for one in seen}
    return found
