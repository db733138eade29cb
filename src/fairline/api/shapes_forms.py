"""Shapes of secure forms over the API. None of them has a place for an answer."""

from datetime import datetime

import msgspec


class FieldSetOut(msgspec.Struct, kw_only=True):
    """What a customer can be asked for; `fields` are the labels."""

    id: str
    version: int
    name: str
    fields: list[str]
    kept_days: int


class FieldSetList(msgspec.Struct, kw_only=True):
    field_sets: list[FieldSetOut]


class NewForm(msgspec.Struct, kw_only=True):
    """`why` is read by the customer."""

    field_set_id: str
    why: str


class FormOut(msgspec.Struct, kw_only=True):
    """State: open, sent, closed or wiped. `answers` is how many, never what."""

    id: str
    name: str
    state: str
    asked_by: str
    asked_at: datetime
    answers: int
    sent_at: datetime | None
    wipes_at: datetime | None
    wiped_at: datetime | None


class FormList(msgspec.Struct, kw_only=True):
    forms: list[FormOut]
