"""What Meta's four made-up networks share: the Graph API's doors, its errors, its signed pushes.

Kept to: the token or the app's own one on every call, `appsecret_proof`, the real codes of errors,
usage told in headers, lists by cursors, webhooks signed with the app's secret. Source: Graph API
overview, "Error Handling", "Secure Graph API Calls", "Webhooks".
"""

import base64
import hashlib
import hmac
import json
import re
from abc import abstractmethod
from collections.abc import Iterable
from email import message_from_bytes
from email.policy import HTTP
from typing import Any

from fairline.core.clock import now
from fairline.demo.networks.kit import Call, Network, Push, Reply, Shown

APP_ID = "1517776481860111"
APP_SECRET = "b4d9f0c1-a-made-up-app-secret"  # noqa: S105  of a made-up network
TOKEN = "EAAJB-a-made-up-system-user-token"  # noqa: S105
VERIFY_TOKEN = "acme listens"  # noqa: S105
_VERSIONED = re.compile(r"/v\d{2}\.\d(/.*)")


class GraphNetwork(Network):
    """One account of Meta's, and the app that speaks for it."""

    says_public = False
    node = ""  # what the account is called in calls
    account_name = "Acme"
    of = "page"  # the kind of object that webhooks tell of
    wants_proof = True

    def __init__(self) -> None:
        super().__init__()
        self.token = TOKEN
        self.expires_at = 0
        self.usage = 7
        self.said: list[tuple[str, Shown]] = []  # to whom ('' is everybody), and what
        self.people: dict[str, str] = {}  # by name: their ids
        self.subscriptions: dict[str, dict[str, Any]] = {}
        self.subscribed: set[str] = set()
        # Ids are never those of an earlier run: the install remembers them.
        self._count = int(now().timestamp())

    # What a subclass is.

    @abstractmethod
    def route(self, call: Call, parts: list[str]) -> Reply:
        """Answer a call of the account, below the version."""

    def profile(self, person_id: str) -> dict[str, Any] | None:
        """What the API shows of a person; None for nobody."""
        for person, own in self.people.items():
            if own == person_id:
                return {"id": own, "name": f"{person.capitalize()} Marsh"}
        return None

    # The doors.

    def options(self) -> dict[str, str]:
        return {
            "access_token": TOKEN,
            "app_id": APP_ID,
            "app_secret": APP_SECRET,
            "verify_token": VERIFY_TOKEN,
            "api_url": self.url,
        }

    def answer(self, call: Call) -> Reply:
        if call.method == "GET" and call.path.startswith("/cdn/"):
            return self.open_file(call)
        found = _VERSIONED.fullmatch(call.path)
        if not found:
            return refused(2500, "Unknown path components", status=400)
        parts = found[1].strip("/").split("/")
        bearer = call.headers.get("authorization", "").removeprefix("Bearer ")
        if bearer == f"{APP_ID}|{APP_SECRET}":
            return self._usage(self._as_app(call, parts))
        if bearer != self.token:
            text = "Error validating access token: Session has expired."
            return self._usage(refused(190, text, status=401, subcode=463))
        proof = hmac.new(APP_SECRET.encode(), bearer.encode(), hashlib.sha256).hexdigest()
        if self.wants_proof and call.query.get("appsecret_proof") != proof:
            text = "Invalid appsecret_proof provided in the API argument"
            return self._usage(refused(100, text))
        return self._usage(self._as_account(call, parts))

    def _usage(self, reply: Reply) -> Reply:
        told = {"call_count": self.usage, "total_cputime": 1, "total_time": 2}
        return Reply(
            status=reply.status,
            data=reply.data,
            body=reply.body,
            media_type=reply.media_type,
            headers={"x-app-usage": json.dumps(told), **reply.headers},
        )

    def _as_app(self, call: Call, parts: list[str]) -> Reply:
        if parts == ["debug_token"]:
            is_valid = call.query.get("input_token") == self.token
            data = {"app_id": APP_ID, "type": "SYSTEM_USER", "is_valid": is_valid,
                    "expires_at": self.expires_at}  # fmt: skip
            if not is_valid:
                data["error"] = {"code": 190, "message": "Session has expired", "subcode": 463}
            return Reply(data={"data": data})
        if parts != [APP_ID, "subscriptions"]:
            return refused(100, "Unsupported request")
        if call.method == "GET":
            return Reply(data={"data": list(self.subscriptions.values())})
        wanted = call.query
        if wanted.get("verify_token") != VERIFY_TOKEN:
            return refused(2200, "Callback verification failed")
        names = [{"name": one, "version": "v25.0"} for one in wanted["fields"].split(",")]
        self.subscriptions[wanted["object"]] = {
            "object": wanted["object"],
            "callback_url": wanted["callback_url"],
            "fields": names,
            "active": True,
        }
        return Reply(data={"success": True})

    def news_node(self) -> str:
        return self.node

    def _as_account(self, call: Call, parts: list[str]) -> Reply:
        if parts == [self.news_node(), "subscribed_apps"]:
            return self._apps(call)
        if call.method == "GET" and parts == [self.node]:
            return Reply(data={"id": self.node, "name": self.account_name})
        if call.method == "GET" and len(parts) == 1 and (who := self.profile(parts[0])):
            return Reply(data=who)
        return self.route(call, parts)

    def _apps(self, call: Call) -> Reply:
        if call.method == "GET":
            mine = {"id": APP_ID, "name": "Desk", "subscribed_fields": sorted(self.subscribed)}
            return Reply(data={"data": [mine] if self.subscribed else []})
        wanted = set(call.query.get("subscribed_fields", "").split(",")) - {""}
        self.subscribed = set() if call.method == "DELETE" else wanted
        return Reply(data={"success": True})

    def open_file(self, call: Call) -> Reply:
        """A file by its address, which needs no token and does not hold for ever."""
        return Reply(status=404, data={"error": call.path})

    # For subclasses.

    def person(self, called: str) -> str:
        """A person's id on this network: the same each time."""
        if called not in self.people:
            digits = int(hashlib.sha256(f"{self.name}:{called}".encode()).hexdigest()[:12], 16)
            self.people[called] = str(3_000_000_000_000_000 + digits)
        return self.people[called]

    def number(self) -> int:
        self._count += 1
        return self._count

    def long_id(self, prefix: str) -> str:
        """An id as Meta makes them for messages."""
        raw = hashlib.sha256(f"{self.name}:{self.number()}".encode()).digest()
        return prefix + base64.urlsafe_b64encode(raw).decode().rstrip("=")

    def tell(self, *entries: dict[str, Any]) -> None:
        """Push news of the account, signed with the app's secret."""
        framed = [{"id": self.entry_id(), "time": stamp_ms(), **entry} for entry in entries]
        self.push(self.signed({"object": self.of, "entry": framed}))

    def entry_id(self) -> str:
        return self.node

    def signed(self, body: Any) -> Push:
        data = json.dumps(body).encode()
        mac = hmac.new(APP_SECRET.encode(), data, hashlib.sha256).hexdigest()
        headers = {"content-type": "application/json", "x-hub-signature-256": f"sha256={mac}"}
        return Push(url=self.hook_url, body=data, headers=headers)

    def handshake(self, challenge: str = "1158201444") -> Push:
        """How Meta asks whether an address is ours."""
        asked = f"hub.mode=subscribe&hub.challenge={challenge}&hub.verify_token=acme%20listens"
        return Push(url=f"{self.hook_url}?{asked}", body=b"", headers={}, method="GET")

    def shown(self, person: str) -> list[Shown]:
        own = self.people.get(person, "")
        return [one for to, one in self.said if to in {"", own}]


