"""The case page and its verbs: who may do what, what is shown, what is refused."""

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from fairline.cases import store_messages
from fairline.cases.actions import note, reply
from fairline.cases.addresses import leave_address
from fairline.cases.changes import get_case
from fairline.cases.editing import set_case_visibility
from fairline.cases.inbound import Auth, Copied, InboundFile
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM, Actor, Case
from fairline.db.blobs import put_blob
from fairline.db.engine import Database
from fairline.line import told
from fairline.people import store as people
from fairline.people.setup import create_brand
from tests.conftest import Cast, said
from tests.desk.conftest import Browser, Sit

Ask = Callable[..., Case]


def now(database: Database, case: Case) -> Case:
    with database.read() as unit:
        return get_case(unit, case.id)


@pytest.mark.parametrize(
    ("verb", "fields", "field", "value"),
    [
        ("status", {"status": "on_hold"}, "status", "on_hold"),
        ("kind", {"kind": "problem"}, "kind", "problem"),
        (
            "severity",
            {"severity": "safety", "reason": "an alarm hangs on it"},
            "severity",
            "safety",
        ),
        ("subject", {"subject": "  The parcel  "}, "subject", "The parcel"),
        ("owner", {"owner": "me"}, "owner_id", "ben"),
    ],
)
def test_each_verb_changes_what_it_says(
    ben: Browser,
    ask: Ask,
    database: Database,
    cast: Cast,
    verb: str,
    fields: dict[str, Any],
    field: str,
    value: str,
) -> None:
    case = ask()

    ben.press(f"/desk/cases/{case.reference}/do/{verb}", **fields)

    expected = cast.ben.id if value == "ben" else value
    assert getattr(now(database, case), field) == expected


def test_need_without_a_reason_is_refused_and_said(
    ben: Browser, ask: Ask, database: Database
) -> None:
    case = ask()

    page = ben.press(f"/desk/cases/{case.reference}/do/severity", expect=422, severity="safety")

    assert "Say in a few words why" in page
    assert now(database, case).severity == "annoyance"


def test_tags_come_and_go(ben: Browser, ask: Ask) -> None:
    case = ask()

    with_tag = ben.press(f"/desk/cases/{case.reference}/do/tag", tag="Double Charge")
    listed = ben.see("/desk?list=everything&tag=double+charge")
    without = ben.press(f"/desk/cases/{case.reference}/do/untag", tag="double charge")

    assert "#double charge" in with_tag
    assert case.reference in listed
    assert "Remove tag" not in without


def test_put_aside_leaves_the_line_and_comes_back(ben: Browser, ask: Ask) -> None:
    case = ask()

    monday: dict[str, Any] = {"for": "monday"}
    ben.press(f"/desk/cases/{case.reference}/do/snooze", **monday)
    assert case.reference not in ben.see("/desk/part/list")
    assert case.reference in ben.see("/desk/part/list?list=snoozed")

    ben.press(f"/desk/cases/{case.reference}/do/wake")
    assert case.reference in ben.see("/desk/part/list")


@pytest.mark.parametrize("until", ["", "yesterday", "2001-01-01T10:00", "9999-12-31T23:59"])
def test_a_strange_time_is_refused(ben: Browser, ask: Ask, until: str) -> None:
    case = ask()

    ben.press(f"/desk/cases/{case.reference}/do/snooze", expect=422, until=until)


def test_a_colleague_is_told_in_person_until_they_look(
    ben: Browser, sit: Sit, ask: Ask, cast: Cast
) -> None:
    case = ask()
    ben.press(f"/desk/cases/{case.reference}/do/owner", owner=cast.bea.id)
    bea = sit(cast.bea)

    assert "Ben gave you this case" in bea.see("/desk/nudges").replace("\n", " ")
    bea.see(f"/desk/cases/{case.reference}")
    assert "Nothing for you in person" in bea.see("/desk/nudges")


def test_every_write_without_the_token_is_refused(
    ben: Browser, ask: Ask, database: Database
) -> None:
    case = ask()
    paths = ("do/status", "do/owner", "say", "draft", "files", "presence", "do/revoke-links")

    for path in (
        *(f"/desk/cases/{case.reference}/{p}" for p in paths),
        "/desk/next",
        "/desk/views",
    ):
        answer = ben.client.post(path, data={"status": "closed", "text": "x", "mode": "note"})
        assert answer.status_code == 403, path
        foreign = ben.client.post(path, data={"csrf": "0" * 32})
        assert foreign.status_code == 403, path

    assert now(database, case).status == "new"


