"""Fetch from, and post to, addresses that strangers name: a sender's profile, a feed, a web hook.

Such an address may point at our own network (a database's port, the cloud's metadata), by itself,
through a name that resolves there, or through a redirect. So every address a name stands for must
be a public one, the connection goes to just the address that was looked at, and each redirect is
looked at anew. What an answer may cost is bounded: bytes, seconds, hops. Source: OWASP, Server
Side Request Forgery Prevention Cheat Sheet; W3C ActivityPub, B.3 and B.5.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from typing import Any

import httpcore2
import httpx2
import msgspec

from fairline.channels.addresses import Allowed, resolve
from fairline.core.errors import DeliveryError

TIMEOUT_S = 10.0
MOST_BYTES = 1_048_576
MOST_REDIRECTS = 3
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Never taken along to another host.
CREDENTIALS = frozenset({"authorization", "cookie", "signature", "signature-input"})

Signer = Callable[[str], Mapping[str, str]]


@cache
def default_tls() -> ssl.SSLContext:
    """The authorities of the system; reading them takes longer than most calls."""
    return ssl.create_default_context()


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """The answer, whatever its status. `url` is where it came from in the end; names of headers
    are in lower case; `media_type` is in lower case and without parameters.
    """

    status: int
    url: str
    media_type: str
    headers: Mapping[str, str]
    body: bytes


class Outside:
    """The one client for what strangers name. `allow` lists exceptions: `host:port` or a network
    in CIDR form (a server next door, the made-up networks of a demo). Safe to share by threads.
    """

    def __init__(
        self,
        allow: tuple[str, ...] = (),
        *,
        look_up: Callable[..., Any] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._allowed = Allowed(allow)
        self._look_up = look_up or partial(socket.getaddrinfo, type=socket.SOCK_STREAM)
        self._tls = tls

    def get(
        self,
        url: str,
        *,
        accept: str = "",
        headers: Mapping[str, str] | None = None,
        signed: Signer | None = None,
        follows: bool = True,
        most_bytes: int = MOST_BYTES,
        timeout_s: float = TIMEOUT_S,
    ) -> Fetched:
        """Fetch it, through at most three redirects if it `follows` any. `signed` makes headers for
        each address that is asked. Raises DeliveryError: permanent where the address may never
        be asked.
        """
        until = time.monotonic() + timeout_s
        given = {key.lower(): value for key, value in (headers or {}).items()}
        if accept:
            given["accept"] = accept
        for _ in range(MOST_REDIRECTS + 1):
            at = read_url(url)
            extra = signed(str(at)) if signed else {}
            answer = self._ask("GET", at, b"", {**given, **extra}, most_bytes, until)
            further = answer.headers.get("location", "")
            if answer.status not in REDIRECTS or not (follows and further):
                return answer
            target = read_url(_joined(at, further))
            if at.scheme == "https" and target.scheme != "https":
                raise _refused("The address leads from a sealed connection to an open one.")
            if (target.scheme, target.host, target.port) != (at.scheme, at.host, at.port):
                given = {key: value for key, value in given.items() if key not in CREDENTIALS}
            url = str(target)
        raise _refused("The address leads around in circles.")

    def post(
        self,
        url: str,
        body: bytes,
        *,
        headers: Mapping[str, str],
        most_bytes: int = MOST_BYTES,
        timeout_s: float = TIMEOUT_S,
    ) -> Fetched:
        """Post it. A redirect is not followed: its status is the answer. Raises DeliveryError; with
        `is_unknown` when it may have arrived.
        """
        until = time.monotonic() + timeout_s
        given = {key.lower(): value for key, value in headers.items()}
        return self._ask("POST", read_url(url), body, given, most_bytes, until)

    def _ask(
        self,
        method: str,
        url: httpx2.URL,
        body: bytes,
        headers: Mapping[str, str],
        most_bytes: int,
        until: float,
    ) -> Fetched:
        host = url.raw_host.decode()
        port = url.port or (443 if url.scheme == "https" else 80)
        sent = {"host": url.netloc.decode(), "user-agent": "Fairline", **headers}
        # Unpacking what a stranger has packed is not bounded by the size of what arrives.
        sent["accept-encoding"] = "identity"
        if method == "POST":
            sent["content-length"] = str(len(body))
        addresses = resolve(self._look_up, host, port, self._allowed)
        request = httpcore2.Request(
            method,
            httpcore2.URL(
                scheme=url.scheme.encode(), host=url.raw_host, port=port, target=url.raw_path
            ),
            headers=[(key.encode(), value.encode()) for key, value in sent.items()],
            content=body,
        )
        at_hand = _Pinned(addresses, until)
        try:
            with httpcore2.ConnectionPool(
                ssl_context=self._tls or default_tls(), network_backend=at_hand, max_connections=1
            ) as pool:
                answer = pool.handle_request(request)
                try:
                    read = _read(answer.iter_stream(), most_bytes, host)
                finally:
                    answer.close()
        except (httpcore2.ConnectError, httpcore2.ConnectTimeout, OSError) as error:
            raise DeliveryError(
                f"{host} cannot be reached.", permanent=False, detail=repr(error)
            ) from error
        except (
            httpcore2.TimeoutException,
            httpcore2.NetworkError,
            httpcore2.ProtocolError,
        ) as error:
            raise DeliveryError(
                f"The connection to {host} broke.",
                permanent=False,
                provider_code=DeliveryError.OUTCOME_UNKNOWN if method == "POST" else "",
                detail=repr(error),
            ) from error
        found = {key.decode("latin-1").lower(): v.decode("latin-1") for key, v in answer.headers}
        return Fetched(
            status=answer.status,
            url=str(url),
            media_type=found.get("content-type", "").partition(";")[0].strip().lower(),
            headers=found,
            body=read,
        )


def read_url(url: str) -> httpx2.URL:
    """An address as it may be asked: http or https, a host, no password, no fragment. Raises
    DeliveryError.
    """
    try:
        found = httpx2.URL(url.strip())
        host = found.host
    except (httpx2.InvalidURL, UnicodeError, ValueError, TypeError) as error:
        raise _refused("That is no address on the web.") from error
    if (
        found.scheme not in {"http", "https"}
        or not host
        or found.userinfo
        or (found.port or 1) > 65535
    ):
        raise _refused("That is no address on the web.")
    return found.copy_with(fragment=None)


def _joined(at: httpx2.URL, further: str) -> str:
    try:
        return str(at.join(further))
    except (httpx2.InvalidURL, UnicodeError, ValueError) as error:
        raise _refused("The address leads to something that is none.") from error


def _refused(text: str) -> DeliveryError:
    return DeliveryError(text, permanent=True, provider_code="address_refused")


def _read(pieces: Iterable[bytes], most: int, host: str) -> bytes:
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > most:
            raise DeliveryError(
                f"{host} answered far too much.", permanent=True, provider_code="too_much"
            )
    return bytes(body)


class _Pinned(httpcore2.NetworkBackend):
    """Connects to the addresses that were looked at, and to nothing else; all within one time."""

    def __init__(self, addresses: tuple[str, ...], until: float) -> None:
        self._addresses = addresses
        self._until = until

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        del host, timeout
        fault: Exception = httpcore2.ConnectError("no address")
        for address in self._addresses:
            try:
                stream = httpcore2.SyncBackend().connect_tcp(
                    address, port, _left_s(self._until), local_address, socket_options
                )
                return _Bounded(stream, self._until)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                fault = error
        raise fault


class _Bounded(httpcore2.NetworkStream):
    """A stream that ends with its time, however slowly the other side drips."""

    def __init__(self, stream: httpcore2.NetworkStream, until: float) -> None:
        self._stream = stream
        self._until = until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        del timeout
        return self._stream.read(max_bytes, _left_s(self._until))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        del timeout
        self._stream.write(buffer, _left_s(self._until))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        del timeout
        sealed = self._stream.start_tls(ssl_context, server_hostname, _left_s(self._until))
        return _Bounded(sealed, self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left_s(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout("the time is over")
    return left
