"""People and posts on the made-up fediverse server, in the form that Mastodon gives them."""

import base64
import hashlib
import html
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from fairline.demo.networks.kit import Push

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
CONTEXT = ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"]
Doc = dict[str, Any]


@lru_cache(maxsize=100)
def _key_of(username: str) -> rsa.RSAPrivateKey:
    """Made once for each name: it takes a moment."""
    del username
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(kw_only=True)
class Person:
    """Somebody with an account on the server, and its key."""

    username: str
    root: str
    # The accounts that this person says were theirs before.
    known_as: list[str] = field(default_factory=list)

    @property
    def key(self) -> rsa.RSAPrivateKey:
        return _key_of(self.username)

    @property
    def id(self) -> str:
        return f"{self.root}/users/{self.username}"

    @property
    def handle(self) -> str:
        return f"@{self.username}@{urlsplit(self.root).netloc}"

    @cached_property
    def pem(self) -> str:
        public = self.key.public_key()
        encoding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        return public.public_bytes(encoding, form).decode()

    def document(self) -> Doc:
        """The profile, as servers fetch it."""
        return {
            "@context": CONTEXT,
            "id": self.id,
            "type": "Person",
            "preferredUsername": self.username,
            "name": self.username.capitalize(),
            "url": f"{self.root}/@{self.username}",
            "inbox": f"{self.id}/inbox",
            "outbox": f"{self.id}/outbox",
            "followers": f"{self.id}/followers",
            "following": f"{self.id}/following",
            "alsoKnownAs": self.known_as,
            "manuallyApprovesFollowers": False,
            "endpoints": {"sharedInbox": f"{self.root}/inbox"},
            "publicKey": {
                "id": f"{self.id}#main-key",
                "owner": self.id,
                "publicKeyPem": self.pem,
            },
        }

    def signed(self, url: str, body: bytes, at: datetime) -> Push:
        """A delivery to an inbox, signed as Mastodon signs (draft-cavage, rsa-sha256)."""
        parts = urlsplit(url)
        digest = f"SHA-256={base64.b64encode(hashlib.sha256(body).digest()).decode()}"
        date = format_datetime(at.astimezone(UTC), usegmt=True)
        text = (
            f"(request-target): post {parts.path}\nhost: {parts.netloc}\ndate: {date}\n"
            f"digest: {digest}\ncontent-type: application/activity+json"
        )
        signature = self.key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        names = "(request-target) host date digest content-type"
        return Push(
            url=url,
            body=body,
            headers={
                "content-type": "application/activity+json",
                "host": parts.netloc,
                "date": date,
                "digest": digest,
                "signature": f'keyId="{self.id}#main-key",algorithm="rsa-sha256",'
                f'headers="{names}",signature="{base64.b64encode(signature).decode()}"',
            },
        )


@dataclass(kw_only=True)
class Post:
    """One post of a person here. `to` and `cc` are addresses."""

    id: str
    by: Person
    text: str
    to: list[str]
    cc: list[str]
    at: datetime
    mention: tuple[str, str] = ("", "")
    under: str = ""
    updated_at: datetime | None = None
    is_gone: bool = False
    more: Doc = field(default_factory=dict)

    @property
    def is_public(self) -> bool:
        return PUBLIC in self.to or PUBLIC in self.cc

    def document(self) -> Doc:
        """The note, with what Mastodon adds to it."""
        if self.is_gone:
            return {"@context": CONTEXT[0], "id": self.id, "type": "Tombstone"}
        address, handle = self.mention
        content = f"<p>{html.escape(self.text)}</p>"
        if address:
            name = handle.lstrip("@").partition("@")[0]
            content = (
                f'<p><span class="h-card" translate="no"><a href="{address}" '
                f'class="u-url mention">@<span>{name}</span></a></span> {content[3:]}'
            )
        document: Doc = {
            "id": self.id,
            "type": "Note",
            "summary": None,
            "inReplyTo": self.under or None,
            "published": _stamp(self.at),
            "url": self.id.replace("/users/", "/@").replace("/statuses/", "/"),
            "attributedTo": self.by.id,
            "to": self.to,
            "cc": self.cc,
            "sensitive": False,
            "content": content,
            "contentMap": {"en": content},
            "attachment": [],
            "tag": [{"type": "Mention", "href": address, "name": handle}] if address else [],
        }
        if self.updated_at:
            document["updated"] = _stamp(self.updated_at)
        return document | self.more

    def activity(self, kind: str, *, what: str = "activity") -> Doc:
        """The note in what carries it."""
        return {
            "@context": CONTEXT,
            "id": f"{self.id}/{what}",
            "type": kind,
            "actor": self.by.id,
            "published": _stamp(self.updated_at or self.at),
            "to": self.more.get("to", self.to),
            "cc": self.more.get("cc", self.cc),
            "object": self.document(),
        }


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
