"""What strangers name is asked only where it is public, and costs only so much."""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from fairline.channels.addresses import Allowed, is_public
from fairline.channels.outside import Outside, read_url
from fairline.core.errors import DeliveryError, Invalid
from tests.certificates import Authority


def at(*addresses: str) -> Any:
    """A name service that knows one answer."""
    return lambda _, port: [(0, 0, 0, "", (address, port)) for address in addresses]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.9.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
    ],
)
def test_an_address_that_is_not_public_is_never_asked(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))
    with pytest.raises(DeliveryError) as raised:
        Outside(look_up=at(address)).get("http://somewhere.example/")
    assert raised.value.permanent
    assert raised.value.provider_code == "address_refused"


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_a_public_address_may_be_asked(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


def test_one_bad_address_among_good_ones_is_enough_to_refuse() -> None:
    with pytest.raises(DeliveryError, match="outside_allow"):
        Outside(look_up=at("93.184.216.34", "10.0.0.1")).get("https://two.example/")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::1]"]
)
def test_every_spelling_of_our_own_machine_is_refused(host: str) -> None:
    with pytest.raises(DeliveryError):
        Outside().get(f"http://{host}:9/")


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://a.example/",
        "gopher://a.example/",
        "//a.example/",
        "http://",
        "http://user:word@a.example/",
        "javascript:alert(1)",
        "http://[::1",
        "http://a.example:99999/",
        "",
    ],
)
def test_what_is_no_address_on_the_web_is_refused(url: str) -> None:
    with pytest.raises(DeliveryError) as raised:
        read_url(url)
    assert raised.value.permanent


