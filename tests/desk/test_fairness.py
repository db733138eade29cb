"""The fairness page: its states, its files, its bounds, who may see it; and what nobody sees."""

import csv
import io
import json
import re
from collections.abc import Callable

import msgspec

from fairline.api.access import NotSignedIn
from fairline.cases import store
from fairline.cases.actions import actor_of
from fairline.cases.changes import assign
from fairline.cases.export import export_case
from fairline.cases.inbound import Author
from fairline.cases.intake import receive
from fairline.cases.override import bring_forward
from fairline.cases.rows import Case
from fairline.channels.carried import CARRIED
from fairline.core.ids import new_id
from fairline.desk.fairness_chart import LEFT, RIGHT, chart_of
from fairline.line.fairness import making
from fairline.line.fairness import store as kept
from fairline.line.fairness.sheets import COLUMNS, to_csv
from fairline.people.tokens import create_token
from fairline.wiring import Office
from tests.conftest import Cast, said
from tests.desk.conftest import Browser, Sit
from tests.line.fairness.desk import BEGAN, Bias, run

PAGE = "/desk/fairness"
FOLLOWERS = 48_151


def keep(office: Office, cast: Cast, seed: int, cases: int, bias: Bias) -> None:
    """A report as a worker would have left it, on a simulated desk."""
    report = run(seed, cases, bias)
    with office.database.write() as unit:
        report = msgspec.structs.replace(report, days=28, until=unit.now)
        kept.keep_report(
            unit,
            {
                "id": new_id(),
                "brand_id": cast.brand.id,
                "days": 28,
                "made_at": unit.now,
                "has_gap": bool(report.gaps),
                "body": msgspec.to_builtins(report),
            },
        )


def test_an_empty_page_says_what_it_takes_and_offers_one(
    office: Office, cast: Cast, ada: Browser
) -> None:
    page = ada.see(PAGE)
    assert "No report of these days yet" in page
    assert "thirty public and thirty private" in page
    assert "Fairness" in ada.see("/desk")

    page = ada.press(f"{PAGE}/make", brand="acme", days="7")
    assert "It is being made and appears here by itself" in page
    with office.database.read() as unit:
        assert making.is_asked_for(unit, cast.brand.id, 7)

    making.make(office.database, cast.brand.id, 7)
    page = ada.see(f"{PAGE}?days=7")
    assert "Nothing came in, so there is nothing to compare." in page


def test_a_gap_is_said_first_with_its_numbers_below(
    office: Office, cast: Cast, ada: Browser
) -> None:
    keep(office, cast, 2, 1000, Bias(raised=0.1))
    page = ada.see(PAGE)

    assert page.index("There is a gap") < page.index("Public or private</h2>")
    assert "<svg" in page
    assert page.index("<svg") < page.index('<table class="table">', page.index("<svg"))
    assert "style=" not in page


def test_the_rail_tells_supervisors_of_a_gap_until_it_is_gone(
    office: Office, cast: Cast, ada: Browser, ben: Browser
) -> None:
    told = re.compile(r'<span>Fairness</span>\s*<span class="count is-late">1</span>')
    assert not told.search(ada.see("/desk"))
    keep(office, cast, 2, 1000, Bias(raised=0.1))
    assert told.search(ada.see("/desk"))
    assert not told.search(ben.see("/desk"))
    keep(office, cast, 3, 1000, Bias())
    assert not told.search(ada.see("/desk"))


def test_a_fair_desk_is_said_to_show_no_sign_and_what_would_have_been_seen(
    office: Office, cast: Cast, ada: Browser
) -> None:
    keep(office, cast, 3, 1000, Bias())
    page = ada.see(PAGE)

    assert "No gap found" in page
    assert "would most likely have been seen" in page


def test_overrides_and_turns_are_listed_with_reason(
    office: Office, cast: Cast, ada: Browser, ask: Callable[..., Case]
) -> None:
    first, second = ask("One", by="a@mail.test"), ask("Two", by="b@mail.test")
    with office.database.write() as unit:
        case = store.case_by_id(unit, second.id)
        assert case
        case = bring_forward(unit, case, cast.ada, "Her <heating> is off")
        unit.settle()
        assign(unit, case, cast.ben.id, by=actor_of(cast.ben))
    making.make(office.database, cast.brand.id, 28)
    page = ada.see(PAGE)

    assert "Her &lt;heating&gt; is off" in page
    assert f'/desk/cases/{second.reference}">{second.reference}</a> brought forward by Ada' in page
    assert "Brought forward by a supervisor" in page
    assert f'<a href="/desk/cases/{first.reference}"' not in page[page.index("Overrides") :]


def test_files(office: Office, cast: Cast, ada: Browser) -> None:
    assert ada.client.get(f"{PAGE}/report/csv").status_code == 404
    keep(office, cast, 2, 1000, Bias(raised=0.1))

    answer = ada.client.get(f"{PAGE}/report/csv?days=28")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert "attachment" in answer.headers["content-disposition"]
    assert {row["row"] for row in rows} == {"group", "comparison"}
    assert [row["measure"] for row in rows if row["verdict"] == "gap"] == ["raised"]

    body = json.loads(ada.see(f"{PAGE}/report/json"))
    assert body["tone"] == "late"
    assert ada.client.get(f"{PAGE}/report/xml").status_code == 404


