"""Ten thousand requests of rubbish: no 5xx, every refusal says why, and memory stays where it was.

The rubbish is drawn from a fixed seed, so a failure can be repeated; what is sent is printed with
the first answers that are wrong.
"""

import http.client
import random
import threading
from collections import Counter
from pathlib import Path

import pytest

from tests.junk.conftest import Target

COUNT = 10_000
THREADS = 8
GROWTH_BYTES = 80 * 1024 * 1024

TEXTS = (
    b"",
    b"\x00",
    b"\xff\xfe\xfd" * 50,
    b"%",
    b"%00%ff%zz",
    b"'; DROP TABLE cases;--",
    b"<script>alert(1)</script>",
    b"{{7*7}}${7*7}",
    b"../../../../etc/passwd",
    b"A" * 5000,
    "\u202e\ud83d".encode("utf-8", "surrogatepass"),
    b"9" * 400,
    b"-1",
    b"1e999",
    b"null",
    b"[]",
    b"0-0",
    b"FL-000000",
    b"00000000-0000-0000-0000-000000000000",
)
TYPES = (
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "multipart/form-data; boundary=" + "b" * 300,
    "text/plain",
    "application/json; charset=utf-16",
    "application/xml",
    "; ; ;",
    "",
)
METHODS = (
    ("GET",) * 12 + ("POST",) * 16 + ("PATCH", "PATCH", "PUT", "DELETE", "OPTIONS", "HEAD", "BREW")
)


def paths(target: Target) -> list[str]:
    """Every kind of address, and ways of getting it wrong."""
    return [
        "/",
        "/ask",
        "/lost",
        "/questions",
        f"/q/{target.reference}",
        f"/q/{target.reference}/embed",
        f"/q/{target.reference}/feed.atom",
        "/feed.atom",
        f"/t/{target.link}",
        f"/t/{target.link}/reply",
        f"/t/{target.link}/typing",
        f"/t/{target.link}/part/messages",
        "/t/wrong",
        "/b/nobody/",
        "/brand/acme.css",
        "/desk",
        "/desk/sign-in",
        "/desk/set-up",
        "/desk/next",
        "/desk/search",
        f"/desk/cases/{target.reference}",
        f"/desk/cases/{target.reference}/reply",
        "/desk/settings",
        "/desk/settings/inboxes",
        "/desk/settings/people",
        "/desk/settings/brands",
        "/desk/settings/profile",
        "/desk/undelivered",
        "/desk/set-aside",
        "/desk/saved-replies.json",
        "/api/v1/cases",
        f"/api/v1/cases/{target.reference}",
        f"/api/v1/cases/{target.reference}/messages",
        "/api/v1/contacts",
        "/api/v1/search",
        "/api/v1/events",
        "/api/v1/files/x",
        "/api/v1/next",
        "/api/openapi.json",
        f"/widget/{target.inbox_id}/config",
        f"/widget/{target.inbox_id}/cases",
        f"/widget/{target.inbox_id}/case",
        "/widget/x/config",
        "/static/css/tokens.css",
        "/static/../../../etc/passwd",
        "/healthz",
        "/metrics",
    ]


