"""Asking on the board: no account, one box, private first, once, and nothing typed is ever lost."""

from fairline.board import rates
from fairline.cases import store
from fairline.cases.rows import SYSTEM
from fairline.channels import store_deliveries
from fairline.channels.inboxes import set_state
from tests.board.visitor import Page, Visitor


def test_a_question_becomes_a_case_and_leads_to_its_thread(cleo: Visitor) -> None:
    cleo.ask("Where is my parcel? It should be here.", name="Cleo")

    case = cleo.case()
    assert (case.status, case.kind, case.is_public) == ("new", "question", False)
    assert case.channel == "web"
    page = cleo.page()
    assert case.reference in page.text
    assert "only you and Acme" in page.text
    assert "Where is my parcel? It should be here." in page.text


def test_asking_needs_nothing_but_words(cleo: Visitor) -> None:
    form = cleo.page("/").form("/ask")
    required = [a for tag, a in Page(cleo.get("/").text).elements if "required" in a]
    assert required == []
    assert form.values["visibility"] == "private"
    assert cleo.post("/ask", {"text": "Hello"}).status_code == 303


def test_sending_the_same_form_twice_is_one_case(cleo: Visitor) -> None:
    form = cleo.page("/").form("/ask")
    values = {**form.values, "text": "Twice?"}

    first = cleo.post("/ask", values).headers["location"]
    second = cleo.post("/ask", values).headers["location"]

    assert first != second
    assert cleo.case(first[3:]).id == cleo.case(second[3:]).id
    assert cleo.case(first[3:]).message_count == 1


def test_a_key_restored_by_the_browser_swallows_no_other_question(cleo: Visitor) -> None:
    form = cleo.page("/").form("/ask")
    first = cleo.post("/ask", {**form.values, "text": "One"}).headers["location"]
    second = cleo.post("/ask", {**form.values, "text": "Two"}).headers["location"]
    assert cleo.case(first[3:]).id != cleo.case(second[3:]).id


def test_an_empty_question_comes_back_with_what_was_typed(cleo: Visitor) -> None:
    answer = cleo.post("/ask", {"text": " \u200b ", "name": "Cleo", "visibility": "public"})

    assert answer.status_code == 422
    page = Page(answer.text)
    assert "Write something first." in page.text
    assert page.form("/ask").values["name"] == "Cleo"
    assert page.form("/ask").values["visibility"] == "public"


def test_a_wrong_mail_address_keeps_the_words(cleo: Visitor) -> None:
    for mail in (
        "cleo",
        "a@b",
        "a b@c.test",
        "x@y.test\nBcc: z@y.test",
        '"<>"@y.test',
        "support@acme.test",
    ):
        answer = cleo.post("/ask", {"text": "My long question", "mail": mail})
        assert answer.status_code == 422, mail
        assert Page(answer.text).form("/ask").values["text"] == "My long question"


def test_too_often_keeps_the_words_and_says_when(cleo: Visitor) -> None:
    most = int(rates.RATES["ask"][0])
    for number in range(most):
        assert cleo.post("/ask", {"text": f"Question {number}"}).status_code == 303

    answer = cleo.post("/ask", {"text": "One too many"})

    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert Page(answer.text).form("/ask").values["text"] == "One too many"


def test_a_robot_that_fills_the_trap_is_told(cleo: Visitor) -> None:
    answer = cleo.post("/ask", {"text": "Buy pills", "website": "http://spam.test"})
    assert answer.status_code == 422
    assert Page(answer.text).form("/ask").values["text"] == "Buy pills"


def test_files_come_along(cleo: Visitor) -> None:
    answer = cleo.post(
        "/ask",
        {"text": "See the picture"},
        files={"files": ("../../crack.png", b"\x89PNG fake", "image/png")},
    )
    cleo.token = answer.headers["location"][3:]
    link = next(href for href in cleo.page().links() if "/files/" in href)
    assert link.endswith("crack.png")
    assert ".." not in link
    got = cleo.get(link)
    assert got.content == b"\x89PNG fake"


def test_a_file_without_words_is_enough_and_an_empty_one_is_refused(cleo: Visitor) -> None:
    assert cleo.post("/ask", files={"files": ("a.txt", b"words", "text/plain")}).status_code == 303
    refused = cleo.post("/ask", {"text": "x"}, files={"files": ("a.txt", b"", "text/plain")})
    assert refused.status_code == 422
    assert "a.txt is empty" in refused.text


def test_praise_is_thanked_and_kept_off_the_line(cleo: Visitor) -> None:
    cleo.ask("Your driver was lovely", kind="praise")

    page = cleo.page()
    assert cleo.case().kind == "praise"
    assert "Thank you." in page.text
    assert "does not stand in the line" in page.text
    assert "place in line" not in cleo.get(cleo.url).text.lower()


def test_an_unknown_kind_is_a_question(cleo: Visitor) -> None:
    cleo.ask("Hm", kind="<script>")
    assert cleo.case().kind == "question"


def test_a_mail_address_left_gets_the_way_back(cleo: Visitor) -> None:
    cleo.ask("Where is it?", mail="Cleo@Mail.test")

    with cleo.office.database.read() as unit:
        people = store.participants_of(unit, cleo.case().id)
        mail = next(p for p in people if p.channel == "email")
        notices = [m for m in cleo.messages() if m.is_automatic]
        sent = store_deliveries.of_messages(unit, [m.id for m in notices])
    assert (mail.address, mail.confirmed_at) == ("cleo@mail.test", None)
    assert [d.recipient for d in sent[notices[0].id]] == ["cleo@mail.test"]
    assert "cl…@mail.test" in cleo.page().text
    assert "cleo@mail.test" not in cleo.get(cleo.url).text


def test_one_mailbox_is_not_flooded_by_strangers(cleo: Visitor) -> None:
    for number in range(rates.MAILS_PER_MAILBOX + 3):
        cleo.ask(f"Question {number}", mail="victim@mail.test")
    assert not any(m.is_automatic for m in cleo.messages())


def test_the_facts_are_never_invented(cleo: Visitor) -> None:
    page = cleo.page("/")
    assert "Answering in" not in page.text
    assert "promises kept" not in page.text
    assert "Nobody is waiting" in page.text
    cleo.ask()
    assert "1 person in line" in " ".join(cleo.page("/").text.split())


def test_a_paused_board_says_so_and_takes_nothing(cleo: Visitor) -> None:
    with cleo.office.database.write() as unit:
        set_state(unit, cleo.cast.board.id, "paused", by=SYSTEM)
    assert "cannot be sent here at the moment" in cleo.page("/").text
    assert cleo.post("/ask", {"text": "Hello?"}).status_code == 503


def test_a_post_from_another_site_is_refused(cleo: Visitor) -> None:
    answer = cleo.post("/ask", {"text": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_a_place_is_shown_while_waiting(cleo: Visitor) -> None:
    cleo.ask("First")
    cleo.ask("Second")
    text = " ".join(cleo.page().text.split())
    assert "2nd" in text
    assert "1 waits before you" in text
    assert "that is our promise" in text
