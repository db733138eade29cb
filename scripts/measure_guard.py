"""Measures the personal-data guard on real text and writes the tables of docs/explanation/guard.md.

Recall: numbers and addresses that are known to be some, put into sentences that people wrote.
Precision: what is flagged in real service texts, judged by hand. The texts are no part of this
project, so a judgement stands in `guard_labels.txt` under a hash of what it is about.

    .venv/bin/python -m scripts.measure_guard [folder of data] [--show]

`--show` prints what is flagged and not judged yet, to be judged.
"""

import csv
import hashlib
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from stdnum import iban

from fairline.policy.finding import KINDS, Finding
from fairline.policy.personal import Rules, find
from fairline.promises.beta import beta_quantile

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/explanation/guard.md"
LABELS = Path(__file__).with_name("guard_labels.txt")
DATA = ROOT.parent / "shared/data"
MOST_JUDGED = 75
Say = Callable[[str], str]
# The bank account numbers that the ISO 13616 registry prints for each country, as far as public.
_LENGTHS = (
    "AT 16 n, BE 12 n, CH 17 n, CZ 20 n, DE 18 n, DK 14 n, EE 16 n, ES 20 n, FI 14 n, FR 23 n, "
    "GB 14 a, GR 23 n, HR 17 n, HU 24 n, IE 14 a, IT 22 i, LT 16 n, LU 16 n, LV 17 l, NL 10 l, "
    "NO 11 n, PL 24 n, PT 21 n, RO 16 l, SE 20 n, SI 15 n, SK 20 n, TR 22 n, SA 20 n, AE 19 n"
)


def texts(data: Path) -> Iterator[tuple[str, str]]:
    """What people wrote to companies, and companies to them: where from, and the words."""
    with (data / "twitter-threads/tweets.csv").open() as file:
        yield from (("twitter-threads", row["text"]) for row in csv.DictReader(file))
    with (data / "intents/banking77_train.csv").open() as file:
        yield from (("banking77", row["text"]) for row in csv.DictReader(file))
    for rows in json.loads((data / "intents/clinc150_train_val.json").read_text()).values():
        yield from (("clinc150", row[0]) for row in rows)
    for name in ("dev", "test"):
        for talk in json.loads((data / f"dialogues-support-tweets/{name}.json").read_text()):
            yield from (("support-tweets", said["text"]) for said in talk["messages"])
    for path in sorted((data / "dialogues-multidogo").glob("**/*.tsv")):
        with path.open() as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                if row["utterance"] and "<CONV>" not in row["utterance"]:
                    yield "multidogo", row["utterance"]


def recall_rows(data: Path, sentences: list[str]) -> list[str]:
    """A line for each kind and way of writing it."""
    cards = [
        one["value"]
        for one in json.loads((data / "hostile/card_numbers.json").read_text())
        if one["expect"] == "mask"
    ]
    rows = [_recall("card", "as in the list", [(card, ()) for card in cards], sentences)]
    plain = [card for card in cards if card.isdigit()]
    for name, write in (
        ("in fours", lambda card: re.sub(r"(.{4})(?=.)", r"\1 ", card)),
        ("in fours with dashes", lambda card: re.sub(r"(.{4})(?=.)", r"\1-", card)),
        ("digit by digit", " ".join),
        ("full width", lambda card: "".join(chr(ord(digit) + 0xFEE0) for digit in card)),
        ("Arabic digits", lambda card: "".join(chr(ord(digit) + 0x630) for digit in card)),
    ):
        rows.append(_recall("card", name, [(write(card), ()) for card in plain], sentences))
    accounts = list(_ibans())
    for name, write in (
        ("in one piece", str),
        ("in fours", lambda one: re.sub(r"(.{4})(?=.)", r"\1 ", one)),
        ("small letters", str.lower),
    ):
        rows.append(_recall("iban", name, [(write(one), ()) for one in accounts], sentences))
    phones = json.loads((data / "hostile/example_numbers.json").read_text())
    valid = [one for one in phones if one["valid"]]
    for form, name, at_home in (
        ("international", "+49 30 123456", False),
        ("e164", "+4930123456", False),
        ("rfc3966", "tel:+49-30-123456", False),
        ("national", "030 123456, in a country of the brand", True),
    ):
        written = [(one[form], (one["region"],) if at_home else ()) for one in valid]
        rows.append(_recall("phone", f"{name}; beside “call me on”", written, _CALLING))
        rows.append(_recall("phone", f"{name}; in any sentence", written, sentences))
    mails = [f"{a}@{b}" for a in ("cleo", "c.brown+x", "o'neil", "ann_b", "x") for b in _DOMAINS]
    rows.append(_recall("email", "as it is", [(one, ()) for one in mails], sentences))
    hidden = [one.replace("@", " (at) ").replace(".", " (dot) ") for one in mails if "'" not in one]
    rows.append(_recall("email", "(at) and (dot)", [(one, ()) for one in hidden], sentences))
    return rows


