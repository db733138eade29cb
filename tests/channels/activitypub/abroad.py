"""A server of others on loopback: people with keys and profiles, and requests signed by them."""

import json
import re
from datetime import datetime
from typing import Any

import msgspec
from litestar import Litestar
from litestar.testing import TestClient
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from fairline.channels.activitypub import crypto
from fairline.channels.activitypub.places import PUBLIC
from fairline.channels.activitypub.signing import signed_headers
from fairline.core.clock import now
from fairline.core.ids import new_id

KEYS: dict[str, tuple[str, str]] = {}


class Person(msgspec.Struct):
    """Somebody there. `key` names the pair they sign with."""

    id: str
    key_id: str
    private: str
    public: str


class Abroad:
    """The server. `asked` lists the paths that were fetched, `got` what was posted to it."""

    def __init__(self, http: HTTPServer) -> None:
        self.http = http
        self.docs: dict[str, dict[str, Any]] = {}
        self.asked: list[str] = []
        self.got: list[dict[str, Any]] = []
        self.statuses: list[int] = []
        self.media_type = "application/activity+json"
        http.expect_request("/inbox", method="POST").respond_with_handler(self._take)
        http.expect_request(re.compile("^/(users|posts|keys)/"), method="GET").respond_with_handler(
            self._show
        )

    @property
    def url(self) -> str:
        return self.http.url_for("").rstrip("/")

    def person(self, name: str, *, key: str = "", number: int = 1, **more: Any) -> Person:
        """With a profile; the same `key` is made once for all tests."""
        key = key or name
        if key not in KEYS:
            KEYS[key] = crypto.make_key()
        private, public = KEYS[key]
        actor = f"{self.url}/users/{name}"
        key_id = f"{actor}#main-key" if number == 1 else f"{actor}#key-{number}"
        self.docs[f"/users/{name}"] = {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": actor,
            "type": "Person",
            "preferredUsername": name,
            "name": name.capitalize(),
            "inbox": f"{actor}/inbox",
            "followers": f"{actor}/followers",
            "endpoints": {"sharedInbox": f"{self.url}/inbox"},
            "publicKey": {"id": key_id, "owner": actor, "publicKeyPem": public},
            **more,
        }
        self.docs[f"/users/{name}/followers"] = {
            "id": f"{actor}/followers",
            "type": "OrderedCollection",
            "totalItems": 12,
        }
        return Person(id=actor, key_id=key_id, private=private, public=public)

    def note(self, by: Person, text: str, **more: Any) -> dict[str, Any]:
        """A post that can be fetched here."""
        path = f"/posts/{new_id()}"
        self.docs[path] = {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": f"{self.url}{path}",
            "type": "Note",
            "attributedTo": by.id,
            "to": [PUBLIC],
            "content": f"<p>{text}</p>",
            **more,
        }
        return self.docs[path]

    def _show(self, request: Request) -> Response:
        self.asked.append(request.path)
        doc = self.docs.get(request.path)
        if doc is None:
            return Response("{}", 404)
        return Response(json.dumps(doc), content_type=self.media_type)

    def _take(self, request: Request) -> Response:
        status = self.statuses.pop(0) if self.statuses else 202
        if status < 300:
            self.got.append(json.loads(request.data))
        return Response("", status)


def create(note: dict[str, Any], *, to: str, **more: Any) -> dict[str, Any]:
    """The activity that brings a note to somebody."""
    return {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{note['id']}/create",
        "type": "Create",
        "actor": note["attributedTo"],
        "to": [PUBLIC],
        "cc": [to],
        "object": {
            **note,
            "cc": [to],
            "tag": [{"type": "Mention", "href": to, "name": "@support"}],
        },
        **more,
    }


def send(
    client: TestClient[Litestar],
    by: Person,
    url: str,
    activity: dict[str, Any] | bytes,
    *,
    at: datetime | None = None,
    scheme: str = "cavage",
    **headers: str,
) -> int:
    """Post it, signed. Returns the status."""
    body = activity if isinstance(activity, bytes) else json.dumps(activity).encode()
    signed = signed_headers(by, "POST", url, body, at or now(), scheme=scheme)
    signed |= {"content-type": "application/activity+json", **headers}
    path = "/" + url.split("/", 3)[3]
    return client.post(path, content=body, headers=signed).status_code
