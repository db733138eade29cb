"""Axe finds nothing to complain of: each kind of page, light and dark, wide and on a phone.

And nothing scrolls sideways at 320 px, and the first load of a page stays under 100 kB.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import BrowserContext, Page

from fairline.cases.actions import actor_of, note, reply
from fairline.cases.changes import get_case
from fairline.cases.inbound import Author, Inbound
from fairline.cases.intake import receive
from fairline.cases.links import issue
from fairline.cases.store import participants_of
from fairline.channels import mentions, store_inboxes, store_mentions, store_raw
from fairline.channels.contract import RawItem
from fairline.channels.ingest import inbox_ref
from fairline.channels.marks import token_of
from fairline.channels.raw import keep
from fairline.handoff.continuation.offering import offer
from fairline.handoff.forms.asking import ask
from fairline.handoff.forms.fields import Field
from fairline.handoff.forms.sets import make_set
from fairline.knowledge.actions import create_reply
from fairline.line.alarms import raise_alarm
from fairline.line.fairness import making
from fairline.people.staff import create_agent
from fairline.policy.chatter import Judgement
from tests.browser.windows import Windows
from tests.conftest import PASSWORD
from tests.journeys.company import Company, found_company
from tests.journeys.server import Install

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
REQUIRED = os.environ.get("FAIRLINE_TEST_REQUIRE_ALL") == "1"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
MOST_BYTES = 100_000
RUTH = "ruth@acme.test"
SETTLED = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
    .then(() => Promise.all(document.getAnimations().map(one => one.finished.catch(() => 0))))
    .then(() => true)"""

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


@dataclass
class Stage:
    """Addresses of every kind of page, with something on each."""

    outside: list[str]
    desk: list[str]


@pytest.fixture(scope="module")
def axe() -> str:
    if not AXE.is_file():
        reason = "axe-core is not installed: `npm ci` (part of `make test`) brings it"
        if REQUIRED:
            pytest.fail(reason)
        pytest.skip(reason)
    return AXE.read_text()


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """A company of its own: what is put on its pages must not stand in other tests' way."""
    with Install(tmp_path_factory.mktemp("axe")) as install:
        company = found_company(install)
        install.serve()
        yield company


@pytest.fixture(scope="module")
def stage(acme: Company) -> Stage:
    """A public and a private question, an answer, a note, a saved reply."""
    office = acme.install.office
    with office.database.write() as unit:
        create_agent(unit, email=RUTH, name="Ruth", role="administrator", password=PASSWORD)
        (board,) = store_inboxes.all_inboxes(unit, kind="web")
        asked = [
            receive(
                unit,
                inbox_ref(unit, board),
                Inbound(
                    native_id=f"axe-{number}",
                    author=Author(channel="web", address=f"axe-{number}", name="Cleo"),
                    text="My lamp does not light up.\n\nOrder 1234, see https://acme.test/lamp",
                    is_public=number == 0,
                ),
            )
            for number in range(3)
        ]
        reply(unit, asked[0].case_id, acme.ben, "A new bulb is on its way.", visibility="public")
        offered = offer(unit, office.channels, asked[0].case_id, acme.ben, form="link")
        note(unit, asked[1].case_id, acme.ben, "@[Bea] look at this one")
        create_reply(
            unit, title="Thanks", text="Thank you, {contact.name|there}!", by=actor_of(acme.ada)
        )
        public, private = (get_case(unit, taken.case_id) for taken in asked[:2])
        for kind in ("promise_broken", "promise_at_risk"):
            raise_alarm(unit, private, kind, unit.now)
        bank = make_set(
            unit,
            name="Bank details",
            intro="For your refund.",
            fields=[
                Field(key="iban", label="Account", kind="iban", help="It begins with two letters"),
                Field(key="home", label="Home", kind="address", required=False),
                Field(key="way", label="Way", kind="choice", choices=("Bank", "Voucher")),
                Field(key="proof", label="Proof", kind="file", required=False),
            ],
            kept_days=30,
            wiped_on_close=True,
        )
        form = ask(unit, private.id, acme.ben, set_id=bank.id, why="To refund you.")
        link = issue(unit, private, participants_of(unit, private.id)[0].identity_id)
        heard = Inbound(
            native_id="axe-heard",
            author=Author(channel="web", address="axe-0", name="Cleo"),
            text="Love it\n@acme https://acme.test/a-lamp-with-a-very-long-name-that-never-ends",
            permalink="https://acme.test/heard",
        )
        raw_id = keep(unit, board.id, RawItem(native_id="axe-heard", payload=b"{}"))
        row = store_raw.by_id(unit, raw_id or "")
        assert row
        spam = Judgement(kind="spam", reason="It advertises something.")
        mentions.hear(unit, board, row, heard, spam)
        store_raw.update(unit, row.id, {"state": "taken"})
        (mention,) = store_mentions.page(unit, [board.brand_id], limit=1)
    making.make(office.database, public.brand_id, 28)
    outside = [
        "/",
        "/questions",
        "/questions?q=nothing",
        f"/q/{public.reference}",
        f"/q/{public.reference}/embed",
        f"/t/{link}",
        f"/t/{link}/call",
        f"/t/{link}/forms/{form.id}",
        "/t/wrong",
        "/lost",
        "/continue",
        f"/c/{token_of(office.keyring, offered.message.id)}",
        "/nothing-here",
        "/desk/sign-in",
    ]
    settings = (
        "",
        "/profile",
        "/teams",
        "/skills",
        "/routing",
        "/routing/new",
        "/authority",
        "/replies",
        "/acknowledgements",
        "/hours",
        "/calendars/new",
        "/alarms",
        "/calls",
        "/limits",
        "/personal-data",
        "/people",
        "/forms",
        "/forms/new",
        f"/forms/{bank.id}",
        "/inboxes",
        "/brands",
    )
    desk = [
        "/desk",
        "/desk?list=everything",
        "/desk?list=snoozed",
        f"/desk/cases/{private.reference}",
        f"/desk/cases/{public.reference}",
        f"/desk/cases/{private.reference}/grant",
        f"/desk/cases/{private.reference}/ask-for-details",
        f"/desk/cases/{private.reference}/forms/{form.id}",
        "/desk/search?q=lamp",
        "/desk/nudges",
        "/desk/alarms",
        "/desk/mentions",
        "/desk/mentions?kind=like",
        f"/desk/mentions/{mention.id}/belongs?q=lamp",
        "/desk/calls",
        "/desk/log-call?number=0900",
        "/desk/letters",
        "/desk/log-letter",
        f"/desk/cases/{private.reference}/call",
        "/desk/wall",
        "/desk/promises",
        f"/desk/settings/hours/{private.brand_id}",
        "/desk/undelivered",
        "/desk/inboxes",
        f"/desk/inboxes/{board.id}",
        "/desk/no-way",
        "/desk/settings/inboxes/new/x",
        "/desk/set-aside",
        "/desk/fairness",
        "/desk/fairness?days=7",
        *(f"/desk/settings{page}" for page in settings),
        "/desk/settings/health",
    ]
    return Stage(outside, desk)


