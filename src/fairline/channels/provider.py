"""Talk with a provider's HTTP interface: one client, and one way to say what went wrong.

Every fault becomes a `DeliveryError` that tells the ledger what to do: a refusal is permanent, 429
and 5xx are tried again (not before `Retry-After` says), and what breaks after `risky` was said may
have arrived. A 401 carries the code `token_expired`: the health page and an alarm say it.
"""

import email.utils
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import httpx2
import msgspec

from fairline.core.clock import now
from fairline.core.errors import DeliveryError

TIMEOUT_S = 20.0
MOST_BYTES = 10_485_760
WORST_RETRY_S = 86_400.0
TOKEN_EXPIRED = "token_expired"  # noqa: S105  a code, not a token


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider answered. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Raises DeliveryError when it is something else: a proxy's page, a torn answer."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            raise DeliveryError(
                "The provider answered something that cannot be read.", permanent=False
            ) from error


class Provider:
    """One provider's interface below `url`. `name` is what people call it. `on_answer` sees every
    answer (what it says of limits), and may say in better words what a refusal means.
    """

    def __init__(
        self,
        name: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        timeout_s: float = TIMEOUT_S,
        on_answer: Callable[[Answer], Exception | None] | None = None,
    ) -> None:
        self.name = name
        self.on_answer = on_answer
        self.url = url.rstrip("/")
        self.client = httpx2.Client(
            timeout=timeout_s, follow_redirects=False, headers=dict(headers or {})
        )

    def ask(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        content: bytes | None = None,
        files: Any = None,
        params: Any = None,
        headers: Mapping[str, str] | None = None,
        risky: bool = False,
        most_bytes: int = MOST_BYTES,
    ) -> Answer:
        """One call. `path` may be a whole address. `risky` marks the point of no return: what
        breaks after it is unknown. Raises DeliveryError for every status from 300 on.
        """
        url = path if path.startswith(("http://", "https://")) else f"{self.url}{path}"
        sent = dict(headers or {})
        if json is not None:
            content = msgspec.json.encode(json)
            sent.setdefault("content-type", "application/json")
        try:
            with self.client.stream(
                method,
                url,
                content=content,
                data=dict(form) if form is not None else None,
                files=files,
                params=params,
                headers=sent,
            ) as response:
                body = _read(response, most_bytes, self.name)
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
            raise DeliveryError(f"{self.name} cannot be reached.", permanent=False) from error
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol) as error:
            raise DeliveryError(f"That is no address of {self.name}.", permanent=True) from error
        except httpx2.HTTPError as error:
            code = DeliveryError.OUTCOME_UNKNOWN if risky else ""
            raise DeliveryError(
                f"The connection to {self.name} broke.",
                permanent=False,
                provider_code=code,
                detail=repr(error),
            ) from error
        answer = Answer(
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=body,
        )
        judged = self.on_answer(answer) if self.on_answer else None
        if answer.status >= 300:
            raise judged or refusal(self.name, answer)
        return answer

    def close(self) -> None:
        self.client.close()


def refusal(
    name: str, answer: Answer, *, text: str = "", permanent: bool | None = None
) -> Exception:
    """What a status from 300 on means. `text` is the provider's own words, where a channel can
    read them; `permanent` overrules what the status says.
    """
    status = answer.status
    passing = status in {408, 409, 423, 425, 429} or status >= 500
    is_expired = status == 401
    if is_expired:
        text = text or "The credentials are not taken any more. Connect the inbox anew."
    return DeliveryError(
        f"{name}: {text}" if text else f"{name} refused it ({status}).",
        permanent=(not passing and not is_expired) if permanent is None else permanent,
        retry_after_s=retry_after_s(answer.headers, at=now()),
        provider_code=TOKEN_EXPIRED if is_expired else str(status),
        detail=answer.body[:2000].decode(errors="replace"),
    )


def retry_after_s(headers: Mapping[str, str], *, at: datetime) -> float | None:
    """Seconds to wait by `Retry-After` (seconds or a date); None where it does not say. Never
    more than a day, whatever the other side claims. Source: RFC 9110, 10.2.3.
    """
    given = headers.get("retry-after", "").strip()
    if not given:
        return None
    if given.isascii() and given.isdigit():
        return min(float(given[:9]), WORST_RETRY_S)
    try:
        until = email.utils.parsedate_to_datetime(given)
    except ValueError:
        return None
    if until.tzinfo is None:
        return None
    return min(max(0.0, (until - at).total_seconds()), WORST_RETRY_S)


def _read(response: httpx2.Response, most: int, name: str) -> bytes:
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > most:
            raise DeliveryError(f"{name} answered far too much.", permanent=True)
    return bytes(body)
