"""Who sent a delivery, as a Mastodon server finds out: its own code, apart from ours. Source:
docs.joinmastodon.org/spec/security.
"""

import base64
import binascii
import hashlib
import json
import re
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from fairline.core.clock import now
from fairline.demo.networks.fediverse_post import Doc
from fairline.demo.networks.kit import Call

WINDOW, AHEAD = timedelta(hours=12), timedelta(hours=1)
NEEDED = {"(request-target)", "host", "date", "digest"}
MEDIA_TYPE = "application/activity+json"
_PARAMETER = re.compile(r'(\w+)="([^"]*)"')


class NotSigned(Exception):  # noqa: N818  a refusal, not a fault of ours
    """Why a delivery is not taken."""


def fetched(url: str) -> Doc:
    """A document of another server, which is on this machine."""
    if urlsplit(url).hostname not in {"127.0.0.1", "localhost"}:
        raise NotSigned(f"Unable to fetch {url}")
    request = urllib.request.Request(url, headers={"accept": MEDIA_TYPE})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  loopback
            found = json.loads(answer.read(1_000_000))
    except (OSError, ValueError) as error:
        raise NotSigned(f"Unable to fetch {url}") from error
    return found if isinstance(found, dict) else {}


class Gate:
    """Keeps the keys of others. `look_up` is how an address elsewhere is fetched; a test without a
    server of ours gives its own.
    """

    def __init__(self) -> None:
        self.keys: dict[str, str] = {}
        self.look_up: Callable[[str], Doc] = fetched

    def sender_of(self, call: Call, prefix: str) -> str:
        """Whose signature it is. Raises NotSigned with Mastodon's reason."""
        given: dict[str, str] = dict(_PARAMETER.findall(call.headers.get("signature", "")))
        if not given:
            raise NotSigned("Request not signed")
        names = given.get("headers", "date").split()
        if missing := NEEDED - set(names):
            raise NotSigned(f"Mastodon requires {min(missing)} to be signed")
        _check_date(call)
        digest = base64.b64encode(hashlib.sha256(call.body).digest()).decode()
        if call.headers.get("digest", "") != f"SHA-256={digest}":
            raise NotSigned("Invalid Digest value")
        values = {**call.headers, "(request-target)": f"post {prefix}{call.path}"}
        text = "\n".join(f"{name}: {values.get(name, '')}" for name in names).encode()
        try:
            signature = base64.b64decode(given.get("signature", ""), validate=True)
        except binascii.Error as error:
            raise NotSigned("Invalid signature value") from error
        key_id = given.get("keyId", "")
        if not self._fits(key_id, text, signature):
            self.keys.pop(key_id, None)  # it may have been changed
            if not self._fits(key_id, text, signature):
                raise NotSigned(f"Verification failed for {key_id}")
        return key_id.partition("#")[0]

    def _fits(self, key_id: str, text: bytes, signature: bytes) -> bool:
        if key_id not in self.keys:
            key = self.look_up(key_id.partition("#")[0])["publicKey"]
            if key["id"] != key_id:
                raise NotSigned(f"Unable to fetch key {key_id}")
            self.keys[key_id] = key["publicKeyPem"]
        public = serialization.load_pem_public_key(self.keys[key_id].encode())
        if not isinstance(public, rsa.RSAPublicKey):
            return False
        try:
            public.verify(signature, text, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return False
        return True


def _check_date(call: Call) -> None:
    try:
        sent_at = parsedate_to_datetime(call.headers.get("date", ""))
    except ValueError as error:
        raise NotSigned("Invalid Date header") from error
    if not now() - WINDOW <= sent_at <= now() + AHEAD:
        raise NotSigned("Signed request date outside acceptable time window")
