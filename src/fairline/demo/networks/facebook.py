"""A made-up page on Facebook: what people post there, comments, and private replies.

Kept to: comments on posts and comments, edits and removals told, 8,000 characters, one picture; one
private reply to a comment within 7 days, in Messenger. Source: "Webhooks Reference: Page", Graph
API "Object Comments", "Private Replies".
"""

from typing import Any, ClassVar

from fairline.core.clock import now
from fairline.demo.networks.graph import form_of, refused
from fairline.demo.networks.graph_messages import NOTHING, MessagesNetwork
from fairline.demo.networks.kit import Call, Reply, Shown

PAGE = "117172741761307"
POST = f"{PAGE}_1001"
MOST_COMMENT = 8000


class Facebook(MessagesNetwork):
    name: ClassVar[str] = "facebook"
    label: ClassVar[str] = "Facebook page"
    says_public: ClassVar[bool] = True
    says_private: ClassVar[bool] = False
    node = PAGE

    def __init__(self) -> None:
        super().__init__()
        self.posted: dict[str, dict[str, Any]] = {POST: {}}

    def address(self) -> str:
        return PAGE

    def say(self, person: str, text: str, *, public: bool = True, under: str = "") -> str:
        """A post on the page, or a comment below something."""
        del public
        with self.news:
            own = self.person(person)
            return self._post(own, person, f"{person.capitalize()} Marsh", text, under)

    def _post(
        self,
        own: str,
        by: str,
        called: str,
        text: str,
        under: str,
        files: tuple[str, ...] = (),
    ) -> str:
        number = 2000 + self.number()
        value: dict[str, Any] = {
            "from": {"id": own, "name": called},
            "verb": "add",
            "created_time": int(now().timestamp()),
            "message": text,
        }
        if under:
            post = str(self.posted[under].get("post_id", under))
            native_id = f"{post.partition('_')[2]}_{number}"
            page = {"permalink_url": f"https://facebook.example/{post}"}
            value |= {"item": "comment", "comment_id": native_id, "parent_id": under}
            value |= {"post_id": post, "post": page}
        else:
            native_id = f"{PAGE}_{number}"
            value |= {"item": "status", "post_id": native_id}
        self.posted[native_id] = value
        if own != PAGE:
            self.comments[native_id] = (own, now())
        shown = Shown(id=native_id, by=by, text=text, is_public=True, under=under, files=files)
        self.said.append(("", shown))
        self.tell({"changes": [{"field": "feed", "value": value}]})
        return native_id

    def edit(self, native_id: str, text: str) -> None:
        with self.news:
            self.reword(native_id, text)
            value = {**self.posted[native_id], "verb": "edited", "message": text}
            self.tell({"changes": [{"field": "feed", "value": value}]})

    def remove(self, native_id: str) -> None:
        with self.news:
            self.said = [pair for pair in self.said if pair[1].id != native_id]
            self.comments.pop(native_id, None)
            value = {**self.posted.pop(native_id), "verb": "remove"}
            value.pop("message")
            self.tell({"changes": [{"field": "feed", "value": value}]})

    def comment_by_hand(self, text: str, *, under: str) -> str:
        """Somebody of the company answers on Facebook itself."""
        with self.news:
            return self._post(PAGE, "company", "Acme", text, under)

    def route(self, call: Call, parts: list[str]) -> Reply:
        if call.method == "POST" and len(parts) == 2 and parts[1] == "comments":
            return self._comment(parts[0], form_of(call))
        return self.talk(call, parts) or NOTHING

    def _comment(self, under: str, form: dict[str, Any]) -> Reply:
        if under not in self.posted:
            return NOTHING
        text, picture = str(form.get("message", "")), form.get("source")
        if (not text and not picture) or len(text) > MOST_COMMENT:
            return refused(100, "Invalid parameter: message")
        files = (picture[0],) if picture else ()
        return Reply(data={"id": self._post(PAGE, "company", "Acme", text, under, files)})
