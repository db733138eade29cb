"""Measures what `policy/chatter.py` keeps off the line, and writes the figures into the docs.

Asked of it: whoever may want something becomes a case. The sets of ../shared/data are questions (of
customers' first posts those that a brand answered); `tests/data/public_posts.tsv` is our own, with
a label each: written by who wrote the rules, so it shows that they do what is meant, not how often
such posts are met.

    .venv/bin/python -m scripts.measure_chatter [--show]
"""

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from fairline.line.fairness.numbers import wilson
from fairline.policy.chatter import judge
from scripts.measure_guard import DATA, ROOT, put

PAGE = ROOT / "docs/explanation/mentions.md"
OWN = ROOT / "tests/data/public_posts.tsv"
# What people say to an assistant to be polite: no question, and never alone in public.
POLITE = frozenset({"greeting", "goodbye", "thank_you", "yes", "no", "maybe", "repeat"})


def questions(data: Path) -> Iterator[tuple[str, list[str]]]:
    """Each set of questions by name."""
    with (data / "twitter-threads/tweets.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    answered = {r["in_response_to_tweet_id"] for r in rows if r["inbound"] == "False"}
    first = [r for r in rows if r["inbound"] == "True" and not r["in_response_to_tweet_id"]]
    yield (
        "first posts to brands that were answered",
        [r["text"] for r in first if r["tweet_id"] in answered],
    )
    with (data / "intents/banking77_train.csv").open(encoding="utf-8", newline="") as file:
        yield "questions to a bank", [row["text"] for row in csv.DictReader(file)]
    clinc = json.loads((data / "intents/clinc150_train_val.json").read_text(encoding="utf-8"))
    said = [*clinc["train"], *clinc["val"], *clinc["oos_train"], *clinc["oos_val"]]
    yield (
        "questions to an assistant, 150 matters and others",
        [text for text, intent in said if intent not in POLITE],
    )
    yield "first words in chats of six trades", list(_first_words(data / "dialogues-multidogo"))
    yield "our own: questions dressed as thanks, jokes, spam", _own({"question"})


def _first_words(folder: Path) -> Iterator[str]:
    first: dict[str, tuple[int, str]] = {}
    for file in sorted(folder.rglob("*.tsv")):
        with file.open(encoding="utf-8", newline="") as opened:
            for row in csv.DictReader(opened, delimiter="\t"):
                talk, turn = (
                    row["conversationId"] or "",
                    (row["turnNumber"] or "").partition(".")[0],
                )
                if turn.isdigit() and (talk not in first or int(turn) < first[talk][0]):
                    first[talk] = (int(turn), row["utterance"] or "")
    return (text for _, text in first.values())


def _own(labels: set[str]) -> list[str]:
    lines = [line.partition("\t") for line in OWN.read_text(encoding="utf-8").splitlines()]
    return [text for label, _, text in lines if label in labels]


def rows(data: Path, *, show: bool = False) -> list[str]:
    """The lines of the page."""
    lines = [
        "| who may want something | posts | become cases | recall | 95 % |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, texts in questions(data):
        missed = [text for text in texts if judge(text).kind != "question"]
        lines.append(f"| {name} | {_counted(len(texts) - len(missed), len(texts))} |")
        for text in missed if show else ():
            print(f"{judge(text).kind}: {judge(text).reason} {' '.join(text.split())[:160]}")
    lines += [
        "",
        "| our own posts | posts | kept off the line | share | 95 % |",
        "| --- | --- | --- | --- | --- |",
    ]
    kept = wrong = 0
    for label in ("chatter", "spam", "repost"):
        found = [judge(text).kind for text in _own({label})]
        lines.append(f"| {label} | {_counted(sum(k != 'question' for k in found), len(found))} |")
        kept += sum(kind != "question" for kind in found)
    wrong = sum(judge(text).kind != "question" for text in _own({"question"}))
    right = f"{_counted(kept, kept + wrong)}"
    lines.append(f"| all that is kept off: nothing was wanted | {right} |")
    return lines


def _counted(hits: int, of: int) -> str:
    low, high = wilson(hits, of)
    return f"{of:,} | {hits:,} | {hits / max(of, 1):.2%} | {low:.2%} to {high:.2%}"


def main(arguments: Iterable[str] = ()) -> None:
    if not DATA.is_dir():
        sys.exit(f"There is no data in {DATA}: nothing is measured.")
    found = rows(DATA, show="--show" in set(arguments))
    if PAGE.exists():
        PAGE.write_text(put(PAGE.read_text(encoding="utf-8"), "figures", found), encoding="utf-8")
    print("\n".join(found))


if __name__ == "__main__":
    main(sys.argv[1:])
