"""SPF, DKIM and DMARC worked out by ourselves, for mail that no server of ours has judged.

Does no I/O of its own: the caller hands in a resolver. A failing resolver gives `temperror`, never
an exception, and nothing here turns a doubt into a pass.
"""

import binascii
import re
from typing import Protocol

import dkim
import msgspec
import spf

from fairline.channels.email.domains import org_domain
from fairline.channels.email.trust_header import RESULTS, Result

MAX_SIGNATURES = 5
MAX_SIGNED_BYTES = 60_000_000


class Resolver(Protocol):
    """Looks up DNS records: `resolver("_dmarc.acme.example", "TXT")`.

    *Shapes*: TXT joined into one text each, A and AAAA as addresses, MX as `10 mail.acme.example`,
    PTR as names; nothing found is an empty list. *Errors*: OSError (TimeoutError is one) when it
    could not be asked.
    """

    def __call__(self, name: str, kind: str) -> list[str]: ...


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """The server that handed a mail to our own receiver, and the envelope it gave."""

    address: str
    name: str
    mail_from: str


class _Query(spf.query):  # type: ignore[misc]  # pyspf ships no types
    resolver: Resolver

    def dns(
        self,
        name: str,
        qtype: str,
        cnames: object = None,  # noqa: ARG002  the library's signature
        ignore_void: bool = False,
    ) -> list[object]:
        try:
            records = self.resolver(str(name).rstrip("."), qtype)
        except OSError as error:
            raise spf.TempError("DNS " + str(error)) from error
        if not records and not ignore_void:
            self.void_lookups += 1
            if self.void_lookups > spf.MAX_VOID_LOOKUPS:
                raise spf.PermError("Too many empty answers")
        if qtype in {"TXT", "SPF"}:
            return [[record.encode("utf-8", "replace")] for record in records]
        if qtype == "MX":
            pairs = (record.split(None, 1) for record in records)
            return [(int(p[0]), p[1]) for p in pairs if len(p) == 2 and p[0].isdigit()]
        return list(records)


def check_spf(client: Client, resolver: Resolver) -> Result:
    """RFC 7208. The domain is the envelope sender's, or the greeting's for a bounce."""
    sender = client.mail_from if "@" in client.mail_from else f"postmaster@{client.name}"
    query = _Query(i=client.address, s=sender, h=client.name)
    query.resolver = resolver
    try:
        verdict = str(query.check()[0])
    except (spf.TempError, spf.PermError, spf.AmbiguityWarning, ValueError, IndexError) as error:
        verdict = "temperror" if isinstance(error, spf.TempError) else "permerror"
    domain = sender.rpartition("@")[2].lower()
    return Result("spf", verdict if verdict in RESULTS else "none", domain)


def check_dkim(payload: bytes, resolver: Resolver) -> list[Result]:
    """RFC 6376: each signature's verdict and domain.

    A signature over a part of the body (`l=`) or not over From proves nothing here: anybody may add
    to the rest.
    """
    if len(payload) > MAX_SIGNED_BYTES or not re.search(rb"(?im)^dkim-signature:", payload):
        return []

    def key_record(name: bytes, timeout: int = 5) -> bytes | None:  # noqa: ARG001  dkimpy's shape
        records = resolver(name.decode("ascii", "replace").rstrip("."), "TXT")
        return records[0].encode("utf-8", "replace") if records else None

    results = []
    for index in range(MAX_SIGNATURES):
        result = _check_signature(payload, index, key_record)
        if result is None:
            break
        results.append(result)
    return results


def _check_signature(payload: bytes, index: int, key_record: object) -> Result | None:
    domain = ""
    try:
        signed = dkim.DKIM(payload)
        prepared = signed.verify_headerprep(index)
        if not prepared:
            return None
        fields, names, _ = prepared
        domain = fields[b"d"].decode("ascii", "replace").lower().rstrip(".")
        if b"l" in fields or b"from" not in names:
            return Result("dkim", "neutral", domain)
        verdict = "pass" if signed.verify(index, dnsfunc=key_record) else "fail"
    except OSError:
        verdict = "temperror"
    except dkim.DKIMException as error:
        verdict = "temperror" if isinstance(error, dkim.DnsTimeoutError) else "permerror"
    except (ValueError, TypeError, LookupError, AttributeError, binascii.Error):
        verdict = "permerror"
    return Result("dkim", verdict, domain)


def check_dmarc(from_domain: str, results: list[Result], resolver: Resolver) -> Result:
    """RFC 7489: does a passing SPF or DKIM domain belong with the From domain?"""
    try:
        record = _policy(from_domain, resolver) or _policy(org_domain(from_domain), resolver)
    except OSError:
        return Result("dmarc", "temperror", from_domain)
    if not record:
        return Result("dmarc", "none", from_domain)
    strict = {"dkim": record.get("adkim") == "s", "spf": record.get("aspf") == "s"}
    is_aligned = any(
        result.verdict == "pass"
        and result.method in strict
        and aligned(result.domain, from_domain, strict=strict[result.method])
        for result in results
    )
    return Result("dmarc", "pass" if is_aligned else "fail", from_domain)


def aligned(domain: str, from_domain: str, *, strict: bool = False) -> bool:
    """Whether `domain` vouches for `from_domain`."""
    if not domain or not from_domain:
        return False
    return domain == from_domain or (not strict and org_domain(domain) == org_domain(from_domain))


def _policy(domain: str, resolver: Resolver) -> dict[str, str]:
    records = [r for r in resolver(f"_dmarc.{domain}", "TXT") if r.startswith("v=DMARC1")]
    if len(records) != 1:  # two count as none (RFC 7489, 6.6.3)
        return {}
    tags = (tag.partition("=") for tag in records[0].split(";"))
    found = {name.strip().lower(): value.strip().lower() for name, _, value in tags}
    return found if "p" in found else {}