def exact_interval(hits: int, of: int) -> tuple[float, float]:
    """Clopper and Pearson's 95 % interval of a share."""
    low = beta_quantile(0.025, hits, of - hits + 1) if hits else 0.0
    high = beta_quantile(0.975, hits + 1, of - hits) if hits < of else 1.0
    return low, high


_DOMAINS = ("mail.test", "example.co.uk", "post.example.de", "xn--bcher-kva.example")
_CALLING = ["Please call me on {}.", "My number is {}, ring after six", "Tel. {}", "phone {}"]


def _ibans() -> Iterator[str]:
    """Account numbers that could be: a country's length and letters, the right check digits."""
    draw = random.Random(13616)
    for country, length, kind in (part.split() for part in _LENGTHS.split(", ")):
        for _ in range(10):
            letters = {"n": 0, "a": 4, "l": 4, "i": 1}[kind]
            head = "".join(draw.choice("ABCDEFGHKLMNPRSTUVWXY") for _ in range(letters))
            bban = head + "".join(draw.choice("0123456789") for _ in range(int(length) - letters))
            number = country + iban.calc_check_digits(f"{country}00{bban}") + bban
            if iban.is_valid(number, check_country=False):
                yield number


def _recall(
    kind: str, name: str, written: Sequence[tuple[str, tuple[str, ...]]], sentences: list[str]
) -> str:
    draw = random.Random(name)
    hits = 0
    for value, regions in written:
        sentence = draw.choice(sentences)
        text = sentence.replace("{}", value) if "{}" in sentence else f"{sentence} {value}"
        start = text.rindex(value)
        found = find(text, Rules(countries=regions))
        left = text[start:]
        for one in reversed(found):
            if one.end > start:
                left = left[: max(0, one.start - start)] + left[one.end - start :]
        # Found is what leaves no five digits in a row, and no address, of it to be read.
        most = min(5, sum(map(str.isdigit, value)))
        row = r"\D{0,2}".join([r"\d"] * most) if most else r"\w@|@\w"
        hits += not re.search(row, left)
    low, high = exact_interval(hits, len(written))
    share = f"{hits / len(written):.1%}"
    return f"| {kind} | {name} | {len(written)} | {hits} | {share} | {low:.1%} to {high:.1%} |"


def flagged(data: Path) -> dict[str, list[tuple[str, str, Finding]]]:
    """By kind what is found in the texts, each once, with where it is from."""
    rules = Rules(countries=("US", "GB"))
    found: dict[str, dict[tuple[str, int, str], tuple[str, str, Finding]]] = {}
    for source, text in texts(data):
        for one in find(text, rules):
            found.setdefault(one.kind, {})[text, one.start, one.kind] = (source, text, one)
    return {kind: [rows[key] for key in sorted(rows)] for kind, rows in found.items()}


def mark_of(text: str, one: Finding) -> str:
    """Names a finding in a text without holding either."""
    return hashlib.sha256(f"{one.kind}|{text[one.start : one.end]}|{text}".encode()).hexdigest()[
        :12
    ]


def precision_rows(data: Path, *, show: bool) -> list[str]:
    """A line for each kind: how many are flagged, how many of a sample were judged right."""
    known = dict(line.split()[:2] for line in LABELS.read_text().splitlines() if line.strip())
    rows = []
    totals: Counter[str] = Counter()
    for kind in KINDS:
        every = flagged_once(data).get(kind, [])
        # Drawn by hash, so that one finding more does not draw another sample.
        sample = sorted(every, key=lambda row: mark_of(row[1], row[2]))[:MOST_JUDGED]
        verdicts = Counter(known.get(mark_of(text, one), "?") for _, text, one in sample)
        for _, text, one in sample if show else ():
            if mark_of(text, one) not in known:
                around = text[max(0, one.start - 40) : one.end + 20].replace("\n", " ")
                print(mark_of(text, one), kind, f"[[{text[one.start : one.end]}]]", "in", around)
        judged = verdicts["right"] + verdicts["wrong"]
        totals.update(verdicts)
        if not judged:
            rows.append(f"| {kind} | {len(every)} | 0 | - | - | - |")
            continue
        low, high = exact_interval(verdicts["right"], judged)
        share = f"{verdicts['right'] / judged:.1%}"
        right = verdicts["right"]
        rows.append(
            f"| {kind} | {len(every)} | {judged} | {right} | {share} | {low:.1%} to {high:.1%} |"
        )
    judged = totals["right"] + totals["wrong"]
    if not judged:
        return rows
    low, high = exact_interval(totals["right"], judged)
    rows.append(
        f"| all | | {judged} | {totals['right']} | {totals['right'] / judged:.1%} | "
        f"{low:.1%} to {high:.1%} |"
    )
    return rows


