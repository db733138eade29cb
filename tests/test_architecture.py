"""The rules of the house, read from the source: rungs, SQL, names, clock, sizes, errors.

RUNGS is the one place where the ladder is written; docs/explanation/architecture.md is checked
against it. Each rule has a planted violation below that it must catch, so none can go blind.
"""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src/fairline"

# A module imports only from lower rungs, never sideways. On the top rung all see each other.
RUNGS = {
    "core": 0,
    "db": 1,
    "jobs": 2,
    "web": 2,
    "promises": 2,
    "people": 3,
    "policy": 3,
    "cases": 4,
    "line": 5,
    "channels": 5,
    "knowledge": 5,
    "broadcast": 5,
    "listening": 5,
    "connect": 5,
    "acknowledgements": 6,
    "handoff": 6,
    "health": 6,
    "insights": 6,
    "staffing": 6,
    "simulation": 6,
    "board": 7,
    "desk": 7,
    "api": 7,
    "wiring": 8,
    "app": 8,
    "cli": 8,
    "commands": 8,
    "demo": 8,
    "suite": 8,
}
TOP = 8

BANNED_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "base",
    "manager",
    "service",
    "misc",
}
MOST_LINES = 400
MANY_LINES = 250

# Where a wide `except` is right, and why. Anything else catches what it can name.
BROAD_EXCEPTS = {
    "jobs/worker.py:run_one": "the worker loop: a job that fails is retried or buried, and it lives on",
    "jobs/worker.py:_drive": "the worker loop: a database that is away for a while does not end it",
    "jobs/worker.py:_repeat": "the worker loop: a periodic step that fails is tried again",
    "channels/doors.py:_follow": "the poll loop: an inbox says what went wrong and tries again",
    "channels/ingest.py:take": "the poll loop: one bad item is set aside and never stops the rest",
    "channels/gathering.py:_store": "one push that cannot be stored takes no other along",
    "web/live.py:_tail": "the live loop: it outlives a database that is away for a while",
    "web/live.py:_listen": "the live loop: a lost connection is opened again",
}
# Where the time is read other than through core/clock.py, and why.
OWN_CLOCKS = {
    "core/clock.py": "this is the clock",
    "core/ids.py": "an id's stamp is finer than the clock and must never go back",
}


class Module(NamedTuple):
    """One source file: its path below src/fairline, and what it says."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def house(self) -> str:
        """The folder or top module it belongs to, '' for the package itself."""
        first = self.path.split("/")[0].removesuffix(".py")
        # `python -m fairline` is the command line by another name.
        return {"__init__": "", "__main__": "cli"}.get(first, first)


Rule = Callable[[Module], Iterator[str]]


def modules() -> list[Module]:
    """Every module of the package."""
    return [
        Module(path.relative_to(SOURCE).as_posix(), path.read_text())
        for path in sorted(SOURCE.rglob("*.py"))
    ]


def imports(module: Module) -> Iterator[tuple[int, str]]:
    """Line and dotted name of each import from the package: in functions and type checks too."""
    package = ["fairline", *module.path.split("/")[:-1]]
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            name = ".".join([*start, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{name}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            for given in node.args:
                if isinstance(given, ast.Constant) and isinstance(given.value, str):
                    yield node.lineno, given.value


def rungs(module: Module) -> Iterator[str]:
    """A module imports from lower rungs only, and each folder has a rung."""
    if module.house and module.house not in RUNGS:
        yield f"{module.house} has no rung: write it into RUNGS and an ADR"
        return
    mine = RUNGS[module.house] if module.house else -1
    for line, name in imports(module):
        parts = name.split(".")
        if parts[0] != "fairline" or len(parts) < 2 or parts[1] == module.house:
            continue
        if parts[1] == "__version__":
            continue
        theirs = RUNGS.get(parts[1])
        if theirs is None:
            yield f"{line}: {name} has no rung"
        elif theirs > mine or (theirs == mine != TOP):
            yield f"{line}: rung {mine} ({module.house}) imports {name} of rung {theirs}"


def channels_apart(module: Module) -> Iterator[str]:
    """A channel's folder is one that could be deleted: only itself and the wiring know it."""
    own = module.path.split("/")[1] if module.path.count("/") > 1 else ""
    for line, name in imports(module):
        match = re.match(r"fairline\.channels\.(\w+)", name)
        kind = match[1] if match and (SOURCE / "channels" / match[1]).is_dir() else ""
        inside = module.house == "channels" and own == kind
        if kind and not inside and RUNGS.get(module.house) != TOP:
            yield f"{line}: only the top rung may import {name}"