def test_a_form_from_another_site_is_refused(ben: Browser, ask: Ask) -> None:
    case = ask()
    answer = ben.client.post(
        f"/desk/cases/{case.reference}/do/status",
        data={"csrf": ben.csrf, "status": "closed"},
        headers={"sec-fetch-site": "cross-site"},
    )

    assert answer.status_code == 403


def test_another_brand_is_not_there(sit: Sit, ask: Ask, cast: Cast, database: Database) -> None:
    with database.write() as unit:
        other = create_brand(unit, name="Other", slug="other")
        people.update_agent(unit, cast.bea.id, {"brand_ids": [other.id]})
    case = ask("A secret of Acme")
    with database.read() as unit:
        (message,) = store_messages.thread(unit, case.id)
    bea = sit(cast.bea)
    base = f"/desk/cases/{case.reference}"

    for path in ("", f"/messages/{message.id}/letter"):
        bea.see(base + path, status=404)
    for path in ("/do/status", "/say", "/draft", "/presence", f"/messages/{message.id}/hide"):
        bea.press(base + path, expect=404, text="x", mode="note", status="closed", reason="x")
    bea.see(f"/desk/stream?case={case.reference}", status=404)
    for path in (
        "/desk?list=everything",
        "/desk/search?q=secret",
        "/desk/find.json?q=secret",
        f"/desk/find.json?q={case.reference}",
    ):
        assert case.reference not in bea.see(path).replace(f"q={case.reference}", "")
    assert "Nobody is waiting for you" in bea.press("/desk/next")


@pytest.mark.parametrize("path", ["FL-000000", "FL-%27%3B--", "..%2f..", "FL-7KX2QD%00"])
def test_a_reference_that_is_none(ben: Browser, path: str) -> None:
    ben.see(f"/desk/cases/{path}", status=404)


@pytest.mark.parametrize("strange", ["x", "%00", "0" * 36, "' OR 1=1 --"])
def test_ids_that_are_none(ben: Browser, ask: Ask, strange: str) -> None:
    case = ask()
    base = f"/desk/cases/{case.reference}"

    ben.see(f"{base}/messages/{strange}/letter", status=404)
    ben.press(f"{base}/do/try-again", expect=404, delivery=strange)
    ben.see(f"/desk?team={strange}", status=422)
    ben.see(f"/desk/part/more?after={strange}", status=422)


def test_a_message_of_another_case_is_not_reached_through_this_one(
    ben: Browser, ask: Ask, database: Database
) -> None:
    one, other = ask(), ask("Another", by="dov@mail.test")
    with database.read() as unit:
        (message,) = store_messages.thread(unit, other.id)

    ben.see(f"/desk/cases/{one.reference}/messages/{message.id}/letter", status=404)
    ben.press(f"/desk/cases/{one.reference}/messages/{message.id}/hide", expect=404, reason="x")


def test_hiding_needs_a_reason_and_says_it(ben: Browser, ask: Ask, database: Database) -> None:
    case = ask()
    with database.read() as unit:
        (message,) = store_messages.thread(unit, case.id)
    path = f"/desk/cases/{case.reference}/messages/{message.id}/hide"

    assert "Say why" in ben.press(path, expect=422)
    assert "Hidden outside: card number" in ben.press(path, reason="card number")


def test_only_the_author_changes_a_note(
    ben: Browser, ask: Ask, database: Database, cast: Cast
) -> None:
    case = ask()
    with database.write() as unit:
        theirs = note(unit, case.id, cast.bea, "Bea's words")
        mine = note(unit, case.id, cast.ben, "My words")
    base = f"/desk/cases/{case.reference}/messages"

    ben.press(f"{base}/{theirs.id}/edit", expect=403, text="Other words")
    assert "Better words" in ben.press(f"{base}/{mine.id}/edit", text="Better words")


def test_the_source_is_for_supervisors(
    ben: Browser, ada: Browser, cast: Cast, database: Database
) -> None:
    with database.write() as unit:
        raw = put_blob(unit, b"From: cleo\r\n\r\n<script>alert(1)</script>")
        taken = receive(unit, cast.mailbox_ref, said(), raw_sha256=raw)
        case = get_case(unit, taken.case_id)
    path = f"/desk/cases/{case.reference}/messages/{taken.message_id}/source"

    ben.see(path, status=403)
    answer = ada.client.get(path)
    assert answer.content.startswith(b"From: cleo")
    assert answer.headers["content-type"].startswith("application/octet-stream")
    assert answer.headers["content-disposition"].startswith("attachment")


def test_the_export_is_for_supervisors_and_whole(ben: Browser, ada: Browser, ask: Ask) -> None:
    case = ask("Carried away", files=(InboundFile(name="a.pdf", media_type="a/b", data=b"%PDF"),))
    path = f"/desk/cases/{case.reference}/export.zip"

    ben.see(path, status=403)
    answer = ada.client.get(path)

    assert answer.headers["content-disposition"].startswith("attachment")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist())
    assert b"Carried away" in whole
    assert b"%PDF" in whole


