"""Signatures both ways: the published vectors, and everything that must not pass."""

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.channels.activitypub import cavage, crypto, digests, rfc9421
from fairline.channels.activitypub.requests import Signed
from fairline.channels.activitypub.signing import SCHEMES, signed_headers
from fairline.channels.activitypub.verifying import claim_of, is_true
from fairline.core.errors import NotAllowed

VECTORS = Path(__file__).parents[4] / "shared/data/http-signatures/vectors_rfc9421.json"
AT = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
URL = "https://brand.example/ap/inbox?x=1"
BODY = b'{"type": "Create"}'


class Ours(msgspec.Struct, frozen=True):
    key_id: str
    private: str


PRIVATE, PUBLIC = crypto.make_key()
CLEO = Ours("https://town.example/users/cleo#main-key", PRIVATE)


def signed(scheme: str, *, method: str = "POST", url: str = URL, body: bytes = BODY) -> Signed:
    headers = signed_headers(CLEO, method, url, body, AT, scheme=scheme)
    return Signed(method=method, url=url, headers={"host": "brand.example", **headers}, body=body)


def passes(request: Signed, *, at: datetime = AT, public: str = PUBLIC) -> bool:
    try:
        return is_true(claim_of(request, at), public)
    except NotAllowed:
        return False


def changed(request: Signed, **headers: str) -> Signed:
    return msgspec.structs.replace(request, headers={**request.headers, **headers})


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_we_sign_is_true(scheme: str, method: str) -> None:
    body = BODY if method == "POST" else b""
    request = signed(scheme, method=method, body=body)
    claim = claim_of(request, AT)
    assert claim.key_id == CLEO.key_id
    assert claim.scheme == scheme
    assert is_true(claim, PUBLIC)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_nothing_of_it_can_be_changed(scheme: str) -> None:
    request = signed(scheme)
    other_key = crypto.make_key()[1]
    right_digest = digests.old_digest(b"{}"), digests.content_digest(b"{}")
    false = {
        "another body": msgspec.structs.replace(request, body=BODY + b" "),
        "another body with its digest": msgspec.structs.replace(
            changed(request, digest=right_digest[0], **{"content-digest": right_digest[1]}),
            body=b"{}",
        ),
        "another path": msgspec.structs.replace(request, url=URL.replace("inbox", "outbox")),
        "another query": msgspec.structs.replace(request, url=URL + "2"),
        "another host": msgspec.structs.replace(request, url=URL.replace("brand", "evil")),
        "another method": msgspec.structs.replace(request, method="PUT"),
        "no signature": msgspec.structs.replace(request, headers={"host": "brand.example"}),
    }
    assert passes(request)
    assert not passes(request, public=other_key)
    for what, one in false.items():
        assert not passes(one), what


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_signature_is_good_for_an_hour(scheme: str) -> None:
    request = signed(scheme)
    for minutes, good in (
        (59, True),
        (-59, True),
        (61, False),
        (-61, False),
        (60 * 24 * 365, False),
    ):
        assert passes(request, at=AT + timedelta(minutes=minutes)) is good, minutes


@pytest.mark.parametrize(
    "left_out",
    ["(request-target)", "host", "date", "digest", "(request-target) host", "digest date"],
)
def test_an_old_signature_may_leave_nothing_out(left_out: str) -> None:
    names = [n for n in ("(request-target)", "host", "date", "digest") if n not in left_out.split()]
    request = signed("cavage")
    text = cavage._text(request, names, {})
    header = (
        f'keyId="{CLEO.key_id}",algorithm="rsa-sha256",headers="{" ".join(names)}",'
        f'signature="{_b64(crypto.sign(PRIVATE, text))}"'
    )
    with pytest.raises(NotAllowed, match="leaves out"):
        claim_of(changed(request, signature=header), AT)


@pytest.mark.parametrize(
    "covered",
    [
        "",
        '"@method" "@target-uri"',
        '"@method" "content-digest"',
        '"@target-uri" "content-digest"',
        '"@method" "@path" "content-digest"',
        '"@method" "@authority" "content-digest"',
    ],
)
def test_a_new_signature_may_leave_nothing_out(covered: str) -> None:
    request = signed("rfc9421")
    raw = f'({covered});created={int(AT.timestamp())};keyid="{CLEO.key_id}"'
    asked = rfc9421.read_inputs(f"s={raw}")["s"]
    signature = _b64(crypto.sign(PRIVATE, rfc9421.base(request, asked).encode()))
    forged = changed(request, signature=f"s=:{signature}:", **{"signature-input": f"s={raw}"})
    with pytest.raises(NotAllowed, match="does not cover"):
        claim_of(forged, AT)


def test_a_new_signature_says_when_it_was_made() -> None:
    covered = '("@method" "@target-uri" "content-digest")'
    request = signed("rfc9421")
    for rest in ("", f";created={int(AT.timestamp())};expires={int(AT.timestamp()) - 1}"):
        raw = f'{covered}{rest};keyid="{CLEO.key_id}"'
        signature = _b64(crypto.sign(PRIVATE, rfc9421.base(request, _one(raw)).encode()))
        forged = changed(request, signature=f"s=:{signature}:", **{"signature-input": f"s={raw}"})
        with pytest.raises(NotAllowed):
            claim_of(forged, AT)


def test_of_two_signatures_the_one_that_covers_enough_counts() -> None:
    """A proxy on the way may have added one of its own."""
    request = signed("rfc9421")
    both = changed(
        request,
        **{
            "signature-input": f'proxy=("@method");created=1;keyid="x", '
            f"{request.headers['signature-input']}",
            "signature": f"proxy=:AAAA:, {request.headers['signature']}",
        },
    )
    assert passes(both)