_FLAGGED: dict[Path, dict[str, list[tuple[str, str, Finding]]]] = {}


def flagged_once(data: Path) -> dict[str, list[tuple[str, str, Finding]]]:
    if data not in _FLAGGED:
        _FLAGGED[data] = flagged(data)
    return _FLAGGED[data]


def negative_row(data: Path) -> str:
    """Numbers that look like cards and are none."""
    rows = json.loads((data / "hostile/card_numbers.json").read_text())
    none = [one["value"] for one in rows if one["expect"] == "keep"]
    wrong = sum(any(one.kind == "card" for one in find(value)) for value in none)
    return f"Of {len(none)} numbers that only look like cards, {wrong} are taken for one."


_HOSTILE = (
    *(
        "4 ",
        "1-",
        "+1 ",
        "(1)",
        "call 030 1234567 ",
        "12345678 ",
        "a@",
        "a.b@",
        "a (at) b ",
        "DE89 ",
    ),
    *("password is ", "ssn is ", "12 High ", "eyJ", "-----BEGIN PRIVATE KEY-----", "1.234."),
)


def speed_row(every: list[tuple[str, str]]) -> str:
    """How long it takes: an ordinary text, and the worst that we could think of."""
    rules = Rules(countries=("US", "GB"))
    some = random.Random(3).sample([text for _, text in every], 20_000)
    started = time.process_time()
    for text in some:
        find(text, rules)
    ordinary_us = (time.process_time() - started) / len(some) * 1e6
    draw = random.Random(5)
    noise = "".join(draw.choice("0123456789 -+().") for _ in range(100_000))
    worst, worst_s = "", 0.0
    for unit in (*_HOSTILE, noise):
        text = (unit * 100_000)[:100_000]
        started = time.process_time()
        find(text, rules)
        if (spent := time.process_time() - started) > worst_s:
            worst, worst_s = unit[:12], spent
    return (
        f"Processor time on one core: {ordinary_us:.0f} µs for a text of the sets below (mean of "
        f"{len(some):,}); {worst_s:.1f} s for 100,000 signs of the worst of {len(_HOSTILE) + 1} "
        f"hostile texts (`{worst}…`)."
    )


def put(page: str, mark: str, lines: Iterable[str]) -> str:
    """The page with what stands between two marks replaced."""
    block = "\n".join([f"<!-- {mark} -->", *lines, f"<!-- /{mark} -->"])
    return re.sub(rf"<!-- {mark} -->.*?<!-- /{mark} -->", lambda _: block, page, flags=re.DOTALL)


def main() -> None:
    named = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    data = Path(named[0]) if named else DATA
    if not data.is_dir():
        sys.exit(f"There is no data in {data}: nothing is measured.")
    every = list(texts(data))
    counts = Counter(source for source, _ in every)
    plain = [text for _, text in every if 20 < len(text) < 160 and not re.search(r"[\d@]", text)]
    sentences = random.Random(1).sample(plain, 2000)
    page = PAGE.read_text()
    page = put(
        page,
        "recall",
        [
            "| kind | written | tried | found | recall | 95 % interval |",
            "| --- | --- | --- | --- | --- | --- |",
            *recall_rows(data, sentences),
            "",
            negative_row(data),
        ],
    )
    page = put(page, "speed", [speed_row(every)])
    page = put(
        page,
        "precision",
        [
            "Texts: " + ", ".join(f"{many:,} of {name}" for name, many in counts.items()) + ".",
            "",
            "| kind | flagged | judged by hand | right | precision | 95 % interval |",
            "| --- | --- | --- | --- | --- | --- |",
            *precision_rows(data, show="--show" in sys.argv),
        ],
    )
    PAGE.write_text(page)


if __name__ == "__main__":
    main()
