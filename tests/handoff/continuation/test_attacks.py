"""Dov attacks: guessing, replaying, forwarding, a second browser, other brands, and every leak."""

import hashlib
import logging
import re
import statistics
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from fairline.board import rates
from fairline.cases import store
from fairline.cases.actions import actor_of, reply
from fairline.cases.export import export_case
from fairline.cases.rows import Case
from fairline.channels.carried import CARRIED
from fairline.channels.marks import digits_of, same_digits
from fairline.channels.repair import send_another_way
from fairline.core.ids import hash_token
from fairline.db.types import metadata
from fairline.handoff.continuation import opening, proving
from fairline.handoff.continuation import store as continuations
from fairline.handoff.continuation.tables import proofs
from fairline.people import store_contacts
from fairline.people.contacts import resolve
from fairline.people.setup import create_brand
from tests.board.visitor import Page
from tests.handoff.continuation.square import (
    Browser,
    OpenBrowser,
    Square,
    path_of,
    run_jobs,
    see,
    send,
)
from tests.handoff.continuation.test_offering import CODE

At = Callable[[Square], OpenBrowser]
SECRET = "Between us: it is in Hamburg."  # noqa: S105


KEPT = dict(rates.RATES)


@pytest.fixture(autouse=True)
def no_rates(monkeypatch: pytest.MonkeyPatch) -> None:
    """All browsers of a test are one network."""
    monkeypatch.setattr(rates, "RATES", dict.fromkeys(KEPT, (100_000.0, 600.0)))


def wrong(right: str) -> str:
    return f"{(int(right) + 1) % 10**6:06}"


def ask_digits(square: Square, browser: Browser, path: str) -> str:
    """The digits that Cleo gets when this browser asks for some."""
    send(browser, f"{path}/digits", way="post")
    run_jobs(square)
    square.send()
    return square.digits_for("cleo")


def kept_from(browser: Browser, path: str) -> None:
    """This browser reads nothing private under the link."""
    page = browser.get(path)
    assert SECRET not in page.text


def test_digits_can_be_guessed_five_times_and_then_even_the_right_ones_fail(
    linked: Square,
    case: Case,
    browsers: At,
) -> None:
    dov, path = browsers(linked)(), path_of(linked)
    send(dov, f"{path}/open")
    right = ask_digits(linked, dov, path)

    for _ in range(proving.MOST_TRIES):
        assert send(dov, f"{path}/check", digits=wrong(right)).status_code == 422
    assert send(dov, f"{path}/check", digits=right).status_code == 422
    assert "continuation_proof_refused" in linked.kinds(case)
    assert "continuation_confirmed" not in linked.kinds(case)


def test_the_last_of_five_tries_still_counts(
    linked: Square,
    case: Case,
    browsers: At,
) -> None:
    cleo, path = browsers(linked)(), path_of(linked)
    send(cleo, f"{path}/open")
    right = ask_digits(linked, cleo, path)
    for _ in range(proving.MOST_TRIES - 1):
        send(cleo, f"{path}/check", digits=wrong(right))

    assert send(cleo, f"{path}/check", digits=right).status_code == 303


def test_three_sendings_an_hour_and_ten_for_a_way_in(
    linked: Square,
    case: Case,
    browsers: At,
) -> None:
    dov, path = browsers(linked)(), path_of(linked)
    send(dov, f"{path}/open")
    for hours in range(6):
        for _ in range(5):
            ask_digits(linked, dov, path)
        got = len(linked.plaza.read_by("cleo"))
        assert got == min(3 * (hours + 1), proving.MOST_PROOFS)
        with linked.office.database.write() as unit:
            hour = timedelta(hours=1, seconds=1)
            unit.execute(sa.update(proofs).values(created_at=unit.now - hour * (hours + 1)))


def test_a_network_is_slowed_down(
    linked: Square, browsers: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rates, "RATES", KEPT)
    dov = browsers(linked)()
    answers = [send(dov, "/continue", code="FL-0000-0000").status_code for _ in range(22)]

    most = int(KEPT["continue"][0])
    assert answers.count(200) == most
    assert answers[-1] == 429


def test_digits_count_once(linked: Square, case: Case, browsers: At) -> None:
    cleo, path = browsers(linked)(), path_of(linked)
    send(cleo, f"{path}/open")
    right = ask_digits(linked, cleo, path)

    assert send(cleo, f"{path}/check", digits=right).status_code == 303
    assert send(cleo, f"{path}/check", digits=right).status_code == 422


def test_late_digits_count_no_more(linked: Square, case: Case, browsers: At) -> None:
    cleo, path = browsers(linked)(), path_of(linked)
    send(cleo, f"{path}/open")
    right = ask_digits(linked, cleo, path)
    with linked.office.database.write() as unit:
        unit.execute(sa.update(proofs).values(expires_at=unit.now))

    assert send(cleo, f"{path}/check", digits=right).status_code == 422