def test_the_host_is_ours_whatever_a_proxy_makes_of_it() -> None:
    assert passes(changed(signed("cavage"), host="127.0.0.1:8080"))


def test_no_header_is_read_twice() -> None:
    request = signed("cavage")
    twice = request.headers["signature"] + ',keyId="https://evil.example/key"'
    with pytest.raises(NotAllowed, match="cannot be read"):
        claim_of(changed(request, signature=twice), AT)


@given(st.text(max_size=300), st.text(max_size=300))
def test_whatever_stands_in_the_headers_it_is_refused_and_no_more(one: str, two: str) -> None:
    request = signed("cavage")
    for headers in ({"signature": one}, {"signature": one, "signature-input": two}):
        with pytest.raises(NotAllowed):
            claim_of(changed(request, **headers), AT)


@pytest.mark.parametrize(
    ("header", "right"),
    [
        (digests.old_digest(BODY), True),
        (digests.old_digest(BODY).replace("SHA-256", "sha-256"), True),
        (digests.content_digest(BODY), True),
        (f"md5=abc, {digests.old_digest(BODY)}", True),
        (f"{digests.old_digest(BODY)},{digests.old_digest(b'other')}", False),
        (digests.old_digest(b"other"), False),
        ("md5=abc", False),
        ("SHA-256=", False),
        ("SHA-256=%%%", False),
        ("", False),
    ],
)
def test_a_digest_is_that_of_the_body_or_refused(header: str, right: bool) -> None:
    assert digests.is_right(header, BODY) is right


def _cases() -> list[Any]:
    if not VECTORS.exists():
        return []
    found = json.loads(VECTORS.read_text())
    return [pytest.param(case, found, id=case["id"]) for case in found["cases"]]


ALGORITHMS = {
    "test-key-rsa-pss": "rsa-pss-sha512",
    "test-key-ed25519": "ed25519",
    "test-key-ecc-p256": "ecdsa-p256-sha256",
}


@pytest.mark.skipif(not VECTORS.exists(), reason="the vectors of RFC 9421 are not at hand")
@pytest.mark.parametrize(("case", "vectors"), _cases())
def test_the_vectors_of_the_standard(case: dict[str, Any], vectors: dict[str, Any]) -> None:
    """Their text is ours, and their signature is true; one byte more and it is false."""
    if case["message"] != "request" or case["key"] not in ALGORITHMS:
        pytest.skip("a response, or a shared secret: nothing of the kind is sent to us")
    head, _, body = vectors["messages"]["request"].partition("\n\n")
    first, *lines = head.split("\n")
    method, target, _ = first.split(" ")
    request = Signed(
        method=method,
        url=f"https://example.com{target}",
        headers={k.lower(): v for k, _, v in (line.partition(": ") for line in lines)},
        body=body.encode(),
    )
    label = case["id"]
    asked = rfc9421.read_inputs(case["signature_input"].removeprefix("Signature-Input: "))[label]
    signature = rfc9421.read_signatures(case["signature"].removeprefix("Signature: "))[label]
    text = rfc9421.base(request, asked)
    public = vectors["keys"][case["key"]]["public_pem"]

    assert text == case["signature_base"]
    assert crypto.is_signed(public, ALGORITHMS[case["key"]], text.encode(), signature)
    assert not crypto.is_signed(public, ALGORITHMS[case["key"]], text.encode() + b".", signature)


CAVAGE_KEY = """-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDCFENGw33yGihy92pDjZQhl0C3
6rPJj+CvfSC8+q28hxA161QFNUd13wuCTUcq0Qd2qsBe/2hFyc2DCJJg0h1L78+6
Z4UMR7EOcpfdUE9Hf3m/hs+FUR45uBJeDK1HSFHD8bHKD6kv8FPGfJTotc+2xjJw
oYi+1hqp1fIekaxsyQIDAQAB
-----END PUBLIC KEY-----
"""


def test_the_vector_of_the_draft() -> None:
    """draft-cavage-http-signatures-12, C.3: all headers."""
    request = Signed(
        method="POST",
        url="http://example.com/foo?param=value&pet=dog",
        headers={
            "host": "example.com",
            "date": "Sun, 05 Jan 2014 21:31:40 GMT",
            "content-type": "application/json",
            "digest": "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=",
            "content-length": "18",
            "signature": 'keyId="https://example.com/key",algorithm="rsa-sha256",'
            'headers="(request-target) host date content-type digest content-length",'
            'signature="vSdrb+dS3EceC9bcwHSo4MlyKS59iFIrhgYkz8+oVLEEzmYZZvRs8rgOp+63LEM3v+MFHB32NfpB2'
            "bEKBIvB1q52LaEUHFv120V01IL+TAD48XaERZFukWgHoBTLMhYS2Gb51gWxpeIq8knRmPnYePbF5MOkR0Zkly4z"
            'KH7s1dE="',
        },
        body=b'{"hello": "world"}',
    )
    at = datetime(2014, 1, 5, 21, 40, tzinfo=UTC)
    assert is_true(claim_of(request, at), CAVAGE_KEY)
    assert not is_true(claim_of(changed(request, **{"content-length": "19"}), at), CAVAGE_KEY)


def _one(raw: str) -> rfc9421.Input:
    return rfc9421.read_inputs(f"s={raw}")["s"]


def _b64(value: bytes) -> str:
    return base64.b64encode(value).decode()
