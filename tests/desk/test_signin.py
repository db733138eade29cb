"""The door of the desk: first run, signing in and out, and who may pass."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from fairline.core.settings import Settings
from fairline.db.engine import Database
from fairline.people import first_run, sessions
from fairline.people import store as people
from fairline.people.signin import change_password
from tests.conftest import PASSWORD, Cast
from tests.desk.conftest import Browser, Sit

New = Callable[[], Browser]
COMPANY: dict[str, Any] = {
    "brand": "Northwind",
    "name": "Ada",
    "email": "ada@northwind.test",
    "password": PASSWORD,
    "time_zone": "Europe/Paris",
}


def test_a_fresh_install_leads_to_its_set_up(browsers: New) -> None:
    page = browsers().see("/desk")

    assert "Set up Fairline" in page


def test_the_code_from_the_server_opens_the_set_up(
    browsers: New, settings: Settings, database: Database
) -> None:
    browser = browsers()
    code = first_run.setup_code(settings.folder)

    page = browser.press("/desk/set-up", code=code.lower().replace("-", " "), **COMPANY)

    assert "Nobody is waiting" in page
    with database.read() as unit:
        (brand,) = people.all_brands(unit)
        (agent,) = people.all_agents(unit)
    assert (brand.name, brand.time_zone) == ("Northwind", "Europe/Paris")
    assert agent.role == "administrator"
    assert not (settings.folder / first_run.FILE).exists()


def test_without_the_code_nobody_takes_a_fresh_install(
    browsers: New, settings: Settings, database: Database
) -> None:
    first_run.setup_code(settings.folder)

    page = browsers().press("/desk/set-up", expect=403, code="0000-0000", **COMPANY)

    assert "That is not the code" in page
    assert 'value="Northwind"' in page, "what was typed is kept"
    assert PASSWORD not in page
    with database.read() as unit:
        assert first_run.is_fresh(unit)


def test_guessing_the_code_is_slowed_down(browsers: New, settings: Settings) -> None:
    first_run.setup_code(settings.folder)
    browser = browsers()

    answers = [
        browser.client.post("/desk/set-up", data={"code": "1234", **COMPANY}).status_code
        for _ in range(12)
    ]

    assert answers[0] == 403
    assert answers[-1] == 429


def test_the_code_file_is_for_its_owner_only(tmp_path: Path) -> None:
    first = first_run.setup_code(tmp_path)

    assert first_run.setup_code(tmp_path) == first
    assert (tmp_path / first_run.FILE).stat().st_mode & 0o077 == 0


def test_set_up_is_over_once_somebody_can_sign_in(browsers: New, cast: Cast) -> None:
    browser = browsers()

    assert "Sign in" in browser.see("/desk/set-up")
    assert "Sign in" in browser.press("/desk/set-up", code="1", **COMPANY)


@pytest.mark.parametrize("path", ["/desk", "/desk/cases/FL-AAAAAA", "/desk/search?q=parcel"])
def test_a_stranger_is_led_to_the_sign_in(browsers: New, cast: Cast, path: str) -> None:
    answer = browsers().client.get(path, follow_redirects=False)

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/desk/sign-in?next=/desk")


def test_a_script_without_a_session_is_told_so(browsers: New, cast: Cast) -> None:
    answer = browsers().client.get("/desk/tags.json", headers={"accept": "application/json"})

    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "not_signed_in"


def test_after_signing_in_one_is_where_one_wanted_to_be(browsers: New, cast: Cast) -> None:
    answer = browsers().client.post(
        "/desk/sign-in",
        data={"email": "BEN@acme.test ", "password": PASSWORD, "next": "/desk?list=mine"},
        follow_redirects=False,
    )

    assert answer.headers["location"] == "/desk?list=mine"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.test/",
        "//evil.test/desk",
        "/\\evil.test",
        "javascript:alert(1)",
        "/desk/\r\nX: 1",
        "/other",
        "/desk\\@evil.test",
        "/deskevil",
    ],
)
def test_signing_in_never_leads_to_another_site(browsers: New, cast: Cast, wanted: str) -> None:
    answer = browsers().client.post(
        "/desk/sign-in",
        data={"email": "ben@acme.test", "password": PASSWORD, "next": wanted},
        follow_redirects=False,
    )

    assert answer.headers["location"] == "/desk"


def test_unknown_address_and_wrong_password_are_answered_alike(browsers: New, cast: Cast) -> None:
    browser = browsers()

    wrong = browser.press("/desk/sign-in", expect=403, email="ben@acme.test", password="no")
    unknown = browser.press("/desk/sign-in", expect=403, email="dov@acme.test", password="no")

    assert wrong.replace("ben@", "dov@") == unknown


def test_guessing_one_account_is_stopped(browsers: New, cast: Cast) -> None:
    browser = browsers()
    tries = [
        browser.client.post("/desk/sign-in", data={"email": "ben@acme.test", "password": "no"})
        for _ in range(11)
    ]
    right = browser.client.post(
        "/desk/sign-in", data={"email": "ben@acme.test", "password": PASSWORD}
    )

    assert tries[0].status_code == 403
    assert tries[-1].status_code == right.status_code == 429
    assert int(right.headers["retry-after"]) > 0


def test_a_disabled_agent_is_out_at_once(ben: Browser, database: Database, cast: Cast) -> None:
    with database.write() as unit:
        people.update_agent(unit, cast.ben.id, {"disabled_at": unit.now})

    assert "Sign in to the desk" in ben.see("/desk")


def test_signing_out_ends_the_session_on_the_server(ben: Browser) -> None:
    stolen = dict(ben.client.cookies)
    ben.press("/desk/sign-out")
    ben.client.cookies.update(stolen)

    assert "Sign in to the desk" in ben.see("/desk")


def test_a_new_password_ends_every_other_session(sit: Sit, cast: Cast, database: Database) -> None:
    here, elsewhere = sit(cast.ben), sit(cast.ben)
    token = here.client.cookies["fairline"]
    with database.write() as unit:
        session = sessions.find_session(unit, token)
        assert session
        change_password(unit, cast.ben.id, "quite another sentence", keep_session=session.id)

    assert "The line" in here.see("/desk")
    assert "Sign in to the desk" in elsewhere.see("/desk")


def test_the_end_slides_but_not_for_ever(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        token = sessions.start_session(unit, cast.ben.id)
        begun = unit.now
    with database.write() as unit:
        unit.now = begun + timedelta(hours=11)
        session = sessions.find_session(unit, token)
        assert session
        sessions.touch(unit, session)
    with database.write() as unit:
        unit.now = begun + timedelta(hours=22)
        session = sessions.find_session(unit, token)
        assert session, "it was used in between"
        unit.now = begun + timedelta(days=13, hours=23)
        sessions.touch(unit, session)
        unit.now = begun + timedelta(days=14, seconds=1)
        assert sessions.find_session(unit, token) is None
    with database.read() as unit:
        assert people.session_by_hash(unit, token) is None, "only the hash is stored"
