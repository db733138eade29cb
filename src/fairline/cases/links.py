"""Secret links: capability URLs that open one case for its customer.

A link carries 128 random bits and only their hash is stored. It can be revoked, and expires a year
after it was last used.
"""

from datetime import datetime, timedelta

from fairline.cases import store_links
from fairline.cases.changes import get_case
from fairline.cases.rows import SYSTEM, Actor, Case, SecretLink
from fairline.cases.timeline import record
from fairline.core.errors import NotFound
from fairline.core.ids import hash_token, new_id, new_token
from fairline.db.unit import Unit

LIFETIME = timedelta(days=365)
TOUCH_EVERY = timedelta(hours=1)


def issue(unit: Unit, case: Case, identity_id: str) -> str:
    """Make a link for `identity_id` and return its token: the only time it can be had."""
    token = new_token()
    link_id = new_id()
    store_links.insert(
        unit,
        {
            "id": link_id,
            "case_id": case.id,
            "identity_id": identity_id,
            "token_hash": hash_token(token),
            "created_at": unit.now,
            "expires_at": unit.now + LIFETIME,
        },
    )
    record(
        unit,
        "link_issued",
        by=SYSTEM,
        case_id=case.id,
        brand_id=case.brand_id,
        data={"link_id": link_id, "identity_id": identity_id},
    )
    return token


def open_link(unit: Unit, token: str) -> tuple[SecretLink, Case]:
    """The link and its case. Raises NotFound alike for a wrong, an expired and a revoked one."""
    link = store_links.live_by_hash(unit, hash_token(token))
    if link is None:
        raise NotFound(
            "This link does not open anything (any more). Ask for a new one with the address you "
            "left, or ask again.",
            code="no_link",
        )
    return link, get_case(unit, link.case_id)


def touch(unit: Unit, link: SecretLink) -> None:
    """Note that a link is in use, at most once an hour; that keeps it alive."""
    if link.used_at is None or unit.now - link.used_at > TOUCH_EVERY:
        store_links.touch(unit, link.id, unit.now + LIFETIME)


def is_stale(link: SecretLink, now: datetime) -> bool:
    """Whether `touch` has something to write."""
    return link.used_at is None or now - link.used_at > TOUCH_EVERY


def revoke_all(unit: Unit, case: Case, *, by: Actor) -> int:
    """Let no link made so far open the case. Returns how many that were."""
    revoked = store_links.revoke_all(unit, case.id)
    for link_id in revoked:
        record(
            unit,
            "link_revoked",
            by=by,
            case_id=case.id,
            brand_id=case.brand_id,
            data={"link_id": link_id},
        )
    return len(revoked)
