"""Acme on Plaza, with links or without."""

from collections.abc import Iterator

import pytest

from fairline.wiring import Office
from tests.conftest import Cast
from tests.handoff.continuation.square import Square, square_of


@pytest.fixture
def square(office: Office, cast: Cast) -> Iterator[Square]:
    """A network that prices links and lets one write in private."""
    with square_of(office, cast, takes_links=False, private=True) as square:
        yield square


@pytest.fixture
def linked(office: Office, cast: Cast) -> Iterator[Square]:
    """A network on which links are free."""
    with square_of(office, cast, takes_links=True, private=True) as square:
        yield square


@pytest.fixture
def loud(office: Office, cast: Cast) -> Iterator[Square]:
    """A network where nothing can be said in private."""
    with square_of(office, cast, takes_links=False, private=False) as square:
        yield square
