"""Every call that we make of a Twilio-compatible provider, compared with the published interface."""

import json
from pathlib import Path
from typing import Any

import pytest

from fairline.channels.contract import InboxInfo, Outbound
from fairline.channels.phone.recordings import RecordingWire
from fairline.channels.phone.twilio import TwilioVoice
from fairline.channels.sms.wire import SmsWire
from fairline.channels.voice import Order
from fairline.demo.networks.kit import Host
from fairline.demo.networks.sms import Sms
from fairline.demo.networks.twilio_account import ACCOUNT, OUR_NUMBER
from fairline.demo.networks.voice import Voice

SPECS = Path(__file__).parents[4] / "shared/data/providers/specs/twilio"
SPEC = SPECS / "twilio_api_v2010.json"

pytestmark = pytest.mark.skipif(not SPEC.is_file(), reason="the published interface is not here")


def test_every_call_has_the_fields_that_it_may_and_must_have() -> None:
    paths: dict[str, Any] = json.loads(SPEC.read_bytes())["paths"]
    sms, voice = Sms(), Voice()
    sms.hook_url = voice.hook_url = "https://help.acme.test/hooks/i"
    with Host(sms, voice):
        texts = SmsWire(inbox("sms", sms.options() | {"smart": "on"}))
        out = Outbound(
            key="k", native_id="", recipient="+12025550143", recipient_name="C", text="x"
        )
        texts.send(out, handing_over=lambda: None)
        texts.verify()
        service = SmsWire(inbox("sms", sms.options() | {"service": "MG1"}))
        service.send(out, handing_over=lambda: None)
        calls = TwilioVoice(inbox("phone", voice.options()))
        calls.call(Order(key="k", agent="+4930901800", customer="+4930901820"))
        recordings = RecordingWire(inbox("phone", voice.options()), "")
        recordings.verify()
        for one in (texts, service, calls, recordings):
            one.close()
    seen = set()
    for call in [*sms.calls, *voice.calls]:
        path = call.path.replace(ACCOUNT, "{AccountSid}")
        path = path.replace("Accounts/{AccountSid}.json", "Accounts/{Sid}.json")
        operation = paths[path][call.method.lower()]
        seen.add((call.method, path))
        if call.method == "GET":
            known = {one["name"] for one in operation.get("parameters", [])}
            assert set(call.query) <= known
            continue
        schema = operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
        assert set(call.form()) <= set(schema["properties"]), path
        assert set(schema.get("required", [])) <= set(call.form()), path
    assert len(seen) == 4


def inbox(kind: str, options: dict[str, str]) -> InboxInfo:
    return InboxInfo(
        id="i",
        brand_id="b",
        brand_name="Acme",
        kind=kind,
        name="",
        address=OUR_NUMBER,
        options=options,
        public_url="https://help.acme.test",
    )
