"""What WhatsApp tells, understood."""

from typing import Any

import pytest

from fairline.channels.contract import Echo, Edited, Ignored, Inbound, Invalid, Receipt, Removed
from fairline.channels.meta.whatsapp_news import address_of
from tests.channels.meta.inboxes import heard, whatsapp

WHO = {"profile": {"name": "Cleo Marsh"}, "wa_id": "16505551234"}
BSUID = "US.13491208655302741918"


def message(**holds: Any) -> Any:
    own = {"from": "16505551234", "id": "wamid.A", "timestamp": "1763820000", **holds}
    return heard("whatsapp", whatsapp(contacts=[WHO], messages=[own]))


def test_words_come_from_a_number() -> None:
    context = {"from": "15550783881", "id": "wamid.0"}
    found = message(type="text", text={"body": "My parcel"}, context=context)

    assert isinstance(found, Inbound)
    assert (found.native_id, found.text, found.in_reply_to) == (
        "wamid.A",
        "My parcel",
        ("wamid.0",),
    )
    assert (found.author.address, found.author.name) == ("+16505551234", "Cleo Marsh")


def test_who_hides_the_number_is_known_by_metas_id() -> None:
    who = {"profile": {"name": "Cleo", "username": "cleo.m"}, "user_id": BSUID}
    own = {"from_user_id": BSUID, "id": "wamid.B", "type": "text", "text": {"body": "Hello"}}
    found = heard("whatsapp", whatsapp(contacts=[who], messages=[own]))

    assert isinstance(found, Inbound)
    assert (found.author.address, found.author.name) == (BSUID, "Cleo (@cleo.m)")


def test_a_file_is_looked_up_by_its_id() -> None:
    image = {"id": "778899", "mime_type": "image/jpeg", "caption": "Broken"}
    found = message(type="image", image=image)

    (file,) = found.files
    assert found.text == "Broken"
    assert file.url == "https://graph.facebook.com/v25.0/778899"
    assert (file.name, file.media_type) == ("image.jpg", "image/jpeg")


def test_a_files_id_is_never_a_path() -> None:
    found = message(type="image", image={"id": "../me/accounts", "mime_type": "image/jpeg"})

    assert found.files == ()


def test_a_reaction_asks_for_nothing() -> None:
    found = message(type="reaction", reaction={"message_id": "wamid.0", "emoji": "👍"})

    assert isinstance(found, Ignored)


def test_an_edit_and_a_removal() -> None:
    new = {"type": "text", "text": {"body": "order 4712"}}
    edited = message(type="edit", edit={"original_message_id": "wamid.0", "message": new})
    gone = message(type="revoke", revoke={"original_message_id": "wamid.0"})

    assert isinstance(edited, Edited)
    assert (edited.of, edited.text, edited.address) == ("wamid.0", "order 4712", "+16505551234")
    assert isinstance(gone, Removed)
    assert (gone.of, gone.address) == (("wamid.0",), "+16505551234")


@pytest.mark.parametrize(
    ("holds", "words"),
    [
        ({"type": "interactive", "interactive": {"list_reply": {"title": "Refund"}}}, "Refund"),
        ({"type": "button", "button": {"text": "Yes"}}, "Yes"),
        ({"type": "location", "location": {"latitude": 1.5, "longitude": 2, "name": "Home"}}, "Home; 1.5, 2"),
        ({"type": "contacts", "contacts": [{"name": {"formatted_name": "Dov"}, "phones": [{"phone": "+1"}]}]}, "Dov, +1"),
        ({"type": "order", "order": {"product_items": [{"quantity": 2, "product_retailer_id": "tea"}]}}, "2 of tea"),
        ({"type": "unsupported", "errors": [{"title": "Message type unknown"}]}, "Message type unknown"),
        ({"type": "something_new"}, "does not hand over"),
    ],
)  # fmt: skip
def test_every_type_is_said_in_words(holds: dict[str, Any], words: str) -> None:
    assert words in message(**holds).text


def status(**holds: Any) -> Any:
    own = {"id": "wamid.S", "timestamp": "1763820000", "recipient_id": "16505551234", **holds}
    return heard("whatsapp", whatsapp(statuses=[own]))


def test_a_status_moves_the_delivery_by_its_id_or_our_own_key() -> None:
    found = status(status="read", biz_opaque_callback_data="0198-key")

    assert isinstance(found, Receipt)
    assert (found.state, found.native_ids) == ("read", ("wamid.S", "0198-key"))


@pytest.mark.parametrize(("code", "blames"), [(131026, True), (131047, False), (131049, False)])
def test_a_failure_blames_the_address_only_when_it_is_its_fault(code: int, blames: bool) -> None:
    found = status(status="failed", errors=[{"code": code, "title": "No"}])

    assert isinstance(found, Receipt)
    assert (found.state, found.blames_address, found.provider_code) == ("failed", blames, str(code))
    assert len(found.text) > 20


def test_a_colleagues_words_in_the_app_are_kept() -> None:
    echo = {"to": "16505551234", "id": "wamid.E", "type": "text", "text": {"body": "On its way"}}
    found = heard("whatsapp", whatsapp(message_echoes=[echo]))

    assert isinstance(found, Echo)
    assert (found.recipient, found.text) == ("+16505551234", "On its way")


def test_a_changed_number_joins_nothing() -> None:
    system = {"body": "Cleo changed from 1 to 2", "type": "user_changed_number"}

    assert isinstance(message(type="system", system=system), Ignored)


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("+1 650-555-1234", "+16505551234"),
        ("16505551234", "+16505551234"),
        (BSUID, BSUID),
        ("US.ENT.11815799212886844830", "US.ENT.11815799212886844830"),
    ],
)
def test_an_address_has_one_form(given: str, address: str) -> None:
    assert address_of(given) == address
    assert address_of(address) == address


@pytest.mark.parametrize("given", ["", " ", "a b", "x" * 900, "?"])
def test_what_is_no_address_is_refused(given: str) -> None:
    with pytest.raises(Invalid):
        address_of(given)
