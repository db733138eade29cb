"""Settings of skills, routing and authority: made, ordered, tried, refused in words."""

from collections.abc import Callable
from typing import Any

from fairline.cases.rows import Case
from fairline.line import store_routing
from fairline.people import store as people
from fairline.people import store_duty, store_skills
from fairline.wiring import Office
from tests.conftest import Cast
from tests.desk.conftest import Browser
from tests.line.crew import make_team

Ask = Callable[..., Case]
SKILLS = "/desk/settings/skills"
ROUTING = "/desk/settings/routing"
AUTHORITY = "/desk/settings/authority"


def weights(web: str, email: str) -> dict[str, Any]:
    return {"weight-web": web, "weight-email": email}


def test_skills_are_made_covered_and_a_circle_is_refused(
    office: Office, ada: Browser, cast: Cast
) -> None:
    assert "No skills yet" in ada.see(SKILLS)
    ada.press(SKILLS, name="Billing", kind="problem")
    with office.database.read() as unit:
        (billing,) = store_skills.all_skills(unit)
    page = ada.press(SKILLS, name="Billing EU", kind="problem", covers=[billing.id])
    assert "covers Billing" in page
    assert "nobody has it" in page
    with office.database.read() as unit:
        europe = next(one for one in store_skills.all_skills(unit) if one.name == "Billing EU")
    page = ada.press(
        f"{SKILLS}/{billing.id}", expect=422, name="Billing", kind="problem", covers=[europe.id]
    )
    assert "Billing covers Billing EU covers Billing" in page
    with office.database.read() as unit:
        assert store_skills.covers(unit) == {europe.id: [billing.id]}
    page = ada.press(f"{SKILLS}/of/{cast.ben.id}", skills=[europe.id], capacity="7")
    assert "7 points" in page
    page = ada.press(f"{SKILLS}/of/{cast.ben.id}", expect=422, skills=[], capacity="0")
    assert "whole number from 1" in page
    with office.database.read() as unit:
        assert store_skills.skills_of_agents(unit) == {cast.ben.id: [europe.id]}
    ada.press(f"{SKILLS}/{europe.id}/archive")
    assert "Bring back Billing EU" in ada.see(SKILLS)
    ada.press(f"{SKILLS}/{europe.id}/back")
    assert ada.press(SKILLS, expect=409, name="billing", kind="problem")


def test_a_rule_is_tried_saved_ordered_and_removed(
    office: Office, ada: Browser, cast: Cast, ask: Ask
) -> None:
    assert "No rules yet" in ada.see(ROUTING)
    ask("I want a refund", by="a@mail.test")
    ask("Hello", by="b@mail.test")
    typed: dict[str, Any] = {"name": "Refunds", "words": "refund\nmoney back", "tag": "money"}
    page = ada.press(f"{ROUTING}/new", look="1", **typed)
    assert "would have caught 1 of the last 2 cases" in page
    assert "Nothing is saved yet" in page
    with office.database.read() as unit:
        assert store_routing.rules(unit) == []
    ada.press(f"{ROUTING}/new", **typed)
    page = ada.press(f"{ROUTING}/new", name="All", tag="rest")
    assert "says “refund” or “money back” → tag money" in page
    assert "every case → tag rest" in page
    assert page.count("1 of the last 2") == 2
    with office.database.read() as unit:
        first, second = store_routing.rules(unit)
    ada.press(f"{ROUTING}/{second.id}/move", to="up")
    with office.database.read() as unit:
        assert [rule.id for rule in store_routing.rules(unit)] == [second.id, first.id]
    page = ada.press(f"{ROUTING}/{first.id}", expect=422, name="Refunds", words="...", tag="x")
    assert "no letter or digit" in page
    assert "money back" in ada.see(f"{ROUTING}/{first.id}")
    ada.press(f"{ROUTING}/{first.id}", name="Refunds", words="refund", tag="x")
    ada.press(f"{ROUTING}/{second.id}/remove")
    with office.database.read() as unit:
        (left,) = store_routing.rules(unit)
    assert (left.id, left.results.tag) == (first.id, "x")


def test_a_rule_that_does_nothing_is_refused_beside_its_field(ada: Browser, cast: Cast) -> None:
    page = ada.press(f"{ROUTING}/new", expect=422, name="Idle", words="x")
    assert "Say what becomes of the cases" in page
    assert 'value="Idle"' in page


def test_teams_hand_out_and_channels_weigh(office: Office, ada: Browser, cast: Cast) -> None:
    with office.database.write() as unit:
        team = make_team(unit, cast.ben, name="Billing")
    ada.press(f"{ROUTING}/teams/{team.id}", assigns="push")
    with office.database.read() as unit:
        found = people.team_by_id(unit, team.id)
    assert found is not None
    assert found.assigns == "push"
    ada.press(f"{ROUTING}/teams/{team.id}", expect=422, assigns="throw")
    ada.press(f"{ROUTING}/weights", **weights("2", "1"))
    page = ada.press(f"{ROUTING}/weights", expect=422, **weights("5", "-1"))
    assert "from 1 to 100" in page
    with office.database.read() as unit:
        assert store_duty.weights(unit) == {"web": 2, "email": 1}


def test_how_often_a_rule_was_wrong_is_told_with_its_numbers(
    office: Office, ada: Browser, cast: Cast, ask: Ask
) -> None:
    with office.database.write() as unit:
        billing = make_team(unit, cast.ben, name="Billing")
        vans = make_team(unit, cast.bea, name="Vans")
    ada.press(f"{ROUTING}/new", name="Refunds", words="refund", team=billing.id)
    cases = [ask("refund", by=f"c{number}@mail.test") for number in range(20)]
    assert "0 %" in ada.see(ROUTING)
    for case in cases[:5]:
        ada.press(f"/desk/cases/{case.reference}/do/team", team=vans.id)
    page = ada.see(ROUTING)
    assert "25 %" in page
    assert "too few to say" not in page


def test_limits_are_set_shown_and_removed(office: Office, ada: Browser, cast: Cast) -> None:
    assert "Nothing can be granted yet" in ada.see(AUTHORITY)
    typed: dict[str, Any] = {
        "holder": "agent",
        "kind": "refund",
        "currency": "eur",
        "per_case": "50",
    }
    page = ada.press(AUTHORITY, **typed)
    assert "Every agent" in page
    assert "50.00 EUR" in page
    ada.press(AUTHORITY, **(typed | {"holder": cast.ben.id, "per_case": "80,50"}))
    page = ada.press(AUTHORITY, expect=422, **(typed | {"per_case": "1.000,00"}))
    assert "no mark between thousands" in page
    page = ada.press(AUTHORITY, expect=422, **typed, per_day="20")
    assert "cannot be below" in page
    with office.database.read() as unit:
        limits = store_duty.limits(unit)
    assert sorted(limit.per_case for limit in limits) == [5000, 8050]
    for limit in limits:
        ada.press(f"{AUTHORITY}/{limit.id}/remove")
    assert "Nothing can be granted yet" in ada.see(AUTHORITY)
