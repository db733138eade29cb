"""The widget's endpoints: only for the sites an inbox names, with the token in a header."""

from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from fairline.board.ask import page_without_secrets
from fairline.board.widget_door import origin_of
from fairline.cases import store
from fairline.cases.actions import note
from fairline.cases.links import open_link
from fairline.channels import store_inboxes
from fairline.people.setup import create_brand
from fairline.wiring import Office
from tests.board.visitor import Visitor
from tests.conftest import Cast

SITE = "https://shop.acme.test"


class Bubble:
    """The script on a page of some site."""

    def __init__(self, visitor: Visitor, origin: str | None = SITE) -> None:
        self.client = visitor.client
        self.base = f"/widget/{visitor.cast.board.id}"
        self.origin = origin
        self.token = ""

    def call(self, method: str, path: str, **more: Any) -> Any:
        headers = more.pop("headers", {})
        if self.origin is not None:
            headers["Origin"] = self.origin
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        return self.client.request(method, f"{self.base}/{path}", headers=headers, **more)


def allow(office: Office, cast: Cast, origins: str) -> None:
    with office.database.write() as unit:
        store_inboxes.update(unit, cast.board.id, {"options": {"allowed_origins": origins}})


@pytest.fixture
def bubble(cleo: Visitor) -> Bubble:
    allow(cleo.office, cleo.cast, f"{SITE}\nhttps://www.acme.test")
    return Bubble(cleo)


def test_a_question_is_asked_and_followed(bubble: Bubble, cleo: Visitor) -> None:
    asked = bubble.call("POST", "cases", json={"text": "Do you ship?", "page_url": f"{SITE}/x?s=1"})
    assert asked.status_code == 201
    body = asked.json()
    assert set(body) == {"reference", "token", "url", "place"}
    assert body["url"] == f"http://board.test/t/{body['token']}"
    assert body["place"]["position"] == "1st"
    bubble.token = cleo.token = body["token"]
    cleo.answered("We do <b>today</b>.")

    thread = bubble.call("GET", "case").json()

    assert [m["from"] for m in thread["messages"]] == ["you", "us"]
    assert thread["messages"][1]["html"] == "<p>We do &lt;b&gt;today&lt;/b&gt;.</p>"
    assert thread["messages"][1]["author"] == "Ben"
    assert (thread["state"], thread["place"]) == ("yours", None)
    assert cleo.messages()[0].permalink == f"{SITE}/x"


def test_a_further_question_is_by_the_same_person(bubble: Bubble, cleo: Visitor) -> None:
    words = {"text": "Where is my parcel 4711? It should be here."}
    first = cleo.case(bubble.call("POST", "cases", json=words).json()["token"])
    stranger = cleo.case(bubble.call("POST", "cases", json=words).json()["token"])
    assert stranger.contact_id != first.contact_id
    bubble.token = bubble.call("POST", "cases", json={"text": "My lamp flickers"}).json()["token"]
    lamp = cleo.case(bubble.token)
    again = cleo.case(
        bubble.call("POST", "cases", json={"text": "My lamp flickers. Any news?"}).json()["token"]
    )
    assert again.contact_id == lamp.contact_id
    assert again.repeat_of_id == lamp.id


def test_more_words_and_files_join(bubble: Bubble, cleo: Visitor) -> None:
    bubble.token = cleo.token = bubble.call("POST", "cases", json={"text": "One"}).json()["token"]
    for _ in range(2):
        more = bubble.call("POST", "case/messages", json={"text": "Two", "key": "k"})
        assert more.status_code == 201
    files = {"files": ("a.txt", b"words", "text/plain")}
    assert bubble.call("POST", "case/files", files=files).status_code == 201
    thread = bubble.call("GET", "case").json()
    assert [m["text"] for m in thread["messages"]] == ["One", "Two", ""]
    file = thread["messages"][2]["files"][0]
    assert (file["name"], file["size"]) == ("a.txt", 5)
    assert cleo.get(file["url"].removeprefix("http://board.test")).content == b"words"


def test_the_same_question_sent_twice_is_one_case(bubble: Bubble, cleo: Visitor) -> None:
    both = [
        bubble.call(
            "POST", "cases", json={"text": "Once"}, headers={"Idempotency-Key": "k1"}
        ).json()
        for _ in range(2)
    ]
    assert both[0]["reference"] == both[1]["reference"]


def test_only_named_origins_may_call(bubble: Bubble) -> None:
    allowed = bubble.call("GET", "config")
    assert allowed.status_code == 200
    assert allowed.json()["brand"] == "Acme"
    assert allowed.headers["access-control-allow-origin"] == SITE
    assert "Origin" in allowed.headers["vary"]
    assert "access-control-allow-credentials" not in allowed.headers
    for origin in (
        "https://evil.test",
        "null",
        "http://shop.acme.test",
        "https://shop.acme.test.evil.test",
        "https://shop.acme.test:8443",
        "https://SHOP.acme.test",
        "",
    ):
        bubble.origin = origin
        for method, path in (("GET", "config"), ("POST", "cases"), ("OPTIONS", "cases")):
            refused = bubble.call(method, path, json={"text": "x"})
            assert refused.status_code == 403, (origin, method)
            assert refused.json()["error"]["code"] == "origin_not_allowed"
            assert "access-control-allow-origin" not in refused.headers


