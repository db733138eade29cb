"""What the customer sees of the forms that they were asked to fill in. Never an answer."""

from datetime import datetime

import msgspec

from fairline.board.place_words import zone_of
from fairline.board.viewer import Viewer
from fairline.core.errors import NotAllowed
from fairline.db.unit import Unit
from fairline.handoff.forms import store
from fairline.handoff.forms.asking import form_of
from fairline.handoff.forms.readable import count_readers
from fairline.handoff.forms.rows import FieldSet, SecureForm
from fairline.handoff.forms.sets import get_set
from fairline.people import store as people


class FormShown(msgspec.Struct, frozen=True, kw_only=True):
    """One form with its words."""

    form: SecureForm
    set: FieldSet
    asked_by: str
    sent: str
    wipes: str
    wiped: str
    readers: int = 0

    @property
    def id(self) -> str:
        return self.form.id


def may_fill_in(viewer: Viewer) -> bool:
    """Only the customer of the case, by an address that was proven to be theirs."""
    return viewer.is_customer and viewer.me.confirmed_at is not None


def forms_on(unit: Unit, viewer: Viewer) -> tuple[FormShown, ...]:
    """The forms on a thread. One statement where the case's row names none: none at all."""
    if "form" not in viewer.case.matters or not may_fill_in(viewer):
        return ()
    found = [one for one in store.forms_of(unit, viewer.case.id) if _is_shown(one)]
    return tuple(_shown(unit, viewer, one) for one in found)


def form_on(unit: Unit, viewer: Viewer, form_id: str) -> FormShown:
    """One of them. Raises NotAllowed for others than the customer, NotFound."""
    if not may_fill_in(viewer):
        raise NotAllowed("Only the person who asked can fill this in.", code="not_the_customer")
    shown = _shown(unit, viewer, form_of(unit, viewer.case, form_id))
    readers = count_readers(unit, viewer.case.brand_id)
    return msgspec.structs.replace(shown, readers=readers)


def _is_shown(form: SecureForm) -> bool:
    return form.takes_answers or form.sent_at is not None


def _shown(unit: Unit, viewer: Viewer, form: SecureForm) -> FormShown:
    agent = people.agent_by_id(unit, form.asked_by)
    zone = viewer.site.brand.time_zone
    return FormShown(
        form=form,
        set=get_set(unit, form.set_id, form.version),
        asked_by=agent.shown_name if agent else viewer.site.brand.name,
        sent=_day_and_time(form.sent_at, zone),
        wipes=_day(form.wipes_at, zone),
        wiped=_day(form.wiped_at, zone),
    )


def _day(moment: datetime | None, zone: str) -> str:
    if moment is None:
        return ""
    local = moment.astimezone(zone_of(zone))
    return f"{local.day} {local:%B %Y}"


def _day_and_time(moment: datetime | None, zone: str) -> str:
    return f"{_day(moment, zone)}, {moment.astimezone(zone_of(zone)):%H:%M}" if moment else ""
