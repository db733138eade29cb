"""A case taken out and put in elsewhere is the same case: nothing lost, nothing sent, no door opened."""

import io
import shutil
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairline.cases import actions, changes, store_export
from fairline.cases.archive import open_archive, write_folder, write_zip
from fairline.cases.document import Document, decode, encode
from fairline.cases.export import blobs_of, export_case, find_case
from fairline.cases.files import upload
from fairline.cases.inbound import Auth, Author, Copied, Inbound, InboundFile
from fairline.cases.intake import receive
from fairline.cases.rebuild import Rebuilt, rebuild_case
from fairline.cases.rows import SYSTEM
from fairline.channels import raw
from fairline.channels.carried import CARRIED
from fairline.channels.contract import RawItem
from fairline.channels.ledger import Ledger
from fairline.channels.store_inboxes import all_inboxes
from fairline.core.errors import Conflict, Invalid
from fairline.core.settings import Settings
from fairline.line.store import standing
from fairline.people import store as people
from fairline.wiring import Office
from tests.cluster import Cluster
from tests.conftest import Cast, said

Taken = tuple[Document, dict[str, bytes]]


@pytest.fixture
def elsewhere(
    empty_database: str, cluster: Cluster | None, tmp_path: Path
) -> Iterator[Callable[[], Office]]:
    """Makes another install, as empty as can be."""
    made: list[Office] = []

    def make() -> Office:
        number = len(made)
        folder = tmp_path / f"elsewhere-{number}"
        folder.mkdir()
        url = f"sqlite:///{folder / 'fairline.db'}"
        if cluster:
            name = f"other{number}{abs(hash(tmp_path)) % 10**12}"
            url = cluster.create(name, template="fairline_template")
        else:
            shutil.copy(str(sa.make_url(empty_database).database), folder / "fairline.db")
        made.append(Office(Settings(data_dir=str(folder), database_url=url)))
        return made[-1]

    yield make
    for office in made:
        office.close()


def take_out(office: Office, word: str) -> Taken:
    with office.database.read() as unit:
        document = export_case(unit, find_case(unit, word).id, CARRIED)
        return document, dict(blobs_of(unit, document))


def put_in(office: Office, taken: Taken) -> Rebuilt:
    with office.database.write() as unit:
        return rebuild_case(unit, *taken, CARRIED, by=SYSTEM)


def a_rich_case(office: Office, cast: Cast) -> str:
    """Cleo's mail with a file and a copy, a note with a mention, an answer, tags, a snooze."""
    with office.database.write() as unit:
        payload = b"From: cleo@mail.test\r\n\r\nHelp"
        kept = raw.keep(unit, cast.mailbox.id, RawItem(native_id="m1@mail.test", payload=payload))
        assert kept
        mail = said(
            "My parcel has not come",
            native_id="m1@mail.test",
            subject="Parcel",
            full_text="My parcel has not come\n> quoted",
            html="<p>My <b>parcel</b></p>",
            copied=(Copied(role="cc", address="dov@mail.test", name="Dov"),),
            auth=Auth(spf="pass", dkim="pass", dmarc="pass", source="ours"),
            files=(InboundFile(name="label.png", media_type="image/png", data=b"\x89PNG..."),),
        )
        from fairline.db.blobs import put_blob

        taken = receive(unit, cast.mailbox_ref, mail, raw_sha256=put_blob(unit, payload))
        case = changes.get_case(unit, taken.case_id)
        by = actions.actor_of(cast.ada)
        case = changes.assign(unit, case, cast.ben.id, by=by, reason="knows parcels")
        actions.note(unit, case.id, cast.ben, "@[Bea] what do you think?")
        file = upload(
            unit,
            case.id,
            cast.ben.id,
            InboundFile(name="map.txt", media_type="text/plain", data=b"here"),
            most_bytes=1000,
        )
        actions.reply(unit, case.id, cast.ben, "It is on its way.", file_ids=[file.id])
        case = changes.get_case(unit, case.id)
        changes.add_tag(unit, case, "parcel", by=by)
        changes.set_severity(unit, case, "money", by=by, reason="refund stuck")
        changes.snooze(unit, case, unit.now + timedelta(days=2), by=by)
        other = receive(unit, cast.board_ref, said(channel="web", by="browser-1", name=""))
        from fairline.cases import store

        store.relate(unit, case.id, other.case_id, "same parcel")
        return case.reference


