"""Routing at the door: the team, the skills and the tag, never the time; and who may take what."""

import pytest

from fairline.cases import changes, needs, store
from fairline.cases.actions import actor_of
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM, Case
from fairline.core.errors import Invalid
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.line import routing, routing_rules, store_routing
from fairline.line.claim import next_case
from fairline.line.place import place_of
from fairline.line.rules import Conditions, Results, Rule
from fairline.people import skills, teams
from tests.conftest import Cast, said
from tests.line.crew import make_team, teach


def make_rule(unit: Unit, name: str, conditions: Conditions, results: Results) -> Rule:
    typed = routing_rules.draft(name, conditions, results)
    return routing_rules.save_rule(unit, typed, inbox_ids=())


def ask(unit: Unit, cast: Cast, text: str, *, by: str = "cleo@mail.test", **more: str) -> Case:
    taken = receive(unit, cast.mailbox_ref, said(text, by=by, **more))
    unit.settle()
    return changes.get_case(unit, taken.case_id)


def test_the_first_rule_that_holds_sends_a_case_where_it_belongs(
    database: Database, cast: Cast
) -> None:
    with database.write() as unit:
        team = make_team(unit, cast.ben, name="Billing")
        (german,) = teach(unit, cast.ben, "German")
        make_rule(
            unit,
            "Refunds",
            Conditions(words=("refund",)),
            Results(team=team.id, skills=(german,), tag="money"),
        )
        make_rule(unit, "All else", Conditions(), Results(tag="rest"))
    with database.write() as unit:
        first = ask(unit, cast, "Dear all, I would like a refund. " + "x " * 200)
        second = ask(unit, cast, "Hello there", by="dov@mail.test")
        tags = store.tags_of(unit, [first.id, second.id])

        assert first.team_id == team.id
        assert needs.needed_by(unit, first) == [german]
        assert (tags[first.id], tags[second.id]) == (["money"], ["rest"])
        assert second.team_id is None


