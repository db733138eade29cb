"""Answers on the wire, beside made-up networks that keep Meta's rules."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from fairline.channels.contract import DeliveryError, InboxInfo, Outbound, OutboundFile, Remembers
from fairline.channels.meta import subscribing
from fairline.channels.meta.account import account_of
from fairline.channels.meta.graph import Graph
from fairline.channels.provider import TOKEN_EXPIRED
from fairline.core.clock import now
from fairline.demo.networks import facebook, instagram, messenger, whatsapp
from fairline.demo.networks.graph import refused
from fairline.demo.networks.kit import Fault, Host
from tests.channels.meta.inboxes import CHANNELS, inbox, outbound
from tests.fakes.memory import MemoryInHand

CAT = OutboundFile(name="cat.png", media_type="image/png", data=b"\x89PNG a cat")


@dataclass
class Line:
    """A channel's wire beside its network."""

    network: Any
    wire: Any
    memory: MemoryInHand = field(default_factory=MemoryInHand)
    handed: int = 0

    def handing_over(self) -> None:
        self.handed += 1

    def send(self, given: Outbound) -> Any:
        return self.wire.send(given, handing_over=self.handing_over)

    def refused(self, given: Outbound) -> DeliveryError:
        with pytest.raises(DeliveryError) as caught:
            self.send(given)
        return caught.value


NETWORKS: dict[str, type[Any]] = {
    "messenger": messenger.Messenger,
    "instagram": instagram.Instagram,
    "facebook": facebook.Facebook,
    "whatsapp": whatsapp.WhatsApp,
}


def info(network: Any, **options: str) -> InboxInfo:
    plain = inbox(network.name)
    given = {**network.options(), **options}
    return msgspec.structs.replace(plain, address=network.address(), options=given)


@pytest.fixture
def line(request: pytest.FixtureRequest) -> Iterator[Line]:
    kind = request.param
    network = NETWORKS[kind]()
    with Host(network):
        channel = CHANNELS[kind]
        assert isinstance(channel, Remembers)
        memory = MemoryInHand()
        wire = channel.open_with(info(network, human_agent="on"), memory)
        yield Line(network, wire, memory)
        wire.close()