def test_a_second_browser_sees_nothing_of_the_first(
    linked: Square,
    case: Case,
    browsers: At,
) -> None:
    new = browsers(linked)
    cleo, dov, path = new(), new(), path_of(linked)
    send(cleo, f"{path}/open")
    send(cleo, f"{path}/say", text="My order is 4711", key="1")
    with linked.office.database.write() as unit:
        reply(unit, case.id, linked.cast.ben, SECRET)

    send(dov, f"{path}/open")
    page = dov.get(path).text
    assert "open in another browser" in page
    assert "4711" not in page
    kept_from(dov, path)
    kept_from(cleo, path)
    assert send(dov, f"{path}/say", text="I am Cleo", key="1").status_code == 404
    assert "4711" in cleo.get(path).text, "the first is as it was"


def test_forwarded_digits_are_worth_nothing_in_another_browser(
    linked: Square,
    case: Case,
    browsers: At,
) -> None:
    new = browsers(linked)
    cleo, dov, path = new(), new(), path_of(linked)
    send(cleo, f"{path}/open")
    right = ask_digits(linked, cleo, path)

    assert send(dov, f"{path}/check", digits=right).status_code == 422
    assert send(cleo, f"{path}/check", digits=right).status_code == 303


def test_the_customer_takes_it_back_from_whoever_was_faster(
    linked: Square,
    case: Case,
    browsers: At,
) -> None:
    """Dov presses the button first; Cleo, who reads the digits, has the case; Dov nothing."""
    new = browsers(linked)
    dov, cleo, path = new(), new(), path_of(linked)
    send(dov, f"{path}/open")
    send(dov, f"{path}/say", text="Send me your card number, Cleo", key="1")
    with linked.office.database.write() as unit:
        reply(unit, case.id, linked.cast.ben, SECRET)

    right = ask_digits(linked, cleo, path)
    thread = send(cleo, f"{path}/check", digits=right)
    assert thread.status_code == 303
    page = see(cleo, thread.headers["location"]).text
    assert SECRET in page
    assert "card number" not in page, "a stranger's words do not reach the customer"
    kept_from(dov, path)
    assert send(dov, f"{path}/say", text="More", key="2").status_code == 404
    with linked.office.database.read() as unit:
        own = {m.identity_id for m in linked.thread(case) if "card number" in m.text}
        people = {one.id for one in store_contacts.identities_of(unit, case.contact_id)}
    assert not own & people


def test_looking_binds_nothing(linked: Square, case: Case, browsers: At) -> None:
    new = browsers(linked)
    bot, cleo, path = new(), new(), path_of(linked)
    for _ in range(3):
        answer = bot.get(path)
        assert "set-cookie" not in answer.headers
    bot.head(path)
    assert linked.way(case).opened_at is None

    send(cleo, f"{path}/open")
    assert "not confirmed yet" in cleo.get(path).text
    assert "open in another browser" not in cleo.get(path).text


def shape(answer: Any, code: str) -> tuple[int, str, list[str]]:
    """Everything of an answer that somebody could tell cases apart by."""
    names = sorted(name for name in answer.headers if name not in {"set-cookie", "content-length"})
    return answer.status_code, answer.text.replace(code, "CODE"), names


def test_no_code_can_be_told_from_another(
    square: Square,
    browsers: At,
) -> None:
    """Good, unknown, revoked, expired, of another brand: one page, one job, one end."""
    new = browsers(square)
    codes = {"unknown": "FL-ZZZZ-ZZZZ"}
    for name in ("revoked", "expired", "good"):
        case = square.asked(f"Lost: {name}", by=name)
        square.offers(case)
        codes[name] = CODE.findall(square.plaza.posts[-1].text)[0]
        way = square.way(case)
        with square.office.database.write() as unit:
            if name == "revoked":
                continuations.update(unit, way.id, {"revoked_at": unit.now})
            if name == "expired":
                continuations.update(unit, way.id, {"expires_at": unit.now})
    with square.office.database.write() as unit:
        create_brand(unit, name="Other", slug="other")
    run_jobs(square)

    first, second = set(), set()
    for name, code in codes.items():
        dov = new()
        sent = dov.post("/continue", data={"code": code, "way": "post"})
        first.add(repr(shape(sent, code)))
        assert run_jobs(square) == 1, name
        checked = dov.post("/continue/check", data={"code": code, "digits": "000000"})
        second.add(repr(shape(checked, code)))
    assert len(first) == len(second) == 1

    square.send()
    assert {said.to for said in square.plaza.messages} == {"good"}
    elsewhere = new()
    elsewhere.post("/b/other/continue", data={"code": codes["good"], "way": "post"})
    run_jobs(square)
    square.send()
    assert len(square.plaza.messages) == 1, "a code of one brand means nothing at another"


