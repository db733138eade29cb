"""WhatsApp's approved texts: listed, numbered, filled in; and what we send, by Meta's own schema."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fairline.channels.contract import DeliveryError, Templated
from fairline.channels.meta import WhatsAppChannel, templates
from fairline.channels.meta.templates import read_templates
from fairline.demo.networks.kit import Fault, Host
from fairline.demo.networks.whatsapp import WhatsApp
from tests.channels.meta.inboxes import inbox, outbound

SPEC = Path(__file__).parents[4] / "shared/data/providers/specs/meta"
HEADER = {"type": "HEADER", "format": "TEXT", "text": "Order {{1}}"}
BODY = {"type": "BODY", "text": "Hello {{1}}, it is {{2}}. Yes, {{2}}."}


def approved(*components: dict[str, Any], **more: str) -> dict[str, Any]:
    own = {"name": "news", "language": "en", "status": "APPROVED", "category": "UTILITY"}
    return {**own, **more, "components": list(components)}


def test_values_are_numbered_through_header_and_body() -> None:
    (template,) = read_templates([approved(HEADER, BODY)])

    assert template.shown().text == "Order {{1}}\n\nHello {{2}}, it is {{3}}. Yes, {{3}}."
    assert template.filled(("4711", "Cleo", "on its\nway"))["components"] == [
        {"type": "header", "parameters": [{"type": "text", "text": "4711"}]},
        {
            "type": "body",
            "parameters": [
                {"type": "text", "text": "Cleo"},
                {"type": "text", "text": "on its way"},
            ],
        },
    ]


def test_values_with_names_keep_them() -> None:
    body = {"type": "BODY", "text": "Hello {{first_name}}"}
    (template,) = read_templates([approved(body, parameter_format="NAMED")])

    assert template.shown().text == "Hello {{1}}"
    (component,) = template.filled(("Cleo",))["components"]
    assert component["parameters"] == [
        {"type": "text", "parameter_name": "first_name", "text": "Cleo"}
    ]


@pytest.mark.parametrize(
    "unfit",
    [
        approved(BODY, status="REJECTED"),
        approved({"type": "HEADER", "format": "IMAGE"}, BODY),
        approved(
            BODY,
            {"type": "BUTTONS", "buttons": [{"type": "URL", "url": "https://acme.example/{{1}}"}]},
        ),
        approved({"type": "CAROUSEL", "cards": []}, BODY),
        approved(HEADER),
    ],
)
def test_what_cannot_be_filled_in_by_typing_is_left_out(unfit: dict[str, Any]) -> None:
    assert read_templates([unfit]) == []


def test_a_wrong_number_of_values_is_refused_here() -> None:
    (template,) = read_templates([approved(BODY)])
    with pytest.raises(DeliveryError) as caught:
        template.filled(("Cleo",))

    assert caught.value.permanent
    assert "takes 2 values" in caught.value.text


@pytest.fixture
def network() -> Iterator[WhatsApp]:
    network = WhatsApp()
    with Host(network):
        yield network


def test_all_pages_of_the_list_are_read_once(network: WhatsApp) -> None:
    channel = WhatsAppChannel()
    assert isinstance(channel, Templated)
    given = msgspec.structs.replace(inbox("whatsapp"), options=network.options())

    names = [template.name for template in channel.templates(given)]
    assert names == ["we_have_news/de", "we_have_news/en"]
    calls = len(network.calls)
    assert len(channel.templates(given)) == 2
    assert len(network.calls) == calls


def test_what_is_known_stays_while_meta_is_away(
    network: WhatsApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = msgspec.structs.replace(inbox("whatsapp"), options=network.options())
    channel = WhatsAppChannel()
    network.faults.append(Fault(status=503))
    with pytest.raises(DeliveryError) as caught:
        channel.templates(given)
    assert not caught.value.permanent
    known = channel.templates(given)
    monkeypatch.setattr(templates, "KEPT_S", 0.0)
    network.faults.append(Fault(status=503))

    assert channel.templates(given) == known


def test_what_we_send_is_what_metas_own_description_wants(network: WhatsApp) -> None:
    files = sorted(SPEC.glob("*.yaml"))
    if not files:
        pytest.skip("Meta's description of its API is not here")
    schema = _schema(files[0].read_text(), "MessageRequest")
    network.say("cleo", "Hello")
    given = msgspec.structs.replace(inbox("whatsapp"), options=network.options())
    wire = WhatsAppChannel().open(given)
    number = f"+{network.person('cleo')}"
    wire.send(outbound(recipient=number), handing_over=lambda: None)
    template = outbound(
        recipient=number, template="we_have_news/en", template_values=("Cleo", "FL-1")
    )
    wire.send(template, handing_over=lambda: None)
    wire.close()

    bodies = [call.json() for call in network.calls if call.path.endswith("/messages")]
    assert len(bodies) == 2
    for body in bodies:
        assert schema["required"] <= set(body)
        assert body["type"] in schema["types"]
        assert body["messaging_product"] == "whatsapp"
        assert body["recipient_type"] in {"individual", "group"}


def _schema(text: str, name: str) -> dict[str, set[str]]:
    """The required parts and the types that a schema of the description names, read by its
    indentation: the whole file is a megabyte.
    """
    body = text[text.index(f"\n    {name}:\n") :].splitlines()[2:]
    own = []
    for line in body:
        if line.startswith("    ") and not line.startswith("     "):
            break
        own.append(line)
    required = _list_below(own, "      required:")
    types = _list_below(own, "          enum:", after="        type:")
    return {"required": required, "types": types}


def _list_below(lines: list[str], head: str, *, after: str = "") -> set[str]:
    start = lines.index(after) if after else 0
    at = lines.index(head, start)
    found = set()
    for line in lines[at + 1 :]:
        if not line.strip().startswith("- "):
            break
        found.add(line.strip()[2:])
    return found