def sql_in_stores(module: Module) -> Iterator[str]:
    """SQL is written in store.py, store_<noun>.py and db/; tables.py may only declare tables."""
    name = module.path.split("/")[-1]
    if module.house == "db" or re.fullmatch(r"store(_\w+)?\.py", name):
        return
    declares = re.fullmatch(r"tables(_\w+)?\.py", name)
    for line, imported in imports(module):
        if imported.split(".")[0] not in {"sqlalchemy", "sqlite3", "psycopg"}:
            continue
        verb = imported.split(".")[-1] in {"select", "insert", "update", "delete"}
        if not declares or verb:
            yield f"{line}: imports {imported}"
    for node in ast.walk(module.tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"execute", "executemany", "exec_driver_sql"}
        ):
            yield f"{node.lineno}: runs SQL"


def names(module: Module) -> Iterator[str]:
    """No module or folder is named after nothing."""
    for part in module.path.removesuffix(".py").split("/"):
        if part in BANNED_NAMES:
            yield f"{part!r} says nothing about what is in it"


def no_print(module: Module) -> Iterator[str]:
    """Only the command line prints; everything else logs."""
    if module.house == "cli":
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "print":
            yield f"{node.lineno}: prints"


def one_clock(module: Module) -> Iterator[str]:
    """The time is read in core/clock.py, so that a unit of work has one time and tests can set it."""
    if module.path in OWN_CLOCKS:
        return
    reads = re.compile(
        r"(.*\.)?(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns|localtime|gmtime))"
    )
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and reads.fullmatch(ast.unparse(node.func)):
            yield f"{node.lineno}: reads the time by itself"
    for line, name in imports(module):
        if name in {"time.time", "time.time_ns"}:
            yield f"{line}: imports {name}"


def sizes(module: Module) -> Iterator[str]:
    """No file is too long to be read at one sitting. Migrations are written down by a machine."""
    if module.path.startswith("db/migrations/versions/"):
        return
    length = len(module.text.splitlines())
    if length > MOST_LINES:
        yield f"{length} lines: split it by noun or verb (at most {MOST_LINES})"


def named_errors(module: Module) -> Iterator[str]:
    """No broad except outside BROAD_EXCEPTS: an error that nobody foresaw is not handled."""
    for line, where in broad_excepts(module):
        if f"{module.path}:{where}" not in BROAD_EXCEPTS:
            yield f"{line}: catches everything, in {where or 'the module'}"
    for node in ast.walk(module.tree):
        if (
            isinstance(node, ast.Call)
            and ast.unparse(node.func).endswith("suppress")
            and any(_is_broad(argument) for argument in node.args)
        ):
            yield f"{node.lineno}: suppresses everything"


def broad_excepts(module: Module) -> Iterator[tuple[int, str]]:
    """Line and innermost function of each handler that catches everything."""

    def walk(node: ast.AST, where: str) -> Iterator[tuple[int, str]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ExceptHandler) and _is_broad(child.type):
                yield child.lineno, where
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                yield from walk(child, child.name)
            else:
                yield from walk(child, where)

    yield from walk(module.tree, "")


def _is_broad(caught: ast.expr | None) -> bool:
    if isinstance(caught, ast.Tuple):
        return any(_is_broad(element) for element in caught.elts)
    return caught is None or ast.unparse(caught).split(".")[-1] in {"Exception", "BaseException"}


def docstrings(module: Module) -> Iterator[str]:
    """Each module says what it is for."""
    if module.text.strip() and not ast.get_docstring(module.tree):
        yield "has no docstring"


