"""Instagram: private messages and public comments of a professional account.

By way of the page that the account is linked with (Facebook Login), or by itself (Instagram Login:
no page, and the API is at graph.instagram.com).
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from fairline.channels.contract import (
    Capabilities,
    Check,
    DeliveryError,
    Field,
    HookAnswer,
    HookRequest,
    InboxInfo,
    LengthRule,
    Memory,
    Outbound,
    Own,
    RawItem,
    Rule,
    Sending,
    Sent,
    Translation,
    Window,
    Wire,
)
from fairline.channels.meta import hooks, settling, subscribing, translate, windows
from fairline.channels.meta.account import (
    API_FIELDS,
    API_URL,
    APP_FIELDS,
    HUMAN_AGENT,
    Account,
    account_of,
    is_on,
)
from fairline.channels.meta.graph import Graph
from fairline.channels.meta.messenger import id_in, tag_for
from fairline.channels.meta.reading import name
from fairline.channels.meta.renewing import renewed
from fairline.channels.meta.wire import MetaWire, send_private
from fairline.core.clock import now
from fairline.db.unit import Unit

LABEL = "Instagram"
INSTAGRAM_URL = "https://graph.instagram.com"
NEWS = ("comments", "live_comments", "mentions", "message_reactions", "messages",
        "messaging_postbacks", "messaging_referral", "messaging_seen", "standby")  # fmt: skip
# What the page of a linked account is asked for: any of it turns on the news of the account.
PAGE_NEWS = ("messages",)
NOTED_FOR = timedelta(days=8)


def is_comment(native_id: str) -> bool:
    """Comments and posts have numbers; private messages have long words."""
    return native_id.replace("_", "").isascii() and native_id.replace("_", "").isdigit()


def comment_above(outbound: Outbound) -> str:
    """What a public answer goes below: the last comment, whatever was said in private since. Raises
    DeliveryError.
    """
    for one in (outbound.in_reply_to, *reversed(outbound.references)):
        if one and is_comment(one):
            return one
    raise DeliveryError("There is no comment to answer.", permanent=True)


def private_recipient(
    wire: MetaWire, outbound: Outbound, *, is_post: Callable[[str], bool] = lambda _: False
) -> tuple[dict[str, str], str]:
    """To whom a private answer goes: somebody who has written to us in private, or who has only
    commented. A comment takes one private reply. Returns the comment too, '' for the former.
    """
    known = [one for one in (*outbound.references, outbound.in_reply_to) if one]
    newest = next((one for one in reversed(known) if not _is_noted(wire, "ours", one)), "")
    if not is_comment(newest) or _is_noted(wire, "replied", newest):
        # They have written in private, or may have answered our reply: Meta says if they have not.
        return {"id": outbound.recipient}, ""
    return {"post_id" if is_post(newest) else "comment_id": newest}, newest


def note(wire: MetaWire, what: str, native_id: str) -> None:
    """Remember that a comment had its private reply (`replied`), or that it is `ours`."""
    if native_id and wire.memory:
        wire.memory.put(f"{what}:{native_id}", "1", expires_at=now() + NOTED_FOR)


def _is_noted(wire: MetaWire, what: str, native_id: str) -> bool:
    return bool(wire.memory and wire.memory.get(f"{what}:{native_id}"))


class InstagramWire(MetaWire):
    """Comments under comments, messages with the Send API."""

    def freshen(self) -> None:
        """The token of an account without a page is renewed by itself."""
        if not self.account.alone or self.memory is None:
            return
        given = self.inbox.options.get("access_token", "")
        account = renewed(self.account, given, self.memory)
        if account != self.account:
            self.graph.close()
            self.account, self.graph = account, Graph(account, self.memory)

    def send(self, outbound: Outbound, *, handing_over: Callable[[], None]) -> Sent:
        self.freshen()
        if outbound.is_public:
            return self._comment(outbound, handing_over)
        recipient, comment = private_recipient(self, outbound)
        human = is_on(self.inbox, "human_agent")
        tag = "" if comment else tag_for(outbound, LABEL, human_agent=human)
        sent = send_private(
            self, recipient, outbound, handing_over=handing_over, tag=tag, platform="instagram"
        )
        note(self, "replied", comment)
        note(self, "ours", sent.native_id)
        return sent

    def _look_at_account(self) -> Check:
        """The page and the account belong together, where there is a page."""
        known = super()._look_at_account()
        if not known.ok or not self.inbox.options.get("page_id"):
            return known
        try:
            told = self.graph.get(f"/{self.account.node}", fields="instagram_business_account")
        except DeliveryError as error:
            return Check(name="account", ok=False, text=error.text)
        linked = name(told, "instagram_business_account", "id")
        if linked and linked != self.inbox.address:
            text = f"The page is linked with the account {linked}, not {self.inbox.address}."
            return Check(name="account", ok=False, text=text)
        return known

    def _comment(self, outbound: Outbound, handing_over: Callable[[], None]) -> Sent:
        if outbound.files:
            raise DeliveryError("A comment on Instagram holds no files.", permanent=True)
        above = comment_above(outbound)
        handing_over()
        form = {"message": outbound.text}
        answer = self.graph.post(f"/{above}/replies", form=form, risky=True)
        native_id = name(answer, "id")
        note(self, "ours", native_id)
        return Sent(native_id=native_id)


class InstagramChannel:
    """The address of an identity is an Instagram-scoped id, the same for comments and messages;
    the inbox's own is the id of the professional account.
    """

    kind = "instagram"
    label = LABEL
    capabilities = Capabilities(
        public=True,
        private=True,
        pushes=True,
        proves=True,
        names=True,
        threads=True,
        deletes=True,
        length=LengthRule(most=2196),
        private_length=LengthRule(counts="bytes", most=1000),
        max_file_bytes=26_214_400,
        media=("image/png", "image/jpeg", "image/gif", "audio/*", "video/*", "application/pdf"),
        most_files=10,
        window=Window(hours=24),
    )
    fields: tuple[Field, ...] = (
        *APP_FIELDS,
        Field(
            name="page_id",
            label="ID of the linked Facebook page",
            help="Empty for an account that is connected by Instagram Login.",
        ),
        HUMAN_AGENT,
        *API_FIELDS,
    )

    def translate(self, payload: bytes, inbox: InboxInfo, *, received_at: datetime) -> Translation:
        return translate.translate(payload, inbox, received_at=received_at)

    def normalise(self, address: str) -> str:
        return id_in(address, "an Instagram account")

    def hook(self, request: HookRequest, inbox: InboxInfo) -> HookAnswer:
        return hooks.answer(request, inbox)

    def open(self, inbox: InboxInfo) -> Wire:
        return InstagramWire(inbox, _account(inbox), None)

    def open_with(self, inbox: InboxInfo, memory: Memory) -> Wire:
        return InstagramWire(inbox, _account(inbox), memory)

    def rules(self, sending: Sending, inbox: InboxInfo) -> tuple[Rule, ...]:
        if sending.is_public:
            if not sending.files:
                return ()
            text = "A comment on Instagram holds no files. Send them in private."
            return (Rule(code="no_files", text=text, blocks=True),)
        human = is_on(inbox, "human_agent")
        said = windows.message_rules(sending, LABEL, human_agent=human)
        if any(rule.code == "stranger" for rule in said):
            # They may have commented, and that takes one private reply.
            text = "Instagram takes one private reply to a comment, for seven days, and more only "
            text += "once they have answered it."
            return (Rule(code="private_reply", text=text),)
        return said

    def settle(self, unit: Unit, own: Own, inbox: InboxInfo) -> None:
        settling.settle(unit, own, inbox)

    def connect(self, inbox: InboxInfo) -> tuple[Check, ...]:
        graph = Graph(_account(inbox), None)
        news = PAGE_NEWS if inbox.options.get("page_id") else NEWS
        return subscribing.connect(graph, inbox, of="instagram", node=_node(inbox), fields=news)

    def disconnect(self, inbox: InboxInfo) -> tuple[Check, ...]:
        if inbox.options.get("page_id"):
            # The page's own subscription may serve Messenger too: it stays.
            return (Check(name="subscription", ok=True, text="The page's subscription stays."),)
        graph = Graph(_account(inbox), None)
        return subscribing.disconnect(graph, of="instagram", node=_node(inbox), fields=NEWS)

    def items_in(self, path: Path) -> Iterator[tuple[str, RawItem]]:
        return translate.items_in(path, self.kind)

    def describe(self, payload: bytes) -> dict[str, Any]:
        return translate.describe(payload, self.kind)


def _node(inbox: InboxInfo) -> str:
    return inbox.options.get("page_id") or inbox.address


def _account(inbox: InboxInfo) -> Account:
    """By way of the page, or by the API of accounts that stand alone."""
    account = account_of(inbox, LABEL, _node(inbox))
    if inbox.options.get("page_id"):
        return account
    url = INSTAGRAM_URL if account.api_url == API_URL else account.api_url
    return msgspec.structs.replace(account, api_url=url, alone=True)
