"""Asked in public after asking in private had failed: said by one choice, counted, moves nothing."""

import pytest

from fairline.board.viewer import open_thread
from fairline.cases.rows import Case
from fairline.db.engine import Database
from fairline.line.tried_first import tried_in
from tests.board.visitor import Visitor
from tests.conftest import Cast


def put(cleo: Visitor, tried: str, *, visibility: str = "public") -> Case:
    """Asked by the form."""
    cleo.client.cookies.clear()
    token = cleo.ask(visibility=visibility, tried_first=tried)
    with cleo.office.database.read() as unit:
        return open_thread(unit, token.partition("?")[0], cleo.office.settings).case


@pytest.mark.parametrize(
    ("tried", "visibility", "kept"),
    [
        ("mail", "public", "mail"),
        ("no", "public", "no"),
        ("", "public", ""),
        ("nonsense", "public", ""),
        ("mail", "private", ""),  # asked in private: nothing to learn
    ],
)
def test_what_is_kept(cleo: Visitor, tried: str, visibility: str, kept: str) -> None:
    assert put(cleo, tried, visibility=visibility).tried_first == kept


def test_it_moves_nobody_up(cleo: Visitor) -> None:
    first, second = put(cleo, ""), put(cleo, "phone")
    assert first.due_at is not None
    assert second.due_at is not None
    assert first.severity == second.severity
    assert first.due_at <= second.due_at


def test_the_share_by_team(cleo: Visitor, database: Database, cast: Cast) -> None:
    for tried in ("no", "mail", "mail", "phone", ""):
        put(cleo, tried)
    with database.read() as unit:
        found = tried_in(unit, 7)
        other = tried_in(unit, 7, (cast.ben.id,))
    assert (found.whole.answers, found.whole.kept) == (4, 3)
    assert found.by_team == [("", found.whole)]
    assert found.where == [("mail", 2), ("phone", 1)]
    assert other.whole.answers == 0


def test_the_ask_box_asks_it_of_public_questions_alone(cleo: Visitor) -> None:
    page = cleo.get("/").text
    assert "Have you asked us elsewhere first?" in page
    assert 'class="field when-public tried-first"' in page
