"""The page of keyboard shortcuts, from where keys are given out: the desk's templates.

Called by make_reference.py. A key whose text cannot be read from the template is an error here, so
that the page can be believed.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from jinja2 import nodes
from jinja2.sandbox import SandboxedEnvironment

from fairline.desk.frame import LISTS

TEMPLATES = Path(__file__).parents[1] / "src/fairline/web/templates"
# Template, and the heading under which its keys stand.
PLACES = {
    "desk/_rail.html": "Everywhere on the desk",
    "desk/_head.html": "On a case",
    "desk/matters/call.html": "On a case with a call",
    "desk/matters/continuation.html": "On a case that goes on in private",
    "desk/_composer.html": "In the composer",
    "desk/wall.html": "On the wallboard",
    "desk/settings/replies.html": "In the list of saved replies",
}
# What the modules themselves listen to, whatever is on the page.
FIXED = (
    ("j", "The next case of the list"),
    ("k", "The one before"),
    ("?", "Show the keys of this page, and switch single keys off or on in this browser"),
    ("Esc", "Leave the field, the menu or the dialogue"),
    ("Ctrl K, ⌘ K", "Find a case or do anything by its name"),
    ("Ctrl ↵, ⌘ ↵", "Send what is written"),
)
# Macro: places of its label, its key and its command among the arguments.
MACROS = {"pick": (2, 4, 5), "menu": (1, 2, 4), "rail_link": (1, 5, None)}
_WRITTEN = re.compile(r'data-key="([^"{]+)" data-command="([^"{]+)"')
_ANY_KEY = re.compile(r'data-key="([^"{]+)"')


def keys_in(template: str) -> list[tuple[str, str]]:
    """Each key of a template with what it does, in its order there."""
    source = (TEMPLATES / template).read_text(encoding="utf-8")
    found = dict(_WRITTEN.findall(source))
    for key in _ANY_KEY.findall(source):
        found.setdefault(key, "Search in this list" if key == "/" else "")
    tree = SandboxedEnvironment().parse(source)
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in MACROS:
            found.update(keys_of(call, *MACROS[call.node.name]))
    if silent := [key for key, text in found.items() if not text]:
        raise LookupError(f"{template}: what do {silent} do?")
    return list(found.items())


def keys_of(
    call: nodes.Call, label: int, key: int, command: int | None
) -> Iterator[tuple[str, str]]:
    """The keys one call of a macro gives out."""
    named = {word.key: word.value for word in call.kwargs}
    given = named.get("key") or (call.args[key] if len(call.args) > key else None)
    if given is None or isinstance(given, nodes.Name):
        return  # a list of the rail: its key is in LISTS
    text = constant(call.args[command]) if command and len(call.args) > command else ""
    if isinstance(given, nodes.Const):
        if given.value:
            yield str(given.value), text or constant(call.args[label])
        return
    for value in given.find_all(nodes.Dict):
        for pair in value.items:
            yield constant(pair.value), f"{text}{constant(pair.key).replace('_', ' ')}"


def constant(node: nodes.Expr) -> str:
    """The fixed part of an expression: `"Set status: " ~ label` is `Set status: `."""
    if isinstance(node, nodes.Const):
        return str(node.value)
    if isinstance(node, nodes.Concat):
        return constant(node.nodes[0])
    return ""


def sections() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Heading and keys, in the order of the page."""
    for template, heading in PLACES.items():
        found = keys_in(template)
        if template == "desk/_rail.html":
            lists = [(key, words) for words, _, key in LISTS.values()]
            found = [*found[:1], *lists, *found[1:], *FIXED]
        yield heading, [(key, text.removesuffix("…")) for key, text in found]