def test_words_deep_in_the_text_are_found(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        make_rule(unit, "Fire", Conditions(words=("smoke",)), Results(tag="fire"))
        case = ask(unit, cast, "Well. " * 400 + "There is smoke.")
        assert store.tags_of(unit, [case.id]) == {case.id: ["fire"]}


def test_a_rule_never_moves_a_due_time_or_a_place(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        plain = ask(unit, cast, "A refund please", by="a@mail.test")
        team = make_team(unit, cast.ben)
        make_rule(
            unit, "Refunds", Conditions(words=("refund",)), Results(team=team.id, tag="money")
        )
        before = (plain.due_at, plain.first_due_at, plain.resolve_due_at, plain.entered_at)
        place = place_of(unit, plain)
        assert routing.route(unit, plain, by=actor_of(cast.ada))
        after = changes.get_case(unit, plain.id)

        assert (after.due_at, after.first_due_at, after.resolve_due_at, after.entered_at) == before
        assert place_of(unit, after) == place
        assert after.team_id == team.id


def test_a_team_that_ended_and_a_skill_put_away_are_left_out(
    database: Database, cast: Cast
) -> None:
    from fairline.cases.leaving import archive_team

    with database.write() as unit:
        team = make_team(unit, cast.ben)
        (skill,) = teach(unit, cast.ben, "German")
        make_rule(unit, "All", Conditions(), Results(team=team.id, skills=(skill,), tag="seen"))
        archive_team(unit, team.id, by=SYSTEM)
        skills.archive_skill(unit, skill)
    with database.write() as unit:
        case = ask(unit, cast, "Hello")
        assert (case.team_id, case.needs_id) == (None, None)
        assert next_case(unit, cast.bea) is not None


@pytest.mark.parametrize(
    ("conditions", "results", "field"),
    [
        (Conditions(brands=("x",)), Results(tag="a"), "brands"),
        (Conditions(inboxes=("x",)), Results(tag="a"), "inboxes"),
        (Conditions(kinds=("joke",)), Results(tag="a"), "kinds"),
        (Conditions(needs=("loud",)), Results(tag="a"), "needs"),
        (Conditions(words=("...",)), Results(tag="a"), "words"),
        (Conditions(words=("x" * 81,)), Results(tag="a"), "words"),
        (Conditions(), Results(), "team"),
        (Conditions(), Results(team="x"), "team"),
        (Conditions(), Results(skills=("x",)), "skills"),
    ],
)
def test_a_bad_rule_is_refused_with_its_field_and_the_old_ones_stay(
    database: Database, cast: Cast, conditions: Conditions, results: Results, field: str
) -> None:
    with database.write() as unit:
        old = make_rule(unit, "Old", Conditions(), Results(tag="old"))
    with pytest.raises(Invalid) as refused, database.write() as unit:
        make_rule(unit, "New", conditions, results)
    assert refused.value.field == field
    with database.read() as unit:
        assert store_routing.rules(unit) == [old]


def test_rules_move_up_and_down(database: Database) -> None:
    with database.write() as unit:
        a, b, c = (make_rule(unit, name, Conditions(), Results(tag=name)) for name in "abc")
        routing_rules.move_rule(unit, c.id, up=True)
        assert [rule.name for rule in store_routing.rules(unit)] == ["a", "c", "b"]
        routing_rules.move_rule(unit, a.id, up=True)
        routing_rules.move_rule(unit, a.id, up=False)
        assert [rule.name for rule in store_routing.rules(unit)] == ["c", "a", "b"]
        routing_rules.remove_rule(unit, a.id)
        assert [rule.id for rule in store_routing.rules(unit)] == [c.id, b.id]


def test_what_is_sent_on_by_a_person_was_routed_wrongly(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        billing = make_team(unit, cast.ben, name="Billing")
        vans = make_team(unit, cast.bea, name="Vans")
        rule = make_rule(unit, "Refunds", Conditions(words=("refund",)), Results(team=billing.id))
    with database.write() as unit:
        asked = [ask(unit, cast, "refund", by=f"c{n}@mail.test") for n in range(4)]
        changes.set_team(unit, asked[0], vans.id, by=actor_of(cast.ben))
        changes.set_team(unit, asked[1], vans.id, by=SYSTEM)
        changes.set_team(unit, asked[2], None, by=actor_of(cast.ben))
    with database.read() as unit:
        (tally,) = routing.wrongly_routed(unit)
    assert (tally.rule_id, tally.team_id, tally.routed, tally.moved) == (
        rule.id,
        billing.id,
        4,
        1,
    )


def test_a_preview_says_what_the_rules_would_have_caught(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        for number, text in enumerate(("a refund", "Refund!", "hello")):
            ask(unit, cast, text, by=f"c{number}@mail.test")
        rule = Rule(
            id="new",
            position=1,
            name="Refunds",
            conditions=Conditions(words=("refund",)),
            results=Results(tag="x"),
        )
        assert routing.preview(unit, [rule]) == ({"new": 2}, 3)


def test_a_case_goes_to_who_is_able_and_to_nobody_else(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        (german,) = teach(unit, cast.ben, "German")
        first = ask(unit, cast, "Guten Tag", by="a@mail.test")
        second = ask(unit, cast, "Hello", by="b@mail.test")
        needs.set_needs(unit, first, [german], by=actor_of(cast.ada))
    with database.write() as unit:
        beas = next_case(unit, cast.bea)
        assert beas is not None
        assert beas.id == second.id
        assert next_case(unit, cast.ada) is None
        bens = next_case(unit, cast.ben)
        assert bens is not None
        assert bens.id == first.id


def test_a_wider_skill_serves_a_narrower_need(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        (billing,) = teach(unit, cast.bea, "Billing")
        europe = skills.create_skill(unit, name="Billing EU", kind="problem", covers=[billing])
        skills.give_skills(unit, cast.ben.id, [europe.id])
        case = ask(unit, cast, "An invoice")
        needs.set_needs(unit, case, [billing], by=SYSTEM)
        assert next_case(unit, cast.ben) is not None


def test_a_need_that_nobody_here_can_meet_holds_no_case_up(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        czech = skills.create_skill(unit, name="Czech", kind="language")
        case = ask(unit, cast, "Dobrý den")
        needs.set_needs(unit, case, [czech.id], by=SYSTEM)
        taken = next_case(unit, cast.ben)
    assert taken is not None
    assert taken.id == case.id


def test_set_by_hand_it_is_an_event_with_names_and_leaves_the_place(
    database: Database, cast: Cast
) -> None:
    from fairline.cases import store_events

    with database.write() as unit:
        (german,) = teach(unit, cast.ben, "German")
        ahead = ask(unit, cast, "First", by="a@mail.test")
        case = ask(unit, cast, "Second", by="b@mail.test")
        place = place_of(unit, case)
        case = needs.set_needs(unit, case, [german], by=actor_of(cast.ben))
        assert place_of(unit, case) == place
        needs.set_needs(unit, case, [german], by=actor_of(cast.ben))
        told = [e.data for e in store_events.of_case(unit, case.id) if e.kind == "skills_changed"]
        assert told == [{"from": [], "to": ["German"]}]
        assert ahead.id != case.id
    with pytest.raises(Invalid), database.write() as unit:
        needs.set_needs(unit, case, ["nonsense"], by=SYSTEM)


def test_the_walk_costs_the_same_however_many_wait_for_others(
    database: Database, cast: Cast
) -> None:
    """Steps are counted by the engine: what others are to answer is never read."""
    if not database.is_sqlite:
        pytest.skip("PostgreSQL chooses plans by its statistics")
    with database.write() as unit:
        (german,) = teach(unit, cast.ben, "German")
        teach(unit, cast.bea, "Billing")
        for number in range(60):
            case = ask(unit, cast, "Guten Tag", by=f"c{number}@mail.test")
            needs.set_needs(unit, case, [german], by=SYSTEM)
        last = ask(unit, cast, "Hello", by="z@mail.test")
    with database.write() as unit:
        steps = [0]
        raw = unit.connection.connection.driver_connection
        assert raw is not None

        def count() -> int:
            steps[0] += 1
            return 0

        raw.set_progress_handler(count, 1)
        from fairline.line.queues import claim_first, queues_for

        served = queues_for(unit, cast.bea)
        steps[0] = 0
        found = claim_first(unit, cast.bea.id, served)
        raw.set_progress_handler(None, 0)
        assert found is not None
        assert found.case_id == last.id
        assert steps[0] < 400  # 60 cases of others would be over a thousand


def test_teams_say_who_hands_out(database: Database, cast: Cast) -> None:
    with database.write() as unit:
        team = make_team(unit, cast.ben)
        with pytest.raises(Invalid):
            teams.set_assigns(unit, team.id, "throw")
        teams.set_assigns(unit, team.id, "push")
        assert teams.get_team(unit, team.id).assigns == "push"
