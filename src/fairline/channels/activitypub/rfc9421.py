"""HTTP Message Signatures, both ways. Pure.

Source: RFC 9421, 2 (components), 2.5 (the text that is signed), 4.1 and 4.2 (the two fields), 3.2
(verifying); RFC 8941 for the fields' syntax, of which we read what these fields are made of. A
signature must cover method, target and body digest, and say when it was made.
"""

import base64
import binascii
import re
from datetime import datetime
from urllib.parse import parse_qsl, quote

import msgspec

from fairline.channels.activitypub import crypto, digests
from fairline.channels.activitypub.cavage import WINDOW
from fairline.channels.activitypub.requests import MOST_HEADER, Claim, Key, Signed, refused
from fairline.core.errors import NotAllowed

ALGORITHMS = frozenset({"", crypto.RSA_SHA256, "rsa-pss-sha512", "ecdsa-p256-sha256", "ed25519"})
MOST_COMPONENTS = 40
_LABEL = re.compile(r"\s*([a-z*][a-z0-9_.*-]*)\s*=\s*")
_STRING = re.compile(r'"((?:[^"\\\x00-\x1f\x7f-\uffff]|\\["\\])*)"')
_PARAMETER = re.compile(
    r';\s*([a-z*][a-z0-9_.*-]*)(?:=("(?:[^"\\\x00-\x1f\x7f-\uffff]|\\["\\])*"|-?\d{1,15}'
    r"|\?[01]|[A-Za-z*][\w:/!#$%&'*+.^`|~-]*|:[A-Za-z0-9+/=]*:))?"
)
_BYTES = re.compile(r":([A-Za-z0-9+/=]*):")


class Input(msgspec.Struct, frozen=True, kw_only=True):
    """One signature's inner list, and its parameters, as they stand in `Signature-Input`.

    `components` are (name, parameters) with the parameters in their own words; `raw` is the whole,
    in the one form that it is signed in.
    """

    components: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    parameters: dict[str, str]
    raw: str


def sign(key: Key, request: Signed, at: datetime) -> dict[str, str]:
    """The headers to add: content-digest (with a body), signature-input and signature."""
    headers = {"content-digest": digests.content_digest(request.body)} if request.body else {}
    names = ["@method", "@target-uri", *headers]
    listed = " ".join(f'"{name}"' for name in names)
    raw = f'({listed});created={int(at.timestamp())};keyid="{key.key_id}";alg="{crypto.RSA_SHA256}"'
    asked = Input(components=tuple((name, ()) for name in names), parameters={}, raw=raw)
    whole = msgspec.structs.replace(request, headers=headers)
    signature = base64.b64encode(crypto.sign(key.private, base(whole, asked).encode())).decode()
    return {**headers, "signature-input": f"sig1={raw}", "signature": f"sig1=:{signature}:"}


def claim(request: Signed, at: datetime) -> Claim:
    """What the request's signature claims, after all but the key was checked. Of several the first
    that covers enough counts. Raises NotAllowed.
    """
    inputs = read_inputs(request.headers.get("signature-input", ""))
    signatures = read_signatures(request.headers.get("signature", ""))
    why = refused("The signature cannot be read.")
    for label, asked in inputs.items():
        if label not in signatures:
            continue
        try:
            _check(request, asked, at)
            return Claim(
                key_id=asked.parameters["keyid"],
                algorithm=asked.parameters.get("alg", ""),
                text=base(request, asked).encode(),
                signature=signatures[label],
                scheme="rfc9421",
            )
        except NotAllowed as error:
            why = error
    raise why


def _check(request: Signed, asked: Input, at: datetime) -> None:
    names = {name for name, parameters in asked.components if not parameters}
    where = "@target-uri" in names or ("@authority" in names and bool(names & _TARGETS))
    if "@method" not in names or not where:
        raise refused("The signature does not cover the method and the address.")
    if request.method == "POST":
        if "content-digest" not in names:
            raise refused("The signature does not cover the digest of the body.")
        if not digests.is_right(request.headers.get("content-digest", ""), request.body):
            raise refused("The digest is not that of the body.")
    elif request.query and not names & {"@target-uri", "@query", "@request-target"}:
        raise refused("The signature does not cover the query.")
    if not asked.parameters.get("keyid"):
        raise refused("The signature names no key.")
    if asked.parameters.get("alg", "") not in ALGORITHMS:
        raise refused("The algorithm of the signature is not one that we take.")
    created = _seconds(asked, "created")
    if created is None:
        raise refused("The signature does not say when it was made.")
    if abs(at.timestamp() - created) > WINDOW.total_seconds():
        raise refused("The signature is too old, or the clocks differ by more than an hour.")
    expires = _seconds(asked, "expires")
    if expires is not None and expires < at.timestamp():
        raise refused("The signature has expired.")


_TARGETS = frozenset({"@path", "@request-target"})


