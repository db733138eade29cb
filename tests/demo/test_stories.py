"""The demo company can be believed: every story could have happened as it is told."""

import re
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any

import pytest
from msgspec.structs import replace

from fairline.cases.states import KINDS, SEVERITIES, STATUSES
from fairline.demo import stories
from fairline.demo.checks import faults
from fairline.demo.mails import full_text
from fairline.demo.moments import Start
from fairline.demo.stories import Content, FileSpec, Person, SavedReply, Step, Story, load


@pytest.fixture(scope="module")
def content() -> Content:
    return load()


def story_named(content: Content, key: str) -> Story:
    return next(story for story in content.stories if story.key == key)


def only(content: Content, story: Story) -> Content:
    """The company with nothing but this story, so that a planted fault stands alone."""
    return replace(content, stories=(story,), arrivals=())


def test_nothing_is_wrong_with_the_content(content: Content) -> None:
    assert faults(content) == []


def test_there_is_enough_to_fill_every_screen(content: Content) -> None:
    assert len(content.stories) >= 140
    assert len(content.arrivals) >= 200
    assert len(content.saved_replies) >= 20
    assert len(content.brands) == 2
    assert {agent.role for agent in content.agents} == {"agent", "supervisor", "administrator"}
    assert {"Ada", "Ben", "Bea"} <= {agent.public_name for agent in content.agents}
    assert len(content.agents) == 8


def test_every_kind_severity_status_and_language_occurs(content: Content) -> None:
    assert {story.kind for story in content.stories} == set(KINDS)
    assert {story.severity for story in content.stories} == set(SEVERITIES)
    assert {story.status for story in content.stories} == set(STATUSES)
    assert {story.language for story in content.stories} == {"en", "de", "fr", "es", "tr", "pl"}
    assert {arrival.kind for arrival in content.arrivals} == set(KINDS)


def test_the_six_weeks_and_the_present_line_both_have_stories(content: Content) -> None:
    weeks = {story.start.weeks for story in content.stories}
    waiting = [story for story in content.stories if story.status in {"new", "open"}]

    assert weeks == {0, 1, 2, 3, 4, 5, 6}
    assert len(waiting) >= 20
    assert any(story.severity == "safety" for story in waiting)


def test_every_odd_thing_that_happens_to_mail_is_told(content: Content) -> None:
    steps = [step for story in content.stories for step in story.steps]

    assert any(step.fate for step in steps), "a mail that came back"
    assert any(step.automatic for step in steps), "an out-of-office answer"
    assert any("<table" in step.html for step in steps)
    assert any(step.quotes for step in steps)
    assert any(step.tail for step in steps)
    assert any(step.by in story.others for story in content.stories for step in story.steps)
    assert any("spam" in story.tags for story in content.stories)


def test_the_content_stays_small_enough_to_read() -> None:
    folder = files("fairline.demo") / "content"

    assert sum(len(file.read_bytes()) for file in folder.iterdir()) < 400_000


