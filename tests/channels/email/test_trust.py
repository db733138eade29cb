"""Who vouches for a sender: our own server, or DNS, and nobody else."""

import base64

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from fairline.cases.inbound import Inbound
from fairline.channels.email.domains import org_domain
from fairline.channels.email.translate import translate
from fairline.channels.email.trust_dns import Resolver
from tests.channels.email.letters import AT, letter, support

RESULTS = "authentication_results"
OURS = "mx.acme.example"
PASSED = (
    "mx.acme.example; spf=pass smtp.mailfrom=cleo@customer.example; "
    "dkim=pass (2048-bit key) header.d=customer.example; dmarc=pass header.from=customer.example"
)


def judged(payload: bytes, resolver: Resolver | None = None, **options: str) -> Inbound:
    translation = translate(payload, support(**options), received_at=AT, resolver=resolver)
    assert isinstance(translation, Inbound)
    return translation


def verdicts(inbound: Inbound) -> tuple[str, str, str]:
    assert inbound.auth
    return inbound.auth.spf, inbound.auth.dkim, inbound.auth.dmarc


def test_what_our_own_server_found_is_believed() -> None:
    inbound = judged(letter(**{RESULTS: PASSED}), authserv_id="mx.acme.example")
    assert verdicts(inbound) == ("pass", "pass", "pass")
    assert inbound.auth
    assert inbound.auth.source == "mx.acme.example"
    assert inbound.author.verified


def test_nobody_is_believed_until_we_name_our_server() -> None:
    inbound = judged(letter(**{RESULTS: PASSED}))
    assert verdicts(inbound) == ("", "", "")
    assert not inbound.author.verified


def test_another_server_s_findings_prove_nothing() -> None:
    forged = PASSED.replace("mx.acme.example", "mx.evil.example")
    assert not judged(letter(**{RESULTS: forged}), authserv_id="mx.acme.example").author.verified


def test_a_forged_line_under_ours_proves_nothing() -> None:
    ours = "Authentication-Results: mx.acme.example; dmarc=fail header.from=customer.example\n"
    mail = ours.encode() + b"Received: from evil by mx\n" + letter(**{RESULTS: PASSED})
    inbound = judged(mail, authserv_id="mx.acme.example")
    assert verdicts(inbound) == ("", "", "fail")
    assert not inbound.author.verified


def test_findings_in_two_lines_of_our_server_are_one() -> None:
    mail = (b"Authentication-Results: mx.acme.example; spf=pass smtp.mailfrom=customer.example\n"
            b"Authentication-Results: mx.acme.example; dmarc=pass\n") + letter()  # fmt: skip
    assert verdicts(judged(mail, authserv_id="mx.acme.example")) == ("pass", "", "pass")


@pytest.mark.parametrize(
    ("results", "verified"),
    [
        ("dkim=pass header.d=customer.example", True),
        ("dkim=pass header.i=@mail.customer.example", True),
        ("dkim=pass header.d=mailer.example", False),
        ("dkim=fail header.d=customer.example", False),
        ("spf=pass smtp.mailfrom=customer.example", False),
        ("dmarc=pass header.from=other.example", False),
        ("none", False),
        (";;;=;dkim", False),
    ],
)
def test_only_the_author_s_own_domain_vouches(results: str, verified: bool) -> None:
    mail = letter(**{RESULTS: f"mx.acme.example; {results}"})
    assert judged(mail, authserv_id="mx.acme.example").author.verified is verified


def test_two_authors_are_nobody() -> None:
    mail = b"From: dov@x.example\n" + letter(**{RESULTS: PASSED})
    assert not judged(mail, authserv_id="mx.acme.example").author.verified


def test_an_address_taken_from_another_field_is_not_vouched_for() -> None:
    mail = letter(**{"from": "", "sender": "cleo@customer.example", RESULTS: PASSED})
    assert not judged(mail, authserv_id="mx.acme.example").author.verified


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


class Records:
    """DNS as a dictionary; `broken` answers nothing but errors."""

    def __init__(self, records: dict[tuple[str, str], list[str]], *, broken: bool = False) -> None:
        self.records, self.broken = records, broken

    def __call__(self, name: str, kind: str) -> list[str]:
        if self.broken:
            raise TimeoutError("no answer")
        return self.records.get((name.lower(), kind), [])


def records(key: rsa.RSAPrivateKey, *, policy: str = "v=DMARC1; p=reject") -> Records:
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return Records(
        {
            ("s1._domainkey.customer.example", "TXT"): [
                f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"
            ],
            ("_dmarc.customer.example", "TXT"): [policy] if policy else [],
            ("customer.example", "TXT"): ["v=spf1 mx -all"],
            ("customer.example", "MX"): ["10 mx.customer.example"],
            ("mx.customer.example", "A"): ["9.9.9.9"],
        }
    )


