"""Settings pages of the desk, and the two lists of what went wrong. Mounted by `desk`."""

from typing import Any

from fairline.desk import aside, undelivered
from fairline.desk.settings import (
    acknowledgements,
    alarms,
    authority,
    brands,
    calendars,
    calls,
    followers,
    forms,
    health,
    hours,
    inboxes,
    index,
    limits,
    personal_data,
    profile,
    replies,
    routing,
    skills,
    staff,
    teams,
)

ROUTES: list[Any] = [
    *index.ROUTES,
    *profile.ROUTES,
    *teams.ROUTES,
    *skills.ROUTES,
    *routing.ROUTES,
    *authority.ROUTES,
    *forms.ROUTES,
    *replies.ROUTES,
    *acknowledgements.ROUTES,
    *hours.ROUTES,
    *alarms.ROUTES,
    *calls.ROUTES,
    *calendars.ROUTES,
    *limits.ROUTES,
    *personal_data.ROUTES,
    *staff.ROUTES,
    *inboxes.ROUTES,
    *followers.ROUTES,
    *brands.ROUTES,
    *health.ROUTES,
    *undelivered.ROUTES,
    *aside.ROUTES,
]
