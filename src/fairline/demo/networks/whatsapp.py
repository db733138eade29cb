"""A made-up WhatsApp: the Cloud API of one business number.

Kept to: free words for 24 hours after the customer's last, then approved templates with the right
number of values; 45 messages to one customer at once, then one in six seconds; files by id, then by
an address that wants the token; statuses by webhook; templates in pages. Source: WhatsApp Business
Platform: "Messages", "Media", "Message templates", "Cloud API error codes".
"""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from fairline.core.clock import now
from fairline.demo.networks.graph import APP_ID, GraphNetwork, form_of, refused
from fairline.demo.networks.graph_messages import NOTHING
from fairline.demo.networks.kit import Call, Reply, Shown
from fairline.demo.networks.whatsapp_templates import TEMPLATES, problem_of, words_of

NUMBER = "15550783881"
NUMBER_ID = "106540352242922"
ACCOUNT = "419561257915477"
DAY = timedelta(hours=24)
MOST_TEXT = 4096
BURST = 45


class WhatsApp(GraphNetwork):
    name: ClassVar[str] = "whatsapp"
    label: ClassVar[str] = "WhatsApp"
    node = NUMBER_ID
    of = "whatsapp_business_account"

    def __init__(self) -> None:
        super().__init__()
        self.heard: dict[str, datetime] = {}
        self.sent_to: dict[str, list[datetime]] = {}
        self.files: dict[str, tuple[str, str, bytes]] = {}
        self.templates = [dict(template) for template in TEMPLATES]
        self.stopped: set[str] = set()
        self.keys: dict[str, str] = {}  # message -> what the sender calls it
        self.authors: dict[str, str] = {}
        self.hides_numbers = False

    def address(self) -> str:
        return f"+{NUMBER}"

    def options(self) -> dict[str, str]:
        ids = {"phone_number_id": NUMBER_ID, "business_account_id": ACCOUNT}
        return {**super().options(), **ids}

    def news_node(self) -> str:
        return ACCOUNT

    def entry_id(self) -> str:
        return ACCOUNT

    def person(self, called: str) -> str:
        """A number, in digits."""
        if called not in self.people:
            digits = int(hashlib.sha256(called.encode()).hexdigest()[:8], 16) % 10_000_000
            self.people[called] = f"1650{digits:07}"
        return self.people[called]

    def scoped_id(self, number: str) -> str:
        """What the business knows a person by who hides the number."""
        return f"US.{13_491_208_655_302_000_000 + int(number)}"

    # What people do.

    def say(self, person: str, text: str, *, public: bool = False, under: str = "") -> str:
        del public
        return self.write(person, {"type": "text", "text": {"body": text}}, under=under)

    def write(self, person: str, message: dict[str, Any], *, under: str = "") -> str:
        """Somebody writes to the number."""
        with self.news:
            number = self.person(person)
            wamid = self.long_id("wamid.HBg")
            self.heard[number] = now()
            self.authors[wamid] = person
            text = str(message.get("text", {}).get("body", ""))
            shown = Shown(id=wamid, by=person, text=text, is_public=False, under=under)
            self.said.append((number, shown))
            context = {"context": {"from": NUMBER, "id": under}} if under else {}
            self._told(person, {"id": wamid, **message, **context})
            return wamid

    def edit(self, native_id: str, text: str) -> None:
        with self.news:
            self.said = [
                (to, replace(one, text=text) if one.id == native_id else one)
                for to, one in self.said
            ]
            edited = {"type": "text", "text": {"body": text}}
            edit = {"original_message_id": native_id, "message": edited}
            own = {"id": self.long_id("wamid.HBg"), "type": "edit", "edit": edit}
            self._told(self.authors[native_id], own)

    def remove(self, native_id: str) -> None:
        with self.news:
            self.said = [pair for pair in self.said if pair[1].id != native_id]
            revoke = {"original_message_id": native_id}
            own = {"id": self.long_id("wamid.HBg"), "type": "revoke", "revoke": revoke}
            self._told(self.authors[native_id], own)

    def hang(self, person: str, kind: str, media_type: str, data: bytes, **more: str) -> str:
        """Somebody sends a file."""
        own = str(1_000_000_000 + self.number())
        self.files[own] = (f"{own}.bin", media_type, data)
        sha = hashlib.sha256(data).hexdigest()
        media = {"id": own, "mime_type": media_type, "sha256": sha, **more}
        return self.write(person, {"type": kind, kind: media})

    def read_all(self, person: str) -> None:
        """Somebody has read everything."""
        for to, shown in self.said:
            if to == self.person(person) and shown.by == "company":
                self._status(shown.id, to, "read")

    def _told(self, person: str, message: dict[str, Any]) -> None:
        number = self.person(person)
        profile = {"name": f"{person.capitalize()} Marsh"}
        stamp = str(int(now().timestamp()))
        who: dict[str, Any] = {"profile": profile, "user_id": self.scoped_id(number)}
        by: dict[str, Any] = {"from_user_id": self.scoped_id(number), "timestamp": stamp}
        if self.hides_numbers:
            who["profile"] = {**profile, "username": person}
        else:
            who["wa_id"] = by["from"] = number
        self._news({"contacts": [who], "messages": [{**by, **message}]})

    def _news(self, value: dict[str, Any]) -> None:
        numbers = {"display_phone_number": NUMBER, "phone_number_id": NUMBER_ID}
        told = {"messaging_product": "whatsapp", "metadata": numbers, **value}
        self.tell({"changes": [{"field": "messages", "value": told}]})

    def _status(self, wamid: str, number: str, state: str, *, error: int = 0) -> None:
        status: dict[str, Any] = {
            "id": wamid,
            "status": state,
            "timestamp": str(int(now().timestamp())),
            "recipient_id": number,
        }
        if key := self.keys.get(wamid):
            status["biz_opaque_callback_data"] = key
        if error:
            status["errors"] = [{"code": error, "title": "Message undeliverable"}]
        self._news({"statuses": [status]})

    def fail_later(self, wamid: str, error: int) -> None:
        """A message that was taken turns out not to be delivered."""
        number = next(to for to, shown in self.said if shown.id == wamid)
        self._status(wamid, number, "failed", error=error)

    # What we do.

    def route(self, call: Call, parts: list[str]) -> Reply:
        if call.method == "POST" and parts == [NUMBER_ID, "messages"]:
            return self._take(call.json())
        if call.method == "POST" and parts == [NUMBER_ID, "media"]:
            return self._take_file(form_of(call))
        if call.method == "GET" and parts == [ACCOUNT, "message_templates"]:
            return self._list(call)
        if call.method == "GET" and len(parts) == 1 and parts[0] in self.files:
            _, media_type, data = self.files[parts[0]]
            sha = hashlib.sha256(data).hexdigest()
            return Reply(data={"id": parts[0], "url": f"{self.url}/cdn/{parts[0]}",
                               "mime_type": media_type, "sha256": sha})  # fmt: skip
        return NOTHING

    def open_file(self, call: Call) -> Reply:
        """A file's own address: it wants the token, as the docs say."""
        own = call.path.removeprefix("/cdn/")
        if call.headers.get("authorization") != f"Bearer {self.token}" or own not in self.files:
            return Reply(status=404, data={"error": "Media not found"})
        _, media_type, data = self.files[own]
        return Reply(body=data, media_type=media_type)

    def _as_account(self, call: Call, parts: list[str]) -> Reply:
        if call.method == "GET" and parts == [NUMBER_ID]:
            told = {"id": NUMBER_ID, "display_phone_number": "+1 555-078-3881"}
            return Reply(data={**told, "verified_name": "Acme", "quality_rating": "GREEN"})
        return super()._as_account(call, parts)

    def _apps(self, call: Call) -> Reply:
        if call.method == "POST":
            self.subscribed = {"messages"}
        elif call.method == "DELETE":
            self.subscribed = set()
        else:
            mine = {"whatsapp_business_api_data": {"id": APP_ID, "name": "Desk"}}
            return Reply(data={"data": [mine] if self.subscribed else []})
        return Reply(data={"success": True})

    def _take(self, body: dict[str, Any]) -> Reply:
        to = str(body.get("to", "")).removeprefix("+")
        known = {self.scoped_id(one): one for one in self.people.values()}
        number = to or known.get(str(body.get("recipient", "")), "")
        if body.get("messaging_product") != "whatsapp" or not number:
            return refused(100, "Invalid parameter")
        if number not in self.people.values():
            return refused(131026, "Message undeliverable")
        if wrong := self._wrong(number, body):
            return wrong
        wamid = self.long_id("wamid.HBg")
        self.keys[wamid] = str(body.get("biz_opaque_callback_data", ""))
        kind = str(body["type"])
        media = body.get(kind, {}) if kind in {"image", "audio", "video", "document"} else {}
        files = (self.files[media["id"]][0],) if media.get("id") in self.files else ()
        text = words_of(self.templates, body)
        shown = Shown(id=wamid, by="company", text=text, is_public=False, files=files)
        self.said.append((number, shown))
        for state in ("sent", "delivered"):
            self._status(wamid, number, state)
        person = {"input": to or body["recipient"]}
        person |= {"wa_id": number} if to else {"user_id": body["recipient"]}
        told = {"messaging_product": "whatsapp", "contacts": [person], "messages": [{"id": wamid}]}
        return Reply(data=told)

    def _wrong(self, number: str, body: dict[str, Any]) -> Reply | None:
        kind = body.get("type")
        at = now()
        recent = [one for one in self.sent_to.get(number, []) if at - one < timedelta(minutes=1)]
        if len(recent) >= BURST and at - recent[-1] < timedelta(seconds=6):
            return refused(131056, "(Business Account, Consumer Account) pair rate limit hit")
        if kind == "template":
            if number in self.stopped:
                return refused(131050, "User has stopped receipt of marketing messages")
            problem = problem_of(self.templates, body.get("template", {}))
            if problem:
                return problem
        elif at - self.heard.get(number, at - 2 * DAY) > DAY:
            details = "More than 24 hours have passed since the customer last replied"
            return refused(131047, "Re-engagement message", details=details)
        elif kind == "text" and not 0 < len(str(body.get("text", {}).get("body", ""))) <= MOST_TEXT:
            return refused(100, "Param text['body'] must be at most 4096 characters long.")
        elif kind != "text" and body.get(str(kind), {}).get("id") not in self.files:
            return refused(131009, "Parameter value is not valid")
        self.sent_to[number] = [*recent, at]
        return None

    def _take_file(self, form: dict[str, Any]) -> Reply:
        given = form.get("file")
        if form.get("messaging_product") != "whatsapp" or not isinstance(given, tuple):
            return refused(100, "Invalid parameter")
        own = str(2_000_000_000 + self.number())
        self.files[own] = given
        return Reply(data={"id": own})

    def _list(self, call: Call) -> Reply:
        """Two a page, whatever was asked for."""
        start = int(call.query.get("after") or 0)
        page: dict[str, Any] = {"data": self.templates[start : start + 2]}
        if start + 2 < len(self.templates):
            page["paging"] = {"cursors": {"after": str(start + 2)}, "next": f"{self.url}/next"}
        return Reply(data=page)
