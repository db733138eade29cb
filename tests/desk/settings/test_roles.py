"""Every settings page opens for whom it is meant, and for nobody else; no write without its token."""

import re
from collections.abc import Callable

from fairline.desk.settings import ROUTES
from fairline.desk.settings.around import SECTIONS
from fairline.people import store as people
from fairline.people.setup import create_brand
from fairline.people.tables import ROLES
from fairline.wiring import Office
from tests.conftest import Cast
from tests.desk.conftest import Browser, Sit

NOBODY = "0198c0de-0000-7000-8000-000000000000"
KNOWN = {"kind": "email", "language": "en"}
# One address of each write: with ids that are none, where it needs one.
WRITES = sorted(
    re.sub(r"{(\w+):\w+}", lambda part: KNOWN.get(part[1], NOBODY), path)
    for route in ROUTES
    for path in route.paths
    if "POST" in route.http_methods
)


def test_each_section_opens_for_its_role_and_is_refused_below(sit: Sit, cast: Cast) -> None:
    for agent in (cast.ben, cast.ada, cast.admin):
        browser = sit(agent)
        overview = browser.see("/desk/settings")
        for section in SECTIONS:
            may = ROLES.index(section.role) <= ROLES.index(agent.role)
            answer = browser.client.get(section.path)
            assert answer.status_code == (200 if may else 403), (agent.name, section.path)
            assert (f'href="{section.path}"' in overview) is may, (agent.name, section.path)


def test_who_is_not_signed_in_is_led_to_the_door(
    browsers: Callable[[], Browser], cast: Cast
) -> None:
    client = browsers().client
    for section in SECTIONS:
        answer = client.get(section.path, follow_redirects=False)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/desk/sign-in")


def test_no_write_without_the_token_of_the_session(sit: Sit, cast: Cast) -> None:
    client = sit(cast.admin).client
    for path in WRITES:
        answer = client.post(path, data={"name": "x"})
        assert answer.status_code == 403, path
        assert "out of date" in answer.text


def test_an_agent_writes_nothing_but_the_profile_and_deliveries(sit: Sit, cast: Cast) -> None:
    browser = sit(cast.ben)
    for path in WRITES:
        if "/profile" not in path:
            answer = browser.client.post(path, data={"csrf": browser.csrf})
            assert answer.status_code == (404 if "undelivered" in path else 403), path


def test_what_does_not_exist_is_not_found(sit: Sit, cast: Cast) -> None:
    browser = sit(cast.admin)
    named = [path for path in WRITES if NOBODY in path]
    for path in (*named, *(path.replace(NOBODY, "1' OR '1'='1") for path in named)):
        answer = browser.client.post(path, data={"csrf": browser.csrf})
        assert answer.status_code == 404, path


def test_a_supervisor_of_one_brand_does_not_reach_another(
    office: Office, sit: Sit, cast: Cast
) -> None:
    with office.database.write() as unit:
        other = create_brand(unit, name="Other")
        people.update_agent(unit, cast.ada.id, {"brand_ids": [cast.brand.id]})
    ada = sit(cast.ada)

    ada.see(f"/desk/settings/hours/{cast.brand.id}")
    ada.see(f"/desk/settings/hours/{other.id}", status=404)
    refused = ada.press(
        "/desk/settings/replies/new", expect=403, title="Hi", text="Hi", brand_id=other.id
    )
    assert "not yours" in refused
    ada.press("/desk/settings/replies/new", title="Hi", text="Hi", brand_id=cast.brand.id)
