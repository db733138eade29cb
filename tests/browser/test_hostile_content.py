"""Hostile strings in every field that strangers and colleagues fill: Chromium runs none of them.

The strings of ../shared/data/hostile come in through the door as questions, names, subjects, files
and mails, and are said, noted, tagged and saved by agents. Then every page that shows them is
opened and its elements are gone through.
"""

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
import sqlalchemy as sa
from playwright.sync_api import Dialog, Page, Route, expect

from fairline.cases import actions, changes, links
from fairline.cases.inbound import Author, Inbound, InboundFile
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM, Case
from fairline.cases.tables import cases, messages
from fairline.channels import raw, store_inboxes
from fairline.channels.contract import RawItem
from fairline.channels.ingest import inbox_ref
from fairline.channels.rows import Inbox
from fairline.db.unit import Unit
from fairline.knowledge.actions import create_reply
from fairline.people import store as people
from tests.browser.windows import Windows
from tests.journeys.company import Company, found_company
from tests.journeys.server import Install

HOSTILE = Path(__file__).parents[2] / "../shared/data/hostile"
AT_ONCE = 90
ATOM = "{http://www.w3.org/2005/Atom}"
BREAKOUT = (
    "</textarea></title></script>\"'><img src=x onerror=alert(1)><script>alert(2)</script>"
    "<a href='javascript:alert(3)'>go</a><base href=//evil.test><iframe srcdoc=x></iframe>"
)