def signed(key: rsa.RSAPrivateKey, payload: bytes, **more: object) -> bytes:
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    mail = payload.replace(b"\n", b"\r\n")
    fields = [b"from", b"to", b"subject", b"date"]
    line = dkim.sign(mail, b"s1", b"customer.example", private, include_headers=fields, **more)
    assert isinstance(line, bytes)
    return line + mail


def test_a_signature_is_checked_where_no_server_of_ours_did(key: rsa.RSAPrivateKey) -> None:
    inbound = judged(signed(key, letter()), records(key))
    assert verdicts(inbound) == ("", "pass", "pass")
    assert inbound.author.verified


def test_a_subdomain_is_vouched_for_by_its_owner(key: rsa.RSAPrivateKey) -> None:
    mail = letter(**{"from": "cleo@mail.customer.example"})
    assert verdicts(judged(signed(key, mail), records(key)))[2] == "pass"
    strict = records(key, policy="v=DMARC1; p=reject; adkim=s")
    assert verdicts(judged(signed(key, mail), strict))[2] == "fail"


def test_a_changed_mail_is_not_signed(key: rsa.RSAPrivateKey) -> None:
    mail = signed(key, letter()).replace(b"broken.", b"fine.")
    inbound = judged(mail, records(key))
    assert verdicts(inbound) == ("", "fail", "fail") or verdicts(inbound)[1] == "permerror"
    assert not inbound.author.verified


def test_a_signature_over_part_of_the_text_proves_nothing(key: rsa.RSAPrivateKey) -> None:
    mail = signed(key, letter(), length=True) + b"\r\nand send my refund elsewhere\r\n"
    inbound = judged(mail, records(key))
    assert verdicts(inbound)[1] == "neutral"
    assert not inbound.author.verified


def test_a_stranger_s_good_signature_does_not_speak_for_cleo(key: rsa.RSAPrivateKey) -> None:
    mail = letter(**{"from": "cleo@victim.example"})
    inbound = judged(signed(key, mail), records(key))
    assert verdicts(inbound)[1] == "pass"
    assert not inbound.author.verified


def test_without_an_answer_from_dns_nothing_is_certain(key: rsa.RSAPrivateKey) -> None:
    inbound = judged(signed(key, letter()), Records({}, broken=True))
    assert verdicts(inbound) == ("", "temperror", "temperror")
    assert not inbound.author.verified


def test_two_policies_are_none(key: rsa.RSAPrivateKey) -> None:
    dns = records(key)
    dns.records[("_dmarc.customer.example", "TXT")] *= 2
    assert verdicts(judged(signed(key, letter()), dns))[2] == "none"


TRACE = (
    b"Return-Path: <cleo@customer.example>\r\nX-Envelope-To: support@acme.example\r\n"
    b"Received: from mx.customer.example ([9.9.9.9])\r\n\tby acme with ESMTP id 1;\r\n\tSat\r\n"
)


@pytest.mark.parametrize(
    ("address", "spf", "dmarc"),
    [(b"9.9.9.9", "pass", "pass"), (b"8.8.8.8", "fail", "fail"), (b"10.0.0.1", "", "fail")],
)
def test_our_own_receiver_sees_who_hands_over(
    key: rsa.RSAPrivateKey, address: bytes, spf: str, dmarc: str
) -> None:
    mail = TRACE.replace(b"9.9.9.9", address) + letter().replace(b"\n", b"\r\n")
    found = verdicts(judged(mail, records(key), receive_by="receiver"))
    assert (found[0], found[2]) == (spf, dmarc)
    assert verdicts(judged(mail, records(key), receive_by="imap"))[0] == ""


@pytest.mark.parametrize(
    "junk", [b"DKIM-Signature: \n", b"DKIM-Signature: v=1; a=x; b=; bh=; d=; h=from; s=\n",
             b"DKIM-Signature: v=1; a=rsa-sha256; d=customer.example; s=s1; h=from; bh=!; b=!\n"]
)  # fmt: skip
def test_no_junk_signature_makes_it_raise(key: rsa.RSAPrivateKey, junk: bytes) -> None:
    assert not judged(junk + letter(), records(key)).author.verified


@pytest.mark.parametrize(
    ("domain", "owner"),
    [
        ("mail.customer.example", "customer.example"),
        ("a.b.acme.co.uk", "acme.co.uk"),
        ("co.uk", "co.uk"),
        ("cleo.github.io", "cleo.github.io"),
        ("a.newending", "a.newending"),
        ("x.a.newending", "a.newending"),
        ("www.ck", "www.ck"),
        ("a.b.ck", "a.b.ck"),
        ("com", "com"),
    ],
)
def test_who_registered_a_domain(domain: str, owner: str) -> None:
    assert org_domain(domain) == owner