def finished(module: Module) -> Iterator[str]:
    """What is there works: no stub is shipped."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Raise) and "NotImplementedError" in ast.dump(node):
            yield f"{node.lineno}: is not implemented"


RULES: tuple[Rule, ...] = (
    rungs,
    channels_apart,
    sql_in_stores,
    names,
    no_print,
    one_clock,
    sizes,
    named_errors,
    docstrings,
    finished,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps(rule: Rule) -> None:
    broken = [f"{module.path}: {what}" for module in modules() for what in rule(module)]

    assert not broken, f"{rule.__doc__}\n" + "\n".join(broken)


def test_the_source_is_found() -> None:
    assert len(modules()) > 30


def test_no_reason_outlives_its_exception() -> None:
    """An entry whose file no longer needs it would let the next slip through unseen."""
    used = {f"{module.path}:{where}" for module in modules() for _, where in broad_excepts(module)}

    assert set(BROAD_EXCEPTS) - used == set()
    assert [path for path in OWN_CLOCKS if not (SOURCE / path).exists()] == []


def test_long_files_are_told() -> None:
    """Not an error: a list to think about, on the screen with `pytest -rP`."""
    long = {
        module.path: length
        for module in modules()
        if (length := len(module.text.splitlines())) > MANY_LINES
    }
    for path, length in sorted(long.items(), key=lambda item: -item[1]):
        print(f"{length:4} {path}")  # noqa: T201  this is the list

    assert len(long) <= len(modules()) / 10, "more than a tenth of the files are long"


def test_the_page_shows_the_same_ladder() -> None:
    page = (ROOT / "docs/explanation/architecture.md").read_text()
    rows = re.findall(r"^\| (\d) \| `(\w+)(?:/|\.py)` \|", page, re.MULTILINE)

    assert {name: int(rung) for rung, name in rows} == RUNGS


PLANTED: list[tuple[Rule, str, str]] = [
    (rungs, "core/x.py", "import fairline.db.unit"),
    (rungs, "core/x.py", "from fairline import db"),
    (rungs, "cases/x.py", "def f():\n    from fairline.desk import pages"),
    (rungs, "cases/x.py", "if TYPE_CHECKING:\n    from fairline.line.claim import next_case"),
    (rungs, "line/x.py", "from fairline.channels.contract import Wire"),
    (rungs, "channels/email/x.py", "from ...desk import pages"),
    (rungs, "cases/x.py", "from ..line import claim"),
    (rungs, "cases/x.py", "import importlib\nimportlib.import_module('fairline.desk.pages')"),
    (rungs, "attic/x.py", ""),
    (rungs, "board/x.py", "from fairline.attic import old"),
    (rungs, "__init__.py", "from fairline.core import ids"),
    (channels_apart, "board/x.py", "from fairline.channels.email import translate"),
    (channels_apart, "channels/web/x.py", "from fairline.channels.email.wire import EmailWire"),
    (channels_apart, "channels/doors.py", "import fairline.channels.email"),
    (sql_in_stores, "cases/actions.py", "from sqlalchemy import select"),
    (sql_in_stores, "cases/actions.py", "def f():\n    import sqlite3"),
    (sql_in_stores, "cases/actions.py", "unit.connection.execute(statement)"),
    (sql_in_stores, "board/storefront.py", "c.exec_driver_sql('SELECT 1')"),
    (sql_in_stores, "cases/tables.py", "from sqlalchemy import select"),
    (names, "cases/utils.py", ""),
    (names, "helpers/mail.py", ""),
    (no_print, "cases/x.py", "print('here')"),
    (one_clock, "cases/x.py", "from datetime import datetime\ndatetime.now()"),
    (one_clock, "cases/x.py", "import datetime\ndatetime.datetime.utcnow()"),
    (one_clock, "cases/x.py", "import time\ntime.time()"),
    (one_clock, "cases/x.py", "from time import time"),
    (one_clock, "cases/x.py", "from datetime import date\ndate.today()"),
    (sizes, "cases/x.py", "pass\n" * (MOST_LINES + 1)),
    (named_errors, "cases/x.py", "try:\n    f()\nexcept Exception:\n    pass"),
    (named_errors, "cases/x.py", "try:\n    f()\nexcept:\n    pass"),
    (
        named_errors,
        "jobs/worker.py",
        "def stop():\n    try:\n        f()\n    except Exception:\n        pass",
    ),
    (named_errors, "cases/x.py", "try:\n    f()\nexcept (ValueError, BaseException):\n    pass"),
    (named_errors, "cases/x.py", "with contextlib.suppress(Exception):\n    f()"),
    (docstrings, "cases/x.py", "x = 1"),
    (finished, "cases/x.py", "def f():\n    raise NotImplementedError"),
]


@pytest.mark.parametrize(
    ("rule", "path", "text"), PLANTED, ids=lambda value: getattr(value, "__name__", None)
)
def test_a_planted_violation_is_caught(rule: Rule, path: str, text: str) -> None:
    assert list(rule(Module(path, text)))


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (
            rungs,
            "desk/x.py",
            "from fairline.cases import actions\nfrom fairline.core.ids import new_id",
        ),
        (rungs, "cases/x.py", "from fairline.cases import store\nfrom . import timeline"),
        (rungs, "cli.py", "from fairline.app import make_app\nfrom fairline import __version__"),
        (channels_apart, "channels/email/x.py", "from fairline.channels.email import compose"),
        (channels_apart, "board/x.py", "from fairline.channels.contract import Field"),
        (channels_apart, "wiring.py", "from fairline.channels.email import EMAIL"),
        (sql_in_stores, "cases/store_events.py", "from sqlalchemy import select"),
        (sql_in_stores, "cases/tables.py", "from sqlalchemy import Column, Table"),
        (no_print, "cli/cases.py", "print('FL-7KX2QD')"),
        (one_clock, "cases/x.py", "import time\ntime.monotonic()"),
        (named_errors, "cases/x.py", "try:\n    f()\nexcept ValueError:\n    pass"),
        (docstrings, "cases/__init__.py", ""),
    ],
)
def test_what_is_right_is_let_pass(rule: Rule, path: str, text: str) -> None:
    assert not list(rule(Module(path, text)))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_each_rule_has_a_planted_violation(rule: Rule) -> None:
    assert any(planted is rule for planted, _, _ in PLANTED)
