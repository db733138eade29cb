"""Alarms on the screen: who sees which, the count, the marks, and “I have it”."""

import re
from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest

from fairline.cases import actions, changes
from fairline.cases.actions import actor_of
from fairline.cases.rows import SYSTEM, Case
from fairline.channels import raw, receipts, store_deliveries, store_raw
from fairline.channels.contract import RawItem
from fairline.core.ids import new_id
from fairline.db.engine import Database
from fairline.line import alarms, store_alarms
from fairline.people import store as people
from fairline.people.staff import create_agent
from fairline.people.teams import create_team
from tests.conftest import PASSWORD, Cast
from tests.desk.conftest import Browser

Ask = Callable[..., Case]


def ring(database: Database, case: Case, kind: str = "promise_broken") -> str:
    """Let an alarm stand on the case; its id."""
    with database.write() as unit:
        present = changes.get_case(unit, case.id)
        alarms.raise_alarm(unit, present, kind, unit.now - timedelta(minutes=12))
        return store_alarms.of_case(unit, case.id)[kind].id


def rail_count(page: str, name: str) -> str:
    found = re.search(rf"<span>{name}</span>\s*<span class=\"count[^\"]*\">([^<]*)<", page)
    return found[1] if found else ""


def test_nothing_rings(ben: Browser) -> None:
    page = ben.see("/desk/alarms")
    assert "Nothing rings" in page
    assert rail_count(page, "Alarms") == ""


def test_an_alarm_is_seen_everywhere_and_taken(
    ben: Browser, ada: Browser, ask: Ask, database: Database
) -> None:
    case = ask("My parcel has not come", subject="Parcel")
    alarm_id = ring(database, case)

    line = ben.see("/desk")
    assert rail_count(line, "Alarms") == "1"
    assert "Promise broken" in line
    assert "Promise broken" in ben.see(f"/desk/cases/{case.reference}")

    page = ben.press(f"/desk/alarms/{alarm_id}/have")
    assert "You have it" in page
    assert rail_count(page, "Alarms") == ""
    assert "Ben has it" in ada.see("/desk")
    thread = ada.see(f"/desk/cases/{case.reference}")
    assert "has the alarm: promise broken" in thread
    assert "Ben has it" in ada.press(f"/desk/alarms/{alarm_id}/have", expect=409)


def test_from_the_case_one_comes_back_to_it(ben: Browser, ask: Ask, database: Database) -> None:
    case = ask()
    alarm_id = ring(database, case)
    back = f"/desk/cases/{case.reference}"
    assert "You have it" in ben.press(f"/desk/alarms/{alarm_id}/have", back=back)


def test_by_kind(ada: Browser, ask: Ask, database: Database) -> None:
    broken, bounced = ask("One", subject="First"), ask("Two", subject="Second", by="dov@mail.test")
    ring(database, broken)
    ring(database, bounced, "second_bounce")

    page = ada.see("/desk/alarms?kind=second_bounce")
    assert bounced.reference in page
    assert broken.reference not in page
    assert "None of these" in ada.see("/desk/alarms?kind=no_place")
    assert "no such kind" in ada.see("/desk/alarms?kind=loud", status=422)


def test_agents_see_their_own_their_teams_and_nobodys(
    ben: Browser, ada: Browser, ask: Ask, database: Database, cast: Cast
) -> None:
    own, teams, free, foreign = (
        ask(f"Case {n}", by=f"c{n}@mail.test", subject=f"Case {n}") for n in range(4)
    )
    with database.write() as unit:
        ours = create_team(unit, name="Ours", member_ids=[cast.ben.id])
        theirs = create_team(unit, name="Theirs", member_ids=[cast.bea.id])
        by = actor_of(cast.ada)
        changes.assign(unit, changes.get_case(unit, own.id), cast.ben.id, by=by)
        changes.set_team(unit, changes.get_case(unit, teams.id), ours.id, by=by)
        changes.set_team(unit, changes.get_case(unit, foreign.id), theirs.id, by=by)
    for case in (own, teams, free, foreign):
        ring(database, case)

    page = ben.see("/desk/alarms")
    assert rail_count(page, "Alarms") == "3"
    shown = {c.subject for c in (own, teams, free, foreign) if c.reference in page}
    assert shown == {"Case 0", "Case 1", "Case 2"}
    assert rail_count(ada.see("/desk/alarms"), "Alarms") == "4"
    mine = ben.see("/desk/alarms?own=1")
    assert own.reference in mine
    assert free.reference not in mine


def test_another_brands_alarm_is_not_there(
    browsers: Callable[[], Browser], ask: Ask, database: Database, cast: Cast
) -> None:
    alarm_id = ring(database, ask())
    with database.write() as unit:
        other = new_id()
        brand = {**msgspec.structs.asdict(cast.brand), "id": other, "slug": "other"}
        people.insert_brand(unit, {**brand, "is_default": False})
        create_agent(
            unit,
            email="eve@acme.test",
            name="Eve",
            role="supervisor",
            password=PASSWORD,
            brand_ids=(other,),
        )
    eve = browsers().sign_in("eve@acme.test")
    assert "Nothing rings" in eve.see("/desk/alarms")
    eve.press(f"/desk/alarms/{alarm_id}/have", expect=404)


def test_what_is_over_says_so(ben: Browser) -> None:
    assert "its cause is gone" in ben.press("/desk/alarms/nonsense/have", expect=404)


@pytest.mark.parametrize("name", ["Undelivered", "Set aside"])
def test_the_rail_counts_what_went_wrong(
    name: str, ada: Browser, ask: Ask, database: Database, cast: Cast
) -> None:
    assert rail_count(ada.see("/desk"), name) == ""
    case = ask()
    with database.write() as unit:
        message = actions.reply(unit, case.id, cast.ben, "Here")
        for delivery in store_deliveries.of_messages(unit, [message.id])[message.id]:
            receipts.move(unit, delivery, "dead", error="no such user", by=SYSTEM)
        raw_id = raw.keep(unit, cast.mailbox.id, RawItem(native_id="r", payload=b"x"))
        store_raw.update(unit, raw_id or "", {"state": "set_aside", "reason": "no sense"})
    assert rail_count(ada.see("/desk"), name) == "1"
