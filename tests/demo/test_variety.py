"""Templates become messages that differ, and attachments that open."""

import csv
import re
import struct
import zlib
from collections import Counter
from datetime import UTC, datetime
from random import Random
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest

from fairline.demo.moments import Start, after_previous, moments_of, parse_start
from fairline.demo.pictures import SQUARE, to_bytes
from fairline.demo.stories import Arrival, Content, load
from fairline.demo.variety import agents_for, say, somebody

LONDON = "Europe/London"


@pytest.fixture(scope="module")
def content() -> Content:
    return load()


def asking(text: str, answer: str = "") -> Arrival:
    return Arrival(brand="b", inbox="i", kind="question", severity="idea", text=text, answer=answer)


def test_answer_and_question_speak_of_the_same_thing() -> None:
    arrival = asking("Where is {order}?", answer="{order} is in the van.")

    said = say(arrival, {"order": ("AQ-####",)}, Random(1))

    order = re.fullmatch(r"Where is (AQ-\d{4})\?", said.text)
    assert order
    assert said.answer == f"{order[1]} is in the van."


def test_a_filler_takes_the_capital_and_the_article_it_needs() -> None:
    fillers = {"who": ("my aunt",), "thing": ("Orla bed",)}

    said = say(asking("{Who} wants a {thing}, says {who}."), fillers, Random(1))

    assert said.text == "My aunt wants an Orla bed, says my aunt."


def test_a_day_of_arrivals_hardly_repeats_itself(content: Content) -> None:
    random = Random(7)
    drawn = [say(random.choice(content.arrivals), content.fillers, random) for _ in range(600)]

    assert not any(re.search(r"[{}#]", said.subject + said.text + said.answer) for said in drawn)
    assert len({said.text for said in drawn}) > 590


def test_the_same_seed_tells_the_same_story(content: Content) -> None:
    def told(seed: int) -> list[str]:
        random = Random(seed)
        return [say(arrival, content.fillers, random).text for arrival in content.arrivals]

    assert told(3) == told(3)
    assert told(3) != told(4)


def test_by_mail_everybody_has_an_address_and_on_the_board_not_everybody(content: Content) -> None:
    random = Random(5)
    by_mail = next(arrival for arrival in content.arrivals if arrival.inbox == "aq-help")
    on_board = next(arrival for arrival in content.arrivals if arrival.inbox == "aq-board")

    mailers = [somebody(content, by_mail, random) for _ in range(200)]
    visitors = [somebody(content, on_board, random) for _ in range(200)]

    assert all(re.fullmatch(r"[a-z0-9.]+@[a-z]+\.example", person.mail) for person in mailers)
    assert len({person.mail for person in mailers}) == len({person.name for person in mailers})
    assert 60 < sum(not person.mail for person in visitors) < 140
    assert any(not person.name for person in visitors)


def test_every_name_has_its_own_address(content: Content) -> None:
    random = Random(2)
    addresses: dict[str, set[str]] = {}
    for arrival in content.arrivals * 20:
        person = somebody(content, arrival, random)
        if person.mail:
            addresses.setdefault(person.mail, set()).add(person.name)

    assert [names for names in addresses.values() if len(names) > 1] == []


def test_an_answer_comes_from_the_team_in_the_customers_language(content: Content) -> None:
    assert {agent.key for agent in agents_for(content, "billing", "en")} == {"bea", "elodie"}
    assert [agent.key for agent in agents_for(content, "network", "tr")] == ["deniz"]
    assert [agent.key for agent in agents_for(content, "network", "pl")] == ["tomasz"]
    assert all(agents_for(content, arrival.team, arrival.language) for arrival in content.arrivals)


def test_a_past_story_keeps_its_weekday_and_time_of_day_across_the_change_of_clocks() -> None:
    now = datetime(2026, 11, 4, 3, tzinfo=UTC)  # clocks went back on 25 October
    start = parse_start("2 fri 09:30")

    times = moments_of(start, [0, 3 * 1440], now, LONDON)

    local = [at.astimezone(ZoneInfo(LONDON)) for at in times]
    assert [f"{at:%a %d %H:%M}" for at in local] == ["Fri 23 09:30", "Mon 26 09:30"]
    assert [at.hour for at in times] == [8, 9]


def test_a_running_story_is_told_back_from_now() -> None:
    now = datetime(2026, 11, 4, 3, tzinfo=UTC)

    times = moments_of(parse_start("95 min ago"), [0, 30], now, LONDON)

    assert [(now - at).total_seconds() / 60 for at in times] == [95, 65]


def test_a_weekday_means_the_next_one() -> None:
    tuesday = parse_start("3 tue 09:14")

    assert tuesday == Start(weeks=3, day=1, clock=554)
    assert after_previous("tue 10:14", 0, tuesday) == 60
    assert after_previous("wed 09:14", 60, tuesday) == 1440
    assert after_previous("tue 09:14", 1440, tuesday) == 7 * 1440
    assert after_previous(25, 0, tuesday) == 25


@pytest.mark.parametrize(
    "wrong", ["soon", "9 tue 09:14", "3 tis 09:14", "3 tue 9:14", "3 tue 09:75"]
)
def test_a_start_that_cannot_be_read_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"is neither|does not begin|is not a time"):
        parse_start(wrong)


def test_pictures_are_png_as_large_as_drawn(content: Content) -> None:
    for spec in (file for file in content.files if file.media_type == "image/png"):
        data = to_bytes(spec)
        width, height = struct.unpack(">II", data[16:24])
        length = struct.unpack(">I", data[33:37])[0]
        rows = zlib.decompress(data[41 : 41 + length])

        assert data.startswith(b"\x89PNG\r\n\x1a\n")
        assert (width, height) == (len(spec.pixels[0]) * SQUARE, len(spec.pixels) * SQUARE)
        assert len(rows) == height * (1 + 3 * width)
        assert rows[1:4] == bytes.fromhex(spec.colours[spec.pixels[0][0]][1:])


def test_drawings_and_tables_open(content: Content) -> None:
    kinds = Counter(file.media_type for file in content.files)
    assert set(kinds) == {"image/png", "image/svg+xml", "text/csv", "text/plain"}
    for spec in content.files:
        text = to_bytes(spec).decode(errors="replace")
        if spec.media_type == "image/svg+xml":
            assert ET.fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"
        if spec.media_type == "text/csv":
            assert len({len(row) for row in csv.reader(text.splitlines())}) == 1