def test_a_case_rebuilt_elsewhere_exports_to_the_same(
    office: Office, cast: Cast, elsewhere: Callable[[], Office]
) -> None:
    reference = a_rich_case(office, cast)
    taken = take_out(office, reference)
    # What is linked is linked again where it is there too.
    linked = take_out(office, taken[0].related[0].reference)
    there = elsewhere()

    put_in(there, linked)
    rebuilt = put_in(there, taken)

    assert rebuilt.is_new
    assert take_out(there, reference) == taken


def test_a_repeat_stands_alone_elsewhere_with_its_own_arrival(
    office: Office, cast: Cast, elsewhere: Callable[[], Office]
) -> None:
    author = Author(channel="email", address="cleo@mail.test", name="Cleo", verified=True)
    with office.database.write() as unit:
        first, again = (
            receive(unit, cast.mailbox_ref, said("My parcel 4711 has not come", author=author))
            for _ in range(2)
        )
    with office.database.read() as unit:
        repeat = changes.get_case(unit, again.case_id)
    assert repeat.repeat_of_id == first.case_id
    taken = take_out(office, repeat.reference)
    assert [one.case_id for one in taken[0].related] == [first.case_id]
    there = elsewhere()
    put_in(there, taken)
    with there.database.read() as unit:
        rebuilt = changes.get_case(unit, again.case_id)
        assert (rebuilt.repeat_of_id, rebuilt.entered_at) == (None, repeat.entered_at)
        assert standing(unit, rebuilt.id) is not None


def test_the_same_case_twice_is_done_once(
    office: Office, cast: Cast, elsewhere: Callable[[], Office]
) -> None:
    taken = take_out(office, a_rich_case(office, cast))
    taken = (msgspec.structs.replace(taken[0], related=()), taken[1])
    there = elsewhere()
    put_in(there, taken)

    again = put_in(there, taken)

    assert not again.is_new


def test_at_home_it_is_known_to_be_the_same(office: Office, cast: Cast) -> None:
    taken = take_out(office, a_rich_case(office, cast))
    with office.database.write() as unit:  # what had not left is still to leave
        assert not rebuild_case(unit, *taken, CARRIED, by=SYSTEM).is_new


def test_a_case_that_went_on_is_not_overwritten(office: Office, cast: Cast) -> None:
    taken = take_out(office, reference := a_rich_case(office, cast))
    with office.database.write() as unit:
        case = find_case(unit, reference)
        changes.add_tag(unit, case, "later", by=SYSTEM)

    with pytest.raises(Conflict) as refused:
        put_in(office, taken)

    assert refused.value.code == "reference_taken"


def test_nothing_is_sent_from_a_rebuilt_case(
    office: Office, cast: Cast, elsewhere: Callable[[], Office]
) -> None:
    taken = take_out(office, a_rich_case(office, cast))
    there = elsewhere()
    put_in(there, taken)

    ledger = Ledger(there.database, there.channels)

    assert not ledger.step("worker")
    assert {d.state for d in taken[0].deliveries} == {"unknown"}


def test_an_import_opens_no_door(
    office: Office, cast: Cast, elsewhere: Callable[[], Office]
) -> None:
    there = elsewhere()
    put_in(there, take_out(office, a_rich_case(office, cast)))

    with there.database.read() as unit:
        assert people.all_agents(unit) == []
        assert {a.email for a in people.all_agents(unit, include_disabled=True)} >= {
            "ben@acme.test"
        }
        assert all_inboxes(unit) == []
        (brand,) = people.all_brands(unit)
        assert not brand.board_open


def test_known_people_are_found_again(
    office: Office, cast: Cast, elsewhere: Callable[[], Office]
) -> None:
    """Ben works there too; Cleo's address belongs to the contact who has it there."""
    reference = a_rich_case(office, cast)
    there = elsewhere()
    put_in(there, take_out(office, reference))
    with office.database.write() as unit:
        second = receive(unit, cast.mailbox_ref, said("One more thing"))
        two = changes.get_case(unit, second.case_id).reference

    put_in(there, take_out(office, two))

    with there.database.read() as unit:
        first, later = find_case(unit, reference), find_case(unit, two)
        assert first.contact_id == later.contact_id
        assert len(people.all_agents(unit, include_disabled=True)) == len(
            {a.email for a in people.all_agents(unit, include_disabled=True)}
        )


