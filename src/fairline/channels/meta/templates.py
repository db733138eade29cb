"""WhatsApp's approved texts: fetched, kept for some minutes, and filled in.

Source: "Message templates" and "Template messages" of the WhatsApp Business Platform. Templates
that need a picture, or a value within a button, cannot be filled in by typing and are left out.
"""

import re
import threading
import time
from collections.abc import Callable
from typing import Any

import msgspec

from fairline.channels.contract import DeliveryError, Template
from fairline.channels.meta.account import Account
from fairline.channels.meta.graph import Graph
from fairline.channels.meta.reading import MOST_ID, name, rows, text

KEPT_S = 600.0
MOST_TEMPLATES = 1000
_VALUE = re.compile(r"\{\{\s*([A-Za-z0-9_]{1,60})\s*\}\}")


class Approved(msgspec.Struct, frozen=True, kw_only=True):
    """One template in one language. `parts` are (component, text) in their order."""

    name: str
    language: str
    category: str
    named: bool = False
    parts: tuple[tuple[str, str], ...] = ()

    @property
    def called(self) -> str:
        """Its name with its language: a name alone may stand for several."""
        return f"{self.name}/{self.language}"

    def values(self) -> list[tuple[str, str]]:
        """(component, value's name) for each place that a value goes to, in their order."""
        found: list[tuple[str, str]] = []
        for part, words in self.parts:
            found += [(part, v) for v in dict.fromkeys(_VALUE.findall(words))]
        return found

    def shown(self) -> Template:
        """As the composer shows it: one text, with its values numbered through."""
        order = {key: number for number, key in enumerate(self.values(), 1)}
        lines = []
        for part, words in self.parts:
            lines.append(
                _VALUE.sub(lambda m, part=part: f"{{{{{order[(part, m[1])]}}}}}", words)  # type: ignore[misc]
            )
        return Template(
            name=self.called,
            language=self.language,
            text="\n\n".join(lines),
            category=self.category,
        )

    def filled(self, values: tuple[str, ...]) -> dict[str, Any]:
        """The `template` of a message. Raises DeliveryError for a wrong number of values."""
        places = self.values()
        if len(values) != len(places):
            raise DeliveryError(
                f"The template {self.name} takes {len(places)} values, and got {len(values)}.",
                permanent=True,
                provider_code="132000",
            )
        components: dict[str, list[dict[str, str]]] = {}
        for (part, own), value in zip(places, values, strict=True):
            # WhatsApp takes no line breaks, no tabs and no long gaps in a value.
            plain = " ".join(value.split())
            extra = {"parameter_name": own} if self.named else {}
            components.setdefault(part, []).append({"type": "text", **extra, "text": plain})
        return {
            "name": self.name,
            "language": {"policy": "deterministic", "code": self.language},
            "components": [
                {"type": part, "parameters": given} for part, given in components.items()
            ],
        }


def read_templates(found: list[dict[str, Any]]) -> list[Approved]:
    """Those of a list that are approved and can be filled in by typing."""
    templates = []
    for one in found[:MOST_TEMPLATES]:
        parts = _parts(one)
        own, language = name(one, "name"), name(one, "language")
        if name(one, "status") != "APPROVED" or not own or not language or parts is None:
            continue
        templates.append(
            Approved(
                name=own,
                language=language,
                category=name(one, "category").lower(),
                named=name(one, "parameter_format") == "NAMED",
                parts=parts,
            )
        )
    return sorted(templates, key=lambda template: (template.name, template.language))


def _parts(one: dict[str, Any]) -> tuple[tuple[str, str], ...] | None:
    """Its words; None where it takes more than words."""
    parts: list[tuple[str, str]] = []
    for component in rows(one, "components"):
        kind = name(component, "type").lower()
        words = text(component, "text")
        if kind == "header" and name(component, "format") not in {"", "TEXT"}:
            return None
        if kind == "buttons":
            for button in rows(component, "buttons"):
                if _VALUE.search(text(button, "url")) or name(button, "type") in _NEED_MORE:
                    return None
        elif kind in {"header", "body", "footer"}:
            parts.append((kind, words))
        elif kind:
            return None  # a carousel, a limited offer
    return tuple(parts) if any(kind == "body" for kind, _ in parts) else None


_NEED_MORE = {"COPY_CODE", "OTP", "CATALOG", "MPM", "FLOW", "ORDER_DETAILS"}


Listing = Callable[[], list[dict[str, Any]]]


def list_with(graph: Graph, account_id: str) -> Listing:
    """How an account's templates are listed. Raises DeliveryError when called."""
    fields = "name,language,status,category,parameter_format,components"
    path = f"/{account_id[:MOST_ID]}/message_templates"
    return lambda: graph.pages(path, fields=fields, limit="100")


class Shelf:
    """Templates of each account, kept for ten minutes; what was known stays when Meta is away."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, ...], tuple[float, list[Approved]]] = {}
        self._lock = threading.Lock()

    def of(
        self, account: Account, account_id: str, listing: Listing, *, fresh: bool = False
    ) -> list[Approved]:
        """Raises DeliveryError when nothing is known and Meta does not answer."""
        key = (account.root, account_id, account.proof)
        with self._lock:
            known = self._kept.get(key)
        if known and not fresh and time.monotonic() - known[0] < KEPT_S:
            return known[1]
        try:
            templates = read_templates(listing())
        except DeliveryError:
            if known is None:
                raise
            return known[1]
        with self._lock:
            self._kept[key] = (time.monotonic(), templates)
        return templates

    def find(self, account: Account, account_id: str, called: str, listing: Listing) -> Approved:
        """By its name with its language, or by a name that has only one. Raises DeliveryError."""
        for fresh in (False, True):
            known = self.of(account, account_id, listing, fresh=fresh)
            found = [t for t in known if called in {t.called, t.name}]
            exact = [t for t in found if t.called == called]
            if exact or len(found) == 1:
                return (exact or found)[0]
        raise DeliveryError(
            f"There is no approved template {called!r}.", permanent=True, provider_code="132001"
        )
