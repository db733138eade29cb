"""At the desk: saying whether one is here, needed skills, routing again, granting."""

from collections.abc import Callable
from typing import Any

from fairline.cases import changes, needs
from fairline.cases.rows import SYSTEM, Case
from fairline.line import routing_rules
from fairline.line.claim import next_case
from fairline.line.rules import Conditions, Results
from fairline.people import authority, skills, store_duty
from fairline.wiring import Office
from tests.conftest import Cast
from tests.desk.conftest import Browser

Ask = Callable[..., Case]


def test_one_says_whether_one_is_here_and_colleagues_see_it(
    office: Office, ben: Browser, ada: Browser, cast: Cast, ask: Ask
) -> None:
    case = ask()
    ben.press("/desk/presence", presence="busy")
    assert f"Ben · busy" in ada.see(f"/desk/cases/{case.reference}")  # noqa: F541
    page = ben.press("/desk/presence", presence="away")
    assert "presence-mark is-away" in page
    with office.database.read() as unit:
        found = store_duty.duty_of(unit, cast.ben.id)
    assert found is not None
    assert found.presence == "away"


def test_the_end_of_a_shift_is_a_time_on_the_wall(office: Office, ben: Browser, cast: Cast) -> None:
    page = ben.press("/desk/presence", until="17:30")
    assert "until 17:30" in page
    with office.database.read() as unit:
        found = store_duty.duty_of(unit, cast.ben.id)
    assert found is not None
    assert found.shift_ends_at is not None
    assert (found.shift_ends_at.hour, found.shift_ends_at.minute) == (17, 30)
    assert "until" not in ben.press("/desk/presence", open_end="1").split("presence-mark")[1][:80]
    ben.press("/desk/presence", expect=422, until="25:99")
    ben.press("/desk/presence", expect=422, presence="asleep")


def test_signing_in_gives_back_what_was_kept(
    office: Office, cast: Cast, ask: Ask, ben: Browser
) -> None:
    case = ask()
    with office.database.write() as unit:
        assert next_case(unit, cast.ben)
        changes.assign(
            unit,
            changes.get_case(unit, case.id),
            None,
            by=SYSTEM,
            reason="went_away",
            is_kept=True,
        )
    again = Browser(ben.client).sign_in(cast.ben.email)
    page = again.see(f"/desk/cases/{case.reference}")
    assert "You own this" in page
    assert "back before anybody took it" in page
    assert "away; the place is kept" in page


def test_needed_skills_are_set_on_the_case_and_told(
    office: Office, cast: Cast, ask: Ask, ben: Browser
) -> None:
    case = ask()
    assert "Needed skills" not in ben.see(f"/desk/cases/{case.reference}")
    with office.database.write() as unit:
        german = skills.create_skill(unit, name="German", kind="language")
    page = ben.press(f"/desk/cases/{case.reference}/do/skills", skills=[german.id])
    assert "needs German" in page
    with office.database.read() as unit:
        assert needs.needed_by(unit, changes.get_case(unit, case.id)) == [german.id]
    assert "needs no skill any more" in ben.press(f"/desk/cases/{case.reference}/do/skills")


def test_routing_again_says_when_no_rule_fits(
    office: Office, cast: Cast, ask: Ask, ben: Browser
) -> None:
    case = ask("My parcel has not come")
    path = f"/desk/cases/{case.reference}/do/route"
    assert "No rule catches this case" in ben.press(path, expect=409)
    with office.database.write() as unit:
        routing_rules.save_rule(
            unit,
            routing_rules.draft("Parcels", Conditions(words=("parcel",)), Results(tag="post")),
            inbox_ids=(),
        )
    page = ben.press(path)
    assert "sent by the rule Parcels" in page
    assert "#post" in page


def test_granting_within_the_limit_and_asking_beyond_it(
    office: Office, cast: Cast, ask: Ask, ben: Browser, ada: Browser
) -> None:
    case = ask()
    path = f"/desk/cases/{case.reference}/grant"
    assert "Nothing can be granted yet" in ben.see(path)
    with office.database.write() as unit:
        authority.set_limit(
            unit, holder="agent", kind="refund", currency="EUR", per_case=5000, per_day=None
        )
        authority.set_limit(
            unit, holder="supervisor", kind="refund", currency="EUR", per_case=90000, per_day=None
        )
    assert "50.00 EUR" in ben.see(path)
    what: dict[str, Any] = {"kind": "refund", "currency": "EUR", "reason": "the lamp is broken"}
    page = ben.press(path, amount="20", how="grant", **what)
    assert "granted: refund 20.00 EUR (the lamp is broken)" in page
    page = ben.press(path, expect=403, amount="40", how="grant", **what)
    assert "Ada" in page
    assert 'value="40"' in page, "what was typed is kept"
    page = ben.press(path, amount="40", how="ask", **what)
    assert "asks for: refund 40.00 EUR" in page
    assert "asks you to grant something" in ada.see("/desk/nudges")
    assert "granted: refund 40.00 EUR" in ada.press(path, amount="40", how="grant", **what)
    ben.press(path, expect=422, amount="1,000.00", how="grant", **what)


def test_an_open_page_shows_that_one_is_here(office: Office, ben: Browser, cast: Cast) -> None:
    from datetime import timedelta

    import sqlalchemy as sa

    from fairline.people.tables import sessions

    with office.database.write() as unit:
        old = unit.now - timedelta(minutes=30)
        unit.execute(sa.update(sessions).values(seen_at=old))
        row = unit.execute(sa.select(sessions)).one()
        assert store_duty.alive(unit, row.id, before=unit.now - timedelta(minutes=4))
        again = unit.execute(sa.select(sessions)).one()
        assert again.seen_at == unit.now
        assert again.expires_at == row.expires_at, "an open page alone keeps nobody signed in"
        assert not store_duty.alive(unit, row.id, before=unit.now - timedelta(minutes=4))
    assert ben.csrf