def test_an_answer_to_what_was_sent_before_joins_there(
    office: Office, cast: Cast, elsewhere: Callable[[], Office]
) -> None:
    taken = take_out(office, reference := a_rich_case(office, cast))
    there = elsewhere()
    put_in(there, taken)

    with there.database.write() as unit:
        brand = people.all_brands(unit)[0]
        case = find_case(unit, reference)
        ref = msgspec.structs.replace(
            cast.mailbox_ref, id=case.inbox_id, brand_id=brand.id, addresses=frozenset()
        )
        answer = said("Thank you!", in_reply_to=(taken[0].sent[0].native_id,))
        joined = receive(unit, ref, answer)

    assert joined.case_id == case.id


def test_a_zip_and_a_folder_hold_the_same(office: Office, cast: Cast, tmp_path: Path) -> None:
    document, blobs = take_out(office, a_rich_case(office, cast))
    (tmp_path / "a.zip").write_bytes(write_zip(document, blobs.items()))
    write_folder(tmp_path / "a", document, blobs.items())

    for path in (tmp_path / "a.zip", tmp_path / "a"):
        archive = open_archive(path)
        assert archive.document == document
        assert dict(archive.blobs) == blobs


def test_a_folder_in_use_is_not_written_over(office: Office, cast: Cast, tmp_path: Path) -> None:
    document, blobs = take_out(office, a_rich_case(office, cast))
    (tmp_path / "notes.txt").write_text("mine")

    with pytest.raises(Conflict):
        write_folder(tmp_path, document, blobs.items())


def _changed(document: Document, change: Callable[[dict[str, object]], None]) -> bytes:
    values = msgspec.json.decode(encode(document))
    change(values)
    return msgspec.json.encode(values)


def _drop_identity(values: dict[str, object]) -> None:
    values["identities"] = []


def _forge_status(values: dict[str, object]) -> None:
    values["case"] = dict(values["case"], status="won")  # type: ignore[call-overload]


def _forge_id(values: dict[str, object]) -> None:
    values["case"] = dict(values["case"], id="../../etc/passwd")  # type: ignore[call-overload]


def _queue_again(values: dict[str, object]) -> None:
    values["deliveries"] = [dict(values["deliveries"][0], state="queued")]  # type: ignore[index]


def _wrong_blob(values: dict[str, object]) -> None:
    values["attachments"] = [dict(values["attachments"][0], sha256="0" * 64)]  # type: ignore[index]


def _unknown_field(values: dict[str, object]) -> None:
    values["extra"] = 1


def _unknown_event(values: dict[str, object]) -> None:
    values["events"] = [dict(values["events"][0], kind="became_rich")]  # type: ignore[index]


@pytest.mark.parametrize(
    "change",
    [
        _drop_identity,
        _forge_status,
        _forge_id,
        _queue_again,
        _wrong_blob,
        _unknown_field,
        _unknown_event,
    ],
    ids=lambda change: change.__name__,
)
def test_a_damaged_export_is_refused_whole(
    office: Office,
    cast: Cast,
    elsewhere: Callable[[], Office],
    change: Callable[[dict[str, object]], None],
) -> None:
    document, blobs = take_out(office, a_rich_case(office, cast))
    there = elsewhere()

    with pytest.raises(Invalid) as refused:
        put_in(there, (decode(_changed(document, change)), blobs))

    assert refused.value.code == "bad_export"
    with there.database.read() as unit:
        assert people.all_brands(unit) == []


def test_an_altered_file_is_noticed(
    office: Office, cast: Cast, elsewhere: Callable[[], Office]
) -> None:
    document, blobs = take_out(office, a_rich_case(office, cast))
    name = document.blobs[0].sha256

    with pytest.raises(Invalid):
        put_in(elsewhere(), (document, blobs | {name: b"x" * len(blobs[name])}))


