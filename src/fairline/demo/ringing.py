"""The demo's telephone and post: two customers want a call, one called, one wrote a letter."""

from datetime import datetime

from fairline.cases.rows import Actor
from fairline.channels.registry import Channels
from fairline.db.unit import Unit
from fairline.demo.company import Company
from fairline.handoff.calls.asking import NOW, Wish, ask_for_call, number_of, offered
from fairline.handoff.calls.incoming import Heard, log_call
from fairline.handoff.letters.incoming import Letter, put_in
from fairline.line.lists import Filter, page_of
from fairline.people.calling import calling_of
from fairline.people.setup import get_brand

# Kept free for films: nobody is rung by them. Source: Ofcom, numbers for drama use.
NUMBERS = ("+44 20 7946 0018", "+44 161 496 0024", "+44 113 496 0071")
MOST_BYTES = 1_000_000


def ring(unit: Unit, channels: Channels, company: Company, began: datetime) -> None:
    """On top of the history; what a customer asks for lies a few minutes back."""
    unit.now = began
    brand = get_brand(unit, next(iter(company.brands.values())).id)
    bea = company.agents["bea"]
    line = page_of(unit, Filter(waiting=True, owner="nobody", brand=brand.id), bea).cases
    asking = [case for case in line if case.channel == "web"][:2]
    for case, number in zip(asking, NUMBERS, strict=False):
        _, windows = offered(unit, case, calling_of(brand))
        when = windows[3].key if case is asking[-1] and len(windows) > 3 else NOW
        wish = Wish(
            number=number_of(brand, number),
            when=when,
            zone=brand.time_zone,
            note="" if when == NOW else "The bell is broken: I hear the telephone better.",
        )
        by = Actor(kind="contact", id=case.contact_id)
        ask_for_call(unit, case, brand, wish, by=by)
    heard = Heard(
        key="demo-call",
        text="The lamp that came on Tuesday hums when it is dimmed. She would rather have another "
        "one than the money.",
        number=number_of(brand, NUMBERS[2]),
        name="Ines Duarte",
        kind="problem",
    )
    log_call(unit, channels, brand, heard, bea)
    letter = Letter(
        key="demo-letter",
        text="Dear all,\n\nthe two chairs stand in my kitchen and I am very fond of them. One has "
        "a screw too few. Would you send me one by post?\n\nKind regards\nMargaret Osei",
        address="Margaret Osei\n14 Harbour Steps\nAlder Quay AQ3 9LT",
        kind="question",
    )
    put_in(unit, channels, brand, letter, bea, most_bytes=MOST_BYTES)