def with_step(story: Story, index: int, **changes: Any) -> Story:
    changed = replace(story.steps[index], **changes)
    return replace(story, steps=(*story.steps[:index], changed, *story.steps[index + 1 :]))


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"by": "nobody"}, "nobody is called 'nobody'"),
        ({"assign": "nobody"}, "no agent 'nobody'"),
        ({"team": "catering"}, "no team 'catering'"),
        ({"status": "pending"}, "no status 'pending'"),
        ({"status": "new"}, "no longer new"),
        ({"kind": "moan"}, "no kind 'moan'"),
        ({"severity": "huge"}, "no severity 'huge'"),
        ({"kind": "praise"}, "its severity is idea"),
        ({"tags": ("unheard-of",)}, "no tag 'unheard-of'"),
        ({"files": ("lost.txt",)}, "no file 'lost.txt'"),
        ({"at": 0}, "does not come after"),
        ({"at": 900}, "is closed"),
        ({"public": True}, "no public message"),
        ({"by": "customer"}, "only an agent"),
        ({"tail": "Kind regards"}, "belong to mails that come in"),
        ({"note": True, "text": "Ask @dov"}, "no agent 'dov'"),
    ],
)
def test_a_fault_in_a_step_is_found(content: Content, changes: dict[str, Any], fault: str) -> None:
    story = with_step(story_named(content, "parcel-cleo-lamp"), 1, **changes)

    assert any(fault in found for found in faults(only(content, story)))


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"brand": "wrenfield"}, "does not belong to"),
        ({"inbox": "nowhere"}, "does not belong to"),
        ({"language": "nl"}, "no language 'nl'"),
        ({"language": "tr"}, "ben does not write tr"),
        ({"linked": ("no-such",)}, "no story 'no-such'"),
        ({"public": True}, "only the board is public"),
        ({"subject": ""}, "a sender and a subject"),
        ({"contact": Person(name="Cleo")}, "a sender and a subject"),
        ({"contact": Person(mail="cleo@gmail.com")}, "not under .example or .test"),
        ({"steps": (Step(at=5, text="Hello"),)}, "begins with something said by the customer"),
        ({"steps": (Step(at=0, by="ben", text="Hello"),)}, "begins with something said"),
        ({"steps": (Step(at=0, text="A"), Step(at=1))}, "can only say something"),
        ({"start": Start(minutes_ago=10)}, "goes on in the future"),
        ({"start": Start(weeks=1, day=4, clock=900)}, "runs into this week"),
    ],
)
def test_a_fault_in_a_story_is_found(content: Content, changes: dict[str, Any], fault: str) -> None:
    story = replace(story_named(content, "parcel-cleo-lamp"), **changes)

    assert any(fault in found for found in faults(only(content, story)))


def test_a_case_that_waits_for_nobody_in_particular_is_a_fault(content: Content) -> None:
    cleo = story_named(content, "parcel-cleo-lamp")
    asked, answered = cleo.steps[:2]
    story = replace(cleo, steps=(asked, replace(answered, assign="")))

    assert any("nobody owns it" in found for found in faults(only(content, story)))


def test_a_move_that_the_record_refuses_is_a_fault(content: Content) -> None:
    cleo = story_named(content, "parcel-cleo-lamp")
    closed = replace(cleo.steps[1], status="closed")
    revived = Step(at=closed.at + 1, by="ben", status="waiting")

    story = replace(cleo, steps=(cleo.steps[0], closed, revived))

    assert any("closed cannot become waiting" in found for found in faults(only(content, story)))


def test_an_order_number_in_public_is_a_fault(content: Content) -> None:
    story = story_named(content, "van-old-mattress")
    index = next(i for i, step in enumerate(story.steps) if "AQ-" in step.text)

    assert faults(only(content, story)) == []
    shown = with_step(story, index, public=None)
    assert any("stands in public" in found for found in faults(only(content, shown)))


def test_one_address_is_one_person(content: Content) -> None:
    cleo = story_named(content, "parcel-cleo-lamp")
    twin = replace(cleo, key="twin", contact=replace(cleo.contact, name="Clea"))
    company = replace(content, stories=(cleo, twin), arrivals=())

    assert any("is both" in found for found in faults(company))


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"text": "{unheard}{hi}{order}"}, "no filler 'unheard'"),
        ({"text": "Always the same."}, "repeat itself"),
        ({"answer": ""}, "needs an answer"),
        ({"subject": "Hello"}, "on the board has none"),
        ({"team": ""}, "no team"),
        ({"team": "catering"}, "no team 'catering'"),
        ({"inbox": "wf-board"}, "does not belong to"),
        ({"inbox": "aq-help", "subject": "Hello", "public": True}, "only the board is public"),
        ({"text": "{hi}where is {order}?", "public": True}, "stands in public"),
    ],
)
def test_a_fault_in_an_arrival_is_found(
    content: Content, changes: dict[str, Any], fault: str
) -> None:
    arrival = next(
        arrival
        for arrival in content.arrivals
        if arrival.inbox == "aq-board" and arrival.kind == "question" and not arrival.public
    )
    company = replace(content, stories=(), arrivals=(replace(arrival, **changes),))

    assert any(fault in found for found in faults(company))