def test_html_of_a_forged_export_is_harmless(
    office: Office, cast: Cast, elsewhere: Callable[[], Office]
) -> None:
    document, blobs = take_out(office, a_rich_case(office, cast))
    forged = dict(document.messages[0], html="<img src=x onerror=alert(1)><script>1</script>")
    forged["permalink"] = "javascript:alert(1)"
    there = elsewhere()

    messages = (forged, *document.messages[1:])
    put_in(there, (msgspec.structs.replace(document, messages=messages), blobs))

    with there.database.read() as unit:
        case = find_case(unit, str(document.case["reference"]))
        stored = store_export.all_messages(unit, case.id)[0]
        assert "script" not in stored.html
        assert "onerror" not in stored.html
        assert stored.permalink == ""


def test_a_zip_that_points_elsewhere_leads_nowhere(tmp_path: Path) -> None:
    path = tmp_path / "evil.zip"
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.writestr("../../outside.txt", "here I am")
        zipped.writestr("case.json", "{}")

    with pytest.raises(Invalid):
        open_archive(path)

    assert not (tmp_path.parent.parent / "outside.txt").exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not really", b"hello"])
def test_what_is_no_zip_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "case.zip"
    path.write_bytes(content)

    with pytest.raises(Invalid):
        open_archive(path)


def test_a_cut_zip_is_refused(
    office: Office, cast: Cast, tmp_path: Path, elsewhere: Callable[[], Office]
) -> None:
    document, blobs = take_out(office, a_rich_case(office, cast))
    whole = write_zip(document, blobs.items())
    source = zipfile.ZipFile(io.BytesIO(whole))
    path = tmp_path / "cut.zip"
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.writestr("case.json", source.read("case.json"))

    archive = open_archive(path)

    with pytest.raises(Invalid), (there := elsewhere()).database.write() as unit:
        rebuild_case(unit, archive.document, archive.blobs, CARRIED, by=SYSTEM)
    with there.database.read() as unit:
        assert people.all_brands(unit) == []


words = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40).filter(
    lambda text: bool(text.strip())
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("says"), words),
        st.tuples(st.just("answers"), words),
        st.tuples(st.just("notes"), words),
        st.tuples(st.just("tags"), words),
        st.tuples(st.just("status"), st.sampled_from(["open", "on_hold", "solved", "waiting"])),
        st.tuples(st.just("owner"), st.sampled_from(["ben", "bea", ""])),
        st.tuples(st.just("subject"), words),
        st.tuples(st.just("names"), st.sampled_from(["contact:1", "team:Billing", "agent:x@y.z"])),
    ),
    max_size=8,
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=steps, text=words, html=st.sampled_from(["", "<p>a</p>", "<b>b</b><img src=x>"]))
def test_export_of_import_of_export_is_export(
    office: Office,
    cast: Cast,
    elsewhere: Callable[[], Office],
    steps: list[tuple[str, str]],
    text: str,
    html: str,
) -> None:
    from fairline.core.text import clean_html

    with office.database.write() as unit:
        first = said(text, html=clean_html(html).html if html else "")
        case_id = receive(unit, cast.mailbox_ref, first).case_id
        for what, value in steps:
            case = changes.get_case(unit, case_id)
            if what == "says":
                more = Inbound(
                    native_id=value * 2 + str(case.message_count),
                    author=Author(channel="email", address="cleo@mail.test", name="Cleo"),
                    text=value,
                )
                receive(unit, cast.mailbox_ref, more, joins=case_id)
            elif what == "answers":
                actions.reply(unit, case_id, cast.ben, value)
            elif what == "notes":
                actions.note(unit, case_id, cast.bea, value)
            elif what == "tags" and value.replace(",", " ").strip():
                changes.add_tag(unit, case, value, by=SYSTEM)
            elif what == "status" and case.status != "closed":
                changes.set_status(unit, case, value, by=SYSTEM)
            elif what == "owner":
                owner = {"ben": cast.ben.id, "bea": cast.bea.id}.get(value)
                changes.assign(unit, case, owner, by=SYSTEM)
            elif what in {"subject", "names"}:
                changes.set_subject(unit, case, value, by=SYSTEM)
        reference = changes.get_case(unit, case_id).reference
    taken = take_out(office, reference)
    there = elsewhere()

    put_in(there, taken)

    again = take_out(there, reference)
    assert again == taken
    assert encode(again[0]) == encode(taken[0])
