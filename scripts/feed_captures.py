"""Feeds every captured payload of ../shared/data into an inbox of its channel, and counts.

    .venv/bin/python -m scripts.feed_captures            # all
    .venv/bin/python -m scripts.feed_captures x telegram # some

It is what `fairline inbox feed` does, once for each channel, on an install made for it. Payloads of
other providers go into each channel too: they are refused in words, never a crash. A crash ends it.
"""

import sys
import tempfile
from collections import Counter
from pathlib import Path

from fairline.cases.rows import SYSTEM
from fairline.channels import doors
from fairline.channels.contract import Feedable, Invalid
from fairline.channels.inboxes import create_inbox
from fairline.core.settings import Settings
from fairline.demo.networks.lineup import KINDS
from fairline.people.setup import create_brand
from fairline.wiring import Office

DATA = Path(__file__).parents[2] / "shared/data"
PROVIDERS = DATA / "providers"
OWN = {
    "fediverse": (DATA / "activitypub",),
    "mastodon": (PROVIDERS / "mastodon",),
    "bluesky": (PROVIDERS / "bluesky",),
    "x": (DATA / "twitter-threads/tweets.csv",),
    "messenger": (PROVIDERS / "meta",),
    "instagram": (PROVIDERS / "meta",),
    "whatsapp": (PROVIDERS / "meta",),
    "facebook": (PROVIDERS / "meta",),
    "telegram": (PROVIDERS / "sms-voice",),
    "sms": (PROVIDERS / "sms-voice",),
}
FOREIGN = (PROVIDERS / "meta", PROVIDERS / "sms-voice", PROVIDERS / "bluesky", DATA / "activitypub")


def main() -> None:
    wanted = sys.argv[1:] or list(OWN)
    if not DATA.is_dir():
        sys.exit("../shared/data is not here: nothing to feed.")
    with tempfile.TemporaryDirectory() as folder:
        office = Office(Settings(data_dir=folder, sender_checks=False))
        for kind in wanted:
            own, known = count(office, kind, OWN[kind], by_understanding=True)
            print(f"{kind:10} its own: {said(own)}", flush=True)
            foreign, _ = count(office, kind, FOREIGN, by_understanding=False)
            print(f"{'':10} everybody's: {said(foreign)}", flush=True)
            for reason, number in known.most_common(4):
                print(f"{'':14} {number} x {reason}")
        office.close()


def count(
    office: Office, kind: str, paths: tuple[Path, ...], *, by_understanding: bool
) -> tuple[Counter[str], Counter[str]]:
    """Outcomes, and the reasons of what was set aside. With `by_understanding` each item goes the
    whole way onto the record; else it is only translated.
    """
    network = next(one for one, served in KINDS.items() if served == kind)()
    network.url = "http://127.0.0.1:9"
    channel = office.channels.of_kind(kind)
    assert isinstance(channel, Feedable)
    with office.database.write() as unit:
        slug = f"b{kind}{'own' if by_understanding else 'all'}"
        brand = create_brand(unit, name=slug, slug=slug)
        inbox = create_inbox(
            unit,
            office.channels,
            brand_id=brand.id,
            kind=kind,
            name=kind,
            address=network.address(),
            options=network.options(),
            by=SYSTEM,
        )
        info = office.channels.info(unit, inbox)
    ingest = office.make_ingest()
    outcomes: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for path in paths:
        for _, item in channel.items_in(path):
            channel.describe(item.payload)
            if not by_understanding:
                try:
                    found = channel.translate(item.payload, info, received_at=inbox.created_at)
                    outcomes[type(found).__name__.lower()] += 1
                except Invalid:
                    outcomes["refused"] += 1
                continue
            raw_id = doors.accept(office.database, inbox.id, item)
            result = ingest.take(raw_id) if raw_id else None
            outcomes[result.outcome if result else "told twice"] += 1
            if result and result.outcome == "set_aside":
                reasons[result.reason[:90]] += 1
    while ingest.step("captures"):  # what waited for another one, once that had come
        pass
    return outcomes, reasons


def said(outcomes: Counter[str]) -> str:
    """Each outcome with its count, most first."""
    return ", ".join(f"{number} {outcome}" for outcome, number in outcomes.most_common()) or "none"


if __name__ == "__main__":
    main()
