"""Route decorators of the API: those of the house, with the one error shape described on each."""

from functools import partial

import msgspec
from litestar.openapi.datastructures import ResponseSpec

from fairline.web import handle


class ErrorBody(msgspec.Struct, kw_only=True, omit_defaults=True):
    """`code` is stable; `text` says what to do; `field` names what was wrong."""

    code: str
    text: str
    field: str = ""
    retry_after_s: int = 0


class ErrorOut(msgspec.Struct, kw_only=True):
    """What every refusal looks like."""

    error: ErrorBody


_WORDS = {
    400: "It could not be understood",
    401: "No good token",
    403: "Known, but may not",
    404: "Not there, or another brand's",
    409: "Somebody was faster, or the state forbids it",
    422: "Understood, but not right",
}
_ERRORS = {
    status: ResponseSpec(data_container=ErrorOut, generate_examples=False, description=words)
    for status, words in _WORDS.items()
}

reads = partial(handle.reads, responses=_ERRORS)
writes = partial(handle.writes, responses=_ERRORS)
patches = partial(handle.changes, responses=_ERRORS)
