"""The desk: the agents' screens. Parse, call one action, render; no SQL and no rules here.

Every page hangs under one router whose guard asks for a session, except signing in and set-up.
"""

from typing import Any

from litestar import Router
from litestar.di import Provide
from litestar.exceptions import NotAuthorizedException

from fairline.desk import (
    alarms,
    alike,
    approved,
    calls,
    case,
    continuing,
    duty,
    export,
    fairness,
    find,
    forms,
    granting,
    guard,
    inbox_health,
    letters,
    line,
    log_call,
    mentions,
    merge_page,
    messages,
    no_way,
    outlook,
    promises,
    same_person,
    say,
    split_page,
    stream,
    transfers,
    verbs,
    wall,
    welcome,
)
from fairline.desk.session import give_agent, give_session, signed_in, to_sign_in
from fairline.desk.settings import ROUTES as SETTINGS_ROUTES

INSIDE = Router(
    path="/",
    route_handlers=[
        welcome.sign_out,
        *line.ROUTES,
        *case.ROUTES,
        *say.ROUTES,
        *outlook.ROUTES,
        *approved.ROUTES,
        *verbs.ROUTES,
        *transfers.ROUTES,
        *messages.ROUTES,
        *export.ROUTES,
        *stream.ROUTES,
        *find.ROUTES,
        *duty.ROUTES,
        *granting.ROUTES,
        *merge_page.ROUTES,
        *split_page.ROUTES,
        *same_person.ROUTES,
        *guard.ROUTES,
        *forms.ROUTES,
        *alarms.ROUTES,
        *inbox_health.ROUTES,
        *no_way.ROUTES,
        *alike.ROUTES,
        *calls.ROUTES,
        *log_call.ROUTES,
        *letters.ROUTES,
        *continuing.ROUTES,
        *wall.ROUTES,
        *mentions.ROUTES,
        *promises.ROUTES,
        *fairness.ROUTES,
        *SETTINGS_ROUTES,
    ],
    guards=[signed_in],
    include_in_schema=False,
    dependencies={"session": Provide(give_session), "agent": Provide(give_agent)},
    exception_handlers={NotAuthorizedException: to_sign_in},
)
ROUTES: list[Any] = [*welcome.ROUTES, INSIDE]
