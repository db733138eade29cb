"""Files of arrivals: each form is known by its columns, and what is wrong is told by line and column."""

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from fairline.core.errors import Invalid
from fairline.simulation.arrivals import Arrival, Heard, Mix
from fairline.simulation.sources import Recorded, Synthetic, poisson
from fairline.simulation.spool import Spool

BERLIN = ZoneInfo("Europe/Berlin")
REAL = Path(__file__).parents[3] / "shared/data/arrivals"
needs_real = pytest.mark.skipif(not REAL.exists(), reason="../shared/data/arrivals is not there")
HEAD = "arrived_at,channel,public,audience,severity,skill,language,service_minutes,answered_at"


def read(folder: Path, text: str, *, seed: int = 1, **options: object) -> list[Arrival]:
    path = folder / "arrivals.csv"
    path.write_bytes(text.encode())
    with Recorded(path, zone=BERLIN, **options) as source:  # type: ignore[arg-type]
        return list(source.arrivals(Mix(), Random(seed)))


def moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def test_a_whole_line_is_taken_as_it_stands(tmp_path: Path) -> None:
    line = "2026-03-02T09:30:00+00:00,X,yes,1200,money,Billing,de,4.5,2026-03-02T10:00:00+00:00"

    (one,) = read(tmp_path, f"{HEAD}\n{line}\n")

    assert one == Arrival(
        at=moment("2026-03-02T09:30:00+00:00"),
        channel="x",
        is_public=True,
        audience=1200,
        severity="money",
        needs=("billing", "language de"),
        service_s=270.0,
    )


def test_a_time_without_a_zone_is_on_the_wall_there(tmp_path: Path) -> None:
    (one,) = read(tmp_path, "arrived_at\n2026-07-01 09:00\n")

    assert one.at == moment("2026-07-01T07:00:00+00:00")


def test_arrivals_come_in_the_order_of_time_whatever_the_file_says(tmp_path: Path) -> None:
    text = "\ufeffArrived_At , channel\r\n2026-03-03,b\r\n\r\n2026-03-02,a\r\n2026-03-04,c\r\n"

    assert [one.channel for one in read(tmp_path, text)] == ["a", "b", "c"]


def test_an_empty_cell_is_drawn_and_the_answer_says_so(tmp_path: Path) -> None:
    path = tmp_path / "some.csv"
    path.write_text("arrived_at,severity,mood\n2026-03-02,money,bad\n2026-03-03,,good\n")

    with Recorded(path, zone=BERLIN) as source:
        words = source.drawn(Mix())

        assert any(text.startswith("Need:") and "50%" in text for text in words)
        assert any(text.startswith("Work for a case:") for text in words)
        assert source.words == "some.csv (arrivals); not read: mood"
        assert source.is_drawn
        assert source.draws_service


def test_nothing_is_said_to_be_drawn_where_all_is_recorded(tmp_path: Path) -> None:
    path = tmp_path / "all.csv"
    path.write_text(f"{HEAD}\n2026-03-02,email,no,,idea,,,3,\n2026-03-02,x,yes,5,idea,,,3,\n")

    with Recorded(path, zone=BERLIN) as source:
        assert source.drawn(Mix()) == []
        assert not source.is_drawn
        assert not source.draws_service


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "line 1, column arrived_at"),
        ("when,what\n1,2\n", "line 1, column arrived_at"),
        ("arrived_at,arrived_at\n", "line 1, column arrived_at: the column is there twice"),
        ("arrived_at\nyesterday\n", "line 2, column arrived_at: 'yesterday' is not a time"),
        ("arrived_at\n02.03.2026\n", "line 2, column arrived_at"),
        ("arrived_at\n03/02/2026 10:00:00 AM\n", "line 2, column arrived_at"),
        ("arrived_at\n2026-02-30\n", "line 2, column arrived_at"),
        ("arrived_at\n0001-01-01\n", "line 2, column arrived_at"),
        ("arrived_at\n9999-12-31\n", "line 2, column arrived_at"),
        ("arrived_at,channel\n2026-03-02,x\n,y\n", "line 3, column arrived_at: the cell is empty"),
        ("arrived_at,channel\n2026-03-02\n", "line 2: 1 cells where the first line has 2"),
        ("arrived_at,public\n2026-03-02,perhaps\n", "line 2, column public: 'perhaps'"),
        ("arrived_at,audience\n2026-03-02,-1\n", "line 2, column audience: '-1'"),
        ("arrived_at,audience\n2026-03-02,1e3\n", "line 2, column audience: '1e3'"),
        ("arrived_at,audience\n2026-03-02,٣\n", "line 2, column audience"),
        ("arrived_at,severity\n2026-03-02,urgent\n", "use one of safety, money"),
        ("arrived_at,service_minutes\n2026-03-02,0\n", "line 2, column service_minutes: '0'"),
        ("arrived_at,service_minutes\n2026-03-02,nan\n", "line 2, column service_minutes"),
        ("arrived_at,service_minutes\n2026-03-02,inf\n", "line 2, column service_minutes"),
        ("arrived_at,answered_at\n2026-03-02,soon\n", "line 2, column answered_at"),
        ('arrived_at\n"2026-03-02\nand so on', "line 3"),
        ("start,calls\n2026-03-02 09:00,x\n", "line 2, column calls"),
        ("start,calls\n2026-03-02 09:30,1\n2026-03-02 09:00,1\n", "line 3, column start"),
        ("start,calls\n2026-03-02 09:30,1\n2026-05-02 09:00,1\n", "a count covers a day at most"),
        ("created,closed,unique_key\n31/31/2020 10:51:12 AM,,1\n", "line 2, column created"),
    ],
)
def test_what_is_wrong_is_told_by_line_and_column(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(Invalid, match="Cannot read") as caught:
        read(tmp_path, text)

    assert caught.value.code == "bad_arrivals"
    assert says in caught.value.text


def test_a_file_that_is_no_text_is_told_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"arrived_at\n2026-03-02\n\xff\xfe\n")

    with pytest.raises(Invalid, match="UTF-8"), Recorded(path, zone=BERLIN):
        pass