def refused(
    code: int, text: str, *, status: int = 400, subcode: int = 0, details: str = ""
) -> Reply:
    """An error as the Graph API says it."""
    error: dict[str, Any] = {"message": f"(#{code}) {text}", "type": "OAuthException", "code": code}
    if subcode:
        error["error_subcode"] = subcode
    if details:
        error["error_data"] = {"messaging_product": "whatsapp", "details": details}
    return Reply(status=status, data={"error": {**error, "fbtrace_id": "BLBz/WZt8dN"}})


def stamp_ms() -> int:
    return int(now().timestamp() * 1000)


def form_of(call: Call) -> dict[str, Any]:
    """The fields of a form, multipart or not; a file is (name, media type, data)."""
    media_type = call.headers.get("content-type", "")
    if not media_type.startswith("multipart/"):
        return dict(call.form())
    head = f"content-type: {media_type}\r\n\r\n".encode()
    found: dict[str, Any] = {}
    for part in parts_of(message_from_bytes(head + call.body, policy=HTTP)):
        own = part.get_param("name", header="content-disposition")
        data = part.get_payload(decode=True)
        file_name = part.get_filename()
        found[str(own)] = (file_name, part.get_content_type(), data) if file_name else data.decode()
    return found


def parts_of(message: Any) -> Iterable[Any]:
    return message.iter_parts()  # type: ignore[no-any-return]
