"""The one tree of errors. Every layer raises these; the ASGI edge turns them into answers.

    FairlineError
    ├── Invalid       422  what was sent is not right; the text says what to do
    ├── NotAllowed    403  known, but may not
    ├── NotFound      404
    ├── Conflict      409  somebody was faster, or the state forbids it
    ├── TooMany       429  slow down; `retry_after_s` says how long
    ├── Unavailable   503  a part we need does not answer
    └── DeliveryError      a channel's wire could not hand something over (never shown raw)

`code` is stable and documented; `text` is safe to show to anyone; `detail` goes to the log only.
"""

from typing import ClassVar


class FairlineError(Exception):
    """Root of the tree."""

    status: ClassVar[int] = 500
    code: str = "error"

    def __init__(self, text: str, *, code: str | None = None, detail: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.detail = detail
        if code:
            self.code = code

    def __str__(self) -> str:
        return f"{self.text} ({self.detail})" if self.detail else self.text


class Invalid(FairlineError):
    status = 422
    code = "invalid"

    def __init__(
        self, text: str, *, code: str | None = None, detail: str = "", field: str = ""
    ) -> None:
        super().__init__(text, code=code, detail=detail)
        self.field = field


class NotAllowed(FairlineError):
    status = 403
    code = "not_allowed"


class NotFound(FairlineError):
    status = 404
    code = "not_found"


class Conflict(FairlineError):
    status = 409
    code = "conflict"


class TooMany(FairlineError):
    status = 429
    code = "too_many"

    def __init__(self, text: str, *, retry_after_s: int, code: str | None = None) -> None:
        super().__init__(text, code=code)
        self.retry_after_s = retry_after_s


class Unavailable(FairlineError):
    status = 503
    code = "unavailable"


class DeliveryError(FairlineError):
    """A message could not be handed to a provider.

    `permanent` is the first question the ledger asks: True buries the delivery, False tries again
    (not before `retry_after_s` when the provider named a time). The other is `is_unknown`: the
    connection broke after the hand-over, so it may have arrived and must not be resent blindly.
    `blames_address` says that nothing reaches this address any more (a blocked bot, a dead number).
    """

    OUTCOME_UNKNOWN: ClassVar[str] = "outcome_unknown"

    code = "delivery"

    def __init__(
        self,
        text: str,
        *,
        permanent: bool,
        retry_after_s: float | None = None,
        provider_code: str = "",
        detail: str = "",
        blames_address: bool = False,
    ) -> None:
        super().__init__(text, detail=detail)
        self.permanent = permanent
        self.blames_address = blames_address
        self.retry_after_s = retry_after_s
        self.provider_code = provider_code

    @property
    def is_unknown(self) -> bool:
        return self.provider_code == self.OUTCOME_UNKNOWN
