"""The look keeps its promises: readable colours, pages a strict policy can serve, light pages."""

import gzip
import re
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import pytest
from jinja2 import Environment

from fairline.core.clock import now
from fairline.people.accent import contrast
from fairline.web.render import STATIC, TEMPLATES, make_environment

CSS = STATIC / "css"
BACKGROUNDS = ("paper", "sheet", "sunk")
SOFT = (
    *("accent-soft", "private-soft", "public-soft", "note-soft", "ok-soft"),
    *("risk-soft", "late-soft"),
)
INKS = ("ink", "ink-2", "ink-3")
TONES = ("accent", "private", "public", "note", "ok", "risk", "late")
LIGHT, DARK_CHOSEN = ":root {", ':root[data-theme="dark"] {'
DARK = ':root:not([data-theme="light"]) {'
PAGE_LIMIT_BYTES = 100_000
WIDGET_LIMIT_BYTES = 20_000
ALL_TEMPLATES = sorted(TEMPLATES.rglob("*.html"))
ALL_SCRIPTS = sorted((STATIC / "js").glob("*.js"))
BRAND = SimpleNamespace(slug="acme", name="Acme", language="en", logo_sha256=None, board_open=True)


def colours(selector: str) -> dict[str, str]:
    """The colours that tokens.css sets for a selector."""
    text = (CSS / "tokens.css").read_text()
    block = text[text.index(selector) :]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block[: block.index("}")]))


@pytest.fixture(scope="module")
def environment() -> Environment:
    return make_environment()


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_words_read_on_every_surface(theme: str) -> None:
    found = colours(theme)
    weak = [
        f"{text} on {ground}: {contrast(found[text], found[ground]):.2f}"
        for text, ground in product((*INKS, *TONES), (*BACKGROUNDS, *SOFT))
        if contrast(found[text], found[ground]) < 4.5
    ]
    weak += [
        # A button in the colour of who reads it: its words are in the colour of the sheet.
        f"sheet on {tone}"
        for tone in TONES
        if contrast(found["sheet"], found[tone]) < 4.5
    ]
    assert weak == []
    assert contrast(found["on-accent"], found["accent"]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_edges_of_fields_can_be_seen(theme: str) -> None:
    found = colours(theme)
    assert all(contrast(found["edge"], found[ground]) >= 3 for ground in BACKGROUNDS)


def test_dark_is_one_theme_however_it_was_chosen() -> None:
    assert colours(DARK) == colours(DARK_CHOSEN)
    assert colours(DARK).keys() == colours(LIGHT).keys()


def test_styles_use_only_colours_that_exist() -> None:
    set_somewhere, used = set[str](), set[str]()
    for file in CSS.glob("*.css"):
        text = file.read_text()
        set_somewhere |= set(re.findall(r"(--[\w-]+)\s*:", text))
        used |= set(re.findall(r"var\((--[\w-]+)", text))
    assert used - set_somewhere == set()


def test_colours_are_named_in_one_place() -> None:
    strays = {
        file.name: found
        for file in CSS.glob("*.css")
        if file.name not in {"tokens.css", "letter.css"}
        and (found := set(re.findall(r"#[0-9a-f]{3,6}\b", file.read_text())) - {"#fff", "#000"})
    }
    assert strays == {}


@pytest.mark.parametrize("file", ALL_TEMPLATES, ids=lambda f: str(f.relative_to(TEMPLATES)))
def test_templates_need_nothing_the_policy_forbids(file: Path, environment: Environment) -> None:
    text = file.read_text()
    environment.parse(text)
    bare = re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
    assert not re.search(r"<[^>]+\sstyle\s*=", bare)
    assert not re.search(r"<[^>]+\son\w+\s*=\s*[\"']", bare)
    assert "<style" not in bare
    assert "javascript:" not in bare
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", bare)
    assert all("application/ld+json" in tag or "application/json" in tag for tag in inline)


@pytest.mark.parametrize("file", ALL_TEMPLATES, ids=lambda f: str(f.relative_to(TEMPLATES)))
def test_templates_name_files_and_icons_that_exist(file: Path) -> None:
    text = file.read_text()
    named = re.findall(r"asset\('([^']+)'\)", text)
    missing = [n for n in named if not (STATIC / n).is_file()]
    icons = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text()))
    wanted = re.findall(r"icon\('([\w-]+)'", text) + re.findall(r"icon_name='([\w-]+)'", text)
    assert missing == []
    assert set(wanted) <= icons


@pytest.mark.parametrize("file", ALL_SCRIPTS, ids=lambda f: f.name)
def test_scripts_import_what_exists(file: Path) -> None:
    text = file.read_text()
    for names, module in re.findall(r"import \{([^}]*)\} from \"\./([^\"]+)\"", text):
        theirs = (STATIC / "js" / module).read_text()
        for name in (part.strip() for part in names.split(",")):
            assert re.search(rf"export (async )?(function|class|const) {name}\b", theirs), name
    assert not re.search(r"\beval\(|new Function|\.innerHTML\s*=|insertAdjacentHTML", text)


