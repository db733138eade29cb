"""A form from being asked for to being wiped: what is kept, who is told, and what nobody sees."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from fairline.board.hub import store as hub
from fairline.board.hub.tables import SECRETS
from fairline.cases import changes, store_events, store_messages
from fairline.cases.actions import actor_of
from fairline.cases.archive import write_zip
from fairline.cases.export import blobs_of, export_case
from fairline.cases.inbound import InboundFile
from fairline.cases.intake import receive
from fairline.cases.rows import Case
from fairline.cases.search import search
from fairline.channels.activitypub.keys import key_of
from fairline.channels.carried import CARRIED
from fairline.channels.memory import InboxMemory
from fairline.core.errors import Conflict, Invalid, NotAllowed, NotFound, Unavailable
from fairline.core.ids import new_id
from fairline.core.secrets import Keyring
from fairline.db.sealed import SEALED
from fairline.db.types import metadata
from fairline.handoff.forms import asking, readers, reading, sending, sets, store, wiping
from fairline.handoff.forms.rows import FieldSet, SecureForm
from fairline.handoff.forms.tables import case_keys, sealed_answers, secure_forms
from fairline.people import teams
from fairline.wiring import Office
from tests.conftest import Cast, said
from tests.handoff.forms.conftest import BANK, HOLDER, IBAN, Send

PROOF = InboundFile(name="passport.png", media_type="image/png", data=b"\x89PNG secret scan")


def form_now(office: Office, form: SecureForm) -> SecureForm:
    with office.database.read() as unit:
        found = store.form_by_id(unit, form.id)
    assert found
    return found


def case_now(office: Office, case: Case) -> Case:
    with office.database.read() as unit:
        return changes.get_case(unit, case.id)


def kinds_of(office: Office, case: Case) -> list[str]:
    with office.database.read() as unit:
        return [e.kind for e in store_events.of_case(unit, case.id) if e.kind.startswith("form_")]


def test_asking_writes_to_the_customer_in_private_and_waits_for_them(
    office: Office, cast: Cast, case: Case, form: SecureForm
) -> None:
    with office.database.read() as unit:
        message = store_messages.message_by_id(unit, form.message_id)

    assert message
    assert message.visibility == "private"
    assert "To refund you." in message.text
    assert "“Bank details”" in message.text
    assert case_now(office, case).status == "waiting"
    assert case_now(office, case).matters == ["form"]
    assert kinds_of(office, case) == ["form_asked"]


def test_asking_needs_a_reason_and_asks_once(
    office: Office, cast: Cast, case: Case, form: SecureForm, bank: FieldSet
) -> None:
    with pytest.raises(Invalid), office.database.write() as unit:
        asking.ask(unit, case.id, cast.ben, set_id=bank.id, why="  ")
    with pytest.raises(Conflict) as again, office.database.write() as unit:
        asking.ask(unit, case.id, cast.ben, set_id=bank.id, why="To refund you.")
    assert again.value.code == "asked_already"


def test_what_is_sent_returns_the_case_to_the_line_and_is_read_again_whole(
    office: Office, cast: Cast, case: Case, form: SecureForm, send: Send
) -> None:
    sent = send(form, proof=PROOF)

    assert (sent.state, sent.answers, sent.times_sent) == ("sent", 3, 1)
    assert sent.wipes_at
    assert sent.sent_at
    assert sent.wipes_at - sent.sent_at == timedelta(days=30)
    now = case_now(office, case)
    assert now.status == "open"
    assert now.entered_at is not None
    answers = reading.read_answers(office.database, office.keyring, case.id, form.id, cast.ada)
    assert answers["iban"].text == IBAN
    assert answers["holder"].text == HOLDER
    assert (answers["proof"].name, answers["proof"].data) == ("passport.png", PROOF.data)


def test_sending_again_replaces_until_somebody_closes_it(
    office: Office, cast: Cast, case: Case, form: SecureForm, send: Send
) -> None:
    send(form, proof=PROOF)
    again = send(form, holder="Ptolemy")

    assert (again.answers, again.times_sent) == (2, 2)
    answers = reading.read_answers(office.database, office.keyring, case.id, form.id, cast.ada)
    assert set(answers) == {"holder", "iban"}
    assert answers["holder"].text == "Ptolemy"

    with office.database.write() as unit:
        asking.close_form(unit, case, form.id, by=actor_of(cast.ben))
    with pytest.raises(Conflict) as closed:
        send(form)
    assert closed.value.code == "form_closed"
    # What was sent is still there to be read.
    assert case_now(office, case).matters == ["form"]
    assert reading.read_answers(office.database, office.keyring, case.id, form.id, cast.ada)


def test_every_wrong_field_is_named_at_once(bank: FieldSet) -> None:
    with pytest.raises(sending.FormRefused) as refused:
        sending.check_all(bank, {"iban": "DE00"}, {}, 10)

    assert set(refused.value.errors) == {"holder", "iban"}
    with pytest.raises(sending.FormRefused) as large:
        sending.check_all(bank, {"holder": "C", "iban": IBAN}, {"proof": PROOF}, 10)
    assert set(large.value.errors) == {"proof"}


def test_nothing_that_was_sent_stands_anywhere_in_clear(
    office: Office, cast: Cast, case: Case, form: SecureForm, send: Send
) -> None:
    """Every column of every table, the export and the search are looked through."""
    send(form, proof=PROOF)
    reading.read_answers(office.database, office.keyring, case.id, form.id, cast.ada)
    planted = [HOLDER, IBAN, IBAN.replace(" ", ""), "secret scan", "passport.png"]

    with office.database.read() as unit:
        for table in metadata.sorted_tables:
            for row in unit.execute(sa.select(table)):
                for value in row:
                    plain = value if isinstance(value, bytes) else str(value).encode()
                    for secret in planted:
                        assert secret.encode() not in plain, (table.name, secret)
        document = export_case(unit, case.id, CARRIED)
        archive = write_zip(document, blobs_of(unit, document))
        for secret in planted:
            assert secret.encode() not in archive
        for word in ("Cleopatra", "Philopator", "3704", "passport"):
            assert search(unit, word, limit=5)[0] == []
        # What is exported instead: that it was sent, and how many answers.
        told = [event.data for event in document.events if event.kind == "form_sent"]
    assert told == [{"form_id": form.id, "name": "Bank details", "answers": 3, "again": False}]


def test_each_answer_is_bound_to_its_place(
    office: Office, cast: Cast, case: Case, form: SecureForm, send: Send
) -> None:
    """A row put in the place of another does not open there."""
    send(form)
    with office.database.write() as unit:
        found = store.answers_of(unit, form.id)
        key_id, holder = found["holder"]
        store.put_answers(unit, form.id, key_id, {"iban": holder})

    with pytest.raises(Unavailable) as refused:
        reading.read_answers(office.database, office.keyring, case.id, form.id, cast.ada)
    assert refused.value.code == "sealed_damaged"


def test_each_case_has_a_data_key_of_its_own_under_the_master_key(
    office: Office, case: Case, form: SecureForm, send: Send
) -> None:
    send(form)
    with office.database.read() as unit:
        (row,) = unit.execute(sa.select(case_keys)).all()

    assert row.case_id == row.bound_to == case.id
    assert row.master_id == office.keyring.key_id
    assert row.sealed.startswith(f"{row.master_id}.")
    with pytest.raises(Unavailable):
        office.keyring.open(row.sealed, purpose="case.key:another")


def test_only_those_with_the_right_read_and_each_look_is_noted_first(
    office: Office, cast: Cast, case: Case, form: SecureForm, send: Send
) -> None:
    send(form)

    with pytest.raises(NotAllowed):
        reading.read_answers(office.database, office.keyring, case.id, form.id, cast.ben, "iban")
    with office.database.read() as unit:
        assert reading.looks_at(unit, case, form.id) == []

    reading.read_answers(office.database, office.keyring, case.id, form.id, cast.ada, "iban")

    with office.database.read() as unit:
        (look,) = reading.looks_at(unit, case, form.id)
    assert look.actor_id == cast.ada.id
    assert look.data == {
        "form_id": form.id,
        "name": "Bank details",
        "field": "iban",
        "label": "Account number",
    }


def test_a_look_is_noted_even_where_opening_fails(
    office: Office, cast: Cast, case: Case, form: SecureForm, send: Send
) -> None:
    send(form)
    stranger = Keyring(b"another key, not the one it was sealed with")

    with pytest.raises(Unavailable) as lost:
        reading.read_answers(office.database, stranger, case.id, form.id, cast.ada, "iban")

    assert lost.value.code == "key_lost"
    with office.database.read() as unit:
        assert len(reading.looks_at(unit, case, form.id)) == 1


@pytest.mark.parametrize("holder", ["role", "team", "person", "nobody"])
def test_the_right_is_given_by_role_team_or_person(office: Office, cast: Cast, holder: str) -> None:
    with office.database.write() as unit:
        team = teams.create_team(unit, name="Refunds", member_ids=[cast.ben.id])
        wanted = {"role": ["agent"], "team": [team.id], "person": [cast.ben.id], "nobody": []}
        readers.set_readers(unit, wanted[holder])
        may = {
            name: readers.may_read(unit, agent)
            for name, agent in (("ben", cast.ben), ("bea", cast.bea), ("ada", cast.ada))
        }

    by_role = holder == "role"
    assert may == {"ben": holder != "nobody", "bea": by_role, "ada": by_role}


def test_a_reader_who_is_not_here_is_refused_and_all_stays(office: Office, cast: Cast) -> None:
    with office.database.write() as unit:
        readers.set_readers(unit, ["agent"])
    with pytest.raises(Invalid), office.database.write() as unit:
        readers.set_readers(unit, [new_id()])
    with office.database.read() as unit:
        assert readers.readers(unit) == ["agent"]


def test_answers_and_their_key_go_when_their_time_is_over(
    office: Office, cast: Cast, case: Case, form: SecureForm, send: Send
) -> None:
    send(form, proof=PROOF)
    assert wiping.wipe_due(office.database) == 0
    with office.database.write() as unit:
        past = unit.now - timedelta(seconds=1)
        unit.execute(sa.update(secure_forms).values(wipes_at=past))

    assert wiping.wipe_due(office.database) == 1
    assert wiping.wipe_due(office.database) == 0

    with office.database.read() as unit:
        assert unit.execute(sa.select(sealed_answers)).all() == []
        assert unit.execute(sa.select(case_keys)).all() == []
    gone = form_now(office, form)
    assert (gone.state, gone.answers, gone.sent_at is not None) == ("wiped", 3, True)
    assert case_now(office, case).matters == []
    assert kinds_of(office, case)[-1] == "form_wiped"
    for act in (
        lambda: reading.read_answers(office.database, office.keyring, case.id, form.id, cast.ada),
        lambda: send(form),
    ):
        with pytest.raises(Conflict):
            act()


def test_a_second_form_keeps_the_key_when_the_first_is_wiped(
    office: Office, cast: Cast, case: Case, form: SecureForm, send: Send
) -> None:
    send(form)
    with office.database.write() as unit:
        other = sets.make_set(
            unit, name="Other", intro="", fields=BANK, kept_days=5, wiped_on_close=True
        )
        second = asking.ask(unit, case.id, cast.ben, set_id=other.id, why="More")
    send(second)
    with office.database.write() as unit:
        wiping.wipe(unit, case, form.id, by=actor_of(cast.ada), reason="by_hand")

    left = reading.read_answers(office.database, office.keyring, case.id, second.id, cast.ada)
    assert left["iban"].text == IBAN
    assert case_now(office, case).matters == ["form"]


def test_answers_that_moved_with_their_form_to_another_case_open_there_and_go_with_their_key(
    office: Office, cast: Cast, case: Case, form: SecureForm, send: Send
) -> None:
    """As when two cases become one."""
    send(form)
    with office.database.write() as unit:
        other = receive(unit, cast.board_ref, said(channel="web", by="cleo-browser-2")).case_id
        store.update_form(unit, form.id, {"case_id": other})

    found = reading.read_answers(office.database, office.keyring, other, form.id, cast.ada)
    assert found["iban"].text == IBAN

    with office.database.write() as unit:
        taker = changes.get_case(unit, other)
        wiping.wipe(unit, taker, form.id, by=actor_of(cast.ada), reason="by_hand")
    with office.database.read() as unit:
        assert unit.execute(sa.select(case_keys)).all() == []


@pytest.mark.parametrize("wiped_on_close", [True, False])
def test_a_set_may_say_that_answers_go_when_the_case_closes(
    office: Office, cast: Cast, case: Case, bank: FieldSet, send: Send, wiped_on_close: bool
) -> None:
    with office.database.write() as unit:
        sets.change_set(
            unit,
            bank.id,
            name=bank.name,
            intro="",
            fields=BANK,
            kept_days=30,
            wiped_on_close=wiped_on_close,
        )
        form = asking.ask(unit, case.id, cast.ben, set_id=bank.id, why="To refund you.")
    send(form)
    with office.database.write() as unit:
        changes.set_status(unit, changes.get_case(unit, case.id), "solved", by=actor_of(cast.ben))
        changes.set_status(unit, changes.get_case(unit, case.id), "closed", by=actor_of(cast.ben))

    assert form_now(office, form).holds_answers is not wiped_on_close


def test_a_form_that_is_out_keeps_the_fields_it_was_asked_with(
    office: Office, bank: FieldSet, form: SecureForm
) -> None:
    with office.database.write() as unit:
        changed = sets.change_set(
            unit,
            bank.id,
            name="Bank",
            intro="New",
            fields=BANK[:1],
            kept_days=5,
            wiped_on_close=False,
        )
    with office.database.read() as unit:
        assert changed.version == 2
        assert sets.get_set(unit, bank.id).fields == BANK[:1]
        assert sets.get_set(unit, form.set_id, form.version) == bank


def test_a_bad_set_and_a_taken_name_change_nothing(office: Office, bank: FieldSet) -> None:
    values = {"intro": "", "fields": BANK, "kept_days": 30, "wiped_on_close": False}
    with office.database.write() as unit:
        other = sets.make_set(unit, name="Other", **values)  # type: ignore[arg-type]
    for name, more in (("Bank details", {}), ("Other", {"kept_days": 0}), (" ", {})):
        with pytest.raises((Invalid, Conflict)), office.database.write() as unit:
            sets.change_set(unit, other.id, name=name, **{**values, **more})  # type: ignore[arg-type]
    with pytest.raises(Conflict), office.database.write() as unit:
        sets.make_set(unit, name="Bank details", **values)  # type: ignore[arg-type]
    with office.database.read() as unit:
        assert sets.get_set(unit, other.id) == other


def test_a_form_of_another_case_is_not_there(
    office: Office, cast: Cast, case: Case, form: SecureForm
) -> None:
    with office.database.write() as unit:
        taken = receive(unit, cast.board_ref, said(channel="web", by="dov-browser"))
        other = changes.get_case(unit, taken.case_id)
    with office.database.write() as unit, pytest.raises(NotFound):
        asking.close_form(unit, other, form.id, by=actor_of(cast.ben))
    with pytest.raises(NotFound):
        reading.read_answers(office.database, office.keyring, other.id, form.id, cast.ada)


def test_with_the_master_key_lost_one_can_ask_again_and_all_else_works(
    office: Office, cast: Cast, case: Case, form: SecureForm, send: Send
) -> None:
    send(form)
    office.keyring = Keyring(b"a new key: the old one is lost for good")

    with pytest.raises(Unavailable) as lost:
        reading.read_answers(office.database, office.keyring, case.id, form.id, cast.ada)
    assert lost.value.code == "key_lost"
    assert "ask the customer again" in lost.value.text

    again = send(form)

    assert again.answers == 2
    answers = reading.read_answers(office.database, office.keyring, case.id, form.id, cast.ada)
    assert answers["iban"].text == IBAN
    with office.database.read() as unit:
        # The data key that nobody can open sealed nothing else, so it went.
        masters = list(unit.execute(sa.select(case_keys.c.master_id)).scalars())
    assert masters == [office.keyring.key_id]


def test_every_sealed_column_is_declared(
    office: Office, cast: Cast, form: SecureForm, send: Send
) -> None:
    """What begins like a sealed value stands in a column that a rotation of keys walks."""
    with office.database.write() as unit:
        from fairline.channels.tables import inboxes

        secrets = office.keyring.seal(b"{}", purpose="inbox.secrets")
        unit.execute(sa.update(inboxes).values(secrets=secrets))
        told = {
            "topic": "http://board.test/feed",
            "callback": "https://reader.test/1",
            "brand_id": cast.brand.id,
            "secret": office.keyring.seal(b"s", purpose=SECRETS),
        }
        hub.put_request(unit, {**told, "mode": "subscribe", "lease_s": 3600})
        hub.put_subscription(unit, {**told, "expires_at": unit.now})
        mailbox = office.channels.info(unit, cast.mailbox)
    InboxMemory(office.database, office.keyring, mailbox.id).put("token", "t")
    key_of(office.database, office.keyring, mailbox)
    send(form)
    found = set()
    with office.database.read() as unit:
        for table in metadata.sorted_tables:
            for row in unit.execute(sa.select(table)).mappings():
                found |= {
                    (table.name, name)
                    for name, value in row.items()
                    if str(value).startswith(f"{office.keyring.key_id}.")
                }
    declared = {(one.column.table.name, one.column.name) for one in SEALED}
    assert found == declared