def test_the_same_statements_run_for_every_code(
    square: Square,
    browsers: At,
) -> None:
    case = square.asked()
    square.offers(case)
    good = CODE.findall(square.plaza.posts[-1].text)[0]
    dov = browsers(square)()
    dov.get("/continue")
    seen: list[str] = []

    def hear(_c: object, _k: object, statement: str, *_: object) -> None:
        seen.append(re.sub(r"\s+", " ", statement))

    ran = {}
    sa.event.listen(square.office.database.engine, "before_cursor_execute", hear)
    try:
        for code in ("FL-ZZZZ-ZZZZ", good, "FL-ZZZZ-ZZZY"):
            dov.post("/continue/check", data={"code": code, "digits": "000000"})
            ran[code], seen = list(seen), []
    finally:
        sa.event.remove(square.office.database.engine, "before_cursor_execute", hear)
    assert ran[good] == ran["FL-ZZZZ-ZZZZ"] == ran["FL-ZZZZ-ZZZY"]


def test_digits_are_compared_in_constant_time() -> None:
    """A wrong first digit takes as long as a wrong last one, within what the clock can tell."""
    right = "123456"

    def takes(typed: str) -> float:
        spans = []
        for _ in range(400):
            start = time.perf_counter_ns()
            for _ in range(20):
                same_digits(typed, right)
            spans.append(time.perf_counter_ns() - start)
        return statistics.median(spans)

    early, late = takes("923456"), takes("123459")
    assert 0.5 < early / late < 2


def test_nothing_that_opens_anything_is_in_the_database_or_an_export(
    linked: Square,
    case: Case,
    browsers: At,
) -> None:
    cleo, path = browsers(linked)(), path_of(linked)
    send(cleo, f"{path}/open")
    digits = ask_digits(linked, cleo, path)
    cookie = cleo.cookies["fairline_go_on"]
    token = path.removeprefix("/c/")

    with linked.office.database.read() as unit:
        tables = metadata.sorted_tables
        rows = [repr(row) for table in tables for row in unit.execute(sa.select(table))]
        exported = repr(export_case(unit, case.id, CARRIED))
    for secret in (token, cookie, f" {digits} ", f"'{digits}"):
        assert not [row for row in rows if secret in row]
        assert secret not in exported
    assert any(hash_token(token) in row for row in rows)


def test_agents_do_not_see_the_digits_nor_the_link(
    linked: Square,
    case: Case,
    browsers: At,
) -> None:
    new = browsers(linked)
    cleo, path = new(), path_of(linked)
    send(cleo, f"{path}/open")
    digits = ask_digits(linked, cleo, path)

    said = " ".join(message.text for message in linked.thread(case))
    assert digits not in said
    assert path not in said
    assert "[six digits]" in said


def test_digits_are_never_sent_to_another_reader(
    linked: Square,
    case: Case,
    browsers: At,
) -> None:
    """An agent who sends the notice another way sends words without digits."""
    cleo, path = browsers(linked)(), path_of(linked)
    contact_id = linked.contact_of("cleo")
    with linked.office.database.write() as unit:
        one = resolve(unit, linked.cast.brand.id, "email", "cleo@mail.test")
        values = {"contact_id": contact_id, "confirmed_at": unit.now}
        store_contacts.update_identity(unit, one.id, values)
    linked.plaza.refuses = {"messages": 403}
    send(cleo, f"{path}/open")
    send(cleo, f"{path}/digits", way="post")
    run_jobs(linked)
    linked.send()
    notice = next(m for m in linked.thread(case) if m.is_automatic)
    (dead,) = linked.deliveries(notice)
    with linked.office.database.write() as unit:
        send_another_way(unit, dead.id, one.id, by=actor_of(linked.cast.ben))
    linked.send()

    (mail,) = linked.loft.sent
    assert digits_of(linked.office.keyring, notice.id) not in mail.text
    assert "/t/" not in mail.text + mail.link


def test_pages_tell_nobody_and_are_kept_nowhere(
    linked: Square,
    case: Case,
    browsers: At,
) -> None:
    cleo, path = browsers(linked)(), path_of(linked)
    opened = send(cleo, f"{path}/open")
    cookie = opened.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    digits = ask_digits(linked, cleo, path)
    for answer in (
        cleo.get(path),
        cleo.get("/continue"),
        cleo.get("/c/" + "0" * 32),
        send(cleo, f"{path}/check", digits=wrong(digits)),
        send(cleo, f"{path}/check", digits=digits),
    ):
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert "noindex" in answer.headers["x-robots-tag"]
        assert digits not in answer.text
    robots = cleo.get("/robots.txt").text
    assert "Disallow: /c/" in robots


