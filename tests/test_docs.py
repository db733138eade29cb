"""What the docs say is so: reference pages up to date, paths, functions and links real.

The reference pages are made from the code by scripts/make_reference.py; here they are compared with
what it would write today. Everything else is read from the pages as they stand.
"""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from fairline.core.settings import Settings
from scripts import make_reference, reference_api, reference_keys

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src/fairline"
# `path/to/file.py` or `path/to/file.py:function`, as the docs write them.
NAMED = re.compile(r"`([\w.\-/]*\w\.(?:py|sh|mjs|js|css|html|toml|md|yaml|json))(?::([\w.]+))?`")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
COMMAND = re.compile(r"\bfairline ((?:[a-z][a-z-]+ ?)+)")
# Files that stand on the operator's machine, not in this project.
OUTSIDE = {"fairline.toml", "case.json"}


def pages() -> list[Path]:
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return sorted(page for page in found if page.read_text(encoding="utf-8").strip())


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def ids(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def test_there_are_docs() -> None:
    assert len(pages()) > 10


@pytest.mark.parametrize("name", sorted(make_reference.pages()))
def test_the_reference_is_up_to_date(name: str) -> None:
    written = make_reference.FOLDER / name

    assert written.exists(), "write it with: make reference"
    assert text_of(written) == make_reference.pages()[name], "out of date: run make reference"


def test_every_setting_says_what_it_does() -> None:
    page = make_reference.settings_page()
    texts = make_reference.field_texts(
        ast.parse((SOURCE / "core/settings.py").read_text(encoding="utf-8")), "Settings"
    )

    for field in msgspec.structs.fields(Settings):
        assert texts[field.name], f"{field.name} has no text under it"
        assert f"`FAIRLINE_{field.name.upper()}`" in page


def test_every_operation_of_the_api_says_what_it_does() -> None:
    page = text_of(make_reference.FOLDER / "api.md")
    silent = [
        f"{verb} {path}"
        for verb, path, operation in reference_api.operations()
        if not (reference_api.function_of(operation).__doc__ or "").strip()
    ]

    assert silent == []
    once = [
        path
        for _, path, operation in reference_api.operations()
        if "return once(" in inspect.getsource(reference_api.function_of(operation))
    ]
    # Those that open a case, add a message, ask for a call …: sent twice, done once.
    assert page.count("*Once.*") == len(once) > 2


def test_no_dependency_of_the_app_is_taken_for_a_parameter() -> None:
    named = {
        one["name"]
        for _, _, operation in reference_api.operations()
        for one in operation.get("parameters", [])
    }

    assert not named & {*reference_api.GIVEN, "bearer"}


def test_every_key_on_the_desk_is_on_the_page() -> None:
    """Also in a template that the page does not know yet."""
    written = {
        (template.relative_to(reference_keys.TEMPLATES).as_posix(), key)
        for template in reference_keys.TEMPLATES.rglob("*.html")
        for key in re.findall(r'data-key="([^"{]+)"', text_of(template))
    }
    shown = {key for _, keys in reference_keys.sections() for key, _ in keys}

    assert {template for template, _ in written} <= set(reference_keys.PLACES)
    assert {key for _, key in written} <= shown


def test_no_key_hides_behind_another() -> None:
    """A key that is the first of two, or moves through the list, would never be heard alone."""
    first, *others = reference_keys.sections()
    for _, keys in others[:-1]:
        on_a_case = [key for key, _ in [*first[1], *keys] if len(key.split()[0]) == 1]
        assert len(on_a_case) == len(set(on_a_case))
        assert {key.split()[0] for key in on_a_case if " " in key} <= {"g"}


def test_every_error_code_is_a_plain_word() -> None:
    """A code that is put together while running cannot be documented, nor relied on."""
    codes = re.findall(r"^\| `([^`]*)` \|", make_reference.errors_page(), re.MULTILINE)

    assert len(codes) > 10
    assert [code for code in codes if not re.fullmatch(r"[a-z][a-z0-9_]*", code)] == []


def test_every_command_says_what_it_does() -> None:
    from fairline.cli import main

    silent = [" ".join(names) for names, it in make_reference.commands(main) if not it.help]

    assert silent == []


@pytest.mark.parametrize("doc", pages(), ids=ids)
def test_every_command_named_is_real(doc: Path) -> None:
    from fairline.cli import main

    real = {names[1:] for names, _ in make_reference.commands(main)}
    for code in re.findall(r"`([^`\n]+)`|^    (.+)$|^(fairline .+)$", text_of(doc), re.MULTILINE):
        for said in COMMAND.findall("".join(code)):
            assert names_a_command(said.split(), real), said


def names_a_command(words: list[str], real: set[tuple[str, ...]]) -> bool:
    """Whether a command stands at the beginning, or a group stands alone."""
    starts = [tuple(words[:n]) for n in range(1, len(words) + 1)]
    return any(start in real for start in starts) or any(
        it[: len(words)] == starts[-1] for it in real
    )


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("serve", True),
        ("inbox feed support", True),
        ("inbox", True),
        ("inbox eat", False),
        ("x", False),
    ],
)
def test_a_false_command_is_caught(said: str, known: bool) -> None:
    assert names_a_command(said.split(), {("serve",), ("inbox", "feed")}) is known


