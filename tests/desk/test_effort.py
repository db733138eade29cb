"""The effort of a case at its head and in the API: the same numbers, and nothing where it is one."""

from collections.abc import Callable
from typing import Any

from fairline.cases.actions import actor_of
from fairline.cases.changes import assign, get_case
from fairline.cases.intake import receive
from fairline.cases.rows import Case
from fairline.db.engine import Database
from tests.api.test_api import Client, client, token  # noqa: F401
from tests.conftest import Cast, said
from tests.desk.conftest import Browser

Ask = Callable[..., Case]
NOTHING: dict[str, Any] = {
    "contacts": 1,
    "handoffs": 0,
    "channel_switches": 0,
    "repeats": 0,
    "reopenings": 0,
}


def test_the_head_says_what_it_costs(
    ben: Browser,
    ask: Ask,
    database: Database,
    cast: Cast,
    client: Client,  # noqa: F811
) -> None:
    case = ask()
    path = f"/desk/cases/{case.reference}"
    assert "case-effort" not in ben.see(path)
    effort = client.get(f"/api/v1/cases/{case.reference}").json()["effort"]
    assert {**NOTHING, "heard_on": [case.channel]} == effort

    other = cast.board_ref if case.channel == "email" else cast.mailbox_ref
    with database.write() as unit:
        receive(unit, other, said("And still nothing"), joins=case.id)
        held = get_case(unit, case.id, lock=True)
        held = assign(unit, held, cast.ben.id, by=actor_of(cast.ben))
        assign(unit, held, cast.bea.id, by=actor_of(cast.ben))

    words = "mail then web" if case.channel == "email" else "web then mail"
    assert f"2 contacts, 1 hand-off, by {words}" in ben.see(path)
    effort = client.get(f"/api/v1/cases/{case.reference}").json()["effort"]
    assert effort["heard_on"] == [case.channel, other.channel]
    assert (effort["contacts"], effort["handoffs"], effort["channel_switches"]) == (2, 1, 1)
