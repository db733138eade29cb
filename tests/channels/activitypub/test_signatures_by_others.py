"""Signatures of RFC 9421 as another implementation makes and checks them, both ways."""

import warnings
from datetime import timedelta
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.serialization import (
    load_pem_private_key,
    load_pem_public_key,
)
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    algorithms,
)

from fairline.channels.activitypub import crypto, digests
from fairline.channels.activitypub.requests import Signed
from fairline.channels.activitypub.signing import signed_headers
from fairline.channels.activitypub.verifying import claim_of, is_true
from fairline.core.clock import now
from tests.channels.activitypub.abroad import Person

URL = "https://brand.example/ap/inbox?x=1"
BODY = b'{"type": "Create"}'
PRIVATE, PUBLIC = crypto.make_key()
KEY_ID = "https://town.example/users/cleo#main-key"
CLEO = Person(id="https://town.example/users/cleo", key_id=KEY_ID, private=PRIVATE, public=PUBLIC)


class Keys(HTTPSignatureKeyResolver):
    def resolve_private_key(self, key_id: str) -> object:
        assert key_id == KEY_ID
        return load_pem_private_key(PRIVATE.encode(), password=None)

    def resolve_public_key(self, key_id: str) -> object:
        assert key_id == KEY_ID
        return load_pem_public_key(PUBLIC.encode())


def message(headers: dict[str, str]) -> SimpleNamespace:
    return SimpleNamespace(method="POST", url=URL, headers=headers, body=BODY)


def test_they_believe_ours() -> None:
    headers = signed_headers(CLEO, "POST", URL, BODY, now(), scheme="rfc9421")
    verifier = HTTPMessageVerifier(
        signature_algorithm=algorithms.RSA_V1_5_SHA256, key_resolver=Keys()
    )
    verifier.allow_label_only_selection = True
    ours = {name.title(): value for name, value in headers.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        [result] = verifier.verify(message(ours), max_age=timedelta(minutes=5), expect_label="sig1")
        assert set(result.covered_components) >= {'"@method"', '"@target-uri"', '"content-digest"'}
        changed = message({**ours, "Content-Digest": digests.content_digest(b"{}")})
        with pytest.raises(InvalidSignature):
            verifier.verify(changed, max_age=timedelta(minutes=5), expect_label="sig1")


def test_we_believe_theirs() -> None:
    theirs = message({"Host": "brand.example"})
    signer = HTTPMessageSigner(signature_algorithm=algorithms.RSA_V1_5_SHA256, key_resolver=Keys())
    signer.sign(
        theirs,
        key_id=KEY_ID,
        created=now(),
        covered_component_ids=("@method", "@authority", "@path", "@query", "content-digest"),
        body=BODY,
    )
    headers = {name.lower(): value for name, value in theirs.headers.items()}
    request = Signed(method="POST", url=URL, headers=headers, body=BODY)
    claim = claim_of(request, now())
    assert claim.key_id == KEY_ID
    assert is_true(claim, PUBLIC)
    assert not is_true(claim, crypto.make_key()[1])
