"""An independent implementation reads what we write, and we read what it writes; optional.

Needs Node and `npm install @fedify/fedify` in the folder that FAIRLINE_PEERS names.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from fairline.channels.activitypub import actor, composing, crypto
from fairline.channels.activitypub.composing import File
from fairline.channels.activitypub.envelope import sealed
from fairline.channels.activitypub.requests import Signed
from fairline.channels.activitypub.rows import KeyPair
from fairline.channels.activitypub.signing import signed_headers
from fairline.channels.activitypub.translate import translate
from fairline.channels.activitypub.verifying import claim_of, is_true
from fairline.channels.contract import Inbound
from fairline.core.clock import now
from tests.channels.activitypub.shapes import CLEO, INBOX, POST, PUBLIC, US
from tests.channels.activitypub.test_composing import AT, PERSON, outbound

PEERS = Path(os.environ.get("FAIRLINE_PEERS", ".")).absolute()
pytestmark = pytest.mark.skipif(
    not shutil.which("node") or not (PEERS / "node_modules/@fedify/fedify").is_dir(),
    reason="@fedify/fedify is not installed where FAIRLINE_PEERS says",
)
THEIR_INBOX = "https://fedify.example/users/cleo/inbox"


@pytest.fixture(scope="module")
def told() -> Any:
    """What the other implementation says of our documents and requests, and says itself."""
    private, public = crypto.make_key()
    key = KeyPair(key_id=f"{US}#main-key", number=1, private=private, public=public)
    file = File(url="https://brand.example/ap/files/1", media_type="image/png", alt="A map")
    note = composing.to_note(outbound(subject="CW: health"), INBOX, PERSON, at=AT, files=[file])
    body = json.dumps(composing.create(note, INBOX)).encode()
    ours = [
        {
            "url": THEIR_INBOX,
            "body": body.decode(),
            "headers": signed_headers(key, "POST", THEIR_INBOX, body, now(), scheme=scheme),
        }
        for scheme in ("cavage", "rfc9421")
    ]
    given = {
        "documents": {
            "profile": actor.profile(INBOX, key),
            "create": composing.create(note, INBOX),
            "update": composing.update(note, INBOX, at=AT),
            "delete": composing.delete(note, INBOX, at=AT),
            "accept": composing.accept("https://social.example/f", CLEO, INBOX, key="k"),
        },
        "key": {"id": key.key_id, "pem": public},
        "requests": {"us": US, "inbox": f"{US}/inbox", "ours": ours},
    }
    script = (Path(__file__).parent / "fedify_peer.mjs").read_text()
    done = subprocess.run(
        [shutil.which("node") or "node", "--input-type=module", "--eval", script],
        cwd=PEERS,
        input=json.dumps(given).encode(),
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def test_it_reads_our_posts_as_we_meant_them(told: Any) -> None:
    create = told["read"]["create"]

    assert (create["type"], create["object"], create["actor"]) == ("Create", "Note", US)
    assert create["to"] == [PUBLIC]
    assert create["cc"] == [CLEO, f"{US}/followers"]
    assert (create["summary"], create["reply"]) == ("health", POST)
    assert ["Mention", "@cleo@social.example", CLEO] in create["tags"]
    assert create["files"] == [["A map", "image/png"]]
    assert told["read"]["update"]["content"] == create["content"]
    assert told["read"]["delete"]["object"] == "Tombstone"
    assert told["read"]["accept"]["object"] == "Follow"


def test_it_reads_our_profile(told: Any) -> None:
    profile = told["read"]["profile"]

    assert (profile["type"], profile["username"]) == ("Service", "support")
    assert (profile["inbox"], profile["shared"]) == (
        f"{US}/inbox",
        "https://brand.example/ap/inbox",
    )
    assert profile["algorithm"] == "RSASSA-PKCS1-v1_5"


def test_it_believes_both_of_our_signatures(told: Any) -> None:
    assert told["verified"] == [f"{US}#main-key"] * 2


@pytest.mark.parametrize("number", [0, 1], ids=["draft-cavage, compact", "RFC 9421, expanded"])
def test_we_believe_and_read_what_it_sends(told: Any, number: int) -> None:
    sent = told["signed"][number]
    body = sent["body"].encode()
    request = Signed(method="POST", url=f"{US}/inbox", headers=sent["headers"], body=body)
    claim = claim_of(request, now())
    pem = f"-----BEGIN PUBLIC KEY-----\n{told['pem']}\n-----END PUBLIC KEY-----\n"
    sender = claim.key_id.partition("#")[0]
    activity = json.loads(body)
    activity = activity[0] if isinstance(activity, list) else activity
    found = translate(sealed(sender, activity, {}), INBOX, received_at=now())

    assert is_true(claim, pem)
    assert isinstance(found, Inbound)
    assert found.text == "My parcel has not come"
    assert found.is_public
    assert found.author.address == "https://fedify.example/users/cleo"
