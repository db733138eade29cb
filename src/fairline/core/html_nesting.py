"""Makes any HTML well nested: each element closed, depth bounded, tables whole.

The sanitiser's parser repairs broken nesting at quadratic cost: 200,000 open `<div>` took it
165 s, and `<b>` left open in one paragraph is opened again in each one after it (17 kB became
7 MB). What leaves here needs no repair, so it costs what it weighs. Never raises.
"""

from collections.abc import Iterator

from fairline.core.html_tokens import End, Start, Text, Token, tokens

MAX_DEPTH = 100

VOID = frozenset({"br", "hr", "img", "wbr", "col"})
_CELLS = frozenset({"td", "th"})
_SECTIONS = frozenset({"thead", "tbody", "tfoot"})
_TABLE_PARTS = _CELLS | _SECTIONS | {"tr", "caption", "colgroup", "col"}
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = frozenset(
    {"address", "blockquote", "center", "dd", "div", "dl", "dt", "figcaption", "figure", "hr", "li"}
    | {"ol", "p", "pre", "table", "ul"}
    | _HEADINGS
)
_INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins"}
    | {"kbd", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt"}
    | {"u", "var"}
)
KNOWN = _BLOCKS | _INLINE | _TABLE_PARTS | VOID
# What a new element of this name ends, and how far up it looks.
_ENDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset({"li"}), frozenset({"ul", "ol"})),
    "dt": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "td": (_CELLS | {"caption", "colgroup"}, frozenset({"table", "tr"})),
    "th": (_CELLS | {"caption", "colgroup"}, frozenset({"table", "tr"})),
    "tr": (frozenset({"tr", "caption", "colgroup"}), frozenset({"table"})),
    "thead": (_SECTIONS | {"tr", "caption", "colgroup"}, frozenset({"table"})),
    "tbody": (_SECTIONS | {"tr", "caption", "colgroup"}, frozenset({"table"})),
    "tfoot": (_SECTIONS | {"tr", "caption", "colgroup"}, frozenset({"table"})),
    "caption": (_SECTIONS | {"tr", "caption", "colgroup"}, frozenset({"table"})),
    "colgroup": (_SECTIONS | {"tr", "caption", "colgroup"}, frozenset({"table"})),
    "a": (frozenset({"a"}), frozenset()),
}


def nested(markup: str) -> Iterator[Token]:
    """Yield the tokens of known elements, each start with its end, at most `MAX_DEPTH` deep."""
    return _Nesting().run(markup)


class _Nesting:
    def __init__(self) -> None:
        self.open: list[str] = []
        self.foreign = ""  # inside <svg> or <math>: drawings, not text

    def run(self, markup: str) -> Iterator[Token]:
        for token in tokens(markup):
            if isinstance(token, Text):
                if not self.foreign:
                    yield from self.text(token)
            elif token.name in {"svg", "math"}:
                self.foreign = token.name if isinstance(token, Start) else ""
            elif token.name in KNOWN:
                self.foreign = ""
                if isinstance(token, Start):
                    yield from self.start(token)
                else:
                    yield from self.end(token.name)
        yield from self.close(0)

    def text(self, token: Text) -> Iterator[Token]:
        if not token.text.isspace():
            yield from self.make_cell()
            yield token
        elif not self.needs_cell():
            yield token

    def start(self, token: Start) -> Iterator[Token]:
        name = token.name
        if name in _TABLE_PARTS:
            if "table" not in self.open:
                return
        else:
            yield from self.make_cell()
        yield from self.end_before(name)
        if name in _CELLS and self.open[-1] != "tr":
            yield from self.push(Start("tr", {}))
        if name in VOID:
            if name != "col" or self.open[-1] in {"table", "colgroup"}:
                yield token
        else:
            yield from self.push(token)

    def push(self, token: Start) -> Iterator[Token]:
        # A table is only begun where its rows and cells still fit.
        if len(self.open) < MAX_DEPTH - (4 if token.name == "table" else 0):
            self.open.append(token.name)
            yield token

    def end_before(self, name: str) -> Iterator[Token]:
        """Close what cannot hold `name`: a paragraph before a block, an item before the next."""
        if name in _BLOCKS:
            yield from self.close_within(frozenset({"p"}), _CELLS | {"table", "caption"})
        if name in _HEADINGS:
            yield from self.close_within(_HEADINGS, _BLOCKS - _HEADINGS | _CELLS)
        if name in _ENDS:
            ended, limit = _ENDS[name]
            barrier = {"table"} if name in _TABLE_PARTS else _CELLS | {"table", "caption"}
            yield from self.close_within(ended, limit | barrier)

    def end(self, name: str) -> Iterator[Token]:
        if name in VOID:
            if name == "br":  # </br> is a line break to every browser
                yield from self.start(Start("br", {}))
            return
        names = _HEADINGS if name in _HEADINGS else frozenset({name})
        is_part = name in _TABLE_PARTS or name == "table"
        limit = frozenset({"table"}) if is_part else _CELLS | {"table", "caption"}
        yield from self.close_within(names, limit)

    def close_within(self, names: frozenset[str], limit: frozenset[str]) -> Iterator[Token]:
        for index in range(len(self.open) - 1, -1, -1):
            if self.open[index] in names:
                yield from self.close(index)
                return
            if self.open[index] in limit:
                return

    def close(self, index: int) -> Iterator[Token]:
        while len(self.open) > index:
            yield End(self.open.pop())

    def needs_cell(self) -> bool:
        return bool(self.open) and (self.open[-1] in _SECTIONS | {"table", "tr", "colgroup"})

    def make_cell(self) -> Iterator[Token]:
        """Text straight inside a table gets a cell: a parser would move it out, at a price."""
        if not self.needs_cell():
            return
        yield from self.close_within(frozenset({"colgroup"}), frozenset({"table"}))
        if self.open[-1] != "tr":
            yield from self.push(Start("tr", {}))
        yield from self.push(Start("td", {}))