# What an attack would call, and what the policy had to stop. Pages without scripts have no
# listener: there the console complains, which `Windows` hears.
TRAP = """
window.ran = [];
for (const name of ["alert", "prompt", "confirm", "print", "open"])
  window[name] = (...words) => { window.ran.push(`${name}(${words.join()})`); };
document.addEventListener("securitypolicyviolation", (event) =>
  window.ran.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
# Goes through a page, or through `markup` parsed without being run.
FOUND = """(markup) => {
  const found = markup === null ? [...(window.ran ?? [])] : [];
  const page = markup === null
    ? document : new DOMParser().parseFromString(markup, "text/html");
  const runs = /^(javascript|vbscript|data:(?!image\\/(png|gif|jpeg|webp)[;,]))/i;
  const leads = ["href", "src", "action", "formaction", "xlink:href", "data", "poster", "srcdoc"];
  const refused = ["object", "embed", "applet", "frame", "frameset", "math", "foreignobject"];
  const ours = (script) => script.type === "application/ld+json" || (
    markup === null && script.text === "" && new URL(script.src).origin === location.origin
    && new URL(script.src).pathname.startsWith("/static/"));
  for (const element of page.querySelectorAll("*")) {
    const tag = element.localName.toLowerCase();
    const bad = refused.includes(tag)
      || (tag === "script" && !ours(element))
      || (tag === "base" && element.hasAttribute("href"))
      || (tag === "meta" && /refresh/i.test(element.httpEquiv))
      || (tag === "iframe" && !(element.matches(".letter[sandbox]")
        && !element.sandbox.contains("allow-scripts")));
    if (bad) found.push(element.outerHTML.slice(0, 200));
    for (const { name, value } of element.attributes) {
      const address = value.replace(/[\\u0000-\\u0020]/g, "");
      if (/^on/i.test(name) || name === "style" || name === "srcdoc"
          || (leads.includes(name.toLowerCase()) && runs.test(address)))
        found.push(`<${tag} ${name}=${value.slice(0, 200)}>`);
    }
  }
  return found;
}"""


@dataclass
class Attacked:
    """A serving company that was attacked, and where that is to be seen."""

    company: Company
    public: list[str] = field(default_factory=list)
    private: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    letters: list[tuple[str, str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.company.install.url


def payloads() -> list[str]:
    """HTML made to get past sanitisers."""
    if not HOSTILE.is_dir():
        pytest.skip("../shared/data/hostile is absent: the hostile strings are not in this copy")
    return [one["payload"] for one in json.loads((HOSTILE / "dompurify_expect.json").read_text())]


def crowds() -> list[list[str]]:
    """All hostile strings, many at once."""
    naughty = json.loads((HOSTILE / "blns.json").read_text())
    every = [text for text in dict.fromkeys([BREAKOUT, *payloads(), *naughty]) if text.strip()]
    return [every[i : i + AT_ONCE] for i in range(0, len(every), AT_ONCE)]


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    with Install(tmp_path_factory.mktemp("attacked")) as install:
        company = found_company(install)
        mailbox = company.serve_mailbox(smtp_host="127.0.0.1", smtp_port="1", smtp_security="none")
        there = Attacked(company)
        for number, texts in enumerate(crowds()):
            with install.office.database.write() as unit:
                there.public.append(asked(unit, company, f"p{number}", texts, public=True))
                there.private.append(asked(unit, company, f"s{number}", texts, public=False))
                there.tokens += [link_to(unit, there.private[-1])]
        with install.office.database.write() as unit:
            furnish(unit, company)
            for number, markup in enumerate(payloads()):
                mailed(unit, company, mailbox, number, markup)
        there.letters = letters_of(company)
        assert len(there.letters) == len(payloads())
        install.serve("--no-work")
        yield there


def asked(unit: Unit, company: Company, key: str, texts: list[str], *, public: bool) -> str:
    """One case with the strings in all its parts; its reference."""
    (board,) = store_inboxes.all_inboxes(unit, kind="web")
    together = "\n\n".join(texts)
    said = Inbound(
        native_id=key,
        author=Author(channel="web", address=key, name=texts[0][:200]),
        subject=" ".join(together.split())[:300],
        text=together,
        is_public=public,
        files=tuple(
            InboundFile(name=text[:200], media_type="text/html", data=together.encode())
            for text in texts
        ),
    )
    case = changes.get_case(unit, receive(unit, inbox_ref(unit, board), said).case_id)
    where = "public" if public else "private"
    actions.reply(unit, case.id, company.ben, together, visibility=where)
    actions.note(unit, case.id, company.ben, f"@[{together}] " + together)
    actions.save_draft(unit, case.id, company.ada, "note", BREAKOUT + together)
    for text in texts:
        if public and (tag := " ".join(text.replace(",", " ").split())):
            changes.add_tag(unit, case, tag, by=SYSTEM)
    return case.reference


def link_to(unit: Unit, reference: str) -> str:
    """The token of a new secret link."""
    case = case_of(unit, reference)
    contact = sa.select(messages.c.identity_id).where(
        messages.c.case_id == case.id, messages.c.direction == "inbound"
    )
    return links.issue(unit, case, unit.execute(contact).scalars().one())


def case_of(unit: Unit, reference: str) -> Case:
    found = unit.execute(sa.select(cases.c.id).where(cases.c.reference == reference))
    return changes.get_case(unit, found.scalar_one())


def furnish(unit: Unit, company: Company) -> None:
    """What the company itself may have typed or pasted."""
    people.update_brand(
        unit, company.brand.id, {"greeting": BREAKOUT, "signature": BREAKOUT, "name": BREAKOUT[:80]}
    )
    for number, texts in enumerate(crowds()):
        # What stands in braces would be taken for a placeholder.
        together = "\n\n".join(texts).replace("{", "(")[:9_000]
        title = " ".join(f"{number} {BREAKOUT} {together}".split())[:80]
        create_reply(unit, title=title, text=together, by=SYSTEM)


def mailed(unit: Unit, company: Company, mailbox: Inbox, number: int, markup: str) -> None:
    """One attack as a letter, in its sender's name, its subject and its file's name too."""
    line = " ".join(markup.split())[:150]
    mail = EmailMessage()
    mail["From"] = Address(line, f"dov{number}", "mail.test")
    mail["To"] = mailbox.address
    mail["Subject"] = line
    mail["Message-ID"] = f"<{number}@mail.test>"
    mail.set_content(f"Plainly: {markup}")
    # The picture makes every letter one that has something to show.
    picture = '<img src="https://pictures.test/a.png" alt="a picture">'
    mail.add_alternative(f"<p>First</p>{picture}{markup}", subtype="html")
    mail.add_attachment(markup.encode(), maintype="text", subtype="html", filename=line[:80])
    item = RawItem(native_id=f"{number}@mail.test", payload=mail.as_bytes())
    kept = raw.keep(unit, mailbox.id, item)
    assert kept
    taken = company.install.office.make_ingest().take_within(unit, kept)
    assert taken.outcome == "new_case", markup


def letters_of(company: Company) -> list[tuple[str, str]]:
    query = (
        sa.select(cases.c.reference, messages.c.id)
        .join(messages, messages.c.case_id == cases.c.id)
        .where(messages.c.html != "")
        .order_by(messages.c.id)
    )
    with company.install.office.database.read() as unit:
        return [(row.reference, row.id) for row in unit.execute(query)]


class Visitor:
    """A window in which whatever runs is noticed, and that leaves this machine never."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.outside: list[str] = []
        self.dialogs: list[str] = []
        page.add_init_script(TRAP)
        page.context.route(lambda there: urlsplit(there).hostname != "127.0.0.1", self._stop)
        page.on("dialog", self._dismiss)
        page.on("popup", lambda popup: self.dialogs.append(popup.url))

    def sees(self, path: str, *, outside: bool = False) -> str:
        """Open it and go through it; what is to be read there."""
        answer = self.page.goto(self.url + path)
        assert answer
        assert answer.ok, f"{answer.status} {path}"
        self.is_unharmed(path)
        assert outside or not self.outside, path
        assert self.page.url == self.url + path
        return self.page.inner_text("body")

    def is_unharmed(self, path: str) -> None:
        for frame in self.page.frames:
            # A letter that nobody has opened is not loaded yet: there is nothing to ask.
            if frame.url not in {"", "about:blank"}:
                assert frame.evaluate(FOUND, None) == [], path
        assert self.dialogs == [], path

    def _dismiss(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def _stop(self, route: Route) -> None:
        self.outside.append(route.request.url)
        route.fulfill(status=200, content_type="image/gif", body=b"")


@pytest.fixture
def dov(windows: Windows, attacked: Attacked) -> Visitor:
    return Visitor(windows.open(), attacked.url)


@pytest.fixture
def ada(windows: Windows, attacked: Attacked) -> Visitor:
    return Visitor(windows.at_desk(attacked.url, "ada@acme.test"), attacked.url)


def test_the_same_strings_would_run_where_nothing_stops_them(windows: Windows) -> None:
    page = windows.open()
    page.add_init_script(TRAP)
    page.goto("about:blank")
    page.set_content(f"<title>{BREAKOUT}")
    page.wait_for_function("() => window.ran.includes('alert(1)')")
    found = page.evaluate(FOUND, None)
    assert {"alert(1)", "alert(2)", "<img onerror=alert(1)>"} <= set(found)
    assert "<a href=javascript:alert(3)>" in found
    assert page.evaluate(FOUND, BREAKOUT), "parsed without being run"
    # All that it broke is what a complaint would have been.
    windows.complaints.clear()


def test_the_board(dov: Visitor, attacked: Attacked) -> None:
    assert "<script>alert(2)</script>" in dov.sees("/")
    dov.sees("/questions")
    assert "<img" in dov.sees("/questions?q=onerror")
    dov.sees(f"/questions?q={quote(BREAKOUT, safe='')}")
    dov.sees("/lost")
    for reference in attacked.public:
        dov.sees(f"/q/{reference}")
        dov.sees(f"/q/{reference}/embed")


def test_a_thread(dov: Visitor, attacked: Attacked) -> None:
    read = [dov.sees(f"/t/{token}") for token in attacked.tokens]
    assert "<script>alert(2)</script>" in read[0]


def test_a_thread_that_changes_while_it_is_open(dov: Visitor, attacked: Attacked) -> None:
    dov.sees(f"/t/{attacked.tokens[-1]}")
    company = attacked.company
    with company.install.office.database.write() as unit:
        case = case_of(unit, attacked.private[-1])
        actions.reply(unit, case.id, company.ben, f"Just now {BREAKOUT}")
    expect(dov.page.get_by_text("Just now </textarea>")).to_be_visible()
    dov.is_unharmed("the thread, later")


def test_feeds(dov: Visitor, attacked: Attacked) -> None:
    dov.sees("/")
    for path in ["/feed.atom", *(f"/q/{one}/feed.atom" for one in attacked.public)]:
        answer = dov.page.request.get(attacked.url + path)
        assert answer.headers["content-type"].startswith("application/atom+xml")
        feed = ET.fromstring(answer.body())
        assert len(feed.findall(f"{ATOM}entry")) >= 2
        for element in feed.iter():
            assert element.tag.startswith(ATOM)
            assert urlsplit(element.get("href", "http:")).scheme in {"http", "https"}
            if element.get("type") == "html":
                assert dov.page.evaluate(FOUND, element.text) == [], path


def test_the_desk(ada: Visitor, attacked: Attacked) -> None:
    ada.sees("/desk")
    assert "onerror" in ada.sees("/desk?list=everything")
    for reference in [*attacked.public, *attacked.private]:
        ada.sees(f"/desk/cases/{reference}")
    assert "<img" in ada.sees("/desk/search?q=onerror")
    ada.sees(f"/desk/search?q={quote(BREAKOUT, safe='')}")
    ada.page.keyboard.press("Control+k")
    ada.page.get_by_role("combobox").fill("onerror")
    ada.page.get_by_role("option").nth(2).wait_for()
    ada.is_unharmed("the palette")


def test_settings(ada: Visitor, attacked: Attacked) -> None:
    assert "onerror" in ada.sees("/desk/settings/replies")
    forms = ada.page.locator("a[href^='/desk/settings/replies/0']")
    paths = [str(form.get_attribute("href")) for form in forms.all()]
    assert len(paths) == len(crowds())
    for path in paths:
        ada.sees(path)


def test_every_letter_is_harmless_as_it_is_served(ada: Visitor, attacked: Attacked) -> None:
    """Each parsed alone: what an attack leaves open must not hide the next one."""
    ada.sees("/desk")
    for reference, message_id in attacked.letters:
        path = f"/desk/cases/{reference}/messages/{message_id}/letter"
        for address in (path, f"{path}?images=1"):
            answer = ada.page.request.get(attacked.url + address)
            assert answer.ok, address
            assert "sandbox" in answer.headers["content-security-policy"], address
            assert "script-src" not in answer.headers["content-security-policy"], address
            markup = answer.text()
            assert "First" in markup
            assert ada.page.evaluate(FOUND, markup) == [], address


def test_letters_in_a_window_of_their_own(ada: Visitor, attacked: Attacked) -> None:
    for reference, message_id in attacked.letters[:: len(attacked.letters) // 12]:
        path = f"/desk/cases/{reference}/messages/{message_id}/letter"
        assert "First" in ada.sees(path)
        ada.sees(f"{path}?images=1", outside=True)
        assert {urlsplit(one).scheme for one in ada.outside} <= {"http", "https"}
        ada.outside.clear()


def test_letters_in_their_frame(ada: Visitor, attacked: Attacked) -> None:
    for reference, _ in attacked.letters[:: len(attacked.letters) // 6]:
        path = f"/desk/cases/{reference}"
        ada.sees(path)
        ada.page.get_by_text("As it was sent").click()
        frame = ada.page.frame_locator("iframe.letter")
        expect(frame.get_by_text("First")).to_be_visible()
        ada.is_unharmed(path)
        frame.get_by_role("link", name="Show", exact=True).click()
        expect(frame.get_by_text("not shown")).to_have_count(0)
        ada.is_unharmed(f"{path} with pictures")
        ada.outside.clear()
