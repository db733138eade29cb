"""X in a whole install: two accounts of one app, a reply made elsewhere, files fed, money spent."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from fairline.cases.rows import SYSTEM
from fairline.channels import store_raw
from fairline.channels.contract import HookRequest
from fairline.channels.hearing import hear
from fairline.channels.inboxes import create_inbox
from fairline.channels.memory import InboxMemory
from fairline.channels.x.hooks import SIGNATURE, signature
from fairline.commands.feeding import feed_inbox
from fairline.core.clock import now
from fairline.demo.networks.x_access import KEYS
from fairline.suite.house import House
from tests.channels.x.bench import XBench
from tests.channels.x.people import old_post

TWEETS = Path(__file__).parents[4] / "shared/data/twitter-threads/tweets.csv"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with House(tmp_path, XBench()) as house:
        yield house


def test_two_accounts_of_one_app_share_an_address(house: House) -> None:
    options = {**house.bench.options(), "user_id": "2002"}
    with house.database.write() as unit:
        care = create_inbox(
            unit,
            house.office.channels,
            brand_id=house.brand.id,
            kind="x",
            name="Care",
            address="@acmecare",
            options=options,
            by=SYSTEM,
        )
        first = create_inbox(
            unit,
            house.office.channels,
            brand_id=house.brand.id,
            kind="x",
            name="First",
            address="@acmefirst",
            options={**options, "user_id": "1001"},
            by=SYSTEM,
        )
    mentions = [{"id_str": "2002", "screen_name": "AcmeCare"}]
    event = old_post("@AcmeCare help", entities={"user_mentions": mentions})
    body = json.dumps({"for_user_id": "2002", "tweet_create_events": [event]}).encode()
    request = HookRequest(
        method="POST",
        url="https://help.acme.example/hooks/1",
        at=now(),
        headers={SIGNATURE: signature(KEYS.consumer_secret, body)},
        body=body,
    )
    hear(house.database, house.office.channels, first.id, request)
    with house.database.read() as unit:
        assert store_raw.by_native_id(unit, care.id, "77")
        assert store_raw.by_native_id(unit, first.id, "77") is None


def test_what_is_spent_is_on_record(house: House) -> None:
    said = house.bench.say("cleo", "Where is my parcel?")
    house.hear_all()
    house.reply(house.case_of(said), "It comes tomorrow.")
    house.send()
    memory = InboxMemory(house.database, house.office.keyring, house.inbox.id)
    assert memory.spent("posts").count == 1
    assert memory.spent("posts").cents == 1.5
    assert memory.spent("mentions read").count == 1


def test_a_table_fed_into_an_inbox_becomes_cases(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "posts.csv"
    table.write_text(
        "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id\n"
        "2,115,True,Tue Oct 31 22:11:45 +0000 2017,@acme where is order 4711?,3,\n"
        "3,acme,False,Tue Oct 31 22:12:45 +0000 2017,@115 It comes tomorrow,4,2\n"
        "4,115,True,Tue Oct 31 22:13:45 +0000 2017,@acme thanks and when?,,3\n"
    )
    assert feed_inbox(house.office, "@acme", (table,), as_json=True)
    fed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["native_id"] for one in fed] == ["2", "3", "4"]
    assert fed[0]["outcome"] == "new_case"
    case = house.case_of("2")
    assert house.case_of("4").id == case.id
    assert [one.direction for one in house.thread(case)] == ["inbound", "outbound", "inbound"]