def test_the_preflight_is_answered(bubble: Bubble) -> None:
    for path in ("config", "cases", "case", "case/messages", "case/files", "case/stream"):
        answer = bubble.call("OPTIONS", path, headers={"Access-Control-Request-Method": "POST"})
        assert answer.status_code == 204, path
        assert answer.headers["access-control-allow-origin"] == SITE
        assert "Authorization" in answer.headers["access-control-allow-headers"]


def test_errors_can_be_read_by_the_page(bubble: Bubble) -> None:
    wrong = [
        bubble.call("POST", "cases", json={"text": ""}),
        bubble.call("POST", "cases", content=b"{", headers={"Content-Type": "application/json"}),
        bubble.call("POST", "cases", json={"text": 5}),
        bubble.call("POST", "cases", json={"text": "x", "mail": "no"}),
        bubble.call("GET", "case"),
        bubble.call("POST", "case/files", content=b"x"),
    ]
    assert [answer.status_code for answer in wrong] == [422, 422, 422, 422, 404, 404]
    for answer in wrong:
        assert answer.headers["access-control-allow-origin"] == SITE
        assert answer.json()["error"]["text"]


@pytest.mark.parametrize("origins", ["", "  \n ", "*", "not an origin", "https://*.acme.test"])
def test_without_usable_origins_the_widget_is_off(cleo: Visitor, origins: str) -> None:
    allow(cleo.office, cleo.cast, origins)
    for origin in (SITE, None, "*"):
        refused = Bubble(cleo, origin).call("GET", "config")
        assert refused.status_code == 403
        assert refused.json()["error"]["code"] in {"widget_off", "origin_not_allowed"}


def test_only_a_web_inbox_has_a_widget(bubble: Bubble, cleo: Visitor) -> None:
    for inbox in (cleo.cast.mailbox.id, "0" * 32, "00000000-0000-7000-8000-000000000000"):
        bubble.base = f"/widget/{inbox}"
        assert bubble.call("GET", "config").status_code == 404


def test_a_link_of_another_brand_opens_nothing_here(
    bubble: Bubble, cleo: Visitor, client: TestClient[Litestar]
) -> None:
    bubble.token = bubble.call("POST", "cases", json={"text": "Mine"}).json()["token"]
    with cleo.office.database.write() as unit:
        second = create_brand(unit, name="Second", slug="second")
        case = open_link(unit, bubble.token)[1]
        store.update_case(unit, case.id, {"brand_id": second.id})
    assert bubble.call("GET", "case").status_code == 404
    for token in ("", "x", "y" * 22):
        bubble.token = token
        assert bubble.call("GET", "case").status_code == 404
        assert bubble.call("POST", "case/messages", json={"text": "x"}).status_code == 404
        assert bubble.call("GET", "case/stream").status_code == 404


def test_notes_stay_inside(bubble: Bubble, cleo: Visitor) -> None:
    bubble.token = cleo.token = bubble.call("POST", "cases", json={"text": "Hi"}).json()["token"]
    with cleo.office.database.write() as unit:
        note(unit, cleo.case().id, cleo.cast.ben, "Not for her")
    assert "Not for her" not in bubble.call("GET", "case").text


@pytest.mark.parametrize(
    ("line", "origin"),
    [
        ("https://a.test", "https://a.test"),
        ("https://A.test/", "https://a.test"),
        ("https://a.test:443", "https://a.test"),
        ("http://a.test:8080", "http://a.test:8080"),
        ("https://a.test/path", ""),
        ("https://u@a.test", ""),
        ("ftp://a.test", ""),
        ("a.test", ""),
        ("https://a.test:x", ""),
        ("null", ""),
        ("https://*.a.test", ""),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_origins_are_read_exactly(line: str, origin: str) -> None:
    assert origin_of(line) == origin


def test_the_page_it_was_asked_on_carries_no_secrets() -> None:
    assert page_without_secrets("https://a.test/cart?token=1#x") == "https://a.test/cart"
    for bad in ("javascript:alert(1)", "https://u:p@a.test/", "file:///etc", "x", ""):
        assert page_without_secrets(bad) == ""


def test_the_script_is_served_for_any_site_and_kept_by_version(cleo: Visitor) -> None:
    script = cleo.get("/widget/fairline.js")
    assert script.status_code == 200
    assert script.headers["content-type"].startswith("text/javascript")
    assert script.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "max-age=3600" in script.headers["cache-control"]
    mark = script.headers["etag"]
    assert cleo.get("/widget/fairline.js", headers={"If-None-Match": mark}).status_code == 304
    versioned = cleo.get("/widget/fairline.js", params={"v": mark.strip('"')})
    assert "immutable" in versioned.headers["cache-control"]
