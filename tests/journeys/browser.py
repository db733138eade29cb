"""A browser without JavaScript: it opens pages, fills in their forms, and follows where they lead.

`Stream` is its one concession: it listens to a page's server-sent events and remembers them.
"""

import contextlib
import http.client
import json
import socket
import threading
from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import TracebackType
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import httpx2

from tests.journeys.server import until


@dataclass
class Form:
    """A form as it stands on a page, with what is filled in already."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Page:
    url: str
    status: int
    html: str
    text: str
    forms: list[Form]

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    def form(self, action: str) -> Form:
        """The one that is sent to a path with this end."""
        found = [f for f in self.forms if urlsplit(f.action).path.endswith(action)]
        assert found, f"no form {action} on {self.url}: {[f.action for f in self.forms]}"
        return found[0]


class Browser:
    """One person's. Used as a context manager."""

    def __init__(self, url: str) -> None:
        self._client = httpx2.Client(base_url=url, follow_redirects=True, timeout=20)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def open(self, path: str) -> Page:
        return _read(self._client.get(path))

    def send(self, page: Page, action: str, **typed: str) -> Page:
        """Fill in the form that is sent to `action`, send it, and follow."""
        form = page.form(action)
        values = form.fields | {name: [value] for name, value in typed.items()}
        target = urljoin(page.url, form.action)
        if form.method == "get":
            return _read(self._client.get(target, params=values))
        return self.post(target, values)

    def post(self, path: str, values: dict[str, list[str]]) -> Page:
        """Send values as a form of a page of this site would."""
        target = self._client.base_url.join(path)
        headers = {"Origin": f"{target.scheme}://{target.netloc.decode()}"}
        return _read(self._client.post(target, data=values, headers=headers))

    def sign_in(self, email: str, password: str) -> Page:
        """At the desk; leads to it."""
        page = self.open("/desk")
        assert page.path == "/desk/sign-in", page.path
        page = self.send(page, "/desk/sign-in", email=email, password=password)
        assert page.path == "/desk", page.text
        return page

    def listen(self, path: str) -> "Stream":
        """Begin to listen; returns when the stream is open."""
        cookies = "; ".join(f"{c.name}={c.value}" for c in self._client.cookies.jar)
        return Stream(str(self._client.base_url), path, cookies)


def _read(response: httpx2.Response) -> Page:
    assert response.status_code < 500, f"{response.request.url}: {response.text}"
    parser = _Parser()
    parser.feed(response.text)
    text = " ".join(" ".join(parser.words).split())
    return Page(str(response.url), response.status_code, response.text, text, parser.forms)


class _Parser(HTMLParser):
    """What a person reads, and the forms."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.forms: list[Form] = []
        self._area = ""
        self._choice = ""
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in {"script", "style", "template"}:
            self._silent += 1
        elif tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        elif not self.forms:
            return
        elif tag == "input" and given.get("name"):
            kind = given.get("type", "text")
            is_set = kind not in {"checkbox", "radio", "submit", "file", "image", "button"}
            if is_set or ("checked" in given and kind in {"checkbox", "radio"}):
                self._fill(given["name"], given.get("value", "on" if not is_set else ""))
        elif tag == "textarea":
            self._area = given.get("name", "")
        elif tag == "select":
            self._choice = given.get("name", "")
        elif tag == "option" and self._choice and "selected" in given:
            self._fill(self._choice, given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style", "template"}:
            self._silent -= 1
        elif tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._choice = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self._fill(self._area, data.removeprefix("\n"))
        elif not self._silent:
            self.words.append(data)

    def _fill(self, name: str, value: str) -> None:
        self.forms[-1].fields.setdefault(name, []).append(value)


class Stream:
    """Server-sent events of one address, heard in a thread. Used as a context manager."""

    def __init__(self, url: str, path: str, cookies: str = "") -> None:
        parts = urlsplit(url)
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        headers = {"Accept": "text/event-stream", "Cookie": cookies}
        self._connection.request("GET", path, headers=headers)
        self._answer = self._connection.getresponse()
        assert self._answer.status == 200, (self._answer.status, self._answer.read())
        self._thread = threading.Thread(target=self._listen, name=f"stream {path}", daemon=True)
        self._thread.start()
        self.wait_for("hello")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._connection.sock:
            with contextlib.suppress(OSError):
                self._connection.sock.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self._answer.close()
        self._connection.close()

    def wait_for(self, event: str, **data: str) -> dict[str, Any]:
        """The first such event heard (of any name when that is ''), at once or soon; its data."""

        def look() -> list[dict[str, Any]]:
            return [
                said
                for name, said in self.heard
                if event in {name, ""} and data.items() <= said.items()
            ]

        return until(look, f"{event} {data} on the stream, which said {self.heard}")[0]

    def _listen(self) -> None:
        event, data = "", ""
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
            while line := self._answer.readline():
                name, _, value = line.decode().rstrip("\r\n").partition(": ")
                if name == "event":
                    event = value
                elif name == "data":
                    data += value
                elif not name and event:
                    self.heard.append((event, json.loads(data or "{}")))
                    event, data = "", ""
