"""Writes docs/reference from the code: settings, commands, errors, events, API, keys.

`make reference` writes the pages; tests/test_docs.py fails when one of them is out of date. Texts
come from where they are meant: docstrings of fields and commands, error messages, event kinds.
"""

import ast
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import click
import msgspec

from fairline.core import errors, settings
from scripts import reference_api, reference_keys

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src/fairline"
FOLDER = ROOT / "docs/reference"
NOTICE = "<!-- Made by scripts/make_reference.py from the code. Change it there: make reference -->"


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, page in pages().items():
        (FOLDER / name).write_text(page, encoding="utf-8")
        print(f"docs/reference/{name}")


def pages() -> dict[str, str]:
    """File name to text."""
    return {name: make() for name, make in MAKERS.items()}


def page(title: str, *blocks: str) -> str:
    return "\n\n".join([f"# {title}", NOTICE, *blocks]) + "\n"


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(
        "| " + " | ".join(c.replace("|", "\\|") for c in line) + " |" for line in lines
    )


# Settings


def settings_page() -> str:
    texts = field_texts(ast.parse(Path(settings.__file__).read_text(encoding="utf-8")), "Settings")
    rows = [
        (
            f"`{field.name}`",
            f"`FAIRLINE_{field.name.upper()}`",
            shown(field.default),
            texts[field.name],
        )
        for field in msgspec.structs.fields(settings.Settings)
    ]
    return page(
        "Settings",
        "None has to be set. Each is looked for in this order, and the last one found holds: the "
        "default, `fairline.toml` in the working folder (or the file named by `FAIRLINE_CONFIG`), "
        "the environment, a flag of the command. In the environment a name with `_FILE` at its end "
        "reads the value from that file, for secrets. Several values are separated by commas. An "
        "unknown name stops the start.",
        table(("Setting", "In the environment", "Default", "Meaning"), rows),
    )


def field_texts(tree: ast.Module, name: str) -> dict[str, str]:
    """The text that stands under each field of a class."""
    (found,) = (n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == name)
    texts: dict[str, str] = {}
    for field, text in zip(found.body, [*found.body[1:], ast.Pass()], strict=True):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            under = text.value if isinstance(text, ast.Expr) else ast.Constant("")
            texts[field.target.id] = " ".join(literal(under).split())
    return texts


def shown(default: object) -> str:
    if isinstance(default, bool):
        return "yes" if default else "no"
    return f"`{default}`" if default not in {"", ()} else "none"


# Commands


def commands_page() -> str:
    from fairline.cli import main as top

    blocks = [block for names, command in commands(top) for block in command_block(names, command)]
    return page(
        "Commands", "`fairline --help` and `--help` after any command say the same.", *blocks
    )


def commands(
    command: click.Command, names: tuple[str, ...] = ("fairline",)
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that does something, with its full name, in the order of its group."""
    if isinstance(command, click.Group):
        for name, child in sorted(command.commands.items()):
            yield from commands(child, (*names, name))
    elif not command.hidden:
        yield names, command


def command_block(names: tuple[str, ...], command: click.Command) -> Iterator[str]:
    with click.Context(command, info_name=" ".join(names)) as context:
        usage = " ".join([*names, *command.collect_usage_pieces(context)])
        records = [p.get_help_record(context) for p in command.params]
    options = [record for record in records if record and record[1]]
    yield f"## {' '.join(names)}"
    yield f"`{usage}`"
    yield " ".join((command.help or "").split("\f")[0].split())
    if options:
        yield table(("Option", "Meaning"), [(f"`{name}`", text) for name, text in options])


# Errors


class Raised(NamedTuple):
    """One code in the source: the class that carries it and the text people read."""

    code: str
    error: str
    text: str


def errors_page() -> str:
    known = error_classes()
    texts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, error in known.items():
        if error is not errors.FairlineError:
            texts[error.code, name] = []
    for path in sorted(SOURCE.rglob("*.py")):
        for raised in raised_in(ast.parse(path.read_text(encoding="utf-8")), known):
            texts[raised.code, raised.error].append(raised.text)
    rows = [
        (f"`{code}`", status(known[name]), "<br>".join(sorted({t for t in found if t})))
        for (code, name), found in sorted(texts.items())
    ]
    return page(
        "Error codes",
        "A code never changes its meaning; the text may be reworded. `…` stands for what is "
        "filled in. An error is answered as `{code, text}` with the HTTP status.",
        table(("Code", "Status", "Says"), rows),
    )


def error_classes() -> dict[str, type[errors.FairlineError]]:
    """The tree of errors by class name."""
    found = vars(errors).items()
    return {
        name: value
        for name, value in found
        if isinstance(value, type) and issubclass(value, errors.FairlineError)
    }


def raised_in(tree: ast.Module, known: dict[str, type[errors.FairlineError]]) -> Iterator[Raised]:
    """Every call of an error class, with its own code or that of its class."""
    for node in ast.walk(tree):
        name = ast.unparse(node.func).split(".")[-1] if isinstance(node, ast.Call) else ""
        if not isinstance(node, ast.Call) or name not in known:
            continue
        codes = [word.value for word in node.keywords if word.arg == "code"]
        code = literal(codes[0]) if codes else known[name].code
        yield Raised(code, name, literal(node.args[0]) if node.args else "")


def literal(node: ast.expr) -> str:
    """A text as it is written in the source, with … for what is filled in."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(literal(part) for part in node.values)
    return "…"


def status(error: type[errors.FairlineError]) -> str:
    return "never shown" if error is errors.DeliveryError else str(error.status)


# Events


def events_page() -> str:
    from fairline.cases.events import KINDS

    rows = []
    for kind, text in KINDS.items():
        meaning, _, data = text.partition("data: ")
        words = kind.replace("_", " ").capitalize()
        rows.append((f"`{kind}`", meaning.strip() or f"{words}.", data))
    return page(
        "Events",
        "An event is one immutable fact of what happened. The timeline of a case, live screens, "
        "reports and webhooks all read events. Beside its kind and data an event carries the case, "
        "who did it and when.",
        table(("Kind", "When", "Its data"), rows),
    )


# API and keys


def api_page() -> str:
    return page("API", *reference_api.blocks(table))


def keys_page() -> str:
    blocks = []
    for heading, keys in reference_keys.sections():
        rows = [(f"`{key}`", text) for key, text in keys]
        blocks += [f"## {heading}", table(("Key", "Does"), rows)]
    return page(
        "Keys",
        "Keys work outside of fields. Two letters are pressed one after the other. `?` shows those "
        "of the page you are on and can switch all of them off; everything has a button too.",
        *blocks,
    )


MAKERS: dict[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "errors.md": errors_page,
    "events.md": events_page,
    "commands.md": commands_page,
    "api.md": api_page,
    "keys.md": keys_page,
}


if __name__ == "__main__":
    main()