class Liar:
    """One thread's share of the rubbish."""

    def __init__(self, target: Target, seed: int) -> None:
        self.target = target
        self.chance = random.Random(seed)
        self.paths = paths(target)
        self.answers: Counter[int] = Counter()
        self.wrong: list[str] = []

    def run(self, count: int) -> None:
        for _ in range(count):
            self._one()

    def _one(self) -> None:
        chance = self.chance
        method = chance.choice(METHODS)
        path = chance.choice(self.paths)
        if chance.random() < 0.15:
            path += "/" + self._quoted()
        if chance.random() < 0.5:
            path += f"?{chance.choice(('q', 'after', 'limit', 'waiting', 'before', 'status', 'list', 'next'))}={self._quoted()}"
        headers = self._headers()
        body = self._body(headers.get("Content-Type", ""))
        connection = http.client.HTTPConnection("127.0.0.1", self.target.install.port, timeout=30)
        try:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            text = answer.read(4000) if "event-stream" not in str(answer.headers) else b""
        except (http.client.HTTPException, ConnectionError, TimeoutError) as error:
            if isinstance(error, TimeoutError):
                self.wrong.append(f"no answer: {method} {path}")
            self.answers[0] += 1
            return
        finally:
            connection.close()
        self.answers[answer.status] += 1
        if answer.status >= 500:
            self.wrong.append(
                f"{answer.status}: {method} {path} {headers} {body[:200]!r} -> {text[:300]!r}"
            )
        elif answer.status >= 400 and method != "HEAD" and not text:
            self.wrong.append(f"{answer.status} without a word: {method} {path}")

    def _quoted(self) -> str:
        raw = self.chance.choice(TEXTS)[:1500]
        return "".join(chr(b) if 47 < b < 58 or 96 < b < 123 else f"%{b:02X}" for b in raw)

    def _headers(self) -> dict[str, str]:
        chance = self.chance
        headers: dict[str, str] = {"Content-Type": chance.choice(TYPES)}
        if chance.random() < 0.4:
            headers["Authorization"] = chance.choice(
                (f"Bearer {self.target.token}", "Bearer", "Basic eA==", "Bearer " + "x" * 3000)
                + (f"Bearer {self.target.token}",) * 3
            )
        if chance.random() < 0.5:
            cookies = (self.target.cookie,) * 4 + ("fairline=x", "=;;=", "x" * 3000)
            headers["Cookie"] = chance.choice(cookies)
        if chance.random() < 0.5:
            headers["X-CSRF-Token"] = self.target.csrf
        if chance.random() < 0.3:
            headers["Last-Event-ID"] = chance.choice(("x", "9-9", "-", "1" * 500))
        if chance.random() < 0.3:
            headers["Origin"] = chance.choice(("null", "http://evil.test", "http://shop.test", "%"))
        if chance.random() < 0.2:
            headers["X-Forwarded-For"] = "1.2.3.4, " * 50
        if chance.random() < 0.2:
            headers["Accept"] = chance.choice(("application/json", "*/*", "image/png", ";q=x"))
        if chance.random() < 0.2:
            headers["Idempotency-Key"] = chance.choice(("k", "k" * 1000))
        return headers

    def _body(self, kind: str) -> bytes:
        chance = self.chance
        name = chance.choice(("text", "q", "email", "status", "csrf", "file", "address", "subject"))
        value = chance.choice(TEXTS)
        if chance.random() < 0.2:
            return value * chance.choice((1, 40))
        if "json" in kind:
            text = value.decode("utf-8", "replace").replace('"', "")
            return chance.choice(
                (
                    f'{{"{name}": "{text}"}}',
                    f'{{"{name}": [[[[{{}}]]]]}}',
                    "[" * 2000,
                    f'{{"text": "x", "{name}": 1e400}}',
                    '{"text": "\\ud800"}',
                )
            ).encode("utf-8", "replace")
        if "multipart" in kind:
            return (
                b'--x\r\nContent-Disposition: form-data; name="%b"; filename="%b"\r\n\r\n%b\r\n--x'
                % (name.encode(), value[:200].replace(b"\n", b""), value)
            )
        return name.encode() + b"=" + value + b"&text=" + value


def resident_bytes(pid: int) -> int:
    """Memory of a process and all it started."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = dict(
                line.split(":", 1) for line in status.read_text().splitlines() if ":" in line
            )
        except OSError:
            continue
        if int(status.parent.name) == pid or int(lines["PPid"]) == pid:
            total += int(lines.get("VmRSS", "0 kB").split()[0]) * 1024
    return total


def flood(target: Target, count: int, seed: int) -> list[Liar]:
    liars = [Liar(target, seed + n) for n in range(THREADS)]
    threads = [threading.Thread(target=liar.run, args=(count // THREADS,)) for liar in liars]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return liars


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc to see memory")
def test_ten_thousand_requests_of_rubbish(target: Target) -> None:
    warm = flood(target, 1000, seed=1000)
    (server,) = target.install.running
    before = resident_bytes(server.process.pid)
    liars = flood(target, COUNT - 1000, seed=1)
    after = resident_bytes(server.process.pid)
    wrong = [line for liar in warm + liars for line in liar.wrong]
    answers = sum((liar.answers for liar in warm + liars), Counter())
    print(f"answers: {dict(sorted(answers.items()))}, memory {before >> 20} -> {after >> 20} MiB")  # noqa: T201  the figures belong into the log
    assert wrong[:5] == []
    assert answers[200] > 0
    assert after - before < GROWTH_BYTES
    assert server.is_alive
