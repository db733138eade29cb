"""Authentication-Results as our own mail server wrote them. Pure. RFC 8601, read leniently.

Anybody can put such a field into a mail: only those count that carry our server's name and stand
together at the top, where our server puts them.
"""

import re

import msgspec

from fairline.channels.email.headers import Headers

RESULTS = frozenset({"pass", "fail", "softfail", "neutral", "none", "temperror", "permerror"})

_COMMENT = re.compile(r"\([^()]*\)")
_METHOD = re.compile(r"\s*([a-z0-9-]+)(?:/\d+)?\s*=\s*([a-z]+)", re.IGNORECASE)
_PROPERTY = re.compile(r"\b(?:header|smtp|policy)\.([a-z]+)\s*=\s*\"?([^\s\";]+)", re.IGNORECASE)
_SAME = {"hardfail": "fail", "bestguesspass": "neutral", "policy": "neutral", "discard": "fail"}


class Result(msgspec.Struct, frozen=True):
    """One method's verdict. `domain` is who signed (dkim) or wrote the envelope (spf)."""

    method: str
    verdict: str
    domain: str


def trusted_results(headers: Headers, authserv_id: str) -> list[Result]:
    """What the server named `authserv_id` found, in its order."""
    wanted = authserv_id.strip().lower().rstrip(".")
    found: list[Result] = []
    begun = False
    for name, value in headers.fields:
        text = _without_comments(headers.unlabelled(value))
        is_ours = name == "authentication-results" and wanted and _server(text) == wanted
        if begun and not is_ours:
            break
        if is_ours:
            begun = True
            found += _results(text)
    return found


def _without_comments(text: str) -> str:
    for _ in range(5):  # comments may be nested
        text, count = _COMMENT.subn(" ", text)
        if not count:
            break
    return text


def _server(text: str) -> str:
    words = text.partition(";")[0].split()
    return words[0].lower().rstrip(".") if words else ""


def _results(text: str) -> list[Result]:
    found = []
    for piece in text.split(";")[1:50]:
        method = _METHOD.match(piece)
        if not method:
            continue
        verdict = method[2].lower()
        verdict = _SAME.get(verdict, verdict)
        if verdict in RESULTS:
            named = {key.lower(): value for key, value in _PROPERTY.findall(piece)}
            signer = named.get("d") or named.get("i") or named.get("mailfrom") or named.get("from")
            domain = (signer or "").rpartition("@")[2].lower().rstrip(".")
            found.append(Result(method[1].lower(), verdict, domain))
    return found
