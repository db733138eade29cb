"""The line on the screen: order, filters, pages, views, search, and one winner for each case."""

import re
import threading
from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from fairline.cases import changes, store
from fairline.cases.actions import actor_of
from fairline.cases.rows import Case
from fairline.core.ids import new_id
from fairline.db.engine import Database
from fairline.people import store as people
from tests.conftest import Cast
from tests.desk.conftest import Browser, Sit

Ask = Callable[..., Case]
ROW = re.compile(r'id="row-(FL-\w{6})"')


def rows(page: str) -> list[str]:
    """References in the order of the list."""
    return ROW.findall(page)


def many(ask: Ask, count: int) -> list[Case]:
    return [ask(f"Question {n}", by=f"c{n}@mail.test", subject=f"Q{n}") for n in range(count)]


def test_the_line_is_in_the_order_of_the_promise(
    ben: Browser, ask: Ask, database: Database, cast: Cast
) -> None:
    first, second, third = many(ask, 3)
    with database.write() as unit:
        case = changes.get_case(unit, third.id)
        changes.set_severity(unit, case, "safety", by=actor_of(cast.ben), reason="an alarm")

    page = ben.see("/desk")

    assert rows(page) == [third.reference, first.reference, second.reference]
    assert "Safety" in page


def test_nobody_waits(ben: Browser) -> None:
    assert "Nobody is waiting" in ben.see("/desk")
    assert "Nobody is waiting for you" in ben.press("/desk/next")


def test_filters(ben: Browser, ask: Ask, database: Database, cast: Cast) -> None:
    mine, free, solved = many(ask, 3)
    with database.write() as unit:
        team_id = new_id()
        people.insert_team(
            unit, {"id": team_id, "name": "Billing", "purpose": "", "created_at": unit.now}
        )
        by = actor_of(cast.ben)
        changes.assign(unit, changes.get_case(unit, mine.id), cast.ben.id, by=by)
        changes.set_team(unit, changes.get_case(unit, free.id), team_id, by=by)
        changes.set_status(unit, changes.get_case(unit, solved.id), "solved", by=by)
    board = ask("On the board", by_board=True)

    wanted = {
        "list=mine": [mine],
        "owner=me": [mine],
        "list=unassigned": [free, board],
        f"team={team_id}": [free],
        "list=solved": [solved],
        "status=solved": [solved],
        "list=everything": [mine, free, solved, board],
        f"inbox={cast.board.id}": [board],
        f"list=everything&owner={cast.ben.id}": [mine],
        "kind=praise": [],
    }
    for query, cases in wanted.items():
        page = ben.see(f"/desk?{query}")
        assert set(rows(page)) == {case.reference for case in cases}, query


@pytest.mark.parametrize("query", ["status=gone", "inbox=x", "owner=x", "after=1.2"])
def test_a_filter_that_is_none_is_refused(ben: Browser, query: str) -> None:
    ben.see(f"/desk?{query}", status=422)


def test_pages_follow_each_other_without_gap_or_repeat(ben: Browser, ask: Ask) -> None:
    cases = many(ask, 45)
    first = ben.see("/desk")
    more = re.search(r'data-more="([^"]+)"', first)
    assert more
    second = ben.see(more[1].replace("&amp;", "&"))

    assert rows(first) + rows(second) == [case.reference for case in cases]
    assert "data-more" not in second
    assert len(rows(ben.see("/desk/part/list?shown=45"))) == 45


def test_two_agents_asking_at_once_never_get_the_same(
    sit: Sit, ask: Ask, cast: Cast, database: Database
) -> None:
    cases = many(ask, 4)
    browsers = [sit(cast.ben), sit(cast.bea)]
    barrier = threading.Barrier(2)

    def work(browser: Browser) -> None:
        for _ in range(2):
            barrier.wait(10)
            browser.press("/desk/next", but="")

    threads = [threading.Thread(target=work, args=(b,)) for b in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    with database.read() as unit:
        owners = [store.cases_by_id(unit, [c.id])[c.id].owner_id for c in cases]
    # Each asks for a second case while the first is still theirs and first in line for them.
    assert set(owners[:2]) == {cast.ben.id, cast.bea.id}
    assert owners[2:] == [None, None]


def test_next_passes_over_the_case_on_the_screen(ben: Browser, ask: Ask) -> None:
    first, second = many(ask, 2)

    one = ben.press("/desk/next")
    two = ben.press("/desk/next", but=first.reference)

    assert f'data-reference="{first.reference}"' in one
    assert f'data-reference="{second.reference}"' in two


def test_views_are_kept_shared_renamed_and_deleted(
    ben: Browser, sit: Sit, ask: Ask, cast: Cast
) -> None:
    case = ask()
    ben.press(f"/desk/cases/{case.reference}/do/tag", tag="vip")
    bea = sit(cast.bea)

    page = ben.press("/desk/views", name="Parcels", list="everything", tag="vip")
    assert rows(page) == [case.reference]
    view = re.search(r"/desk/views/([0-9a-f-]{36})/change", page)
    assert view
    assert "Parcels" not in bea.see("/desk")
    ben.press(f"/desk/views/{view[1]}/change", name="Odd parcels", shared="1")
    assert "Odd parcels" in bea.see("/desk")
    assert rows(bea.see(f"/desk?{urlencode({'view': view[1]})}")) == [case.reference]
    bea.press(f"/desk/views/{view[1]}/delete", expect=404)
    again = ben.press("/desk/views", expect=409, name="Odd parcels")
    assert "You have a view named Odd parcels already" in again
    ben.press(f"/desk/views/{view[1]}/delete")
    assert "Odd parcels" not in ben.see("/desk")


def test_search_finds_words_and_references(ben: Browser, ask: Ask) -> None:
    case = ask("The zeppelin has landed")
    ask("Something else", by="dov@mail.test")

    assert case.reference in ben.see("/desk/search?q=zeppelin landed")
    assert "Nothing found" in ben.see("/desk/search?q=airship")
    assert f'data-reference="{case.reference}"' in ben.see(
        f"/desk/search?q={case.reference[3:].lower()}"
    )
    (item,) = ben.client.get("/desk/find.json?q=zeppelin").json()["items"]
    assert item["href"] == f"/desk/cases/{case.reference}"


def test_the_rail_counts(ben: Browser, ask: Ask) -> None:
    many(ask, 3)
    ben.press("/desk/next")

    rail = re.sub(r"\s+", " ", ben.see("/desk/part/rail"))

    assert '<span>The line</span> <span class="count">3</span>' in rail
    assert '<span>Mine</span> <span class="count">1</span>' in rail
    assert '<span>Unassigned</span> <span class="count">2</span>' in rail
