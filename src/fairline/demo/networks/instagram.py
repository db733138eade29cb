"""A made-up Instagram: comments below the company's posts, and private messages.

Kept to: a reply goes below a top-level comment; a comment has no file; 1,000 bytes a message; an
echo names no app. Source: "Comment Moderation", "IG Comment Replies", Instagram Messaging.
"""

from typing import Any, ClassVar

from fairline.core.clock import now
from fairline.demo.networks.graph import form_of, refused
from fairline.demo.networks.graph_messages import NOTHING, MessagesNetwork
from fairline.demo.networks.kit import Call, Reply, Shown

ACCOUNT = "17841405309211844"
PAGE = "117172741761306"
POST = "17895695668004550"
MOST_COMMENT = 2196


class Instagram(MessagesNetwork):
    name: ClassVar[str] = "instagram"
    label: ClassVar[str] = "Instagram"
    says_public: ClassVar[bool] = True
    node = PAGE
    of = "instagram"
    mid_prefix = "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOj"
    most = 1000
    counts_bytes = True
    echo_names_app = False

    def __init__(self, *, alone: bool = False) -> None:
        """`alone` has no page: its token is its own, and has to be renewed."""
        super().__init__()
        self.parents: dict[str, str] = {}
        self.alone = alone
        if alone:
            self.node = ACCOUNT
            self.wants_proof = False

    def address(self) -> str:
        return ACCOUNT

    def entry_id(self) -> str:
        return ACCOUNT

    def options(self) -> dict[str, str]:
        return {**super().options(), "page_id": "" if self.alone else PAGE}

    def answer(self, call: Call) -> Reply:
        if self.alone and call.path == "/refresh_access_token":
            return self._renew(call)
        return super().answer(call)

    def _renew(self, call: Call) -> Reply:
        asked = call.query
        if asked.get("grant_type") != "ig_refresh_token" or asked.get("access_token") != self.token:
            return refused(190, "Invalid OAuth access token", status=401)
        self.token = f"IGAA-renewed-{self.number()}"
        told = {"access_token": self.token, "token_type": "bearer", "expires_in": 5_183_944}
        return Reply(data=told)

    def profile(self, person_id: str) -> dict[str, Any] | None:
        found = super().profile(person_id)
        handle = next((one for one, own in self.people.items() if own == person_id), "")
        return {**found, "username": f"{handle}.marsh"} if found else None

    def say(self, person: str, text: str, *, public: bool = True, under: str = "") -> str:
        """A comment below the company's post, or a private message."""
        if not public:
            return self.write(person, {"text": text}, under=under)
        with self.news:
            return self._comment(self.person(person), person, f"{person}.marsh", text, under)

    def _comment(self, own: str, by: str, handle: str, text: str, under: str) -> str:
        native_id = str(17_870_000_000_000_000 + self.number())
        if own != ACCOUNT:
            self.comments[native_id] = (own, now())
        top = self.parents.get(under, under)  # what answers an answer goes below the first
        if top:
            self.parents[native_id] = top
        shown = Shown(id=native_id, by=by, text=text, is_public=True, under=under or POST)
        self.said.append(("", shown))
        value = {
            "id": native_id,
            "from": {"id": own, "username": handle},
            "text": text,
            "media": {"id": POST, "media_product_type": "FEED"},
            **({"parent_id": top} if top else {}),
        }
        self.tell({"changes": [{"field": "comments", "value": value}]})
        return native_id

    def edit(self, native_id: str, text: str) -> None:
        self.edit_message(native_id, text)

    def remove(self, native_id: str) -> None:
        self.unsend(native_id)

    def _as_account(self, call: Call, parts: list[str]) -> Reply:
        if call.method == "GET" and parts == [PAGE]:
            linked = {"instagram_business_account": {"id": ACCOUNT}}
            return Reply(data={"id": PAGE, "name": self.account_name, **linked})
        return super()._as_account(call, parts)

    def route(self, call: Call, parts: list[str]) -> Reply:
        if call.method == "POST" and len(parts) == 2 and parts[1] == "replies":
            return self._reply(parts[0], form_of(call))
        return self.talk(call, parts) or NOTHING

    def _reply(self, under: str, form: dict[str, Any]) -> Reply:
        if under not in self.comments and under not in self.parents:
            return NOTHING
        text = str(form.get("message", ""))
        if not text or len(text) > MOST_COMMENT:
            return refused(100, "Invalid parameter: message")
        return Reply(data={"id": self._comment(ACCOUNT, "company", "acme", text, under)})
