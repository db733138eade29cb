"""People, teams and one's own profile on the desk."""

import re
from collections.abc import Callable

import pytest

from fairline.cases import store_events
from fairline.cases.changes import assign, get_case
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM
from fairline.channels import store_inboxes
from fairline.people import store as people
from fairline.people import teams
from fairline.wiring import Office
from tests.conftest import PASSWORD, Cast, said
from tests.desk.conftest import Browser, Sit

PEOPLE = "/desk/settings/people"
TEAMS = "/desk/settings/teams"
PROFILE = "/desk/settings/profile"


@pytest.fixture
def root(sit: Sit, cast: Cast) -> Browser:
    return sit(cast.admin)


def shown_once(page: str, field: str) -> str:
    """The secret in a read-only text area."""
    found = re.search(rf'<textarea id="{field}"[^>]*>([^<]+)</textarea>', page)
    assert found, page
    return found[1]


def test_somebody_new_signs_in_with_the_password_shown_once(
    office: Office, sit: Sit, root: Browser, browsers: Callable[[], Browser], cast: Cast
) -> None:
    page = root.press(
        f"{PEOPLE}/new", expect=201, email="Dora@Acme.test", name="Dora", role="agent"
    )
    password = shown_once(page, "password")

    browsers().sign_in("dora@acme.test", password)
    assert password not in root.see(PEOPLE)


def test_what_was_typed_is_kept_when_the_address_is_taken(root: Browser) -> None:
    page = root.press(
        f"{PEOPLE}/new", expect=409, email="ben@acme.test", name="Benedict", role="supervisor"
    )

    assert 'id="email-error"' in page
    assert 'value="Benedict"' in page
    assert re.search(r'value="supervisor" checked', page)


def test_the_last_administrator_stays_with_the_reason_said(root: Browser, cast: Cast) -> None:
    path = f"{PEOPLE}/{cast.admin.id}"

    assert "last administrator" in root.press(path, expect=409, name="Root", role="agent")
    assert "last administrator" in root.press(f"{path}/disable", expect=409)


def test_disabling_signs_out_and_gives_the_cases_back(
    office: Office, sit: Sit, root: Browser, ben: Browser, cast: Cast
) -> None:
    with office.database.write() as unit:
        taken = receive(unit, cast.mailbox_ref, said())
        assign(unit, get_case(unit, taken.case_id), cast.ben.id, by=SYSTEM)

    assert "Open cases went back" in root.press(f"{PEOPLE}/{cast.ben.id}/disable")

    assert ben.client.get("/desk", follow_redirects=False).status_code == 303
    with office.database.read() as unit:
        assert get_case(unit, taken.case_id).owner_id is None
    assert "Enabled." in root.press(f"{PEOPLE}/{cast.ben.id}/enable")


def test_a_reset_password_is_shown_once_and_works(
    root: Browser, ben: Browser, browsers: Callable[[], Browser], cast: Cast
) -> None:
    password = shown_once(root.press(f"{PEOPLE}/{cast.ben.id}/password"), "password")

    assert ben.client.get("/desk", follow_redirects=False).status_code == 303
    browsers().sign_in("ben@acme.test", password)
    root.press(f"{PEOPLE}/{cast.admin.id}/password", expect=422)


def test_a_changed_role_is_on_the_record(office: Office, root: Browser, cast: Cast) -> None:
    root.press(f"{PEOPLE}/{cast.ben.id}", name="Ben", public_name="Benny", role="supervisor")

    with office.database.read() as unit:
        agent = people.agent_by_id(unit, cast.ben.id)
        newest = store_events.newest(unit, below=None)
    assert agent
    assert (agent.role, agent.shown_name) == ("supervisor", "Benny")
    assert newest
    assert newest.data == {"what": "agent_changed", "id": cast.ben.id}


def test_a_supervisor_makes_fills_and_archives_a_team(office: Office, sit: Sit, cast: Cast) -> None:
    ada = sit(cast.ada)
    assert "No teams yet" in ada.see(TEAMS)
    page = ada.press(TEAMS, name="Billing", purpose="Money", members=cast.ben.id)
    assert "1 member<" in page
    assert 'id="name-error"' in ada.press(TEAMS, expect=409, name="Billing")
    assert 'id="name-error"' in ada.press(TEAMS, expect=422, name="  ", purpose="Kept")
    with office.database.write() as unit:
        team = people.all_teams(unit)[0]
        store_inboxes.update(unit, cast.mailbox.id, {"team_id": team.id})

    ada.press(f"{TEAMS}/{team.id}", name="Money", purpose="", members=[cast.ben.id, cast.bea.id])
    page = ada.press(f"{TEAMS}/{team.id}/archive")

    assert "Bring back" in page
    with office.database.read() as unit:
        inbox = store_inboxes.inbox_by_id(unit, cast.mailbox.id)
        assert inbox
        assert inbox.team_id is None
    assert "Back in use." in ada.press(f"{TEAMS}/{team.id}/back")
    with office.database.read() as unit:
        assert teams.get_team(unit, team.id).archived_at is None


