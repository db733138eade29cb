"""Signs a test client in at the desk, as a browser does."""

import re

from litestar import Litestar
from litestar.testing import TestClient

from benchmarks.company import PASSWORD


def sign_in(client: TestClient[Litestar]) -> None:
    """The session's cookie stays in the client."""
    page = client.get("/desk/sign-in")
    fields = dict(re.findall(r'name="(csrf|next|key)" value="([^"]*)"', page.text))
    answer = client.post(
        "/desk/sign-in",
        data={**fields, "email": "agent0@bench.test", "password": PASSWORD},
        follow_redirects=False,
    )
    assert answer.status_code == 303, answer.text
