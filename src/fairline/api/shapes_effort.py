"""What a case costs its customer, as the API says it."""

import msgspec

from fairline.cases.rows import Case


class EffortOut(msgspec.Struct, kw_only=True):
    """How often the customer wrote, was handed on, changed the channel, asked the same again and
    had the case opened again. `heard_on` are their channels, the last of them at the end.
    """

    contacts: int
    handoffs: int
    channel_switches: int
    repeats: int
    reopenings: int
    heard_on: list[str]


def effort_out(case: Case) -> EffortOut:
    return EffortOut(
        contacts=case.contact_count,
        handoffs=case.handoff_count,
        channel_switches=case.switch_count,
        repeats=case.repeat_count,
        reopenings=case.reopen_count,
        heard_on=case.heard_on.split(),
    )
