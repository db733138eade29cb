"""A switchboard that speaks our small protocol: `docs/guides/calls-and-letters.md` describes it.

We POST one call as JSON with a bearer key and an Idempotency-Key; it tells us what happens by
callbacks signed as Standard Webhooks are.
"""

from collections.abc import Mapping

import httpx2
import msgspec

from fairline.channels.standard_webhooks import check_signature, secret_of
from fairline.channels.voice import News, Order
from fairline.core.clock import now
from fairline.core.errors import DeliveryError, Invalid

TIMEOUT_S = 15.0
# How far the clocks may differ; older news is somebody replaying it.
TOLERANCE_S = 300


class _Told(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a callback. Unknown fields are ignored: the other side may say more."""

    type: str
    call_id: str
    state: str = "ended"
    seconds: int | None = None
    recording_url: str = ""
    number: str = ""
    answered: bool = False


class _Placed(msgspec.Struct, frozen=True, kw_only=True):
    call_id: str


class Bridge:
    """One switchboard. `secret` is `whsec_` and base 64, as Standard Webhooks writes it."""

    def __init__(self, url: str, key: str, secret: str) -> None:
        self._url = url.rstrip("/")
        self._key = key
        self._secret = secret_of(secret)
        self._client = httpx2.Client(timeout=TIMEOUT_S, follow_redirects=False)

    def call(self, order: Order) -> str:
        body = msgspec.json.encode(
            {"agent": order.agent, "customer": order.customer, "extension": order.extension}
        )
        headers = {
            "Authorization": f"Bearer {self._key}",
            "Content-Type": "application/json",
            "Idempotency-Key": order.key,
        }
        try:
            answer = self._client.post(f"{self._url}/calls", content=body, headers=headers)
        except httpx2.HTTPError as error:
            raise DeliveryError(
                "The switchboard does not answer. Dial by hand.", permanent=False
            ) from error
        if answer.status_code >= 400:
            is_ours = answer.status_code < 500 and answer.status_code != 429
            raise DeliveryError(
                f"The switchboard refused the call ({answer.status_code}). Dial by hand.",
                permanent=is_ours,
                provider_code=str(answer.status_code),
            )
        try:
            return msgspec.json.decode(answer.content, type=_Placed).call_id
        except msgspec.MsgspecError as error:
            raise DeliveryError(
                "The switchboard answered something else. Dial by hand.", permanent=True
            ) from error

    def read(self, headers: Mapping[str, str], body: bytes) -> News:
        native_id = check_signature(self._secret, headers, body, at=now())
        try:
            told = msgspec.json.decode(body, type=_Told)
            return News(
                native_id=native_id,
                kind="incoming" if told.type == "call.incoming" else "status",
                provider_id=told.call_id,
                state=msgspec.convert(told.state, News.__annotations__["state"]),
                seconds=told.seconds,
                recording_url=told.recording_url,
                number=told.number,
                was_answered=told.answered,
            )
        except msgspec.MsgspecError as error:
            raise Invalid("That is no news of a call.", code="bad_news") from error

    def close(self) -> None:
        self._client.close()
