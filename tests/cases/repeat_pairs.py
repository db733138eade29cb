"""Labelled pairs of texts by one person: the same matter said twice, or two matters.

Made from real questions (banking77, CLINC150, support tweets in ../shared/data): repeats by the ways
in which people say a thing again, two matters by what is most easily taken for a repeat. Each is
drawn with a seed. Not the code under test and not its word lists are used to make them.
"""

import csv
import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).parents[3] / "shared/data"
GREETINGS = ("Hello,", "Dear support team,", "Hi there,", "Good morning,", "Hi,", "Hey guys,")
CLOSINGS = ("Kind regards,\nCleo", "Thanks, Cleo Miller", "Best wishes\nC. Miller", "Thank you!")
CHASERS = (
    "Still no answer!",
    "I wrote to you on Monday and have not heard anything.",
    "Any news on this?",
    "This is the second time I am asking.",
    "I am still waiting for a reply.",
    "Why does nobody answer?",
    "Following up on my last message.",
    "Please reply!!!",
)
_PRODUCTS = (
    "kettle toaster laptop phone tablet washing-machine dryer fridge oven headset keyboard monitor "
    "printer camera drone watch bicycle scooter sofa table lamp jacket boots backpack tent"
)
PRODUCTS = _PRODUCTS.split()
FRAMES = (
    "My {0} stopped working after two weeks and I would like to have it repaired.",
    "I ordered a {0} from you last month and it arrived damaged. How do I send it back?",
    "Can I still return the {0}? I have not opened the box.",
    "The {0} makes a strange noise when I switch it on. Is that covered by the guarantee?",
    "Where can I buy spare parts for the {0} I bought in your shop?",
    "I was charged for a {0} that I never ordered. Please give me my money back.",
)
ORDERS = (
    "Where is my order {0}? It should have been here by now.",
    "I want to cancel order {0} before it is sent.",
    "The invoice for {0} is wrong, I paid twice.",
    "Please change the address of delivery {0} to my office.",
    "Booking {0}: can I move it to another day?",
)
STORY = (
    "I have been a customer of your company for many years and was always content until now.",
    "The courier left the parcel with a neighbour who was away for the whole weekend.",
    "Your shop assistant told me that the warranty covers this kind of damage completely.",
    "I have kept the receipt, the packaging and photographs of everything.",
    "My sister recommended the model because hers has worked without any trouble since Christmas.",
    "Somebody on the telephone promised that a technician would visit before Friday.",
    "I would prefer an exchange, but money back is acceptable if the article is out of stock.",
)


class Pair(NamedTuple):
    """`kind` says how it was made."""

    one: str
    other: str
    is_same: bool
    kind: str


def pairs(seed: int, each: int) -> list[Pair]:
    """`each` pairs of every kind."""
    draw = random.Random(seed)
    short = _questions()
    long = _posts()
    found: list[Pair] = []
    for number in range(each):
        for kind, again in REPEATS.items():
            said = draw.choice(long if number % 2 else [text for text, _ in short])
            found.append(Pair(said, again(said, draw), is_same=True, kind=kind))
        for kind, two in DIFFERENT.items():
            one, other = two(draw, short, long)
            found.append(Pair(one, other, is_same=False, kind=kind))
    return found


def reworded(seed: int, each: int) -> Iterator[Pair]:
    """The same intent in other words: wider than a repeat, and shown only for honesty."""
    draw = random.Random(seed)
    by_intent: dict[str, list[str]] = {}
    for text, intent in _questions():
        by_intent.setdefault(intent, []).append(text)
    for _ in range(each):
        one, other = draw.sample(draw.choice([v for v in by_intent.values() if len(v) > 1]), 2)
        yield Pair(one, other, is_same=True, kind="the same intent in other words")


def _verbatim(text: str, _: random.Random) -> str:
    return text


def _mistyped(text: str, draw: random.Random) -> str:
    """One letter in thirty is wrong, missing, doubled or swapped."""
    letters = list(text)
    for at in range(1, len(letters) - 1):
        if letters[at].isalpha() and letters[at + 1].isalpha() and draw.random() < 1 / 30:
            way = draw.randrange(4)
            if way == 0:
                letters[at] = draw.choice("abcdefghijklmnopqrstuvwxyz")
            elif way == 1:
                letters[at] = ""
            elif way == 2:
                letters[at] *= 2
            else:
                letters[at], letters[at + 1] = letters[at + 1], letters[at]
    return "".join(letters)


def _dressed(text: str, draw: random.Random) -> str:
    return f"{draw.choice(GREETINGS)}\n\n{text}\n\n{draw.choice(CLOSINGS)}"


def _chased(text: str, draw: random.Random) -> str:
    chaser = draw.choice(CHASERS)
    return f"{chaser} {text}" if draw.random() < 0.5 else f"{text}\n{chaser}"


def _quoting(text: str, draw: random.Random) -> str:
    quoted = "\n".join(f"> {line}" for line in text.splitlines())
    return f"{draw.choice(CHASERS)} {text}\n\n{quoted}"


