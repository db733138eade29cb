"""A path as it may be logged: what opens a thread is not in it."""

import pytest
from litestar.testing import RequestFactory

from fairline.web.answers import shown_path


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/t/secret", "/t/…"),
        ("/t/secret/files/1/a.txt", "/t/…/files/1/a.txt"),
        ("/c/secret/check", "/c/…/check"),
        ("/q/FL-7KX2QD", "/q/FL-7KX2QD"),
        ("/t", "/t"),
        ("/", "/"),
    ],
)
def test_what_opens_a_thread_is_left_out(path: str, shown: str) -> None:
    assert shown_path(RequestFactory().get(path)) == shown