def test_a_letter_is_framed_without_scripts_and_remote_pictures(
    ben: Browser, ask: Ask, database: Database
) -> None:
    case = ask(
        html='<p>Hello<script>alert(1)</script><img src="http://spy.test/p.png">'
        '<img src="cid:logo"></p>',
        files=(InboundFile(name="l.png", media_type="image/png", data=b"p", content_id="logo"),),
    )
    with database.read() as unit:
        (message,) = store_messages.thread(unit, case.id)
    path = f"/desk/cases/{case.reference}/messages/{message.id}/letter"
    answer, asked = ben.client.get(path), ben.client.get(f"{path}?images=1")

    policy = answer.headers["content-security-policy"]
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy
    assert "<script" not in answer.text
    assert ' src="http://spy.test' not in answer.text
    assert "1 picture" in answer.text
    assert 'src="http://spy.test/p.png"' in asked.text
    assert f'src="/desk/cases/{case.reference}/files/' in answer.text


@pytest.mark.parametrize(
    ("name", "media_type", "shown"),
    [
        ("a.png", "image/png", True),
        ("page.html", "text/html", False),
        ("x.svg", "image/svg+xml", False),
        ('"; filename=evil.exe\r\nX-Y: 1.pdf', "application/pdf", False),
        ("früh ☂.txt", "text/plain", False),
    ],
)
def test_files_are_saved_not_run(
    ben: Browser, ask: Ask, database: Database, name: str, media_type: str, shown: bool
) -> None:
    case = ask(files=(InboundFile(name=name, media_type=media_type, data=b"data"),))
    with database.read() as unit:
        (file,) = store_messages.attachments_of(unit, case.id)
    answer = ben.client.get(f"/desk/cases/{case.reference}/files/{file.id}/x")

    assert answer.content == b"data"
    assert answer.headers["content-disposition"].startswith("inline" if shown else "attachment")
    assert "x-y" not in answer.headers
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    if not shown:
        assert answer.headers["content-type"].startswith("application/octet-stream")


def test_the_page_tells_the_whole_story(ben: Browser, cast: Cast, database: Database) -> None:
    with database.write() as unit:
        taken = receive(
            unit,
            cast.mailbox_ref,
            said(
                "You took 42 twice",
                auth=Auth(spf="fail", dkim="fail", dmarc="fail"),
                full_text="You took 42 twice\n> earlier words",
                copied=(Copied(address="dov@mail.test", name="Dov", role="cc"),),
            ),
        )
        case = get_case(unit, taken.case_id)
        reply(unit, case.id, cast.bea, "On its way back", status="solved")
        note(unit, case.id, cast.bea, "Ask @[Ben] <b>first</b>")
    page = ben.see(f"/desk/cases/{case.reference}")

    assert "Sender may be forged (SPF fail, DKIM fail, DMARC fail)" in page
    assert "earlier words" in page
    assert "waiting to be sent to cleo@mail.test" in page
    assert "Bea: took the case (by answering)" in page
    assert "New → Open" in page or "New → Solved" in page
    assert '<strong class="mention">@Ben</strong> &lt;b&gt;first&lt;/b&gt;' in page
    assert (
        page.index("You took 42 twice</p>")
        < page.index("took the case")
        < page.index("On its way back")
        < page.index("→ Solved")
        < page.index("@Ben</strong>")
    )
    assert "not confirmed" in page
    assert "Dov" in page


def test_long_threads_come_in_pages(ben: Browser, ask: Ask, database: Database, cast: Cast) -> None:
    case = ask("The very first words")
    for number in range(230):
        with database.write() as unit:
            note(unit, case.id, cast.bea, f"note number {number}.")
    page = ben.see(f"/desk/cases/{case.reference}")

    assert "note number 229." in page
    assert "note number 30." in page
    assert "note number 29." not in page
    before = page.split("?before=")[1].split('"')[0]
    earlier = ben.see(f"/desk/cases/{case.reference}?before={before}")
    assert "The very first words</p>" in earlier
    assert "note number 29." in earlier
    assert "note number 30." not in earlier


