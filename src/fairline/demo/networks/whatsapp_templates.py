"""The approved texts of the made-up WhatsApp, and what is wrong with one that is sent.

Source: "Message templates" and "Cloud API error codes" of the WhatsApp Business Platform.
"""

from typing import Any

from fairline.demo.networks.graph import refused
from fairline.demo.networks.kit import Reply

TEMPLATES: tuple[dict[str, Any], ...] = (
    {
        "name": "we_have_news",
        "language": "en",
        "status": "APPROVED",
        "category": "UTILITY",
        "components": [
            {"type": "BODY", "text": "Hello {{1}}, there is news about your case {{2}}."},
            {"type": "FOOTER", "text": "Acme"},
        ],
    },
    {
        "name": "spring_sale",
        "language": "en",
        "status": "PAUSED",
        "category": "MARKETING",
        "components": [{"type": "BODY", "text": "Everything is cheaper."}],
    },
    {
        "name": "we_have_news",
        "language": "de",
        "status": "APPROVED",
        "category": "UTILITY",
        "components": [{"type": "BODY", "text": "Guten Tag {{1}}, Neues zu {{2}}."}],
    },
)


def template_in(known: list[dict[str, Any]], wanted: dict[str, Any]) -> dict[str, Any] | None:
    code = wanted.get("language", {}).get("code")
    found = [t for t in known if t["name"] == wanted.get("name") and t["language"] == code]
    return found[0] if found else None


def values_in(wanted: dict[str, Any]) -> list[str]:
    parts = wanted.get("components", [])
    return [str(value["text"]) for part in parts for value in part["parameters"]]


def problem_of(known: list[dict[str, Any]], wanted: dict[str, Any]) -> Reply | None:
    template = template_in(known, wanted)
    if template is None:
        return refused(132001, "Template name does not exist in the translation", status=404)
    if template["status"] == "PAUSED":
        return refused(132015, "Template is Paused")
    text = " ".join(str(part["text"]) for part in template["components"])
    if text.count("{{") != len(values_in(wanted)):
        return refused(132000, "Number of parameters does not match the expected number of params")
    return None


def words_of(known: list[dict[str, Any]], body: dict[str, Any]) -> str:
    """What the person reads."""
    if body["type"] != "template":
        return str(body.get("text", {}).get("body", ""))
    template = template_in(known, body["template"]) or {"components": []}
    text = "\n".join(str(part["text"]) for part in template["components"])
    for number, value in enumerate(values_in(body["template"]), 1):
        text = text.replace(f"{{{{{number}}}}}", value)
    return text
