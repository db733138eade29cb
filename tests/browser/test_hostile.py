"""What attackers send, wherever words can be typed or mailed: on no page does any of it run.

Each string of ../shared/data/hostile stands alone as question, subject, name and file name, and in
crowds as answers and notes; each HTML attack comes as a mail through the real door.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, Route

from fairline.cases import actions, changes
from fairline.cases.inbound import Author, Inbound, InboundFile
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM
from fairline.cases.tables import cases, messages
from fairline.channels import store_inboxes
from fairline.channels.ingest import inbox_ref
from fairline.db.unit import Unit
from fairline.knowledge.actions import create_reply
from fairline.people import store as people
from tests.browser.chromium import Site
from tests.browser.test_widget import OPEN
from tests.browser.windows import Windows
from tests.journeys.company import Company, found_company
from tests.journeys.server import Install

HOSTILE = Path(__file__).parents[2] / "../shared/data/hostile"
ATTACK = (
    "\"><img src=x onerror=alert(1)><script>alert(2)</script><a href='javascript:alert(3)'>go</a>"
)
CROWD = 12

# Whatever runs calls one of these; a sandboxed frame cannot, but complains in the console.
TRAP = """
window.ran = [];
for (const name of ["alert", "prompt", "confirm", "print", "open"])
  window[name] = (...words) => { window.ran.push(`${name} ${words.join(" ")}`); };
