"""Whether a mail is from whom it says: what our own server found, else what we find ourselves.

Pure: DNS comes in as a function. `is_verified` is the only thing that lets an address speak for a
person, so it is True only for a DMARC pass or a DKIM pass of the author's own domain.
"""

import ipaddress
import re

import msgspec

from fairline.cases.inbound import Auth
from fairline.channels.contract import InboxInfo
from fairline.channels.email.headers import Headers
from fairline.channels.email.parse import Mail
from fairline.channels.email.trust_dns import (
    Client,
    Resolver,
    aligned,
    check_dkim,
    check_dmarc,
    check_spf,
)
from fairline.channels.email.trust_header import Result, trusted_results

_RECEIVED_FROM = re.compile(r"from\s+(\S+)\s+\(\[([0-9a-fA-F.:]+)\]\)\s+by\s")
# The best verdict counts where there are several signatures.
_RANK = ("pass", "temperror", "fail", "softfail", "permerror", "neutral", "none")


class Trust(msgspec.Struct, frozen=True):
    auth: Auth
    is_verified: bool


def judge(
    mail: Mail, inbox: InboxInfo, payload: bytes, *, resolver: Resolver | None = None
) -> Trust:
    """The verdicts on a mail. Without a name to trust and a resolver nothing was looked at."""
    results, source = _results(mail, inbox, payload, resolver)
    domain = _only_author_domain(mail.headers, mail.sender.domain)
    is_verified = any(
        result.verdict == "pass"
        and (
            (result.method == "dmarc" and aligned(result.domain or domain, domain))
            or (result.method == "dkim" and aligned(result.domain, domain))
        )
        for result in results
    )
    auth = Auth(
        spf=_best(results, "spf"),
        dkim=_best(results, "dkim"),
        dmarc=_best(results, "dmarc"),
        source=source,
    )
    return Trust(auth, bool(domain) and is_verified)


def _results(
    mail: Mail, inbox: InboxInfo, payload: bytes, resolver: Resolver | None
) -> tuple[list[Result], str]:
    name = inbox.options.get("authserv_id", "").strip()
    if name and (found := trusted_results(mail.headers, name)):
        return found, name
    if resolver is None:
        return [], ""
    results = check_dkim(payload, resolver) or [Result("dkim", "none", "")]
    if client := client_of(mail.headers, inbox):
        results.append(check_spf(client, resolver))
    if domain := _only_author_domain(mail.headers, mail.sender.domain):
        results.append(check_dmarc(domain, results, resolver))
    return results, "fairline"


def _best(results: list[Result], method: str) -> str:
    verdicts = {result.verdict for result in results if result.method == method}
    return next((verdict for verdict in _RANK if verdict in verdicts), "")


def _only_author_domain(headers: Headers, domain: str) -> str:
    """The From domain, if there is one From and it was not made up from another field."""
    count = sum(name == "from" for name, _ in headers.fields)
    text = headers.plain("from").lower()
    return domain if count == 1 and f"@{domain}" in text and text.count("@") == 1 else ""


def client_of(headers: Headers, inbox: InboxInfo) -> Client | None:
    """Who handed the mail to our own receiver. A relay of the company's own says nothing."""
    first = next((value for name, value in headers.fields if name == "received"), b"")
    match = _RECEIVED_FROM.match(headers.unlabelled(first))
    if inbox.options.get("receive_by") != "receiver" or not match:
        return None
    try:
        address = ipaddress.ip_address(match[2])
    except ValueError:
        return None
    mail_from = headers.plain("return-path").strip().strip("<>")
    is_public = address.is_global
    return Client(address=str(address), name=match[1], mail_from=mail_from) if is_public else None
