"""OAuth 1.0a: the vectors that RFC 5849 and X publish, and what a signature covers."""

import re

import pytest

from fairline.channels.x.signing import Keys, authorization, base_string, escape

# docs.x.com, "Creating a signature": the request of that page.
KEYS = Keys(
    consumer_key="xvz1evFS4wEEPTGEFPHBog",
    consumer_secret="kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
    token="370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
    token_secret="LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
)
NONCE, AT = "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg", 1318622958
STATUS = "Hello Ladies + Gentlemen, a signed OAuth request!"


def signature(header: str) -> str:
    found = re.search(r'oauth_signature="([^"]+)"', header)
    assert found
    return found[1]


def test_the_request_that_x_publishes() -> None:
    header = authorization(
        "POST",
        "https://api.twitter.com/1.1/statuses/update.json?include_entities=true",
        KEYS,
        nonce=NONCE,
        timestamp=AT,
        form=[("status", STATUS)],
    )
    assert signature(header) == escape("hCtSmYh+iHYCEqBWrE7C7hYmtUk=")
    assert header.startswith("OAuth ")


def test_the_base_string_of_the_rfc() -> None:
    """RFC 5849, 3.4.1.1."""
    fields = [
        ("oauth_consumer_key", "9djdj82h48djs9d2"),
        ("oauth_token", "kkk9d7dh3k39sjv7"),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", "137131201"),
        ("oauth_nonce", "7d8f3e4a"),
        ("c2", ""),
        ("a3", "2 q"),
    ]
    url = "http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b"
    assert base_string("post", url, fields) == (
        "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D"
        "%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e"
        "4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9"
        "d7dh3k39sjv7"
    )


@pytest.mark.parametrize(
    ("method", "url", "nonce", "at"),
    [
        ("GET", "https://api.x.com/2/tweets", NONCE, AT),
        ("POST", "https://api.x.com/2/tweet", NONCE, AT),
        ("POST", "https://api.x.com:8443/2/tweets", NONCE, AT),
        ("POST", "https://api.x.com/2/tweets?a=b", NONCE, AT),
        ("POST", "https://api.x.com/2/tweets", "another", AT),
        ("POST", "https://api.x.com/2/tweets", NONCE, AT + 1),
    ],
)
def test_whatever_differs_is_signed_otherwise(method: str, url: str, nonce: str, at: int) -> None:
    plain = authorization("POST", "https://api.x.com/2/tweets", KEYS, nonce=NONCE, timestamp=AT)
    other = authorization(method, url, KEYS, nonce=nonce, timestamp=at)
    assert signature(plain) != signature(other)