"""
# Elements and attributes that could run something, anywhere on the page.
AUDIT = """() => {
  const found = [...window.ran ?? []];
  const schemes = /^[\\u0000-\\u0020]*(javascript|vbscript|data:(?!image\\/(png|gif|jpeg|webp)))/i;
  for (const element of document.querySelectorAll("*")) {
    const tag = element.localName;
    if (tag === "script" && element.type !== "application/ld+json")
      if (!new URL(element.src, location).pathname.startsWith("/static/")) found.push(element.outerHTML);
    if (["object", "embed", "applet", "base", "frame", "math", "portal"].includes(tag))
      if (!(tag === "base" && element.target === "_blank" && !element.hasAttribute("href")))
        found.push(element.outerHTML.slice(0, 200));
    for (const { name, value } of element.attributes) {
      const runs = name.startsWith("on") || name === "srcdoc" || name === "style";
      const leads = ["href", "src", "action", "formaction", "xlink:href", "data", "poster", "ping"];
      if (runs || (leads.includes(name) && schemes.test(value)))
        found.push(`${tag} ${name}=${value.slice(0, 200)}`);
    }
  }
  return found;
}"""


def attacks() -> list[str]:
    """HTML made to run something."""
    if not HOSTILE.is_dir():
        pytest.skip("the hostile strings of ../shared/data are not here")
    return [one["payload"] for one in json.loads((HOSTILE / "dompurify_expect.json").read_text())]


def batches(texts: list[str], size: int) -> list[list[str]]:
    return [texts[i : i + size] for i in range(0, len(texts), size)]


def strings() -> list[str]:
    """The attacks, and what else breaks programs."""
    naughty = json.loads((HOSTILE / "blns.json").read_text())
    found = dict.fromkeys(text.replace("\0", "").strip() for text in [*attacks(), *naughty])
    return [text for text in found if text]


@dataclass
class Field:
    """A company after the attack, and where to look."""

    company: Company
    crowds: list[str] = field(default_factory=list)
    alone: list[str] = field(default_factory=list)
    letters: list[tuple[str, str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.company.install.url


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    everything = strings()
    folder = tmp_path_factory.mktemp("attacked")
    with Install(folder / "acme") as install:
        company = found_company(install)
        company.serve_mailbox(smtp_host="127.0.0.1", smtp_port="1", smtp_security="none")
        there = Field(company)
        for some in batches(everything, 100):
            with install.office.database.write() as unit:
                there.alone += [asked(unit, company, text) for text in some]
        with install.office.database.write() as unit:
            there.crowds = [crowd(unit, company, some) for some in batches(everything, CROWD * 10)]
            furnish(unit, company)
        mailed(company, folder / "mails")
        with install.office.database.read() as unit:
            rows = unit.execute(
                sa.select(cases.c.reference, messages.c.id)
                .join(messages, messages.c.case_id == cases.c.id)
                .where(messages.c.html != "")
            )
            there.letters = [(reference, message_id) for reference, message_id in rows]
        install.serve("--no-work")
        yield there


def asked(unit: Unit, company: Company, text: str) -> str:
    """A public question that is hostile in every part; its reference."""
    (inbox,) = store_inboxes.all_inboxes(unit, kind="web")
    short = text[:200]
    said = Inbound(
        native_id=f"n-{hash(text)}",
        author=Author(channel="web", address=f"b-{hash(text)}", name=short),
        subject=short,
        text=text,
        is_public=True,
        files=(
            InboundFile(name=short, media_type="text/html", data=text.encode(errors="replace")),
        ),
    )
    return changes.get_case(unit, receive(unit, inbox_ref(unit, inbox), said).case_id).reference


def crowd(unit: Unit, company: Company, texts: list[str]) -> str:
    """One public case with all of them as answers, notes, a draft and tags."""
    reference = asked(unit, company, "\n\n".join(texts[:CROWD]) + ATTACK)
    case_id = unit.execute(sa.select(cases.c.id).where(cases.c.reference == reference)).scalar_one()
    for some in batches(texts, CROWD):
        actions.reply(unit, case_id, company.ben, "\n\n".join(some), visibility="public")
        actions.note(unit, case_id, company.ben, "@[" + "] @[".join(some))
    case = changes.get_case(unit, case_id)
    for text in texts[:CROWD]:
        if tag := "".join(text.split())[:40]:
            changes.add_tag(unit, case, tag, by=SYSTEM)
    actions.save_draft(unit, case_id, company.bea, "note", "\n".join(texts))
    return reference


def furnish(unit: Unit, company: Company) -> None:
    """What the company itself may have typed."""
    create_reply(unit, title=ATTACK[:80], text=ATTACK, by=SYSTEM)
    look = {"greeting": ATTACK, "signature": ATTACK, "name": f"Acme {ATTACK}"[:80]}
    people.update_brand(unit, company.brand.id, look)
    people.insert_team(
        unit, {"id": "t1", "name": ATTACK[:60], "purpose": ATTACK, "created_at": unit.now}
    )


def mailed(company: Company, folder: Path) -> None:
    """Every attack as a mail: its HTML, the sender's name, the subject, and a file's name."""
    folder.mkdir()
    for number, html in enumerate(attacks()):
        line = " ".join(html.split())[:150]
        mail = EmailMessage()
        mail["From"] = Address(line, f"dov{number}", "mail.test")
        mail["To"] = "support@acme.test"
        mail["Subject"] = line
        mail["Message-ID"] = f"<{number}@mail.test>"
        mail.set_content("see the other half")
        mail.add_alternative(f"<p>Hello</p>{html}<p>Bye</p>", subtype="html")
        mail.add_attachment(html.encode(), maintype="text", subtype="html", filename=line[:80])
        (folder / f"{number:03}.eml").write_bytes(mail.as_bytes())
    fed = company.install.run(
        "inbox", "feed", "support@acme.test", str(folder), "--json", within_s=120
    )
    outcomes = [json.loads(line)["outcome"] for line in fed.stdout.splitlines()]
    assert outcomes == ["new_case"] * len(attacks()), fed.stderr


@pytest.fixture
def outside() -> list[str]:
    """Addresses elsewhere that a page asked for."""
    return []


def trapped(page: Page, outside: list[str]) -> Page:
    """A page on which whatever runs is noticed, and from which nothing leaves this machine."""

    def stop(route: Route) -> None:
        outside.append(route.request.url)
        route.fulfill(status=200, content_type="image/gif", body=b"")

    page.context.add_init_script(TRAP)
    page.context.route(lambda url: urlsplit(url).hostname != "127.0.0.1", stop)
    return page


def visit(page: Page, url: str) -> str:
    """Open it; what is read on it, when nothing ran."""
    answer = page.goto(url)
    assert answer
    assert answer.ok, f"{answer.status} {url}"
    assert page.evaluate(AUDIT) == [], url
    return page.inner_text("body")


def test_the_trap_is_sprung_by_what_runs(windows: Windows) -> None:
    page = windows.open()
    page.add_init_script(TRAP)
    page.goto("data:text/html,<img src=x onerror=alert(1)>")
    page.wait_for_function("() => window.ran.length")
    windows.complaints.clear()
    assert [one.partition("=")[0] for one in page.evaluate(AUDIT)] == ["alert 1", "img onerror"]


def test_the_public_board_runs_nothing(
    windows: Windows, attacked: Field, outside: list[str]
) -> None:
    page = trapped(windows.open(), outside)
    read = visit(page, attacked.url)
    assert "<script>alert(2)</script>" in read
    page.goto(f"{attacked.url}/questions")
    for _ in range(6):
        read = visit(page, page.url)
        older = page.locator(".pager a").last
        if not older.count():
            break
        older.click()
    for reference in [*attacked.crowds, *attacked.alone[::60]]:
        visit(page, f"{attacked.url}/q/{reference}")
        visit(page, f"{attacked.url}/q/{reference}/embed")
    assert "<img" in visit(page, f"{attacked.url}/questions?q=onerror")
    assert outside == []


def test_a_thread_and_the_live_page_run_nothing(
    windows: Windows, attacked: Field, outside: list[str]
) -> None:
    page = trapped(windows.open(), outside)
    visit(page, attacked.url)
    page.get_by_label("Your question").fill("\n\n".join(strings())[:90_000])
    page.get_by_text("Leave a name or a mail address").click()
    page.get_by_label("Name", exact=True).fill(ATTACK[:80])
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/t/*")
    assert "onerror" in visit(page, page.url)
    case = attacked.company.all_cases()[-1]
    with attacked.company.install.office.database.write() as unit:
        actions.reply(unit, case.id, attacked.company.ben, f"live {ATTACK}")
    page.get_by_text(f"live {ATTACK}").wait_for()
    assert page.evaluate(AUDIT) == []
    assert outside == []


def test_the_desk_runs_nothing(windows: Windows, attacked: Field, outside: list[str]) -> None:
    page = trapped(windows.at_desk(attacked.url, "ada@acme.test"), outside)
    address: str | None = "/desk?list=everything"
    seen = 0
    while address:
        visit(page, attacked.url + address)
        seen += page.locator("[data-item]").count()
        address = (
            page.locator("#more a").get_attribute("href") if page.locator("#more").count() else None
        )
    assert seen > len(attacked.alone)
    for reference in [*attacked.crowds, *attacked.alone[::90]]:
        assert visit(page, f"{attacked.url}/desk/cases/{reference}")
    for path in ("search?q=onerror", "nudges", "undelivered", "set-aside", "settings/replies"):
        visit(page, f"{attacked.url}/desk/{path}")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("onerror")
    page.get_by_role("option").nth(2).wait_for()
    assert page.evaluate(AUDIT) == []
    assert outside == []


def test_a_mail_as_it_came_runs_nothing(
    windows: Windows, attacked: Field, outside: list[str]
) -> None:
    """In its frame on the case, and opened alone; pictures from elsewhere only when asked for."""
    page = trapped(windows.at_desk(attacked.url, "ben@acme.test"), outside)
    assert len(attacked.letters) == len(attacks())
    for reference, _ in attacked.letters[::24]:
        visit(page, f"{attacked.url}/desk/cases/{reference}")
        page.get_by_text("As it was sent").click()
        page.frame_locator("iframe.letter").get_by_text("Hello").wait_for()
    for reference, message_id in attacked.letters:
        letter = f"{attacked.url}/desk/cases/{reference}/messages/{message_id}/letter"
        assert "Hello" in visit(page, letter)
        assert outside == [], letter
        if page.get_by_role("link", name="Show", exact=True).count():
            visit(page, f"{letter}?images=1")
            outside.clear()


def test_the_widget_runs_nothing(windows: Windows, attacked: Field) -> None:
    install = attacked.company.install
    with Site() as site:
        with install.office.database.write() as unit:
            (inbox,) = store_inboxes.all_inboxes(unit, kind="web")
            store_inboxes.update(unit, inbox.id, {"options": {"allowed_origins": site.url}})
        script = f'<script src="{install.url}/widget/fairline.js" data-inbox="{inbox.id}">'
        site.html = f"<!doctype html><html lang=en><title>Shop</title>{script}</script>"
        page = windows.open()
        page.add_init_script(TRAP + OPEN)
        page.goto(site.url)
        page.get_by_role("button", name="Ask Acme").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("textbox").first.fill("\n\n".join(strings())[:15_000])
        dialog.get_by_role("button", name="Send").click()
        dialog.get_by_role("log").wait_for()
        case = attacked.company.all_cases()[-1]
        with install.office.database.write() as unit:
            actions.reply(unit, case.id, attacked.company.ben, f"live {ATTACK}")
        dialog.get_by_text(f"live {ATTACK}").wait_for()
        assert page.evaluate("() => window.ran") == []
        windows.close()
