"""Every call of ours is one that X's published interface knows (OpenAPI 2.167), down to the fields."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fairline.channels.contract import OutboundFile
from fairline.channels.x import XChannel
from fairline.demo.networks.kit import Call, Host
from fairline.demo.networks.x import XNetwork
from tests.channels.x.test_wire import CLEO, answer, inbox, opened, send
from tests.fakes.memory import MemoryInHand

SPEC = Path(__file__).parents[4] / "shared/data/providers/specs/x/openapi.json"
# Sign-in is not part of the interface's document.
ELSEWHERE = {("POST", "/2/oauth2/token")}


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    if not SPEC.exists():
        pytest.skip("the shared test data is not here")
    found: dict[str, Any] = json.loads(SPEC.read_text())
    return found


@pytest.fixture
def net() -> Iterator[XNetwork]:
    net = XNetwork()
    net.dialect = "post"  # the document's own words
    with Host(net):
        yield net


def everything(net: XNetwork) -> list[Call]:
    """Every kind of call that the channel makes."""
    said = net.say(CLEO, "Where is it?")
    net.say(CLEO, "In private", public=False)
    memory = MemoryInHand()
    memory.put("dialect", "post")
    wire = opened(net, memory, hears_by="activity", oauth2=True)
    wire.verify()
    _, cursor = _drained(wire.fetch("", limit=500))
    _drained(wire.fetch(cursor, limit=500))
    opened(net, memory, start_from="now").fetch("", limit=5).__next__()
    picture = OutboundFile(name="a.png", media_type="image/png", data=b"x", alt="A lever")
    film = OutboundFile(name="b.mp4", media_type="video/mp4", data=b"film")
    send(wire, answer(in_reply_to=said, files=(picture,)))
    to = net.person(CLEO).id
    send(wire, answer("Hi", is_public=False, recipient=to, files=(film,)))
    for way in ("activity", "account_activity"):
        XChannel().connect(inbox(net, hears_by=way))
        XChannel().disconnect(inbox(net, hears_by=way))
    return [call for call in net.calls if (call.method, call.path) not in ELSEWHERE]


def _drained(items: Iterator[Any]) -> tuple[int, str]:
    found = list(items)
    return len(found), next((one.cursor for one in reversed(found) if one.cursor), "")


def test_every_call_is_known(spec: dict[str, Any], net: XNetwork) -> None:
    calls = everything(net)
    assert len({(call.method, re.sub(r"\d+", "1", call.path)) for call in calls}) > 20
    for call in calls:
        operation = _operation(spec, call)
        _check_query(spec, operation, call)
        _check_body(spec, operation, call)


def _operation(spec: dict[str, Any], call: Call) -> dict[str, Any]:
    plain = spec["paths"].get(call.path, {}).get(call.method.lower())
    if plain:
        return dict(plain)
    for path, operations in spec["paths"].items():
        form = re.sub(r"\\\{\w+\\\}", r"\\d+", re.escape(path))
        if re.fullmatch(form, call.path) and call.method.lower() in operations:
            return dict(operations[call.method.lower()])
    raise AssertionError(f"{call.method} {call.path} is unknown")


def _resolved(spec: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in value:
        place: Any = spec
        for part in value["$ref"].removeprefix("#/").split("/"):
            place = place[part]
        value = place
    return value


def _check_query(spec: dict[str, Any], operation: dict[str, Any], call: Call) -> None:
    known = {
        one["name"]: _resolved(spec, one["schema"])
        for one in (_resolved(spec, each) for each in operation.get("parameters", []))
        if one["in"] == "query"
    }
    for name, value in call.query.items():
        assert name in known, f"{call.path}: {name}"
        schema = known[name]
        if schema.get("type") == "array" and "enum" in schema["items"]:
            assert set(value.split(",")) <= set(schema["items"]["enum"]), f"{call.path}: {name}"
        if schema.get("type") == "integer":
            assert schema["minimum"] <= int(value) <= schema["maximum"], f"{call.path}: {name}"
    required = {
        one["name"]
        for one in (_resolved(spec, each) for each in operation.get("parameters", []))
        if one["in"] == "query" and one.get("required")
    }
    assert required <= set(call.query), call.path


def _check_body(spec: dict[str, Any], operation: dict[str, Any], call: Call) -> None:
    asked = operation.get("requestBody")
    is_json = call.headers.get("content-type", "").startswith("application/json")
    if not asked or not is_json:
        assert not (asked or {}).get("required") or call.body, call.path
        return
    _fits(spec, asked["content"]["application/json"]["schema"], call.json(), call.path)


def _fits(spec: dict[str, Any], schema: dict[str, Any], value: Any, at: str) -> None:
    schema = _resolved(spec, schema)
    if schema.get("enum"):
        assert value in schema["enum"], f"{at}: {value}"
    if schema.get("pattern") and isinstance(value, str):
        assert re.search(schema["pattern"], value), f"{at}: {value}"
    if isinstance(value, dict):
        assert set(schema.get("required", [])) <= set(value), at
        for name, inner in value.items():
            assert name in schema.get("properties", {}), f"{at}: {name}"
            _fits(spec, schema["properties"][name], inner, f"{at}.{name}")
    if isinstance(value, list):
        assert len(value) <= schema.get("maxItems", 10_000), at
        for inner in value:
            _fits(spec, schema["items"], inner, at)
