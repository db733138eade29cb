"""“Answer me by”: the customer chooses, the next answer follows, and nothing unproven is trusted."""

from fairline.cases import store
from fairline.cases.actions import reply
from fairline.cases.links import issue
from fairline.channels import store_deliveries
from fairline.people import store_contacts
from fairline.people.contacts import resolve
from tests.board.visitor import Visitor


def sent_to(cleo: Visitor) -> list[str]:
    """Where an answer of Ben's goes now."""
    with cleo.office.database.write() as unit:
        message = reply(unit, cleo.case().id, cleo.cast.ben, "An answer, in private")
        found = store_deliveries.of_messages(unit, [message.id])[message.id]
    return sorted(one.recipient for one in found if one.channel != "web") + [
        "here" for one in found if one.channel == "web"
    ]


def choose(cleo: Visitor, way: str, **more: str) -> str:
    """Choose and read the page that follows."""
    answer = cleo.do("answer-way", {"way": way, **more})
    assert answer.status_code == 303, answer.text[:2000]
    return cleo.page(answer.headers["location"].partition("#")[0]).text


def proven(cleo: Visitor, mail: str) -> str:
    """The owner of the mailbox opens the link that was sent there; the address's id."""
    with cleo.office.database.write() as unit:
        one = store_contacts.identity_at(unit, cleo.cast.brand.id, "email", mail)
        assert one
        token = issue(unit, cleo.case(), one.id)
    cleo.page(f"/t/{token}")
    return one.id


def test_a_new_address_is_used_once_its_owner_has_opened_the_link(cleo: Visitor) -> None:
    cleo.ask()
    form = cleo.page().form("/answer-way")
    assert form.values["way"] == "here"

    page = choose(cleo, "new", mail="Cleo@Mail.test")
    assert "once its link has been opened" in page
    assert sent_to(cleo) == ["here"], "a typo must not read what is private"

    proven(cleo, "cleo@mail.test")
    assert sent_to(cleo) == ["cleo@mail.test"]
    assert "An answer, in private" in cleo.page().text, "the thread shows it in any case"


def test_here_only_and_everywhere_again(cleo: Visitor) -> None:
    cleo.ask(mail="cleo@mail.test")
    assert sent_to(cleo) == ["cleo@mail.test", "here"]

    assert "Our next answer comes that way" in choose(cleo, "here")
    assert sent_to(cleo) == ["here"]
    choose(cleo, "all")
    assert sent_to(cleo) == ["cleo@mail.test", "here"]


def test_a_customer_who_wrote_by_mail_can_choose_the_page(cleo: Visitor) -> None:
    cleo.ask(mail="cleo@mail.test")
    proven(cleo, "cleo@mail.test")
    choose(cleo, proven(cleo, "cleo@mail.test"))
    assert sent_to(cleo) == ["cleo@mail.test"]


def test_what_is_no_address_of_the_thread_is_refused(cleo: Visitor) -> None:
    cleo.ask()
    for way, mail, status in (
        ("new", "not a mail", 422),
        ("new", "support@acme.test", 422),
        ("nonsense", "", 404),
        (cleo.cast.ben.id, "", 404),
    ):
        assert cleo.do("answer-way", {"way": way, "mail": mail}).status_code == status
    assert sent_to(cleo) == ["here"]


def test_what_was_typed_wrong_is_shown_again(cleo: Visitor) -> None:
    cleo.ask()
    answer = cleo.do("answer-way", {"way": "new", "mail": "cleo@"})
    assert 'value="cleo@"' in answer.text
    assert "does not look like a mail address" in answer.text


def test_somebody_in_copy_does_not_choose_for_the_customer(cleo: Visitor) -> None:
    cleo.ask()
    with cleo.office.database.write() as unit:
        other = resolve(unit, cleo.cast.brand.id, "email", "dov@mail.test")
        store.add_participant(unit, cleo.case().id, other.id, "copied", confirmed=True)
        token = issue(unit, cleo.case(), other.id)

    answer = cleo.post(f"/t/{token}/answer-way", {"way": "here"})
    assert answer.status_code == 403
    assert "answer-way" not in cleo.page(f"/t/{token}").html