def test_one_changes_ones_own_name_and_nothing_more(
    office: Office, ben: Browser, cast: Cast
) -> None:
    ben.press(PROFILE, name="Ben B.", public_name="Benny", role="administrator")

    with office.database.read() as unit:
        agent = people.agent_by_id(unit, cast.ben.id)
    assert agent
    assert (agent.name, agent.public_name, agent.role) == ("Ben B.", "Benny", "agent")


def test_a_new_password_signs_out_the_other_browsers(sit: Sit, ben: Browser, cast: Cast) -> None:
    elsewhere = sit(cast.ben)
    fresh = "another good horse"
    path = f"{PROFILE}/password"

    wrong = ben.press(path, expect=422, current_password="no", new_password=fresh, again=fresh)
    assert 'id="current_password-error"' in wrong
    other = ben.press(path, expect=422, current_password=PASSWORD, new_password=fresh, again="x")
    assert 'id="again-error"' in other
    weak = ben.press(
        path, expect=422, current_password=PASSWORD, new_password="short", again="short"
    )
    assert 'id="new_password-error"' in weak
    assert PASSWORD not in weak
    ben.press(path, current_password=PASSWORD, new_password=fresh, again=fresh)

    ben.see("/desk")
    assert elsewhere.client.get("/desk", follow_redirects=False).status_code == 303


def test_guesses_at_the_present_password_are_counted(ben: Browser) -> None:
    for _ in range(10):
        ben.press(f"{PROFILE}/password", expect=422, current_password="guess")

    ben.press(f"{PROFILE}/password", expect=429, current_password=PASSWORD)


def test_one_signs_out_another_browser_of_ones_own_only(
    office: Office, sit: Sit, ben: Browser, cast: Cast
) -> None:
    elsewhere = sit(cast.ben)
    bea = sit(cast.bea)
    with office.database.read() as unit:
        mine = [row["id"] for row in people.sessions_of(unit, cast.ben.id)]
        hers = people.sessions_of(unit, cast.bea.id)[0]["id"]
    own = re.findall(r"/sessions/([0-9a-f-]{36})/end", ben.see(PROFILE))
    assert len(own) == 1, "not the present one"
    assert set(own) < set(mine)

    ben.press(f"{PROFILE}/sessions/{hers}/end", expect=404)
    bea.see("/desk")
    ben.press(f"{PROFILE}/sessions/{own[0]}/end")

    assert elsewhere.client.get("/desk", follow_redirects=False).status_code == 303
    ben.see("/desk")


def test_a_token_is_shown_once_reads_only_and_is_revoked(ben: Browser) -> None:
    page = ben.press(
        f"{PROFILE}/tokens", expect=201, token_name="Wallboard", days="30", read_only="1"
    )
    token = shown_once(page, "token")
    bearer = {"Authorization": f"Bearer {token}"}
    assert token not in ben.see(PROFILE)
    assert ben.client.get("/api/v1/cases", headers=bearer).status_code == 200

    revoke = re.search(r"/tokens/[0-9a-f-]{36}/revoke", ben.see(PROFILE))
    assert revoke
    assert "Revoked." in ben.press(f"/desk/settings/profile{revoke[0]}")

    assert ben.client.get("/api/v1/cases", headers=bearer).status_code == 401


@pytest.mark.parametrize("days", ["0", "99999", "x", ""])
def test_a_token_lasts_for_a_time_that_makes_sense(ben: Browser, days: str) -> None:
    page = ben.press(f"{PROFILE}/tokens", expect=422, token_name="Wallboard", days=days)

    assert 'id="days-error"' in page
    assert 'value="Wallboard"' in page


def test_shortcuts_are_switched_off_and_on(ben: Browser) -> None:
    ben.press(f"{PROFILE}/shortcuts")
    assert 'data-shortcuts="off"' in ben.see("/desk")

    ben.press(f"{PROFILE}/shortcuts", shortcuts="1")
    assert 'data-shortcuts="off"' not in ben.see("/desk")
