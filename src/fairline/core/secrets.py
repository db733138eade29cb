"""Encrypts credentials at rest with AES-256-GCM and signs short strings.

A sealed value is `key id . nonce . ciphertext` in URL-safe base 64; the purpose is bound as
associated data, so a value sealed for one column does not open in another. The ring holds the
present master key and the older ones (`key_files.py`), and looks for newer ones when it meets an id
that it does not know: that is how a key is changed while processes serve.
"""

import base64
import hashlib
import hmac
import os
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fairline.core.errors import FairlineError, Unavailable
from fairline.core.key_files import Keys, Stamp, key_id_of, mac_of

NONCE = 12


class KeySource(Protocol):
    """Where a ring finds its keys, again and again."""

    def read(self) -> Keys: ...

    def stamp(self) -> Stamp: ...


class _Key:
    """One master key, ready for use."""

    def __init__(self, key: bytes) -> None:
        self.id = key_id_of(key)
        self.aead = AESGCM(hashlib.sha256(b"fairline seal" + key).digest())
        self.mac = mac_of(key)


class Keyring:
    """Holds the master keys; made once at start."""

    def __init__(self, key: bytes = b"", *, source: KeySource | None = None) -> None:
        """Of one key, or of all that `source` has now and later."""
        if not key and source is None:
            raise ValueError("a ring needs a key")
        self._source = source
        self._stamp = source.stamp() if source else None
        self._take(source.read() if source else Keys(key))

    def _take(self, keys: Keys) -> None:
        self._keys = _usable(keys)
        ring = tuple(one.mac for one in self._keys)
        self._macs = (keys.signing,) if keys.signing else ring

    @property
    def key_id(self) -> str:
        """The id of the present key."""
        return self._keys[0].id

    @property
    def ids(self) -> list[str]:
        """Ids of all keys on the ring, the present one first."""
        return [key.id for key in self._keys]

    def look(self) -> None:
        """Take note of keys that came or went since. What cannot be read now changes nothing."""
        if self._source is None or (stamp := self._source.stamp()) == self._stamp:
            return
        try:
            self._take(self._source.read())
        except (FairlineError, OSError):
            return
        self._stamp = stamp

    def seal(self, plain: bytes, *, purpose: str) -> str:
        """Encrypt `plain` with the present key; opens only with that and the same `purpose`."""
        self.look()
        key = self._keys[0]
        nonce = os.urandom(NONCE)
        body = nonce + key.aead.encrypt(nonce, plain, purpose.encode())
        return f"{key.id}.{base64.urlsafe_b64encode(body).decode()}"

    def open(self, sealed: str, *, purpose: str) -> bytes:
        """Decrypt. Raises Unavailable when the key is not here or the value was altered."""
        key_id, _, body = sealed.partition(".")
        key = self._find(key_id)
        try:
            if key is None:
                raise ValueError("the key is not on the ring")
            raw = base64.urlsafe_b64decode(body)
            return key.aead.decrypt(raw[:NONCE], raw[NONCE:], purpose.encode())
        except (InvalidTag, ValueError) as error:
            raise Unavailable(
                "A stored secret cannot be opened with the present key. Restore the key file that "
                "belongs to this database, or enter the credential again.",
                code="wrong_key",
                detail=f"{purpose}: sealed with {key_id}, present key {self.key_id}",
            ) from error

    def _find(self, key_id: str) -> _Key | None:
        found = next((key for key in self._keys if key.id == key_id), None)
        if found is None:
            self.look()
            found = next((key for key in self._keys if key.id == key_id), None)
        return found

    def sign(self, value: str, *, purpose: str) -> str:
        """A 128-bit HMAC-SHA256 tag of `value`, hex."""
        self.look()
        return _tag(self._macs[0], f"{purpose}\0{value}")

    def verify(self, value: str, tag: str, *, purpose: str) -> bool:
        """Whether we signed that. Compares in constant time."""
        self.look()
        text, given = f"{purpose}\0{value}", tag.encode("utf-8", "replace")
        return any(hmac.compare_digest(_tag(mac, text).encode(), given) for mac in self._macs)


class DataKey:
    """A random key of its own for some values, itself kept sealed by a Keyring."""

    def __init__(self, raw: bytes = b"") -> None:
        self.raw = raw or os.urandom(32)
        self._aead = AESGCM(self.raw)

    def seal(self, plain: bytes, *, purpose: str) -> bytes:
        """Encrypt; opens only with this key and the same `purpose`."""
        nonce = os.urandom(NONCE)
        return nonce + self._aead.encrypt(nonce, plain, purpose.encode())

    def open(self, sealed: bytes, *, purpose: str) -> bytes:
        """Decrypt. Raises Unavailable for what was altered, or sealed for something else."""
        try:
            return self._aead.decrypt(sealed[:NONCE], sealed[NONCE:], purpose.encode())
        except (InvalidTag, ValueError) as error:
            raise Unavailable(
                "What was stored here has been altered and cannot be opened.",
                code="sealed_damaged",
                detail=purpose,
            ) from error


def _tag(mac: bytes, text: str) -> str:
    return hmac.new(mac, text.encode(), "sha256").hexdigest()[:32]


def _usable(keys: Keys) -> tuple[_Key, ...]:
    """Each key once, the present one first."""
    return tuple({key_id_of(raw): _Key(raw) for raw in (keys.present, *keys.older)}.values())