def test_public_is_taken_off_the_board_by_agents_but_never_put_on(
    ben: Browser, cast: Cast, database: Database
) -> None:
    with database.write() as unit:
        taken = receive(unit, cast.board_ref, said(channel="web", by="b1", is_public=True))
        case = get_case(unit, taken.case_id)
        if not case.is_public:
            by = Actor(kind="contact", id=case.contact_id)
            case = set_case_visibility(unit, case.id, is_public=True, by=by)
    assert "Public reply" in ben.see(f"/desk/cases/{case.reference}")

    page = ben.press(f"/desk/cases/{case.reference}/do/make-private")

    assert "Public reply" not in page
    ben.press(f"/desk/cases/{case.reference}/do/make-public", expect=404)
    ben.press(
        f"/desk/cases/{case.reference}/say", expect=422, mode="public", text="Hello everybody"
    )


def test_contact_is_named_and_remarked(ben: Browser, ask: Ask) -> None:
    case = ask()

    page = ben.press(
        f"/desk/cases/{case.reference}/do/contact", name="Cleo Marsh", remark="call after five"
    )

    assert "<h2>Cleo Marsh</h2>" in page
    assert "call after five" in page


def test_hostile_words_stay_words_everywhere(ben: Browser, cast: Cast, database: Database) -> None:
    evil = "\"><img src=x onerror=alert(1)><script>alert(2)</script>'{{7*7}}"
    with database.write() as unit:
        taken = receive(
            unit,
            cast.mailbox_ref,
            said(
                f"{evil} @[{evil}] https://x.test/@[a]{evil}",
                name=evil,
                subject=evil,
                full_text=f"{evil} > {evil}",
                files=(InboundFile(name=evil, media_type="text/html", data=b"x"),),
            ),
        )
        case = get_case(unit, taken.case_id)
        note(unit, case.id, cast.bea, f"@[{evil}] https://x.test/@[a] {evil}")
        people.update_agent(unit, cast.bea.id, {"name": evil})
    ben.press(f"/desk/cases/{case.reference}/do/tag", tag=evil)
    ben.press(f"/desk/cases/{case.reference}/do/contact", remark=evil, name=evil)
    pages = [f"/desk/cases/{case.reference}", "/desk?list=everything", "/desk/search?q=alert"]

    for path in pages:
        page = ben.see(path)
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path
        assert "{{7*7}}" in page, path


def test_pages_cost_few_statements(ben: Browser, ask: Ask, database: Database, cast: Cast) -> None:
    case = ask()
    for number in range(12):
        ask(f"Question {number}", by=f"c{number}@mail.test")
        with database.write() as unit:
            reply(unit, case.id, cast.bea, f"Answer {number}", status="open")
    statements: list[str] = []

    def count(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN", "SELECT pg_snapshot")):
            statements.append(statement)

    sa.event.listen(database.engine, "before_cursor_execute", count)
    try:
        costs = {}
        for path in (
            "/desk",
            f"/desk/cases/{case.reference}",
            "/desk/part/list",
            "/desk/part/rail",
        ):
            ben.see(path)  # the first look after a change reads the house anew
            statements.clear()
            ben.see(path)
            costs[path.split("/")[-1][:2]] = len(statements)
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", count)

    assert costs["de"] <= 8, costs
    assert costs["FL"] <= 11, costs
    assert costs["li"] <= 5, costs
    assert costs["ra"] <= 3, costs


def test_who_and_where_are_named_plainly(
    ben: Browser, ask: Ask, cast: Cast, database: Database
) -> None:
    nameless = ask(by_board=True, name="")
    with database.write() as unit:
        leave_address(unit, nameless, "email", "marisol@mail.test", name="Marisol", by=SYSTEM)
    page = ben.see(f"/desk/cases/{nameless.reference}")
    assert "Somebody on the board" in page
    assert "Left an address: marisol@mail.test" in page

    to_us = Copied(role="to", address="support+c-abcdefgh@acme.test")
    page = ben.see(f"/desk/cases/{ask(copied=(to_us,)).reference}")
    assert "Copied:" not in page


def test_the_head_says_where_it_stands_and_what_was_told(
    ben: Browser, ask: Ask, database: Database, cast: Cast
) -> None:
    first, second = ask("First"), ask("Second", by="dov@mail.test")
    assert "next in line" in ben.see(f"/desk/cases/{first.reference}")
    assert "place 2 in line" in ben.see(f"/desk/cases/{second.reference}")
    with database.write() as unit:
        low, high = unit.now + timedelta(minutes=20.5), unit.now + timedelta(minutes=50.5)
        told.tell(unit, second.id, cast.brand.id, 1, low, high)
    assert "place 2 in line, told to expect an answer in 20 min to 50 min" in ben.see(
        f"/desk/cases/{second.reference}"
    )
    with database.write() as unit:
        reply(unit, second.id, cast.bea, "Here you are")
    assert (
        "in line"
        not in ben.see(f"/desk/cases/{second.reference}")
        .split("</h1>")[0]
        .split('id="case-head"')[1]
    )