def faults(page: Page, axe: str) -> list[str]:
    """What axe finds on the page as it stands."""
    page.evaluate(axe)
    found: list[dict[str, Any]] = page.evaluate(
        "rules => axe.run(document, {runOnly: rules}).then(result => result.violations)", RULES
    )
    return [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in found
        for node in violation["nodes"][:3]
    ]


def look_over(page: Page, url: str, paths: list[str], axe: str) -> list[str]:
    """Every page in both colour schemes, at two widths; what is wrong, with where."""
    wrong: list[str] = []
    for path in paths:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(url + path)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            for width in (1280, 360):
                page.set_viewport_size({"width": width, "height": 900})
                page.evaluate(SETTLED)  # colours fade from one scheme to the other
                wrong += [f"{path} {scheme} {width}: {fault}" for fault in faults(page, axe)]
        page.set_viewport_size({"width": 320, "height": 800})
        overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if overflow > 0:
            wrong.append(f"{path}: scrolls {overflow} px sideways at 320 px")
    return wrong


def test_outside(windows: Windows, acme: Company, stage: Stage, axe: str) -> None:
    page = windows.open()
    assert look_over(page, acme.install.url, stage.outside, axe) == []


def test_desk(windows: Windows, acme: Company, stage: Stage, axe: str) -> None:
    page = windows.at_desk(acme.install.url, RUTH)
    assert look_over(page, acme.install.url, stage.desk, axe) == []


def loaded_bytes(context: BrowserContext, url: str) -> int:
    """What one first visit brings over the wire: answers as they travel, compressed."""
    page = context.new_page()
    client = context.new_cdp_session(page)
    client.send("Network.enable")
    client.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes: list[float] = []
    client.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(url, wait_until="load")
    page.wait_for_function("document.readyState === 'complete'")
    page.close()
    return int(sum(sizes))


def test_first_load_is_light(windows: Windows, acme: Company, stage: Stage) -> None:
    desk = windows.at_desk(acme.install.url, RUTH)
    outside = windows.open()
    heavy = {}
    for page, paths in ((outside, stage.outside), (desk, stage.desk)):
        for path in paths:
            size = loaded_bytes(page.context, acme.install.url + path)
            if not 0 < size < MOST_BYTES:
                heavy[path] = size
    assert heavy == {}
