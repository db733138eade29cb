"""People who serve: changed, disabled, given a new password; teams made and ended."""

import pytest

from fairline.cases import store
from fairline.cases.actions import actor_of
from fairline.cases.changes import assign, get_case, set_status, set_team
from fairline.cases.intake import receive
from fairline.cases.leaving import archive_team, change, disable, enable
from fairline.cases.rows import SYSTEM, Case
from fairline.core.errors import Conflict, Invalid, NotAllowed
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.line.claim import next_case
from fairline.people import store as people
from fairline.people import teams
from fairline.people.sessions import find_session, start_session
from fairline.people.setup import create_brand
from fairline.people.signin import sign_in
from fairline.people.staff import change_agent, reset_password
from fairline.people.tokens import bearer_of, create_token
from tests.conftest import PASSWORD, Cast, said


def case_of(unit: Unit, cast: Cast) -> Case:
    taken = receive(unit, cast.mailbox_ref, said())
    return get_case(unit, taken.case_id)


def test_the_last_administrator_stays_one(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        with pytest.raises(Conflict, match="last administrator"):
            disable(unit, cast.admin.id, by=SYSTEM)
        with pytest.raises(Conflict, match="last administrator"):
            change_agent(
                unit, cast.admin.id, name="Root", public_name="", role="agent", brand_ids=()
            )

        change_agent(
            unit, cast.ada.id, name="Ada", public_name="", role="administrator", brand_ids=()
        )
        disable(unit, cast.admin.id, by=actor_of(cast.ada))

        assert people.administrators(unit) == [cast.ada.id]


def test_whoever_is_disabled_is_signed_out_everywhere(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        session = start_session(unit, cast.ben.id)
        token = create_token(unit, cast.ben, "script")
        disable(unit, cast.ben.id, by=actor_of(cast.admin))

        assert find_session(unit, session) is None
        assert bearer_of(unit, token) is None
    with pytest.raises(NotAllowed):
        sign_in(database, "ben@acme.test", PASSWORD, address="127.0.0.1")

    with database.write() as unit:
        enable(unit, cast.ben.id, by=actor_of(cast.admin))
        assert bearer_of(unit, token) is None, "a token does not come back to life"
    sign_in(database, "ben@acme.test", PASSWORD, address="127.0.0.1")


def test_open_cases_go_back_to_the_line_in_their_old_place(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        mine = assign(unit, case_of(unit, cast), cast.ben.id, by=actor_of(cast.ben))
        given = disable(unit, cast.ben.id, by=actor_of(cast.admin))

        now = get_case(unit, mine.id)
        assert given == 1
        assert now.owner_id is None
        assert now.due_at == mine.due_at
        claimed = next_case(unit, cast.bea)
        assert claimed
        assert claimed.id == mine.id


def test_a_reopened_case_does_not_go_to_somebody_who_left(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        team = teams.create_team(unit, name="Billing", member_ids=[cast.ben.id])
        case = set_team(unit, case_of(unit, cast), team.id, by=SYSTEM)
        case = assign(unit, case, cast.ben.id, by=actor_of(cast.ben))
        case = set_status(unit, case, "solved", by=actor_of(cast.ben))
        disable(unit, cast.ben.id, by=actor_of(cast.admin))
        archive_team(unit, team.id, by=actor_of(cast.admin))
        assert get_case(unit, case.id).owner_id == cast.ben.id, "who solved it stays on the record"

        reopened = set_status(unit, get_case(unit, case.id), "open", by=SYSTEM)

        assert reopened.owner_id is None
        assert reopened.team_id is None


def test_cases_of_a_brand_one_no_longer_serves_go_back(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        other = create_brand(unit, name="Other")
        case = assign(unit, case_of(unit, cast), cast.ben.id, by=actor_of(cast.ben))

        change(
            unit,
            cast.ben.id,
            name="Ben",
            public_name="Benny",
            role="agent",
            brand_ids=(other.id,),
            by=actor_of(cast.admin),
        )

        assert get_case(unit, case.id).owner_id is None
        changed = people.agent_by_id(unit, cast.ben.id)
        assert changed
        assert changed.shown_name == "Benny"


def test_an_unknown_brand_or_role_is_refused(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        with pytest.raises(Invalid):
            change_agent(
                unit, cast.ben.id, name="Ben", public_name="", role="agent", brand_ids=("x",)
            )
        with pytest.raises(Invalid):
            change_agent(unit, cast.ben.id, name="Ben", public_name="", role="king", brand_ids=())


def test_a_temporary_password_replaces_the_old_one(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        session = start_session(unit, cast.ben.id)
        password = reset_password(unit, cast.ben.id)
        assert find_session(unit, session) is None

    sign_in(database, "ben@acme.test", password, address="127.0.0.1")
    with pytest.raises(NotAllowed):
        sign_in(database, "ben@acme.test", PASSWORD, address="127.0.0.1")


def test_an_ended_teams_cases_belong_to_no_team(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        team = teams.create_team(unit, name="Billing", member_ids=[cast.ben.id])
        case = set_team(unit, case_of(unit, cast), team.id, by=SYSTEM)

        assert archive_team(unit, team.id, by=actor_of(cast.ada)) == 1

        assert get_case(unit, case.id).team_id is None
        assert people.all_teams(unit) == []
        assert store.open_of_team(unit, team.id) == []
        with pytest.raises(Invalid):
            set_team(unit, get_case(unit, case.id), team.id, by=SYSTEM)


def test_a_teams_name_is_taken_by_an_archived_one_too(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        team = teams.create_team(unit, name="Billing")
        archive_team(unit, team.id, by=actor_of(cast.ada))

        with pytest.raises(Conflict, match="Bring it back"):
            teams.create_team(unit, name="Billing")


def test_only_people_who_work_here_are_members(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        disable(unit, cast.bea.id, by=actor_of(cast.admin))
        with pytest.raises(Invalid):
            teams.create_team(unit, name="Billing", member_ids=[cast.bea.id])