@pytest.mark.parametrize("doc", pages(), ids=ids)
def test_every_path_and_function_named_is_real(doc: Path) -> None:
    unreal = [named for named in named_in(text_of(doc)) if not is_real(*named)]

    assert unreal == []


def named_in(text: str) -> Iterator[tuple[str, str]]:
    for path, name in NAMED.findall(text):
        if path not in OUTSIDE:
            yield path, name


def is_real(path: str, name: str) -> bool:
    """Whether the file is there (a bare name: anywhere) and holds that function or class."""
    if "/" in path:
        tries = [start / path for start in (ROOT, SOURCE, SOURCE / "web", ROOT / "docs")]
        files = [file for file in tries if file.is_file()]
    else:
        files = [*ROOT.glob(path), *SOURCE.rglob(path), *(ROOT / "docs").rglob(path)]
    return any(not name or name in names_in(file) for file in files)


def names_in(file: Path) -> set[str]:
    """The functions, classes, methods and values that a Python file defines."""
    found: set[str] = set()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{part.name}" for part in node.body if hasattr(part, "name")}
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


@pytest.mark.parametrize("doc", pages(), ids=ids)
def test_every_link_resolves(doc: Path) -> None:
    dead = [link for link in links_in(text_of(doc)) if not resolves(doc, link)]

    assert dead == []


def links_in(text: str) -> Iterator[str]:
    for link, picture in LINK.findall(text):
        if not re.match(r"[a-z]+:", link or picture):
            yield link or picture


def resolves(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.parent / path) if path else page
    if not target.exists():
        return False
    return not anchor or anchor in anchors_in(text_of(target))


def anchors_in(text: str) -> set[str]:
    """The anchors that headings get: lower case, words joined by hyphens."""
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("doc", pages(), ids=ids)
def test_the_words_are_ours(doc: Path) -> None:
    """PRODUCT.md has one word for each thing. A page about other programs may quote theirs."""
    wrong = re.findall(
        r"\b(tickets?|conversations?|customer-users?)\b", text_of(doc), re.IGNORECASE
    )

    assert wrong == []


def test_every_make_target_is_in_the_guide_and_every_one_named_is_real() -> None:
    real = set(re.findall(r"^([a-z]+):.*## ", text_of(ROOT / "Makefile"), re.MULTILINE)) - {"help"}
    named = {
        page: set(re.findall(r"(?:`|^    )make ([a-z]+)\b", text_of(page), re.MULTILINE))
        for page in pages()
    }

    assert named[ROOT / "docs/guides/work-on-the-code.md"] == real
    assert {(page.name, one) for page, them in named.items() for one in them - real} == set()


def test_every_page_can_be_reached_from_the_index() -> None:
    seen, todo = set[Path](), [ROOT / "docs/README.md"]
    while todo:
        page = todo.pop()
        if page in seen or page.suffix != ".md" or not page.exists():
            continue
        seen.add(page)
        todo += [
            (page.parent / link.partition("#")[0]).resolve() for link in links_in(text_of(page))
        ]

    assert sorted({*(ROOT / "docs").rglob("*.md")} - seen) == []


def test_the_decisions_are_numbered_without_a_gap() -> None:
    numbers = sorted(int(page.name[:4]) for page in (ROOT / "docs/decisions").glob("[0-9]*.md"))

    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("doc", sorted((ROOT / "docs/decisions").glob("[0-9]*.md")), ids=ids)
def test_a_decision_says_what_enforces_it_in_a_page(doc: Path) -> None:
    text = text_of(doc)

    for part in ("## Context", "## Decision", "## Consequences", "## What enforces it"):
        assert part in text, part
    assert len(text.splitlines()) <= 60


@pytest.mark.parametrize(
    ("text", "real"),
    [
        ("`core/ids.py:new_id`", True),
        ("`core/ids.py:no_such_function`", False),
        ("`core/nowhere.py`", False),
        ("`core/secrets.py:Keyring.seal`", True),
        ("`core/secrets.py:Keyring.nothing`", False),
        ("`core/settings.py:PREFIX`", True),
        ("`scripts/make_reference.py:main`", True),
        ("`settings.py`", True),
        ("`nothing_like_it.py`", False),
    ],
)
def test_a_false_path_is_caught(text: str, real: bool) -> None:
    (named,) = named_in(text)

    assert is_real(*named) is real


def test_a_false_link_is_caught(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A page\n## The second part\n")

    assert list(links_in("[a](page.md) ![b](c.png) [d](https://example.com)")) == [
        "page.md",
        "c.png",
    ]
    assert resolves(page, "page.md#the-second-part")
    assert resolves(page, "#a-page")
    assert not resolves(page, "page.md#the-third-part")
    assert not resolves(page, "other.md")


def test_a_text_under_a_field_is_found_and_its_absence_too() -> None:
    tree = ast.parse(
        'class Settings:\n    port: int = 1\n    """The port."""\n    host: str = ""\n    url: str = ""\n'
    )

    assert make_reference.field_texts(tree, "Settings") == {
        "port": "The port.",
        "host": "",
        "url": "",
    }