def _reordered(text: str, draw: random.Random) -> str:
    parts = re.split(r"(?<=[.!?])\s+", text)
    draw.shuffle(parts)
    return " ".join(parts)


def _shouted(text: str, _: random.Random) -> str:
    return text.upper().rstrip(".?!") + "!!!"


def _shortened(text: str, draw: random.Random) -> str:
    """Every fifth word or so is left out, but never a negation."""
    words = text.split()
    return " ".join(
        w for w in words if draw.random() > 0.2 or re.search(r"n[o']t|never|no\b", w.lower())
    )


def _extended(text: str, draw: random.Random) -> str:
    more = ("It is urgent because I leave tomorrow.", "My name is Cleo Miller.", "Very annoying.")
    return f"{text} {draw.choice(more)}"


def _several(text: str, draw: random.Random) -> str:
    return _dressed(_chased(_mistyped(text, draw), draw), draw)


REPEATS: dict[str, Callable[[str, random.Random], str]] = {
    "word for word": _verbatim,
    "typing errors": _mistyped,
    "greeting and signature added": _dressed,
    "“still waiting” added": _chased,
    "the first message quoted": _quoting,
    "sentences in another order": _reordered,
    "capitals and exclamation marks": _shouted,
    "a fifth of the words left out": _shortened,
    "a sentence added": _extended,
    "typing errors, greeting and “still waiting”": _several,
}
Texts = list[tuple[str, str]]


def _other_number(draw: random.Random, *_: object) -> tuple[str, str]:
    frame = draw.choice(ORDERS)
    first = draw.randrange(10_000, 99_999)
    near = first + draw.choice((1, 10, -1, 100)) if draw.random() < 0.5 else draw.randrange(100_000)
    return frame.format(first), frame.format(near if near != first else first + 7)


def _other_product(draw: random.Random, *_: object) -> tuple[str, str]:
    frame = draw.choice(FRAMES)
    one, other = draw.sample(PRODUCTS, 2)
    return frame.format(one), frame.format(other)


def _other_product_at_length(draw: random.Random, *_: object) -> tuple[str, str]:
    """The same long story about two things: one word in fifty differs."""
    story = draw.sample(STORY, 5)
    frame = " ".join([draw.choice(FRAMES), *story])
    one, other = draw.sample(PRODUCTS, 2)
    return frame.format(one), frame.format(other)


def _other_wish(draw: random.Random, *_: object) -> tuple[str, str]:
    """About the same thing, but another matter."""
    frames = draw.choice((FRAMES, ORDERS))
    one, other = draw.sample(frames, 2)
    thing = draw.choice(PRODUCTS) if frames is FRAMES else str(draw.randrange(10_000, 99_999))
    return one.format(thing), other.format(thing)


def _near_words(draw: random.Random, short: Texts, _: list[str]) -> tuple[str, str]:
    """Of another intent, and of twenty the one that shares most words."""
    text, intent = draw.choice(short)
    others = [t for t, i in draw.sample(short, 400) if i != intent]
    own = set(text.lower().split())
    return text, max(others, key=lambda t: len(own & set(t.lower().split())) / len(t.split()))


def _any_two(draw: random.Random, short: Texts, long: list[str]) -> tuple[str, str]:
    if draw.random() < 0.5:
        one, other = draw.sample(long, 2)
        return one, other
    (text, intent), (other, wanted) = draw.sample(short, 2)
    return (text, other) if intent != wanted else _any_two(draw, short, long)


def _opposite(draw: random.Random, *_: object) -> tuple[str, str]:
    frame = draw.choice(
        (
            "The {0} has{1} arrived and the box is{1} damaged.",
            "I did{1} cancel my order of the {0}.",
            "The refund for the {0} was{1} paid to my account.",
            "I can{1} log in to register the {0}.",
        )
    )
    thing = draw.choice(PRODUCTS)
    return frame.format(thing, ""), frame.format(thing, " not")


DIFFERENT: dict[str, Callable[[random.Random, Texts, list[str]], tuple[str, str]]] = {
    "another order number": _other_number,
    "another product": _other_product,
    "another product in a long text": _other_product_at_length,
    "another wish about the same thing": _other_wish,
    "the opposite": _opposite,
    "another intent, nearest in words": _near_words,
    "any two": _any_two,
}


def _questions() -> Texts:
    """Questions and their intents."""
    with (DATA / "intents/banking77_train.csv").open(encoding="utf-8") as file:
        found = [(row["text"].strip(), row["category"]) for row in csv.DictReader(file)]
    clinc = json.loads((DATA / "intents/clinc150_train_val.json").read_text(encoding="utf-8"))
    return found + [(text, intent) for text, intent in clinc["train"]]


def _posts() -> list[str]:
    """First posts to support accounts, of at least ten words."""
    posts = []
    for name in ("dev", "test"):
        path = DATA / f"dialogues-support-tweets/{name}.json"
        for dialogue in json.loads(path.read_text(encoding="utf-8")):
            text = dialogue["messages"][0]["text"]
            if len(text.split()) >= 10:
                posts.append(text)
    return sorted(set(posts))
