"""HTTP signatures as most of the fediverse makes them: one `Signature` header. Pure.

Source: draft-cavage-http-signatures-12, 2 (the parameters), 2.3 (the text that is signed), 2.4
(expires); docs.joinmastodon.org/spec/security (what Mastodon signs and asks for). A signer may not
leave out what binds the signature to this one request: target, host, time, and the body's digest.
"""

import base64
import binascii
import re
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

from fairline.channels.activitypub import crypto, digests
from fairline.channels.activitypub.requests import MOST_HEADER, Claim, Key, Signed, refused

WINDOW = timedelta(hours=1)
TARGET = "(request-target)"
# hs2019 says "as the key says", and is RSA with SHA-256 wherever it is used.
ALGORITHMS = {
    "": "",
    "hs2019": "",
    "rsa-sha256": crypto.RSA_SHA256,
    "rsa-v1_5-sha256": crypto.RSA_SHA256,
    "ed25519": "ed25519",
}
_PARAMETER = re.compile(r'\s*([A-Za-z]+)\s*=\s*(?:"([^"\\]*)"|(\d{1,12}))\s*(?:,|$)')


def sign(key: Key, request: Signed, at: datetime) -> dict[str, str]:
    """The headers to add: date, digest (with a body) and signature; `host` is signed as well."""
    headers = {"host": request.authority, "date": format_datetime(at, usegmt=True)}
    if request.method == "POST":
        headers["digest"] = digests.old_digest(request.body)
    names = [TARGET, *headers]
    whole = Signed(method=request.method, url=request.url, headers=headers)
    signature = crypto.sign(key.private, _text(whole, names, {}))
    return {
        **headers,
        "signature": f'keyId="{key.key_id}",algorithm="rsa-sha256",headers="{" ".join(names)}",'
        f'signature="{base64.b64encode(signature).decode()}"',
    }


def claim(request: Signed, at: datetime) -> Claim:
    """What the request's signature claims, after all but the key was checked. Raises NotAllowed."""
    values = read(request.headers.get("signature", ""))
    names = values.get("headers", "date").lower().split()
    algorithm = values.get("algorithm", "").lower()
    if algorithm not in ALGORITHMS:
        raise refused("The algorithm of the signature is not one that we take.")
    if not values.get("keyId") or not values.get("signature"):
        raise refused("The signature names no key, or is empty.")
    needed = {TARGET, "host"} | ({"digest"} if request.method == "POST" else set())
    if missing := needed - set(names):
        raise refused(f"The signature leaves out {', '.join(sorted(missing))}.")
    if len(names) != len(set(names)):
        raise refused("The signature names a header twice.")
    _check_time(request, names, values, at)
    if request.method == "POST" and not digests.is_right(
        request.headers.get("digest", ""), request.body
    ):
        raise refused("The digest is not that of the body.")
    try:
        signature = base64.b64decode(values["signature"], validate=True)
    except (binascii.Error, ValueError) as error:
        raise refused("The signature cannot be read.") from error
    return Claim(
        key_id=values["keyId"],
        algorithm=ALGORITHMS[algorithm],
        text=_text(request, names, values),
        signature=signature,
        scheme="cavage",
    )


def read(header: str) -> dict[str, str]:
    """The parameters of a `Signature` header. Raises NotAllowed for anything but that."""
    values: dict[str, str] = {}
    at = 0
    if len(header) > MOST_HEADER:
        raise refused("The signature is far too long.")
    while at < len(header):
        found = _PARAMETER.match(header, at)
        if found is None or found[1] in values:
            raise refused("The signature cannot be read.")
        values[found[1]] = found[2] if found[2] is not None else found[3]
        at = found.end()
    return values


def _check_time(request: Signed, names: list[str], values: dict[str, str], at: datetime) -> None:
    """A request may be an hour old, or as much ahead of our clock. Raises NotAllowed."""
    stamps: list[float] = []
    if "(created)" in names:
        if values.get("algorithm", "").lower() not in {"", "hs2019"}:
            raise refused("That algorithm knows no time of creation.")
        stamps.append(_number(values, "created"))
    if "date" in names:
        try:
            stamps.append(parsedate_to_datetime(request.headers.get("date", "")).timestamp())
        except (ValueError, TypeError, OverflowError) as error:
            raise refused("The date cannot be read.") from error
    if not stamps:
        raise refused("The signature leaves out the date.")
    if any(abs(at.timestamp() - stamp) > WINDOW.total_seconds() for stamp in stamps):
        raise refused("The signature is too old, or the clocks differ by more than an hour.")
    if "expires" in values and _number(values, "expires") < at.timestamp():
        raise refused("The signature has expired.")


def _number(values: dict[str, str], name: str) -> float:
    value = values.get(name, "")
    if not (value.isascii() and value.isdigit()):
        raise refused(f"The signature's {name} cannot be read.")
    return float(value)


def _text(request: Signed, names: list[str], values: dict[str, str]) -> bytes:
    lines = []
    for name in names:
        if name == TARGET:
            value = f"{request.method.lower()} {request.target}"
        elif name in {"(created)", "(expires)"}:
            value = values.get(name.strip("()"), "")
        elif name == "host":
            # The host we are called by in public, whatever a proxy in between makes of it.
            value = _host(request)
        else:
            if name not in request.headers:
                raise refused(f"The signature is over {name[:80]}, which the request has not.")
            value = request.headers[name].strip()
        lines.append(f"{name}: {value}")
    return "\n".join(lines).encode()


def _host(request: Signed) -> str:
    """As it was sent where that is our authority in other words (a port spelled out)."""
    given = request.headers.get("host", "").strip()
    same = Signed(method="", url=f"{request.url.partition(':')[0]}://{given}/", headers={})
    return given if same.authority == request.authority else request.authority
