"""Calls over the API: which are to be made, asking for one, and logging one that came in."""

from typing import Annotated, Any

from litestar import Request, Response
from litestar.params import Parameter

from fairline.api.access import find_case
from fairline.api.once import once
from fairline.api.routes import reads, writes
from fairline.api.shapes import TakenOut
from fairline.api.shapes_calls import CallList, CallOut, NewCall, NewHeard, WindowList, WindowOut
from fairline.cases.actions import actor_of
from fairline.cases.changes import get_case
from fairline.cases.rows import Case
from fairline.channels.registry import Channels
from fairline.core.errors import Invalid, NotFound
from fairline.core.ids import new_token
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.handoff.calls import store
from fairline.handoff.calls.asking import (
    Wish,
    ask_for_call,
    cancel_call,
    number_of,
    offered,
)
from fairline.handoff.calls.incoming import Heard, log_call
from fairline.handoff.calls.rows import Call
from fairline.handoff.calls.windows import Window
from fairline.people import store as people
from fairline.people.calling import calling_of
from fairline.people.rights import may_see_brand
from fairline.people.setup import get_brand
from fairline.people.tables import Brand
from fairline.people.tokens import Bearer
from fairline.promises.targets import read_severity

Limit = Annotated[int, Parameter(ge=1, le=200)]


@reads("/calls", tags=["Calls"])
def list_calls(database: Database, bearer: Bearer, limit: Limit = 50) -> CallList:
    """The calls that are to be made, the earliest first."""
    with database.read() as unit:
        found = store.open_calls(unit, bearer.agent.brand_ids, limit=limit)
    return CallList(calls=[_out(call, reference) for call, reference, *_ in found])


@reads("/cases/{reference:str}/call", tags=["Calls"])
def read_call(database: Database, bearer: Bearer, reference: str) -> CallOut:
    """The newest call of a case, also one that is over."""
    with database.read() as unit:
        case = find_case(unit, bearer.agent, reference)
        call = store.last_of(unit, case.id)
    if call is None:
        raise NotFound("No call was asked for on this case.", code="no_call")
    return _out(call, case.reference)


@reads("/cases/{reference:str}/call-windows", tags=["Calls"])
def list_windows(database: Database, bearer: Bearer, reference: str) -> WindowList:
    """The times that can be asked for now, inside the hours that hold for the case."""
    with database.read() as unit:
        case = find_case(unit, bearer.agent, reference)
        policy = calling_of(get_brand(unit, case.brand_id))
        found: list[Window] = offered(unit, case, policy)[1] if policy.offered else []
    return WindowList(
        windows=[WindowOut(key=w.key, from_at=w.from_at, until_at=w.until_at) for w in found]
    )


@writes("/cases/{reference:str}/call", tags=["Calls"])
def ask(
    request: Request[Any, Any, Any],
    database: Database,
    bearer: Bearer,
    reference: str,
    data: NewCall,
) -> Response[CallOut]:
    """Put a call on the case. Its place in line stays."""

    def work(unit: Unit) -> CallOut:
        case = get_case(unit, find_case(unit, bearer.agent, reference).id, lock=True)
        brand = get_brand(unit, case.brand_id)
        wish = Wish(
            number=number_of(brand, data.number),
            when=data.when,
            zone=data.zone or brand.time_zone,
            note=data.note.replace("\x00", ""),
        )
        call = ask_for_call(unit, case, brand, wish, by=actor_of(bearer.agent))
        return _out(call, case.reference)

    return once(request, database, bearer, data, work)  # type: ignore[return-value]


@writes("/cases/{reference:str}/call/cancel", tags=["Calls"], status_code=200)
def cancel(database: Database, bearer: Bearer, reference: str) -> CallOut:
    """The call is not wanted any more."""
    with database.write() as unit:
        case = get_case(unit, find_case(unit, bearer.agent, reference).id, lock=True)
        cancel_call(unit, case, by=actor_of(bearer.agent))
        call = store.last_of(unit, case.id)
        assert call is not None
        return _out(call, case.reference)


@writes("/calls", tags=["Calls"])
def log(
    request: Request[Any, Any, Any],
    database: Database,
    channels: Channels,
    bearer: Bearer,
    data: NewHeard,
) -> Response[TakenOut]:
    """A call that came in becomes a case, or joins the one that is named."""

    def work(unit: Unit) -> TakenOut:
        named = find_case(unit, bearer.agent, data.reference) if data.reference else None
        brand = get_brand(unit, named.brand_id) if named else _brand(unit, bearer, data.brand)
        if data.status not in {"", "waiting", "solved", "open"}:
            raise Invalid("A status is waiting, solved or open.", field="status")
        if data.recording_url and not data.recording_url.startswith(("https://", "http://")):
            raise Invalid("A recording is a web address.", field="recording_url")
        heard = Heard(
            key=new_token(),
            text=data.text,
            number=number_of(brand, data.number) if data.number else None,
            name=data.name.replace("\x00", ""),
            kind=data.kind,
            severity=read_severity(data.severity).value if data.severity else "",
            recording_url=data.recording_url[:1000].replace("\x00", ""),
            answered=data.answered,
            status=data.status or None,
        )
        locked: Case | None = get_case(unit, named.id, lock=True) if named else None
        taken = log_call(unit, channels, brand, heard, bearer.agent, case=locked)
        case = get_case(unit, taken.case_id)
        return TakenOut(
            outcome=taken.outcome,
            reference=case.reference,
            case_id=case.id,
            message_id=taken.message_id,
        )

    return once(request, database, bearer, data, work)  # type: ignore[return-value]


def _brand(unit: Unit, bearer: Bearer, slug: str) -> Brand:
    """By its slug, or the first of the agent's. Raises NotFound."""
    known = [one for one in people.all_brands(unit) if may_see_brand(bearer.agent, one.id)]
    found = next((one for one in known if one.slug == slug or not slug), None)
    if found is None:
        raise NotFound("There is no such brand.", code="no_brand")
    return found


def _out(call: Call, reference: str) -> CallOut:
    names = set(CallOut.__struct_fields__) - {"reference"}
    return CallOut(reference=reference, **{name: getattr(call, name) for name in names})


HANDLERS: list[Any] = [list_calls, read_call, list_windows, ask, cancel, log]
