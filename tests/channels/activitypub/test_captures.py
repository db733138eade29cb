"""Captured documents, fed as an operator would: none stops the rest, each has an outcome."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fairline.channels.activitypub import stored
from fairline.channels.activitypub.translate import translate
from fairline.channels.contract import Inbound
from fairline.commands.feeding import feed_inbox
from fairline.suite.house import House
from tests.channels.activitypub.bench import FediverseBench
from tests.channels.activitypub.shapes import CLEO, CLEO_PROFILE, INBOX, US, create, note

CAPTURES = Path(__file__).parents[4] / "shared/data/activitypub"
AT = datetime(2026, 3, 1, 9, 31, tzinfo=UTC)
needs_captures = pytest.mark.skipif(
    not CAPTURES.is_dir(), reason="the captured documents are not beside the repository"
)


@needs_captures
def test_every_capture_has_an_outcome() -> None:
    counts: Counter[str] = Counter()
    for _, item in stored.items_in(CAPTURES):
        found = translate(item.payload, INBOX, received_at=AT)
        counts[getattr(found, "outcome", type(found).__name__)] += 1
        assert isinstance(stored.describe(item.payload), dict)

    assert counts.total() > 250
    assert counts["Inbound"] > 3
    assert counts["profile"] > 20
    assert counts["like"] > 10
    assert counts["unfollowed"]


@needs_captures
def test_poll_in_a_capture_shows_its_choices() -> None:
    path = CAPTURES / "granary/question.as2.json"
    ((_, item),) = stored.items_in(path)
    doc = json.loads(item.payload)["activity"] | {
        "attributedTo": CLEO,
        "to": [US],
        "id": f"{CLEO}/q",
    }
    payload = json.dumps({"actor": CLEO, "activity": doc, "objects": {}}).encode()
    found = translate(payload, INBOX, received_at=AT)

    assert isinstance(found, Inbound)
    assert "- I am indifferent\n- Polls annoy me" in found.text


def test_a_folder_is_fed_by_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "captures"
    folder.mkdir()
    with House(tmp_path, FediverseBench()) as house:
        us = f"{house.office.settings.public_url}/ap/actors/{house.inbox.id}"
        (folder / "mention.json").write_text(json.dumps(create(cc=[us])))
        (folder / "person.json").write_text(json.dumps(CLEO_PROFILE))
        two = [note(id=f"{CLEO}/{number}", cc=[us]) for number in "ab"]
        (folder / "many.jsonl").write_text("\n".join(json.dumps(one) for one in two))
        (folder / "other.json").write_text('{"$type": "app.bsky.feed.post"}')
        (folder / "torn.json").write_text('{"type": ')

        assert feed_inbox(house.office, house.inbox.address, (folder,), as_json=False)
        told = capsys.readouterr().out
        assert feed_inbox(house.office, house.inbox.address, (folder,), as_json=False)
        again = capsys.readouterr().out

    assert dict(line.split() for line in told.splitlines()[1:]) == {"new_case": "3", "profile": "1"}
    assert dict(line.split() for line in again.splitlines()[1:]) == {"duplicate": "4"}
