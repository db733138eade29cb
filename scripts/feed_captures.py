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
from fairline.channels.contract import Feedable, Invalid
from fairline.channels.inboxes import create_inbox
from fairline.channels.rows import Inbox
from fairline.commands.feeding import feed_inbox
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
            inbox = inbox_of(office, kind)
            print(f"\n{kind}: its own", flush=True)
            feed_inbox(office, inbox.id, OWN[kind], as_json=False)
            print(f"everybody's: {said(understood(office, inbox))}", flush=True)
        office.close()


def inbox_of(office: Office, kind: str) -> Inbox:
    """An inbox as the demo connects it; nobody is asked."""
    network = next(one for one, served in KINDS.items() if served == kind)()
    network.url = "http://127.0.0.1:9"
    with office.database.write() as unit:
        brand = create_brand(unit, name=kind, slug=f"b{kind}")
        return create_inbox(
            unit,
            office.channels,
            brand_id=brand.id,
            kind=kind,
            name=kind,
            address=network.address(),
            options=network.options(),
            by=SYSTEM,
        )


def understood(office: Office, inbox: Inbox) -> Counter[str]:
    """What the channel makes of payloads of every provider, without putting them on record."""
    channel = office.channels.of_kind(inbox.kind)
    assert isinstance(channel, Feedable)
    with office.database.read() as unit:
        info = office.channels.info(unit, inbox)
    outcomes: Counter[str] = Counter()
    for path in FOREIGN:
        for _, item in channel.items_in(path):
            channel.describe(item.payload)
            try:
                found = channel.translate(item.payload, info, received_at=inbox.created_at)
                outcomes[type(found).__name__.lower()] += 1
            except Invalid:
                outcomes["refused"] += 1
    return outcomes


def said(outcomes: Counter[str]) -> str:
    """Each outcome with its count, most first."""
    return ", ".join(f"{number} {outcome}" for outcome, number in outcomes.most_common()) or "none"


if __name__ == "__main__":
    main()
