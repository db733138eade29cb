"""What attackers post comes back as text: names, words, files, addresses, on every public page."""

import json
from pathlib import Path
from typing import Any

import pytest

from fairline.board.files import disposition
from fairline.board.linked_data import script_safe
from fairline.cases.editing import hide_message
from fairline.cases.rows import Actor
from tests.board.visitor import Page, Visitor

HOSTILE = Path(__file__).parents[2] / "../shared/data/hostile"


def vectors() -> list[str]:
    if not HOSTILE.is_dir():
        pytest.skip("the hostile strings of ../shared/data are not here")
    cases: list[dict[str, Any]] = json.loads((HOSTILE / "dompurify_expect.json").read_text())
    naughty: list[str] = json.loads((HOSTILE / "blns.json").read_text())
    return [case["payload"] for case in cases] + naughty


def assert_inert(html: str) -> None:
    """No element, attribute or address on the page can run anything that we did not write."""
    for tag, attributes in Page(html).elements:
        if tag == "script":
            kind = attributes.get("type", "")
            ours = attributes.get("src", "").startswith("/static/")
            assert ours or kind == "application/ld+json", attributes
        elif tag in {"iframe", "object", "embed", "style", "frame", "applet", "math", "image"}:
            raise AssertionError(f"<{tag}> on the page")
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name, value)
            assert name not in {"style", "srcdoc", "formaction"}, (tag, name, value)
            if name in {"href", "src", "action", "xlink:href"}:
                scheme = value.strip().lower()
                assert scheme.startswith(("/", "http://", "https://", "#", "?")), (tag, name, value)


def batches() -> list[str]:
    """The strings in a few long texts: each is its own paragraph."""
    strings = vectors()
    size = 50
    return ["\n\n".join(strings[i : i + size]) for i in range(0, len(strings), size)]


def test_hostile_words_are_inert_on_every_page(cleo: Visitor) -> None:
    for text in batches():
        cleo.ask(text, visibility="public", name="<img src=x onerror=alert(1)>")
        cleo.answered(text, visibility="public")
        reference = cleo.case().reference
        for address in (
            cleo.url,
            f"{cleo.url}/part/messages",
            f"{cleo.url}/part/place",
            f"{cleo.url}?edit={cleo.messages()[0].id}",
            f"/q/{reference}",
            f"/q/{reference}/embed",
            f"/q/{reference}/part",
        ):
            answer = cleo.get(address)
            assert answer.status_code == 200, address
            assert_inert(answer.text)
        break_out = json.loads(Page(cleo.get(f"/q/{reference}").text).scripts[0])
        assert break_out["@type"] == "QAPage"
    for address in ("/", "/questions"):
        assert_inert(cleo.get(address).text)


def test_every_naughty_string_can_be_asked_alone(
    cleo: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fairline.board.home.limit", lambda *_: None)
    for number, text in enumerate(vectors()):
        if number % 8:
            continue
        answer = cleo.post(
            "/ask", {"text": text, "name": text[:400], "kind": text[:40], "about": text}
        )
        assert answer.status_code in {303, 422}, text
        if answer.status_code == 422:
            assert_inert(answer.text)
        else:
            assert_inert(cleo.get(answer.headers["location"]).text)


def test_hostile_searches_and_parameters_are_inert(cleo: Visitor) -> None:
    for text in vectors()[::20]:
        for name in ("q", "before", "about", "done", "edit", "since"):
            for address in ("/", "/questions"):
                answer = cleo.get(address, params={name: text})
                assert answer.status_code < 500, (address, name, text)
                if answer.status_code == 200:
                    assert_inert(answer.text)


@pytest.mark.parametrize(
    "name",
    [
        'a"; filename="b.html',
        "a\r\nSet-Cookie: x=1",
        "../../etc/passwd",
        "a\u202etxt.exe",
        "ü€💥.pdf",
        "Screenshot at 9.41\u202fAM.png",
        "family \U0001f468\u200d\U0001f469\u200d\U0001f467.txt",
    ],
)
def test_a_file_name_cannot_add_a_header(cleo: Visitor, name: str) -> None:
    for given in (name, "%0d%0a"):
        header = disposition(given, is_shown=False)
        assert header.isascii()
        assert header.isprintable()
        assert header.count('"') == 2
    cleo.token = cleo.ask()
    answer = cleo.post(
        f"{cleo.url}/reply", {"text": "x"}, files={"files": (name, b"x", "text/html")}
    )
    assert answer.status_code == 303
    link = next(href for href in cleo.page().links() if "/files/" in href)
    got = cleo.get(link)
    assert got.status_code == 200
    assert "set-cookie" not in got.headers
    assert got.headers["content-disposition"].startswith("attachment")
    assert got.headers["content-type"].startswith("application/octet-stream")


def test_data_in_a_script_element_cannot_end_it() -> None:
    text = {"text": "</script><script>alert(1)</script><!-- &"}
    safe = str(script_safe(text))
    assert not set("<>&") & set(safe)
    assert json.loads(safe) == text


def test_a_drawing_with_a_script_is_only_downloaded(cleo: Visitor) -> None:
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    answer = cleo.post("/ask", {"text": "x"}, files={"files": ("a.svg", svg, "image/svg+xml")})
    cleo.token = answer.headers["location"][3:]
    link = next(href for href in cleo.page().links() if "/files/" in href)
    assert cleo.get(link).headers["content-disposition"].startswith("attachment")


def test_no_answer_leads_to_another_site(cleo: Visitor) -> None:
    for path in ("//evil.test/", "/\\evil.test", "/t//evil.test", "/b/%2f%2fevil.test/"):
        location = cleo.get(path, headers={"Host": "evil.test"}).headers.get("location", "")
        assert not location, path
    cleo.token = cleo.ask()
    answer = cleo.post(
        f"{cleo.url}/reply?next=https://evil.test",
        {"text": "x", "next": "//evil.test"},
        headers={"Host": "evil.test"},
    )
    assert answer.headers["location"].startswith("/t/")
    assert "evil.test" not in cleo.get("/", headers={"Host": "evil.test"}).text


def test_the_reason_of_a_hiding_is_text(cleo: Visitor) -> None:
    cleo.ask("x")
    with cleo.office.database.write() as unit:
        by = Actor(kind="agent", id=cleo.cast.ada.id)
        hide_message(unit, cleo.messages()[0].id, by=by, reason="<img src=x onerror=alert(1)>")
    assert_inert(cleo.get(cleo.url).text)


def test_refusals_of_the_framework_are_guarded_too(cleo: Visitor) -> None:
    for answer in (cleo.get("/nothing/here"), cleo.client.request("DELETE", "/lost")):
        assert answer.status_code in {404, 405}
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_broken_requests_are_refused_calmly(cleo: Visitor) -> None:
    cleo.ask()
    bad = [
        ("/ask", b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        ("/ask", b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        ("/ask", b"{}", "application/json"),
        ("/ask", b"text=%ff%fe%00", "application/x-www-form-urlencoded"),
        (f"{cleo.url}/reply", b"text=\xed\xa0\x80", "application/x-www-form-urlencoded"),
    ]
    for path, body, kind in bad:
        answer = cleo.client.post(
            path, content=body, headers={"Content-Type": kind}, follow_redirects=False
        )
        assert answer.status_code in {303, 400, 415, 422}, (path, body, answer.status_code)
    for path in ("/t/%00", "/t/%ff", "/q/%00", "/q/FL-%27", f"{cleo.url}/files/x/y", "/b/%00/"):
        assert cleo.get(path).status_code in {400, 404}, path
    assert cleo.client.request("DELETE", cleo.url).status_code == 405