def loaded_with(entry: str) -> set[Path]:
    """A script and all that it imports."""
    found, todo = set[Path](), [STATIC / "js" / entry]
    while todo:
        file = todo.pop()
        if file not in found:
            found.add(file)
            names = re.findall(r"(?:from|import) \"\./([^\"]+)\"", file.read_text())
            todo += [file.parent / name for name in names]
    return found


@pytest.mark.parametrize("area", ["board", "desk"])
def test_modules_are_fetched_at_once(environment: Environment, area: str) -> None:
    html = environment.get_template(f"layouts/{area}.html").render(
        brand=BRAND, csrf="x", desk={"csrf": "x"}
    )
    named = {Path(url).name for url in re.findall(r'modulepreload" href="([^"]+)"', html)}
    assert named == {file.name for file in loaded_with(f"{area}.js")} - {f"{area}.js"}


def packed(files: set[Path]) -> int:
    return sum(len(gzip.compress(file.read_bytes())) for file in files)


@pytest.mark.parametrize(
    ("layout", "entry"), [("board.html", "board.js"), ("desk.html", "desk.js")]
)
def test_a_first_visit_is_light(layout: str, entry: str) -> None:
    chain = [TEMPLATES / "layouts" / name for name in ("plain.html", layout)]
    named = {name for file in chain for name in re.findall(r"'([^']+)'\|asset", file.read_text())}
    assert "css/base.css" in named
    files = {STATIC / name for name in named if (STATIC / name).is_file()} | loaded_with(entry)
    assert packed(files) + 20_000 < PAGE_LIMIT_BYTES  # leaving room for the page itself


def test_the_widget_is_light_and_stands_alone() -> None:
    script = STATIC / "widget" / "fairline.js"
    assert packed({script}) < WIDGET_LIMIT_BYTES
    text = script.read_text()
    assert not re.search(
        r"innerHTML|\beval\(|document\.cookie|\.style\b|createElement\(\"style", text
    )


def test_what_people_typed_is_text_in_every_shared_piece(environment: Environment) -> None:
    bad = '"><img src=x onerror=alert(1)>'
    template = environment.from_string(
        """
        {% from "parts/controls.html" import button, field, choice %}
        {% from "parts/states.html" import chip, notice, empty, failure, pager %}
        {% from "parts/thread.html" import message, event, turn, place, file_list %}
        {% from "parts/desk.html" import rail_link, item %}
        {% from "parts/brand.html" import brand_link, preview %}
        {{ button(bad, name=bad, value=bad, attrs={'data-x': bad}) }}
        {% for kind in ('text', 'textarea', 'select', 'check') %}
        {{ field('a', bad, bad, kind, help=bad, error=bad, options=[(bad, bad)]) }}{% endfor %}
        {{ choice('b', bad, [(bad, bad)]) }}{{ chip(bad, title=bad) }}{{ notice(bad, heading=bad) }}
        {{ empty(bad, bad) }}{{ failure(bad, bad) }}{{ pager(bad, bad) }}
        {% call message('1', bad, at, reads=bad, meta=[bad], foot=bad, files=files, file_url='/f/') %}
        {{ bad }}{% endcall %}
        {{ event(bad, at) }}{{ turn(bad) }}{{ place(bad, bad, [bad]) }}
        {{ rail_link(bad, bad) }}{{ item('1', bad, bad, bad, bad) }}
        {{ brand_link(brand, '/') }}{{ preview(bad, bad, bad, bad, bad) }}
        """
    )
    files = [SimpleNamespace(id="1", name=bad, size_bytes=3)]
    brand = SimpleNamespace(name=bad, slug="x", logo_sha256=None)
    html = template.render(bad=bad, at=now(), files=files, brand=brand)
    assert "<img" not in html
    assert html.count("&lt;img") > 30


@pytest.mark.parametrize("status", [403, 404, 409, 413, 422, 429, 500, 503])
def test_every_error_says_what_to_do_next(environment: Environment, status: int) -> None:
    html = environment.get_template("layouts/error.html").render(
        error={"code": "x", "text": "This is why."}, status_code=status
    )
    assert "<h1>" in html
    assert "This is why." in html
    assert 'href="/"' in html
    assert 'role="alert"' in html


def test_the_layouts_stand_without_a_brand(environment: Environment) -> None:
    for name in ("plain", "board", "gate"):
        html = environment.get_template(f"layouts/{name}.html").render()
        assert '<main id="main"' in html
        assert 'class="skip"' in html
    html = environment.get_template("layouts/board.html").render(brand=BRAND)
    assert "/brand/acme.css" in html
