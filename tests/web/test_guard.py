"""Whose word is taken on who the visitor is."""

from typing import Any

import pytest
from litestar.testing import RequestFactory

from fairline.web.guard import client_address

PROXIES = ("127.0.0.1", " 10.1.0.0/16", "2001:db8::/32")


@pytest.mark.parametrize(
    ("peer", "forwarded", "who"),
    [
        ("127.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.1.2.3", "203.0.113.5, 198.51.100.7", "198.51.100.7"),
        ("10.1.2.3", "198.51.100.7, 10.1.9.9", "198.51.100.7"),
        ("2001:db8::1", "198.51.100.7", "198.51.100.7"),
        ("10.2.0.1", "198.51.100.7", "10.2.0.1"),  # not a proxy of ours: not believed
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "<junk>", "<junk>"),  # still a key to count under
    ],
)
def test_a_proxy_is_believed_by_address_or_network(peer: str, forwarded: str, who: str) -> None:
    request: Any = RequestFactory().get("/", headers={"x-forwarded-for": forwarded})
    request.scope["client"] = (peer, 1)

    assert client_address(request, PROXIES) == who


def test_nobody_is_believed_when_no_proxy_is_named() -> None:
    request: Any = RequestFactory().get("/", headers={"x-forwarded-for": "198.51.100.7"})
    request.scope["client"] = ("127.0.0.1", 1)

    assert client_address(request, ()) == "127.0.0.1"
