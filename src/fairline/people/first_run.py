"""The first day: a one-time code, shown where the server was started, opens the set-up page.

Without it, whoever finds a fresh install first would own it. The code lies in the data folder,
readable by its owner only, and is gone after set-up.
"""

import hmac
import os
import secrets
from pathlib import Path

from fairline.core.errors import NotAllowed
from fairline.core.ids import ALPHABET
from fairline.db.unit import Unit
from fairline.people import store

FILE = "setup-code"


def is_fresh(unit: Unit) -> bool:
    """Whether nobody can sign in yet."""
    return not store.any_agent(unit)


def setup_code(folder: Path) -> str:
    """The code of this install as `7KX2-QD4M`, drawn the first time it is asked for."""
    path = folder / FILE
    folder.mkdir(parents=True, exist_ok=True)
    digits = "".join(secrets.choice(ALPHABET) for _ in range(8))
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(f"{digits[:4]}-{digits[4:]}\n")
    return f"{digits[:4]}-{digits[4:]}"


def check_setup_code(folder: Path, given: str) -> None:
    """Raises NotAllowed for another code. Dashes, blanks and the case of letters do not matter."""
    wanted = _plain(setup_code(folder))
    if not hmac.compare_digest(wanted.encode(), _plain(given).encode("utf-8", "replace")):
        raise NotAllowed(
            "That is not the code. It was printed where the server was started, and lies in the "
            f"data folder in the file {FILE}.",
            code="wrong_code",
        )


def forget_setup_code(folder: Path) -> None:
    """Set-up is done: the code opens nothing any more."""
    (folder / FILE).unlink(missing_ok=True)


def _plain(code: str) -> str:
    """Read as people read: O is 0, I and L are 1."""
    kept = "".join(c for c in code.upper() if c.isalnum())
    return kept.translate(str.maketrans("OIL", "011"))