def test_an_operator_may_allow_a_neighbour(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a").respond_with_data("hello", content_type="Text/Plain; x=y")
    by_port = Outside((f"{httpserver.host}:{httpserver.port}",))
    by_network = Outside(("127.0.0.0/8", "::1/128"))

    for outside in (by_port, by_network):
        fetched = outside.get(httpserver.url_for("/a"), accept="text/plain")
        assert (fetched.status, fetched.body, fetched.media_type) == (200, b"hello", "text/plain")
    with pytest.raises(DeliveryError):
        Outside((f"{httpserver.host}:1",)).get(httpserver.url_for("/a"))


def test_a_slip_in_the_list_is_found_at_the_start() -> None:
    with pytest.raises(Invalid, match="neither"):
        Allowed(("localhost",))


def test_the_connection_goes_to_the_address_that_was_looked_at(httpserver: HTTPServer) -> None:
    """A name that answers differently the second time (rebinding) gains nothing."""
    asked: list[str] = []

    def look_up(host: str, port: int) -> Any:
        asked.append(host)
        return at("127.0.0.1")(host, port)

    httpserver.expect_request("/").respond_with_handler(lambda r: Response(r.headers["host"]))
    outside = Outside(("127.0.0.0/8",), look_up=look_up)

    fetched = outside.get(f"http://rebind.example:{httpserver.port}/")

    assert fetched.body.decode() == f"rebind.example:{httpserver.port}"
    assert asked == ["rebind.example"]


def test_each_redirect_is_looked_at_anew(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a").respond_with_data(
        "", status=302, headers={"location": "http://169.254.169.254/latest/meta-data"}
    )
    with pytest.raises(DeliveryError) as raised:
        Outside(("127.0.0.0/8", "::1/128")).get(httpserver.url_for("/a"))
    assert raised.value.provider_code == "address_refused"


def test_redirects_are_followed_three_times_and_signed_anew(httpserver: HTTPServer) -> None:
    def hop(request: Request) -> Response:
        n = int(request.args["n"])
        if n == 0:
            return Response(request.headers["x-signed"])
        return Response("", 301, {"location": f"/hop?n={n - 1}"})

    httpserver.expect_request("/hop").respond_with_handler(hop)
    outside = Outside(("127.0.0.0/8", "::1/128"))

    fetched = outside.get(httpserver.url_for("/hop?n=3"), signed=lambda url: {"x-signed": url})

    assert fetched.body.decode() == httpserver.url_for("/hop?n=0") == fetched.url
    with pytest.raises(DeliveryError, match="circles"):
        outside.get(httpserver.url_for("/hop?n=4"))


def test_credentials_stay_with_the_host_they_were_given_for(httpserver: HTTPServer) -> None:
    with HTTPServer(host="127.0.0.1") as other:
        other.expect_request("/").respond_with_handler(
            lambda r: Response(str("authorization" in r.headers))
        )
        httpserver.expect_request("/").respond_with_data(
            "", status=307, headers={"location": other.url_for("/")}
        )
        outside = Outside(("127.0.0.0/8", "::1/128"))

        fetched = outside.get(httpserver.url_for("/"), headers={"Authorization": "Bearer x"})

    assert fetched.body == b"False"


def test_a_post_follows_no_redirect(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/in", method="POST").respond_with_data(
        "", status=307, headers={"location": "/other"}
    )
    answer = Outside(("127.0.0.0/8", "::1/128")).post(httpserver.url_for("/in"), b"{}", headers={})
    assert answer.status == 307


def test_the_name_is_checked_though_the_address_is_pinned(tmp_path: Path) -> None:
    """The certificate must be that of the host that was named, by an authority that we trust."""
    authority = Authority()
    certificate, key = authority.issue("town.example")
    (tmp_path / "c.pem").write_text(certificate)
    (tmp_path / "k.pem").write_text(key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "c.pem", tmp_path / "k.pem")
    trusting = ssl.create_default_context(cadata=authority.pem)
    allow = ("127.0.0.0/8",)
    with HTTPServer(host="127.0.0.1", ssl_context=context) as server:
        server.expect_request("/").respond_with_data("hello")
        town, city = (f"https://{name}.example:{server.port}/" for name in ("town", "city"))

        assert Outside(allow, look_up=at("127.0.0.1"), tls=trusting).get(town).body == b"hello"
        for outside, url in (
            (Outside(allow, look_up=at("127.0.0.1"), tls=trusting), city),
            (Outside(allow, look_up=at("127.0.0.1")), town),
        ):
            with pytest.raises(DeliveryError, match="cannot be reached"):
                outside.get(url)


def test_far_too_much_is_not_read(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("x" * 5000)
    with pytest.raises(DeliveryError) as raised:
        Outside(("127.0.0.0/8", "::1/128")).get(httpserver.url_for("/"), most_bytes=4999)
    assert raised.value.provider_code == "too_much"


def test_a_host_that_drips_is_left_in_time() -> None:
    with _dripping() as port, pytest.raises(DeliveryError) as raised:
        Outside(("127.0.0.0/8",)).get(f"http://127.0.0.1:{port}/", timeout_s=0.2)
    assert not raised.value.permanent


def test_a_post_that_breaks_off_may_have_arrived() -> None:
    with _dripping() as port, pytest.raises(DeliveryError) as raised:
        Outside(("127.0.0.0/8",)).post(
            f"http://127.0.0.1:{port}/", b"{}", headers={}, timeout_s=0.2
        )
    assert raised.value.is_unknown


def test_a_host_that_is_not_there_is_tried_again_later() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(DeliveryError) as raised:
        Outside(("127.0.0.0/8",)).get(f"http://127.0.0.1:{port}/")
    assert not raised.value.permanent
    assert not raised.value.is_unknown


@contextmanager
def _dripping() -> Iterator[int]:
    """A server that sends one byte of a header every few milliseconds, for ever."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            peer, _ = server.accept()
            with peer:
                peer.sendall(b"HTTP/1.1 200 OK\r\nx: ")
                while not stop.wait(0.02):
                    try:
                        peer.sendall(b"x")
                    except OSError:
                        return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            stop.set()
            thread.join(2)