def on(*kinds: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("line", kinds, indirect=True)


@on("messenger")
def test_words_and_files_go_as_messages_of_their_own(line: Line) -> None:
    line.network.say("cleo", "Hello")
    cleo = line.network.person("cleo")
    sent = line.send(outbound(recipient=cleo, files=(CAT,)))

    got = [one for one in line.network.shown("cleo") if one.by == "company"]
    assert [(one.text, one.files) for one in got] == [
        ("It comes tomorrow.", ()),
        ("", ("cat.png",)),
    ]
    assert sent.native_id == got[0].id
    assert line.handed == 1


@on("messenger")
def test_a_file_that_is_refused_after_the_words_is_told(line: Line) -> None:
    line.network.say("cleo", "Hello")
    original = line.network.take_message

    def second_fails(call: Any) -> Any:
        if "attachment" in call.json()["message"]:
            return refused(100, "Attachment size exceeds allowable limit", subcode=2018109)
        return original(call)

    line.network.take_message = second_fails
    sent = line.send(outbound(recipient=line.network.person("cleo"), files=(CAT,)))

    assert sent.native_id
    assert sent.refused == (("cat.png", "Messenger: A file is too large for it."),)


@on("messenger", "instagram")
def test_after_a_day_a_person_may_answer_for_a_week(line: Line) -> None:
    line.network.human_agent = True
    line.network.say("cleo", "Hello", public=False)
    cleo = line.network.person("cleo")
    heard_at = now() - timedelta(days=3)
    line.network.heard[cleo] = heard_at
    line.send(outbound(recipient=cleo, heard_at=heard_at))

    assert line.network.shown("cleo")[-1].text == "It comes tomorrow."
    notice = outbound(recipient=cleo, heard_at=heard_at, notice=True)
    assert line.refused(notice).provider_code == "window_closed"
    late = outbound(recipient=cleo, heard_at=now() - timedelta(days=8))
    assert line.refused(late).permanent


@on("messenger")
def test_the_networks_own_word_on_the_window_is_final(line: Line) -> None:
    line.network.say("cleo", "Hello")
    cleo = line.network.person("cleo")
    line.network.heard[cleo] = now() - timedelta(days=2)
    error = line.refused(outbound(recipient=cleo))

    assert error.permanent
    assert error.provider_code == "10/2018278"
    assert "time to answer is over" in error.text


@on("messenger")
def test_a_person_who_is_gone_is_said_in_words(line: Line) -> None:
    line.network.say("cleo", "Hello")
    cleo = line.network.person("cleo")
    line.network.blocked.add(cleo)

    assert "takes no messages" in line.refused(outbound(recipient=cleo)).text
    assert "nobody with that id" in line.refused(outbound(recipient="1")).text


@on("messenger", "whatsapp")
def test_nothing_public_goes_where_nothing_is_public(line: Line) -> None:
    assert line.refused(outbound(is_public=True)).permanent
    assert line.handed == 0


@on("messenger", "instagram", "facebook", "whatsapp")
def test_a_token_that_ended_is_not_taken_for_a_refusal(line: Line) -> None:
    line.network.token = "another"
    error = line.refused(
        outbound(is_public=line.network.says_public, in_reply_to="17870000000000001")
    )

    assert error.provider_code == TOKEN_EXPIRED
    assert not error.permanent


@on("messenger")
def test_a_limit_is_waited_for_as_long_as_meta_says(line: Line) -> None:
    line.network.say("cleo", "Hello")
    usage = '{"117172741761305":[{"type":"messenger","call_count":100,"total_cputime":3,'
    usage += '"total_time":2,"estimated_time_to_regain_access":19}]}'
    line.network.faults.append(
        Fault(
            status=400,
            data={"error": {"message": "limit", "code": 613}},
            headers={"x-business-use-case-usage": usage},
            method="POST",
        )
    )
    error = line.refused(outbound(recipient=line.network.person("cleo")))

    assert not error.permanent
    assert error.retry_after_s == 19 * 60
    left, of, back = line.memory.limits["calls for messenger (%)"]
    assert (left, of) == (0, 100)
    assert back


@on("messenger")
def test_what_is_left_of_the_limits_is_kept(line: Line) -> None:
    line.network.usage = 28
    line.wire.verify()

    assert line.memory.limits["calls of the app (%)"][:2] == (72, 100)


@on("messenger")
def test_when_the_token_ends_is_kept(line: Line) -> None:
    ends = now() + timedelta(days=40)
    line.network.expires_at = int(ends.timestamp())
    checks = {check.name: check for check in line.wire.verify()}

    assert checks["token"].ok
    assert line.memory.ends_at
    assert abs((line.memory.ends_at - ends).total_seconds()) < 2


@on("messenger", "instagram")
def test_a_name_is_looked_up_once(line: Line) -> None:
    cleo = line.network.person("cleo")
    name = "Cleo Marsh" + (" (@cleo.marsh)" if line.network.name == "instagram" else "")

    assert line.wire.name_of(cleo) == name
    calls = len(line.network.calls)
    assert line.wire.name_of(cleo) == name
    assert line.wire.name_of("404") == ""
    assert line.wire.name_of("404") == ""
    assert len(line.network.calls) == calls + 1


@on("messenger")
def test_a_file_is_fetched_from_its_address(line: Line) -> None:
    line.network.hang("cleo", "image", "cat.png", b"\x89PNG")

    assert line.wire.download(f"{line.network.url}/cdn/cat.png?sig=1") == (b"\x89PNG", "image/png")
    with pytest.raises(DeliveryError) as caught:
        line.wire.download(f"{line.network.url}/cdn/gone.png")
    assert caught.value.permanent


@on("messenger")
def test_a_file_is_never_fetched_from_our_own_network(line: Line) -> None:
    for address in ("http://127.0.0.1:1/x", "http://169.254.169.254/latest/meta-data/"):
        with pytest.raises(DeliveryError) as caught:
            line.wire.download(address)
        assert caught.value.permanent


@on("facebook")
def test_a_comment_takes_one_private_reply(line: Line) -> None:
    comment = line.network.say("cleo", "Where is my parcel?")
    given = outbound(
        recipient=line.network.person("cleo"), in_reply_to=comment, references=(comment,)
    )
    line.send(given)

    assert [one.is_public for one in line.network.shown("cleo")] == [True, False]
    error = line.refused(replace_key(given))
    assert error.permanent  # she has not written to us in Messenger: no second one
    line.memory.kept.clear()
    assert "one private reply" in line.refused(given).text


@on("facebook", "instagram")
def test_a_private_reply_goes_to_their_comment_not_to_ours(line: Line) -> None:
    comment = line.network.say("cleo", "Where is my parcel?")
    cleo = line.network.person("cleo")
    ours = line.send(outbound("Look below.", is_public=True, in_reply_to=comment)).native_id
    private = outbound("Code 1.", recipient=cleo, in_reply_to=ours, references=(comment, ours))
    mine = line.send(private).native_id
    again = line.network.say("cleo", "And my other one?", under=comment)
    known = (comment, ours, mine, again)
    line.send(outbound("Code 2.", recipient=cleo, in_reply_to=again, references=known))

    got = [one.text for one in line.network.shown("cleo") if one.by == "company"]
    assert got == ["Look below.", "Code 1.", "Code 2."]


@on("facebook")
def test_who_answers_a_private_reply_may_be_written_to(line: Line) -> None:
    comment = line.network.say("cleo", "Where is my parcel?")
    given = outbound(
        recipient=line.network.person("cleo"), in_reply_to=comment, references=(comment,)
    )
    line.send(given)
    line.network.write("cleo", {"text": "Order 4711"})
    line.send(replace_key(given))

    assert len([one for one in line.network.shown("cleo") if one.by == "company"]) == 2


@on("facebook")
def test_a_comment_too_old_takes_no_private_reply(line: Line) -> None:
    comment = line.network.say("cleo", "Where is my parcel?")
    line.network.comments[comment] = (line.network.person("cleo"), now() - timedelta(days=8))
    error = line.refused(outbound(in_reply_to=comment, references=(comment,)))

    assert error.permanent
    assert "seven days" in error.text


@on("facebook")
def test_a_public_answer_stands_below_what_it_answers_with_one_picture(line: Line) -> None:
    comment = line.network.say("cleo", "Where is my parcel?")
    two = (CAT, replace_name(CAT, "dog.png"))
    sent = line.send(outbound(is_public=True, in_reply_to=comment, files=two))

    answer = line.network.shown("dov")[-1]
    assert (answer.under, answer.files, answer.id) == (comment, ("cat.png",), sent.native_id)
    assert [name for name, _ in sent.refused] == ["dog.png"]


@on("instagram")
def test_a_comment_on_instagram_is_answered_in_public_and_once_in_private(line: Line) -> None:
    comment = line.network.say("cleo", "Is it in stock?")
    cleo = line.network.person("cleo")
    line.send(outbound("Yes!", is_public=True, in_reply_to=comment))
    line.send(
        outbound("Your code is 1.", recipient=cleo, in_reply_to=comment, references=(comment,))
    )

    assert [(one.text, one.is_public) for one in line.network.shown("cleo")[1:]] == [
        ("Yes!", True),
        ("Your code is 1.", False),
    ]
    assert (
        "no files" in line.refused(outbound(is_public=True, in_reply_to=comment, files=(CAT,))).text
    )


@on("facebook", "instagram")
def test_a_public_answer_after_private_words_goes_below_the_comment(line: Line) -> None:
    comment = line.network.say("cleo", "Where is my parcel?")
    line.send(outbound(is_public=True, in_reply_to="m_9", references=(comment, "m_8", "m_9")))

    assert line.network.shown("dov")[-1].under == comment
    assert line.refused(outbound(is_public=True, in_reply_to="m_9")).permanent


@on("whatsapp")
def test_a_file_comes_and_goes_in_two_steps(line: Line) -> None:
    line.network.hang("cleo", "image", "image/jpeg", b"a jpeg")
    own = next(iter(line.network.files))
    data = line.wire.download(f"{line.network.url}/v25.0/{own}")
    number = f"+{line.network.person('cleo')}"
    line.send(outbound("", recipient=number, files=(CAT,)))

    assert data == (b"a jpeg", "image/jpeg")
    assert line.network.shown("cleo")[-1].files == ("cat.png",)
    with pytest.raises(DeliveryError):
        line.wire.download("https://evil.example/v25.0/1")


@on("whatsapp")
def test_the_token_is_shown_to_metas_hosts_alone(line: Line) -> None:
    line.network.hang("cleo", "image", "image/jpeg", b"a jpeg")
    own = next(iter(line.network.files))
    strange = {"url": "https://fbsbx.com.evil.example/x", "mime_type": "image/jpeg"}
    line.network.faults.append(Fault(status=200, data=strange, path=f"/v25.0/{own}"))

    with pytest.raises(DeliveryError) as caught:
        line.wire.download(f"{line.network.url}/v25.0/{own}")
    assert "strange place" in caught.value.text


@on("whatsapp")
def test_after_a_day_only_a_template_is_taken(line: Line) -> None:
    line.network.say("cleo", "Hello")
    number = line.network.person("cleo")
    line.network.heard[number] = now() - timedelta(days=2)
    plain = outbound(recipient=f"+{number}")
    error = line.refused(plain)
    filled = msgspec.structs.replace(
        plain, template="we_have_news/en", template_values=("Cleo", "FL-7KX2Q")
    )
    line.send(filled)

    assert error.permanent
    assert error.provider_code == "131047"
    got = line.network.shown("cleo")[-1].text
    assert got == "Hello Cleo, there is news about your case FL-7KX2Q.\nAcme"
    assert line.memory.spent("templates").count == 1


@on("whatsapp")
def test_a_template_with_a_value_missing_never_leaves(line: Line) -> None:
    line.network.say("cleo", "Hello")
    number = f"+{line.network.person('cleo')}"
    short = outbound(recipient=number, template="we_have_news/en", template_values=("Cleo",))

    assert "takes 2 values" in line.refused(short).text
    for unknown in ("spring_sale/en", "we_have_news", "nothing"):
        error = line.refused(outbound(recipient=number, template=unknown))
        assert error.provider_code == "132001"
    assert line.handed == 0


@on("whatsapp")
def test_who_hides_the_number_is_answered_by_metas_id(line: Line) -> None:
    line.network.hides_numbers = True
    line.network.say("cleo", "Hello")
    line.send(outbound(recipient=line.network.scoped_id(line.network.person("cleo"))))

    assert line.network.shown("cleo")[-1].by == "company"


@on("whatsapp")
def test_too_many_to_one_customer_wait_a_little(line: Line) -> None:
    line.network.say("cleo", "Hello")
    number = line.network.person("cleo")
    line.network.sent_to[number] = [now()] * whatsapp.BURST
    error = line.refused(outbound(recipient=f"+{number}"))

    assert not error.permanent
    assert (error.provider_code, error.retry_after_s) == ("131056", 60)


@on("whatsapp")
def test_who_stopped_marketing_is_left_alone(line: Line) -> None:
    line.network.say("cleo", "Hello")
    line.network.stopped.add(line.network.person("cleo"))
    given = outbound(
        recipient=f"+{line.network.person('cleo')}",
        template="we_have_news/en",
        template_values=("a", "b"),
    )

    assert "wants no marketing" in line.refused(given).text


@on("messenger", "facebook", "whatsapp")
def test_connecting_points_the_webhook_at_us_and_binds_the_account(line: Line) -> None:
    channel: Any = CHANNELS[line.network.name]
    given = info(line.network)
    checks = channel.connect(given)

    assert [check for check in checks if not check.ok] == []
    (known,) = line.network.subscriptions.values()
    assert known["callback_url"] == f"https://help.acme.example/hooks/{given.id}"
    assert line.network.subscribed
    assert all(check.ok for check in line.wire.verify())


def test_the_token_of_an_account_without_a_page_is_renewed_with_use() -> None:
    network = instagram.Instagram(alone=True)
    network.subscribed = {"messages"}
    memory = MemoryInHand()
    channel: Any = CHANNELS["instagram"]
    with Host(network):
        given = info(network)
        for _ in range(2):
            wire = channel.open_with(given, memory)
            assert all(check.ok for check in wire.verify())
            wire.close()
        network.say("cleo", "Hello", public=False)
        wire = channel.open_with(given, memory)
        wire.send(outbound(recipient=network.person("cleo")), handing_over=lambda: None)
        wire.close()

    assert network.token.startswith("IGAA-renewed-")
    renewals = [call for call in network.calls if call.path == "/refresh_access_token"]
    assert len(renewals) == 1
    assert memory.ends_at
    assert memory.ends_at > now() + timedelta(days=59)


def test_a_token_that_cannot_be_renewed_yet_is_used_as_it_is() -> None:
    network = instagram.Instagram(alone=True)
    network.subscribed = {"messages"}
    network.faults.append(Fault(status=400, path="/refresh_access_token"))
    memory = MemoryInHand()
    channel: Any = CHANNELS["instagram"]
    with Host(network):
        wire = channel.open_with(info(network), memory)
        assert all(check.ok for check in wire.verify())
        wire.close()

    assert len([call for call in network.calls if call.path == "/refresh_access_token"]) == 1


def test_an_account_without_a_page_has_an_api_of_its_own() -> None:
    plain = inbox("instagram")
    wire: Any = CHANNELS["instagram"].open(plain)
    wire.close()

    assert wire.account.root == "https://graph.instagram.com/v25.0"
    assert wire.account.node == plain.address


@on("instagram")
def test_a_page_that_is_linked_with_another_account_is_told(line: Line) -> None:
    line.wire.inbox = msgspec.structs.replace(line.wire.inbox, address="17840000000000000")
    account, *_ = line.wire.verify()

    assert not account.ok
    assert instagram.ACCOUNT in account.text


@on("facebook")
def test_connecting_never_takes_over_anothers_webhook(line: Line) -> None:
    other = {"object": "page", "callback_url": "https://crm.example/hook", "fields": []}
    line.network.subscriptions["page"] = other
    channel: Any = CHANNELS["facebook"]
    checks = channel.connect(info(line.network))

    assert line.network.subscriptions["page"] is other
    assert any("https://crm.example/hook" in check.text for check in checks if not check.ok)


@on("facebook")
def test_letting_go_leaves_the_news_of_another_inbox(line: Line) -> None:
    channel: Any = CHANNELS["facebook"]
    line.network.subscribed = {"messages", "feed", "mention"}
    channel.disconnect(info(line.network))

    assert line.network.subscribed == {"messages"}


def test_meta_calls_no_plain_http() -> None:
    plain = msgspec.structs.replace(inbox("messenger"), public_url="http://localhost:8000")
    graph = Graph(account_of(plain, "Messenger", plain.address), None)
    check = subscribing.point(graph, plain, "page", ("messages",))
    graph.close()

    assert not check.ok
    assert "https://" in check.text


def replace_key(given: Outbound) -> Outbound:
    return msgspec.structs.replace(given, key="0198f7a2-1111-7000-8000-000000000003")


def replace_name(file: OutboundFile, name: str) -> OutboundFile:
    return msgspec.structs.replace(file, name=name)
