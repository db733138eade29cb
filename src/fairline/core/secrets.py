"""Encrypts credentials at rest with AES-256-GCM and signs short strings.

The key is one file in the data folder (or `secret_key` in the settings). A sealed value is
`key id . nonce . ciphertext` in URL-safe base 64; the purpose is bound as associated data, so a
value sealed for one column does not open in another.
"""

import base64
import hashlib
import hmac
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fairline.core.errors import Unavailable


class Keyring:
    """Holds the master key; made once at start."""

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(hashlib.sha256(b"fairline seal" + key).digest())
        self._mac = hashlib.sha256(b"fairline sign" + key).digest()
        self.key_id = hashlib.sha256(key).hexdigest()[:8]

    def seal(self, plain: bytes, *, purpose: str) -> str:
        """Encrypt `plain`; opens only with the same key and `purpose`."""
        nonce = os.urandom(12)
        body = nonce + self._aead.encrypt(nonce, plain, purpose.encode())
        return f"{self.key_id}.{base64.urlsafe_b64encode(body).decode()}"

    def open(self, sealed: str, *, purpose: str) -> bytes:
        """Decrypt. Raises Unavailable when the key is another one or the value was altered."""
        key_id, _, body = sealed.partition(".")
        try:
            raw = base64.urlsafe_b64decode(body)
            return self._aead.decrypt(raw[:12], raw[12:], purpose.encode())
        except (InvalidTag, ValueError) as error:
            raise Unavailable(
                "A stored secret cannot be opened with the present key. Restore the key file that "
                "belongs to this database, or enter the credential again.",
                code="wrong_key",
                detail=f"{purpose}: sealed with {key_id}, present key {self.key_id}",
            ) from error

    def sign(self, value: str, *, purpose: str) -> str:
        """A 128-bit HMAC-SHA256 tag of `value`, hex."""
        return hmac.new(self._mac, f"{purpose}\0{value}".encode(), "sha256").hexdigest()[:32]

    def verify(self, value: str, tag: str, *, purpose: str) -> bool:
        """Compare in constant time."""
        return hmac.compare_digest(self.sign(value, purpose=purpose), tag)


def load_key(path: Path) -> bytes:
    """Read the key file, made (mode 0600) when absent. Safe when two processes start at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = path.read_bytes()
        if len(key) < 32:
            raise Unavailable(
                f"The key file {path} is too short. Restore it from the backup.",
                code="bad_key_file",
            ) from None
        return key
    key = os.urandom(32)
    with os.fdopen(handle, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key