def _seconds(asked: Input, name: str) -> float | None:
    value = asked.parameters.get(name)
    if value is None:
        return None
    if not value.lstrip("-").isdigit():
        raise refused(f"The signature's {name} cannot be read.")
    return float(value)


def base(request: Signed, asked: Input) -> str:
    """The text that is signed (RFC 9421, 2.5). Raises NotAllowed for what is not there."""
    lines = []
    for name, parameters in asked.components:
        written = f'"{name}"' + "".join(f";{key}={value}" for key, value in parameters)
        lines.append(f"{written}: {_value(request, name, dict(parameters))}")
    if len({line.partition(": ")[0] for line in lines}) != len(lines):
        raise refused("The signature names a component twice.")
    lines.append(f'"@signature-params": {asked.raw}')
    return "\n".join(lines)


def _value(request: Signed, name: str, parameters: dict[str, str]) -> str:
    if name == "@query-param" and set(parameters) == {"name"}:
        wanted = parameters["name"].strip('"')
        pairs = parse_qsl(request.query.lstrip("?"), keep_blank_values=True)
        found = [value for key, value in pairs if quote(key, safe="-._~*") == wanted]
        if len(found) != 1:
            raise refused("The signature is over a query parameter that is not there once.")
        return quote(found[0], safe="-._~*")
    if parameters:
        # sf, bs, key, req, tr: nobody in the fediverse signs with them.
        raise refused(f"We cannot verify a signature over {name[:80]} in that form.")
    if name.startswith("@"):
        derived = {
            "@method": request.method.upper(),
            "@target-uri": request.url,
            "@authority": request.authority,
            "@scheme": request.url.partition(":")[0].lower(),
            "@request-target": request.target,
            "@path": request.path,
            "@query": request.query or "?",
        }
        if name not in derived:
            raise refused(f"We cannot verify a signature over {name[:80]}.")
        return derived[name]
    if name not in request.headers:
        raise refused(f"The signature is over {name[:80]}, which the request has not.")
    return request.authority if name == "host" else request.headers[name].strip()


def read_inputs(header: str) -> dict[str, Input]:
    """The dictionary of `Signature-Input`. Raises NotAllowed for anything else."""
    found: dict[str, Input] = {}
    at = _begin(header)
    while at < len(header):
        label = _LABEL.match(header, at)
        if label is None or not header.startswith("(", label.end()):
            raise refused("The signature cannot be read.")
        at = label.end() + 1
        components: list[tuple[str, tuple[tuple[str, str], ...]]] = []
        while not header.startswith(")", at):
            if header.startswith(" ", at):
                at += 1
                continue
            name = _STRING.match(header, at)
            if name is None or len(components) == MOST_COMPONENTS or name[1] != name[1].lower():
                raise refused("The signature cannot be read.")
            parameters, at = _parameters(header, name.end())
            components.append((name[1], tuple(parameters)))
        parameters, at = _parameters(header, at + 1)
        listed = " ".join(f'"{name}"' + _written(given) for name, given in components)
        found[label[1]] = Input(
            components=tuple(components),
            parameters={key: _plain(value) for key, value in parameters},
            raw=f"({listed}){_written(parameters)}",
        )
        at = _comma(header, at)
    return found


def read_signatures(header: str) -> dict[str, bytes]:
    """The dictionary of `Signature`: byte sequences by label. Raises NotAllowed."""
    found: dict[str, bytes] = {}
    at = _begin(header)
    while at < len(header):
        label = _LABEL.match(header, at)
        value = _BYTES.match(header, label.end()) if label else None
        if label is None or value is None:
            raise refused("The signature cannot be read.")
        try:
            found[label[1]] = base64.b64decode(value[1], validate=True)
        except (binascii.Error, ValueError) as error:
            raise refused("The signature cannot be read.") from error
        at = _comma(header, value.end())
    return found


def _begin(header: str) -> int:
    if len(header) > MOST_HEADER:
        raise refused("The signature is far too long.")
    return 0


def _comma(header: str, at: int) -> int:
    rest = header[at:].lstrip(" \t")
    if rest and not rest.startswith(","):
        raise refused("The signature cannot be read.")
    return len(header) - len(rest) + 1 if rest else len(header)


def _parameters(header: str, at: int) -> tuple[list[tuple[str, str]], int]:
    found: list[tuple[str, str]] = []
    while header.startswith(";", at):
        one = _PARAMETER.match(header, at)
        if one is None or len(found) == MOST_COMPONENTS:
            raise refused("The signature cannot be read.")
        found.append((one[1], one[2] if one[2] is not None else "?1"))
        at = one.end()
    return found, at


def _written(parameters: list[tuple[str, str]] | tuple[tuple[str, str], ...]) -> str:
    return "".join(f";{key}" if value == "?1" else f";{key}={value}" for key, value in parameters)


def _plain(value: str) -> str:
    if value.startswith('"'):
        return re.sub(r"\\(.)", r"\1", value[1:-1])
    return value
