"""Settings pages of the desk, and the two lists of what went wrong. Mounted by `desk`."""

from typing import Any

from fairline.desk import aside, undelivered
from fairline.desk.settings import (
    alarms,
    brands,
    calendars,
    health,
    hours,
    inboxes,
    index,
    profile,
    replies,
    staff,
    teams,
)

ROUTES: list[Any] = [
    *index.ROUTES,
    *profile.ROUTES,
    *teams.ROUTES,
    *replies.ROUTES,
    *hours.ROUTES,
    *alarms.ROUTES,
    *calendars.ROUTES,
    *staff.ROUTES,
    *inboxes.ROUTES,
    *brands.ROUTES,
    *health.ROUTES,
    *undelivered.ROUTES,
    *aside.ROUTES,
]
