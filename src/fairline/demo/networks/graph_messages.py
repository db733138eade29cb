"""The Send API as Messenger, Instagram and a page's private replies have it.

Kept to: 24 hours after somebody's last message, 7 days with the HUMAN_AGENT tag where the app has
it, nobody who never wrote, one private reply to a comment within 7 days, the bound on length, files
uploaded first, echoes and receipts. Source: "Send a Message", "Private Replies", "Attachment
Upload", "message_echoes".
"""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from fairline.core.clock import now
from fairline.demo.networks.graph import APP_ID, GraphNetwork, form_of, refused, stamp_ms
from fairline.demo.networks.kit import Call, Reply, Shown

DAY, WEEK = timedelta(hours=24), timedelta(days=7)
MOST_FILE = 26_214_400


class MessagesNetwork(GraphNetwork):
    """An account that people write to in private."""

    mid_prefix = "m_"
    most = 2000
    counts_bytes = False
    echo_names_app = True

    def __init__(self) -> None:
        super().__init__()
        self.human_agent = False
        self.heard: dict[str, datetime] = {}  # who last wrote to us in private, and when
        self.blocked: set[str] = set()
        self.files: dict[str, tuple[str, str, bytes]] = {}
        self.comments: dict[str, tuple[str, datetime]] = {}  # by whom and when
        self.replied: set[str] = set()
        self.edits: dict[str, int] = {}
        self.authors: dict[str, str] = {}

    # What people do.

    def write(self, person: str, message: dict[str, Any], *, under: str = "") -> str:
        """Somebody writes to the account in private."""
        with self.news:
            own = self.person(person)
            mid = self.long_id(self.mid_prefix)
            self.heard[own] = now()
            self.authors[mid] = own
            text = str(message.get("text", ""))
            shown = Shown(id=mid, by=person, text=text, is_public=False, under=under)
            self.said.append((own, shown))
            reply_to = {"reply_to": {"mid": under}} if under else {}
            self.event(own, message={"mid": mid, **message, **reply_to})
            return mid

    def event(self, sender: str, **holds: Any) -> None:
        """Push one event of the talk with somebody."""
        self.tell({"messaging": [self._event(sender, **holds)]})

    def _event(self, sender: str, **holds: Any) -> dict[str, Any]:
        talk = {"sender": {"id": sender}, "recipient": {"id": self.entry_id()}}
        return {**talk, "timestamp": stamp_ms(), **holds}

    def edit_message(self, mid: str, text: str) -> None:
        with self.news:
            self.edits[mid] = self.edits.get(mid, 0) + 1
            self.reword(mid, text)
            edit = {"mid": mid, "text": text, "num_edit": self.edits[mid]}
            self.event(self.authors[mid], message_edit=edit)

    def unsend(self, mid: str) -> None:
        with self.news:
            self.said = [pair for pair in self.said if pair[1].id != mid]
            self.event(self.authors[mid], message={"mid": mid, "is_deleted": True})

    def read_all(self, person: str) -> None:
        """Somebody has read everything until now."""
        self.event(self.person(person), read={"watermark": stamp_ms()})

    def reword(self, native_id: str, text: str) -> None:
        self.said = [
            (to, replace(one, text=text) if one.id == native_id else one) for to, one in self.said
        ]

    def write_by_hand(self, person: str, text: str) -> str:
        """Somebody of the company answers in Meta's own inbox."""
        with self.news:
            own = self.person(person)
            return self._out(own, {"text": text}, app_id="263902037430900")

    # What we do.

    def take_message(self, call: Call) -> Reply:
        """POST /<account>/messages."""
        body = call.json()
        recipient, message = body.get("recipient") or {}, body.get("message") or {}
        text = str(message.get("text", ""))
        length = len(text.encode()) if self.counts_bytes else len(text)
        if length > self.most:
            text = f"Length of param message[text] must be less than or equal to {self.most}"
            return refused(100, text, subcode=2018109)
        attachment = (message.get("attachment") or {}).get("payload", {}).get("attachment_id", "")
        if not text and attachment not in self.files:
            return refused(100, "Invalid parameter: empty message")
        comment = recipient.get("comment_id") or recipient.get("post_id")
        if comment:
            return self._reply_privately(comment, message)
        own = str(recipient.get("id", ""))
        if own not in self.people.values():
            return refused(100, "No matching user found", subcode=2018001)
        if own in self.blocked:
            return refused(551, "This person isn't available right now.", subcode=1545041)
        tag = body.get("tag", "") if body.get("messaging_type") == "MESSAGE_TAG" else ""
        if not self._may(own, tag):
            text = "This message is sent outside of allowed window."
            return refused(10, text, subcode=2018278)
        mid = self._out(own, message, app_id=APP_ID)
        return Reply(data={"recipient_id": own, "message_id": mid})

    def _may(self, own: str, tag: str) -> bool:
        heard = self.heard.get(own)
        if heard is None:
            return False
        if now() - heard < DAY:
            return True
        return tag == "HUMAN_AGENT" and self.human_agent and now() - heard < WEEK

    def _reply_privately(self, comment: str, message: dict[str, Any]) -> Reply:
        by, at = self.comments.get(comment, ("", now()))
        if not by:
            return refused(10902, "Activity deleted")
        if comment in self.replied:
            return refused(10900, "Activity already replied to")
        if now() - at > WEEK:
            return refused(10901, "Activity can not be replied to, it is too old")
        self.replied.add(comment)
        mid = self._out(by, message, app_id=APP_ID)
        return Reply(data={"recipient_id": by, "message_id": mid})

    def _out(self, own: str, message: dict[str, Any], *, app_id: str) -> str:
        """Show it to the person, and tell the app of it."""
        mid = self.long_id(self.mid_prefix)
        attachment = (message.get("attachment") or {}).get("payload", {}).get("attachment_id", "")
        files = (self.files[attachment][0],) if attachment in self.files else ()
        text = str(message.get("text", ""))
        shown = Shown(id=mid, by="company", text=text, is_public=False, files=files)
        self.said.append((own, shown))
        echo: dict[str, Any] = {"mid": mid, "is_echo": True, "text": text}
        if self.echo_names_app:
            echo["app_id"] = int(app_id)
        if "metadata" in message:
            echo["metadata"] = message["metadata"]
        event = self._event(own, message=echo)
        event["sender"], event["recipient"] = event["recipient"], event["sender"]
        delivered = self._event(own, delivery={"mids": [mid], "watermark": stamp_ms()})
        self.tell({"messaging": [event]}, {"messaging": [delivered]})
        return mid

    def take_file(self, call: Call) -> Reply:
        """POST /<account>/message_attachments."""
        form = form_of(call)
        given = form.get("filedata")
        wanted = json.loads(form.get("message", "{}")).get("attachment", {})
        if not isinstance(given, tuple) or wanted.get("type") not in KINDS:
            return refused(100, "Upload attachment failure.", subcode=2018047)
        if len(given[2]) > MOST_FILE:
            return refused(100, "Attachment size exceeds allowable limit", subcode=2018109)
        own = str(1_857_777_774_821_000 + self.number())
        self.files[own] = given
        return Reply(data={"attachment_id": own})

    def hang(self, person: str, kind: str, file_name: str, data: bytes) -> str:
        """Somebody sends a file."""
        self.files[file_name] = (file_name, "application/octet-stream", data)
        payload = {"url": f"{self.url}/cdn/{file_name}?sig=1"}
        return self.write(person, {"attachments": [{"type": kind, "payload": payload}]})

    def open_file(self, call: Call) -> Reply:
        found = self.files.get(call.path.removeprefix("/cdn/"))
        if found is None:
            return Reply(status=404, data={"error": "URL signature expired"})
        return Reply(body=found[2], media_type="image/png")

    def talk(self, call: Call, parts: list[str]) -> Reply | None:
        """The calls that every account with messages takes."""
        if call.method == "POST" and parts == [self.node, "messages"]:
            return self.take_message(call)
        if call.method == "POST" and parts == [self.node, "message_attachments"]:
            return self.take_file(call)
        return None


KINDS = frozenset({"image", "video", "audio", "file"})
NOTHING = refused(
    100, "Unsupported request. The object does not exist or lacks a permission.", subcode=33
)
