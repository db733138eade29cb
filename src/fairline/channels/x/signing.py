"""Signs a request as an account: OAuth 1.0a with HMAC-SHA1. Pure.

Source: RFC 5849, sections 3.4 (signature) and 3.6 (percent encoding); docs.x.com "Creating a
signature". A body of JSON or of several parts is not part of what is signed, a form's fields are.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from urllib.parse import parse_qsl, quote, urlsplit

import msgspec


class Keys(msgspec.Struct, frozen=True, kw_only=True):
    """The app's key and secret, and the account's token and secret."""

    consumer_key: str
    consumer_secret: str
    token: str = ""
    token_secret: str = ""


def authorization(
    method: str,
    url: str,
    keys: Keys,
    *,
    nonce: str,
    timestamp: int,
    form: Iterable[tuple[str, str]] = (),
) -> str:
    """The `Authorization` header. `url` may have a query; `form` are the fields of a form body."""
    given = {
        "oauth_consumer_key": keys.consumer_key,
        "oauth_nonce": nonce,
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": str(timestamp),
        "oauth_version": "1.0",
    }
    if keys.token:
        given["oauth_token"] = keys.token
    signed = base_string(method, url, [*given.items(), *form])
    key = f"{escape(keys.consumer_secret)}&{escape(keys.token_secret)}"
    digest = hmac.new(key.encode(), signed.encode(), hashlib.sha1).digest()
    given["oauth_signature"] = base64.b64encode(digest).decode()
    fields = ", ".join(f'{escape(k)}="{escape(v)}"' for k, v in sorted(given.items()))
    return f"OAuth {fields}"


def base_string(method: str, url: str, fields: Iterable[tuple[str, str]]) -> str:
    """What is signed: the method, the address without its query, and all fields in order."""
    parts = urlsplit(url)
    every = [*parse_qsl(parts.query, keep_blank_values=True), *fields]
    ordered = sorted((escape(name), escape(value)) for name, value in every)
    normal = "&".join(f"{name}={value}" for name, value in ordered)
    return "&".join((method.upper(), escape(_address(url)), escape(normal)))


def escape(text: str) -> str:
    """Percent encoding by RFC 3986, with nothing else kept."""
    return quote(text, safe="~")


def _address(url: str) -> str:
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if parts.port and (parts.scheme.lower(), parts.port) not in {("http", 80), ("https", 443)}:
        host += f":{parts.port}"
    return f"{parts.scheme.lower()}://{host}{parts.path or '/'}"
