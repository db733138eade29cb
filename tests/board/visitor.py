"""A visitor who follows forms and links as a browser without JavaScript does."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from litestar import Litestar
from litestar.testing import TestClient

from fairline.cases import links, store, store_messages
from fairline.cases.actions import reply
from fairline.cases.rows import Case, Message
from fairline.wiring import Office
from tests.conftest import Cast


@dataclass
class Paper:
    """A form on a page."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    controls: set[str] = field(default_factory=set)
    buttons: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """What a page holds: its forms, elements, links and visible text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.forms: list[Paper] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.scripts: list[str] = []
        self._in = ""
        self._area = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.elements.append((tag, given))
        self._in = tag
        if tag == "form":
            self.forms.append(Paper(given.get("action", ""), given.get("method", "get")))
        if not self.forms:
            return
        form, name = self.forms[-1], given.get("name", "")
        if tag in {"input", "textarea"} and name:
            form.controls.add(name)
        if tag == "textarea":
            self._area = name
        elif tag == "input" and name and given.get("type") not in {"file", "search"}:
            is_choice = given.get("type") in {"radio", "checkbox"}
            if not is_choice or "checked" in given:
                form.values[name] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self.forms:
            pass
        self._area = "" if tag == "textarea" else self._area
        self._in = ""

    def handle_data(self, data: str) -> None:
        if self._in == "script":
            self.scripts.append(data)
            return
        if self._area:
            self.forms[-1].values[self._area] = data.removeprefix("\n")
        self.text += data

    def form(self, ending: str) -> Paper:
        """The form whose address ends so."""
        found = [form for form in self.forms if form.action.endswith(ending)]
        assert found, (ending, [form.action for form in self.forms])
        return found[0]

    def links(self) -> list[str]:
        return [a["href"] for tag, a in self.elements if tag == "a" and "href" in a]


@dataclass
class Visitor:
    """Somebody at the board. `token` is that of the thread they hold."""

    client: TestClient[Litestar]
    office: Office
    cast: Cast
    token: str = ""

    def get(self, path: str, **more: Any) -> Any:
        return self.client.get(path, follow_redirects=False, **more)

    def page(self, path: str = "", *, status: int = 200) -> Page:
        answer = self.get(path or self.url)
        assert answer.status_code == status, (path, answer.status_code, answer.text[:2000])
        return Page(answer.text)

    def post(self, path: str, values: dict[str, Any] | None = None, **more: Any) -> Any:
        return self.client.post(path, data=values or {}, follow_redirects=False, **more)

    def ask(self, text: str = "Where is my parcel? It should be here.", **values: Any) -> str:
        """Ask by the form; returns the thread's token."""
        form = self.page("/").form("/ask")
        answer = self.post(form.action, {**form.values, "text": text, **values})
        assert answer.status_code == 303, answer.text[:3000]
        self.token = answer.headers["location"].removeprefix("/t/")
        return self.token

    def do(self, ending: str, values: dict[str, Any] | None = None) -> Any:
        """Post to one of the thread's addresses."""
        return self.post(f"{self.url}/{ending}", values)

    @property
    def url(self) -> str:
        return f"/t/{self.token}"

    def case(self, token: str = "") -> Case:
        with self.office.database.read() as unit:
            return links.open_link(unit, token or self.token)[1]

    def messages(self) -> list[Message]:
        with self.office.database.read() as unit:
            return store_messages.thread(unit, self.case().id)

    def answered(self, text: str, *, visibility: str = "private", status: str = "waiting") -> None:
        """Ben answers."""
        with self.office.database.write() as unit:
            ben = self.cast.ben
            reply(unit, self.case().id, ben, text, visibility=visibility, status=status)

    def change(self, **values: Any) -> None:
        """Set columns of the case, as another part of the house would."""
        with self.office.database.write() as unit:
            store.update_case(unit, self.case().id, values)


def reference_in(text: str) -> str:
    """The first reference of a page."""
    found = re.search(r"FL-[0-9A-Z]{6}", text)
    assert found
    return found[0]