def test_counts_are_spread_over_their_stretch_and_not_over_the_night(tmp_path: Path) -> None:
    text = "start,calls\n2026-03-02 09:00,200\n2026-03-02 09:30,100\n2026-03-03 09:00,50\n"

    found = read(tmp_path, text)

    first = moment("2026-03-02T08:00:00+00:00")
    assert len(found) == 350
    assert [one.at for one in found] == sorted(one.at for one in found)
    assert sum(one.at < first + 1800 for one in found) == 200
    assert sum(first + 1800 <= one.at < first + 3600 for one in found) == 100
    late = [one.at for one in found[300:]]
    assert min(late) >= first + 86_400
    assert max(late) < first + 86_400 + 1800
    assert 800 < sum(one.at - first for one in found[:200]) / 200 < 1000


def test_pairs_of_request_and_reply_count_a_request_once(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text(
        "customer_tweet_id,created_at_customer,created_at_reply\n"
        "7,2026-03-02 09:00:00+00:00,2026-03-02 09:10:00+00:00\n"
        "7,2026-03-02 09:00:00+00:00,2026-03-02 09:30:00+00:00\n"
        "8,2026-03-02 09:00:00+00:00,2026-03-02 08:00:00+00:00\n"
    )

    with Recorded(path, zone=BERLIN) as source:
        assert len(list(source.arrivals(Mix(), Random(1)))) == 2
        assert "2 answers" in source.recorded  # one was answered before it came: left out


def test_days_and_a_share_can_be_chosen(tmp_path: Path) -> None:
    lines = "".join(f"2026-03-0{day}T09:00:00+00:00\n" for day in range(1, 8) for _ in range(300))
    start = datetime(2026, 3, 3, tzinfo=UTC)
    end = datetime(2026, 3, 6, tzinfo=UTC)

    chosen = read(tmp_path, f"arrived_at\n{lines}", start=start, end=end)
    tenth = read(tmp_path, f"arrived_at\n{lines}", share=0.1)

    assert len(chosen) == 900
    assert all(start.timestamp() <= one.at < end.timestamp() for one in chosen)
    assert 150 < len(tenth) < 270


def test_the_same_seed_draws_the_same(tmp_path: Path) -> None:
    text = "arrived_at\n" + "2026-03-02T09:00:00\n" * 50

    assert read(tmp_path, text, seed=3) == read(tmp_path, text, seed=3)
    assert read(tmp_path, text, seed=3) != read(tmp_path, text, seed=4)


def test_what_is_drawn_is_drawn_without_regard_to_need() -> None:
    """Else a gap in the figures could come from the draw and not from the order."""
    found = list(Synthetic(60, 300).arrivals(Mix(), Random(5)))
    public = [one for one in found if one.is_public]

    def grave(them: list[Arrival]) -> float:
        return sum(one.severity in {"safety", "money"} for one in them) / len(them)

    assert len(public) / len(found) == pytest.approx(0.3, abs=0.02)
    assert grave(public) == pytest.approx(grave(found), abs=0.012)
    assert sum(one.service_s for one in found) / len(found) == pytest.approx(480, rel=0.04)
    assert all(one.audience == 0 for one in found if not one.is_public)


def test_made_up_days_have_a_curve_and_quieter_weekends() -> None:
    found = list(Synthetic(14, 1000).arrivals(Mix(), Random(2)))
    days: dict[str, int] = {}
    for one in found:
        day = datetime.fromtimestamp(one.at, UTC).strftime("%a")
        days[day] = days.get(day, 0) + 1

    assert [one.at for one in found] == sorted(one.at for one in found)
    assert days["Mon"] == pytest.approx(2000, rel=0.1)
    assert days["Sun"] == pytest.approx(800, rel=0.15)
    assert sum(poisson(Random(n), 700.0) for n in range(200)) / 200 == pytest.approx(700, rel=0.02)


def test_more_than_fits_into_memory_is_sorted_on_disk() -> None:
    chance = Random(1)
    heard = [Heard(at=chance.random(), mark=str(n), needs=("a",)) for n in range(10_000)]

    spool = Spool(iter(heard), run=700)

    assert spool._runs
    assert len(spool._last) < 700
    assert list(spool) == sorted(heard, key=lambda one: one.at)
    assert list(spool) == list(spool)
    spool.close()


@needs_real
@pytest.mark.parametrize(
    ("name", "count", "first"),
    [
        ("tweet_response_pairs.csv", 17_491, "2013-05-16T04:52:22+00:00"),
        ("nyc_311_2020_17k.csv", 17_418, "2020-01-01T00:00:00+01:00"),
        ("baltimore_311_sample_10k.csv", 10_000, "2014-01-01T03:53:10+01:00"),
    ],
)
def test_real_records_are_read(name: str, count: int, first: str) -> None:
    with Recorded(REAL / name, zone=BERLIN) as source:
        found = list(source.arrivals(Mix(), Random(1)))

        assert len(found) == count
        assert found[0].at == moment(first)
        assert source.recorded
    assert all(a.at <= b.at for a, b in pairwise(found))


@needs_real
def test_the_calls_of_a_bank_are_all_there() -> None:
    with Recorded(REAL / "bank_calls_30min_days1-120.csv", zone=BERLIN) as source:
        assert sum(one.count for one in source._spool) == 3_892_256
        assert "evenly" in source.drawn(Mix())[0]