def test_faults_of_the_company_itself_are_found(content: Content) -> None:
    company = replace(
        content,
        stories=(),
        arrivals=(),
        teams=(*content.teams, content.teams[0]),
        agents=(replace(content.agents[0], teams=("catering",)), *content.agents[1:]),
        brands=(replace(content.brands[0], logo="lost.svg"), *content.brands[1:]),
        saved_replies=(SavedReply(title="Hello", text="{{contact.shoe_size}}"),),
        files=(
            *content.files,
            FileSpec(name="odd.png", media_type="image/png", pixels=("a", "bb")),
        ),
    )

    found = "\n".join(faults(company))

    assert "team 'front' is there twice" in found
    assert "no team 'catering'" in found
    assert "no logo 'lost.svg'" in found
    assert "no placeholder 'contact.shoe_size'" in found
    assert "no colour 'a'" in found
    assert "not equally long" in found


def test_a_misspelt_key_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    story = {"key": "x", "starts": "3 tue 09:14", "steps": [{"at": 0, "txt": "Hello"}]}
    monkeypatch.setattr(stories, "_documents", lambda: iter([("x.toml", {"story": [story]})]))

    with pytest.raises(ValueError, match="txt"):
        load.__wrapped__()


def test_a_bad_time_names_the_file_and_the_story(monkeypatch: pytest.MonkeyPatch) -> None:
    story = {"key": "x", "starts": "soon", "steps": []}
    monkeypatch.setattr(stories, "_documents", lambda: iter([("x.toml", {"story": [story]})]))

    with pytest.raises(ValueError, match=r"x.toml: story 'x': 'soon' is neither"):
        load.__wrapped__()


def test_a_message_from_outside_reopens_and_an_automatic_one_does_not(content: Content) -> None:
    cleo = story_named(content, "parcel-cleo-lamp")
    solved = (Step(at=0, text="Help"), Step(at=1, by="ben", text="Done", status="solved"))

    answered = replace(cleo, steps=(*solved, Step(at=2, text="Not quite")))
    away = replace(cleo, steps=(*solved, Step(at=2, text="I am away", automatic=True)))

    assert answered.status == "open"
    assert away.status == "solved"


def test_a_case_passed_to_a_team_has_no_owner_until_somebody_takes_it(content: Content) -> None:
    cleo = story_named(content, "parcel-cleo-lamp")
    passed = (
        Step(at=0, text="Help"),
        Step(at=1, by="ben", assign="ben", note=True, text="Mine"),
        Step(at=2, by="ben", team="billing", note=True, text="Theirs"),
    )

    assert replace(cleo, steps=passed).owner == ""
    assert replace(cleo, steps=(*passed, Step(at=3, by="bea", assign="bea"))).owner == "bea"


def test_a_mail_carries_its_signature_and_quotes_what_it_answers(content: Content) -> None:
    story = story_named(content, "tarn-german")
    index = next(i for i, step in enumerate(story.steps) if step.quotes)
    noon = datetime(2026, 7, 1, 12, tzinfo=UTC)
    times = [noon + timedelta(minutes=step.at) for step in story.steps]
    brand = next(brand for brand in content.brands if brand.key == story.brand)

    mail = full_text(story, index, times, brand)

    assert mail.startswith(story.steps[index].text)
    assert "\n-- \nFriederike Voss" in mail
    assert re.search(r"Am 01\.07\.2026 um 14:03 schrieb Alder & Quay:\n> Guten Tag Frau Voss", mail)
    assert "For @elodie" not in mail, "a note is never quoted to a customer"
