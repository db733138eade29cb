"""Handing a case over at the desk and what its customer sees of it."""

from collections.abc import Callable

from fairline.cases import store
from fairline.cases.actions import actor_of
from fairline.cases.changes import assign, get_case
from fairline.cases.links import issue
from fairline.cases.rows import Case
from fairline.db.engine import Database
from tests.conftest import Cast
from tests.desk.conftest import Browser, Sit

Ask = Callable[..., Case]


def owned(database: Database, case: Case, cast: Cast) -> None:
    with database.write() as unit:
        assign(unit, get_case(unit, case.id), cast.ben.id, by=actor_of(cast.ben))


def test_a_case_goes_from_ben_to_bea(
    ben: Browser, sit: Sit, ask: Ask, database: Database, cast: Cast
) -> None:
    case = ask("My refund is missing", by_board=True)
    owned(database, case, cast)
    path = f"/desk/cases/{case.reference}"
    form = ben.see(f"{path}/hand-over?to=agent:{cast.bea.id}")
    assert "My refund is missing" in form
    assert f'value="agent:{cast.bea.id}" selected' in form
    offered = ben.press(
        f"{path}/hand-over", to=f"agent:{cast.bea.id}", reason="I am off", summary="Order 77"
    )
    assert "Ben hands this to Bea" in offered
    assert "Take it back" in offered
    bea = sit(cast.bea)
    assert "asks you to take this case over" in bea.see("/desk/nudges")
    page = bea.see(path)
    assert "Handed to you by Ben" in page
    assert "Order 77" in page
    assert "Ben has asked Bea to take this over" in thread(bea, database, case)
    taken = bea.press(f"{path}/do/take-over")
    assert "You own this" in taken
    assert "took the case over from Ben" in taken
    assert "Ben has asked Bea" not in thread(bea, database, case)
    late = ben.press(f"{path}/do/take-back", expect=409)
    assert "somebody was faster" in late


def thread(anybody: Browser, database: Database, case: Case) -> str:
    """The customer's own page."""
    with database.write() as unit:
        found = get_case(unit, case.id)
        (person,) = store.participants_of(unit, case.id)
        token = issue(unit, found, person.identity_id)
    return anybody.see(f"/t/{token}")


def test_what_cannot_be_taken_is_shown_again(
    ben: Browser, ask: Ask, database: Database, cast: Cast
) -> None:
    case = ask("Hello")
    owned(database, case, cast)
    path = f"/desk/cases/{case.reference}/hand-over"
    page = ben.press(path, expect=422, to="", reason="I am off", summary="All of <it>")
    assert "Choose a colleague or a team." in page
    assert "All of &lt;it&gt;" in page
    ben.press(path, expect=422, to="agent:nobody", reason="x", summary="y")


def test_an_owned_case_is_not_tossed_over(
    ben: Browser, sit: Sit, ask: Ask, database: Database, cast: Cast
) -> None:
    case = ask("Hello")
    owned(database, case, cast)
    path = f"/desk/cases/{case.reference}"
    assert "Hand over to Bea…" in ben.see(path)
    refused = ben.press(f"{path}/do/owner", expect=422, owner=cast.bea.id)
    assert "is handed over" in refused
    ada = sit(cast.ada)
    assert "Bea owns this" in ada.press(f"{path}/do/owner", owner=cast.bea.id)


def test_somebody_not_asked_has_no_buttons(
    ben: Browser, sit: Sit, ask: Ask, database: Database, cast: Cast
) -> None:
    case = ask("Hello")
    owned(database, case, cast)
    path = f"/desk/cases/{case.reference}"
    ben.press(f"{path}/hand-over", to=f"agent:{cast.ada.id}", reason="Gone", summary="All")
    bea = sit(cast.bea)
    page = bea.see(path)
    assert "Ben hands this to Ada" in page
    assert "Take it over" not in page
    assert "Take it back" not in page
    bea.press(f"{path}/do/take-over", expect=403)
    bea.press(f"{path}/do/decline", expect=403, why="no")