def test_a_cell_is_no_formula() -> None:
    report = run(2, 300)
    part = msgspec.structs.replace(
        report.parts[0],
        groups=tuple(
            msgspec.structs.replace(group, name="=2+2") for group in report.parts[0].groups
        ),
    )
    text = to_csv(msgspec.structs.replace(report, parts=(part,)))

    assert "'=2+2" in text
    assert all(len(row) == len(COLUMNS) for row in csv.reader(io.StringIO(text)))


def test_bad_bounds_are_refused_with_what_was_typed(
    office: Office, cast: Cast, ada: Browser
) -> None:

    def save(wait_percent: str, expect: int) -> str:
        fields = {"rate_points": "3", "turn_tenths": "5", "least_cases": "40"}
        return ada.press(
            f"{PAGE}/bounds",
            expect=expect,
            files=None,
            brand="acme",
            days="28",
            wait_percent=wait_percent,
            **fields,
        )

    save("20", 200)
    for wrong in ("0", "-5", "many", "1.5", ""):
        page = save(wrong, 422)
        assert "whole number" in page
        assert f'value="{wrong}"' in page
    with office.database.read() as unit:
        rules = making.rules_of(unit, cast.brand.id)
        assert (rules.wait_percent, rules.least_cases) == (20, 40)
        assert making.is_asked_for(unit, cast.brand.id, 28)


def test_only_supervisors(office: Office, cast: Cast, ben: Browser) -> None:
    assert 'href="/desk/fairness"' not in ben.see("/desk")
    for path in (PAGE, f"{PAGE}/report/csv", f"{PAGE}/report/json"):
        ben.see(path, status=403)
    ben.press(f"{PAGE}/make", expect=403, brand="acme", days="28")
    ben.press(f"{PAGE}/bounds", expect=403, brand="acme", days="28")


def test_a_brand_or_period_that_is_not(cast: Cast, ada: Browser) -> None:
    ada.see(f"{PAGE}?brand=other", status=404)
    ada.see(f"{PAGE}?days=30", status=422)
    ada.see(f"{PAGE}?days=x", status=422)


def token_of(office: Office, cast: Cast, name: str) -> dict[str, str]:
    agent = {"ada": cast.ada, "ben": cast.ben}[name]
    with office.database.write() as unit:
        token = create_token(unit, agent, "report", read_only=True)
    return {"Authorization": f"Bearer {token}"}


def test_the_api_gives_supervisors_the_same(
    office: Office, cast: Cast, browsers: Callable[[], Browser]
) -> None:
    client = browsers().client
    path = "/api/v1/fairness"
    ada, ben = token_of(office, cast, "ada"), token_of(office, cast, "ben")
    assert client.get(path).status_code == NotSignedIn.status
    assert client.get(path, headers=ben).status_code == 403
    assert client.get(path, headers=ada).json()["error"]["code"] == "no_report"
    keep(office, cast, 2, 1000, Bias(raised=0.1))

    body = client.get(path, headers=ada).json()
    assert body["headline"].startswith("There is a gap")
    assert client.get(f"{path}?brand=other", headers=ada).status_code == 404
    assert client.get(f"{path}?days=30", headers=ada).status_code == 422


def test_no_one_who_chooses_or_answers_sees_an_audience(
    office: Office, cast: Cast, sit: Sit
) -> None:
    """R28b: neither the line, nor the case, nor the API, nor an export; the report has bands."""
    with office.database.write() as unit:
        author = Author(channel="email", address="star@mail.test", name="Star", audience=FOLLOWERS)
        taken = receive(unit, cast.mailbox_ref, said("Do you know who I am?", author=author))
        case = store.case_by_id(unit, taken.case_id)
        assert case
    making.make(office.database, cast.brand.id, 28)
    ben, ada = sit(cast.ben), sit(cast.ada)
    token = token_of(office, cast, "ada")
    seen = [
        ben.see(path) for path in ("/desk", f"/desk/cases/{case.reference}", "/desk/search?q=know")
    ]
    seen += [
        ben.client.get(path, headers=token).text
        for path in (
            f"/api/v1/cases/{case.reference}",
            "/api/v1/cases",
            "/api/v1/contacts",
            f"/api/v1/contacts/{case.contact_id}",
            "/api/v1/fairness",
        )
    ]
    seen += [ada.see(PAGE), ada.see(f"{PAGE}/report/json"), ada.see(f"{PAGE}/report/csv")]
    with office.database.read() as unit:
        seen.append(msgspec.json.encode(export_case(unit, case.id, CARRIED)).decode())

    for text in seen:
        assert str(FOLLOWERS) not in text
        assert f"{FOLLOWERS:,}" not in text
    for text in seen[:7]:
        assert "followers" not in text
    assert "10,000 to 99,999 followers" in ada.see(PAGE)


def test_the_marks_of_a_chart_stay_within_it() -> None:
    report = run(5, 400)
    for part in report.parts:
        chart = chart_of(part.groups)
        assert chart
        for mark in chart.marks:
            assert LEFT <= mark.low <= mark.middle <= mark.high <= RIGHT
            assert 0 < mark.y < chart.height
    assert chart_of(()) is None


def test_old_reports_say_so(office: Office, cast: Cast, ada: Browser) -> None:
    report = msgspec.structs.replace(run(3, 100), until=BEGAN)
    with office.database.write() as unit:
        kept.keep_report(
            unit,
            {
                "id": new_id(),
                "brand_id": cast.brand.id,
                "days": 28,
                "made_at": BEGAN,
                "has_gap": False,
                "body": msgspec.to_builtins(report),
            },
        )
    assert "Is a worker running?" in ada.see(PAGE)
