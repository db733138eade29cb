"""Where our answers can go, as the customer chooses from it."""

import msgspec

from fairline.board.thread_view import masked
from fairline.board.viewer import Viewer
from fairline.cases.rows import Participant
from fairline.core.channel_names import account_of, name_of, said_by

ALL, HERE, NEW = "all", "here", "new"


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """One choice: its value in the form, in words, and whether it holds now."""

    value: str
    words: str
    is_chosen: bool


def ways_of(viewer: Viewer) -> tuple[Way, ...]:
    """What the customer chooses from. Reads nothing: the people of the case are known."""
    chosen = viewer.case.answer_to_id
    own = [p for p in viewer.people if p.role == "customer"]
    ways = [
        Way(
            value=p.identity_id,
            words=f"{_by(p.channel)} to {_whom(p)}"
            + ("" if p.confirmed_at else ", once it is confirmed"),
            is_chosen=p.identity_id == chosen,
        )
        for p in own
        if p.channel != "web" and not p.undeliverable_at
    ]
    is_here = any(p.identity_id == chosen and p.channel == "web" for p in own)
    is_all = not is_here and not any(way.is_chosen for way in ways)
    here = Way(value=HERE, words="Here only, on this page", is_chosen=is_here or not ways)
    if not ways:
        return (here,)
    everywhere = "Here, and to every address you left"
    return (Way(value=ALL, words=everywhere, is_chosen=is_all), here, *ways)


def _by(channel: str) -> str:
    word = said_by(channel) or f"by {name_of(channel)}"
    if word.startswith("on "):
        word = f"by private message {word}"
    return word[:1].upper() + word[1:]


def _whom(one: Participant) -> str:
    """A number or a mail address so that only its owner knows it; an account by its name."""
    shown = account_of(one.address, one.name)
    return masked(shown) if shown == one.address else shown