def test_nothing_is_in_the_log(
    linked: Square,
    case: Case,
    browsers: At,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    cleo, path = browsers(linked)(), path_of(linked)
    with caplog.at_level(logging.DEBUG):
        send(cleo, f"{path}/open")
        digits = ask_digits(linked, cleo, path)
        send(cleo, f"{path}/check", digits=wrong(digits))
        send(cleo, f"{path}/check", digits=digits)
        cleo.get("/c/" + "f" * 32)
    ours = [record.getMessage() for record in caplog.records if record.name != "httpx"]
    out = " ".join([*ours, *capsys.readouterr()])
    token = path.removeprefix("/c/")
    for secret in (token, digits, cleo.cookies["fairline_go_on"], "f" * 32):
        assert secret not in out


def test_a_form_of_another_site_presses_no_button_of_ours(
    linked: Square,
    case: Case,
    browsers: At,
) -> None:
    """Without the Lax cookie another site's form is another browser."""
    new = browsers(linked)
    cleo, path = new(), path_of(linked)
    send(cleo, f"{path}/open")
    other = new()  # her browser, as another site's form makes it send
    assert send(other, f"{path}/say", text="Not mine", key="1").status_code == 404
    headers = {"sec-fetch-site": "cross-site"}
    for address in ("/continue", "/continue/check"):
        answer = other.post(address, data={"code": "FL-0000-0000"}, headers=headers)
        assert answer.status_code == 403


def test_somebody_elses_cookie_is_not_taken_from_the_address(
    linked: Square,
    case: Case,
    browsers: At,
) -> None:
    """The stored hash of a browser opens nothing by itself."""
    new = browsers(linked)
    cleo, dov, path = new(), new(), path_of(linked)
    send(cleo, f"{path}/open")
    dov.cookies.set("fairline_go_on", linked.way(case).browser_hash or "")

    assert "open in another browser" in dov.get(path).text
    assert len(linked.way(case).browser_hash or "") == len(hashlib.sha256(b"").hexdigest())


@pytest.mark.parametrize("path", ["/c/", "/c/x", "/c/" + "a" * 500, "/c/%00", "/c/..%2f..%2fetc"])
def test_nonsense_is_a_calm_404(linked: Square, browsers: At, path: str) -> None:
    answer = browsers(linked)().get(path, follow_redirects=False)
    assert answer.status_code in {404, 405}


def test_enumerating_references_tells_nothing(
    linked: Square,
    case: Case,
    browsers: At,
) -> None:
    """A reference is on the board; it is no code, and opens nothing."""
    dov = browsers(linked)()
    answer = dov.post("/continue", data={"code": case.reference, "way": "post"})
    assert answer.status_code == 422
    assert "A code looks like" in Page(answer.text).text
    assert run_jobs(linked) == 0


def test_once_private_or_hidden_the_link_shows_nothing_more(
    linked: Square,
    case: Case,
    browsers: At,
) -> None:
    dov, path = browsers(linked)(), path_of(linked)
    send(dov, f"{path}/open")
    for change in ({"is_public": False}, {"is_public": True, "hidden_at": True}):
        with linked.office.database.write() as unit:
            values = {k: (unit.now if k == "hidden_at" else v) for k, v in change.items()}
            store.update_case(unit, case.id, values)
        assert "My parcel is lost!" not in dov.get(path).text


def at_once(many: int, act: Callable[[int], Any]) -> list[Any]:
    """Let so many do it in the same moment."""
    ready = threading.Barrier(many)

    def one(number: int) -> Any:
        ready.wait()
        return act(number)

    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(one, range(many)))


def test_of_many_who_open_at_once_one_has_it(linked: Square, case: Case) -> None:
    token = path_of(linked).removeprefix("/c/")

    def opens(number: int) -> bool:
        with linked.office.database.write() as unit:
            found = opening.find_link(unit, token, lock=True)
            return opening.open_here(unit, found, f"browser-number-{number}")

    assert at_once(6, opens).count(True) == 1
    assert linked.kinds(case).count("continuation_opened") == 1


def test_many_guesses_at_once_are_counted_one_by_one(linked: Square, case: Case) -> None:
    browser_hash = hash_token("browser-of-dov")
    with linked.office.database.write() as unit:
        way = continuations.of_case(unit, case.id)[0]
        assert proving.send_digits(unit, linked.channels, way, browser_hash, "post")

    def guesses(number: int) -> bool:
        with linked.office.database.write() as unit:
            found = continuations.by_id(unit, way.id)
            typed = f"{number:06}"
            proof = proving.check_digits(unit, linked.office.keyring, found, browser_hash, typed)
            return proof is not None

    at_once(12, guesses)
    with linked.office.database.read() as unit:
        proof = continuations.last_proof(unit, way.id, browser_hash)
    assert proof
    assert proof.tries == proving.MOST_TRIES
