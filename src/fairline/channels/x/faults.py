"""What a refusal of X means for us: in words, and whether asking again can help. Pure.

Sources: docs.x.com "Response codes and errors" (problem types), "Rate limits" (the reset header),
"Manage Posts" (self-serve replies); numbered errors of v1.1 that v2 still sends inside `errors`.
X tells the reason of a 403 only in its English `detail`, so that is looked through, last.
"""

from datetime import UTC, datetime
from typing import Any

from fairline.channels.contract import DeliveryError, Invalid
from fairline.channels.provider import TOKEN_EXPIRED, WORST_RETRY_S, Answer, refusal
from fairline.channels.x.reading import read_body, rows, table, whole, words
from fairline.core.clock import now

LONGEST_WAIT_S = WORST_RETRY_S

_TWICE = "X says that this very text was posted already. Look before you send it again."
_NOT_SUMMONED = "Not allowed here: X lets us answer only posts that mention or quote the account."
_NO_PERMISSION = (
    "The app may not do this: give it 'Read and write and Direct message' in the developer console "
    "and make the tokens anew."
)
# Problem type or number, the words for people, whether asking again can ever help.
_KNOWN: dict[str, tuple[str, bool]] = {
    "32": ("X does not take our sign-in. Connect the inbox anew.", False),
    "64": ("X has suspended the account.", True),
    "89": ("The access token has ended or was taken back. Connect the inbox anew.", False),
    "144": ("The post that is answered is not there any more.", True),
    "150": ("X lets us write a direct message only to people who follow the account.", True),
    "185": ("The account has posted as much as X allows for now.", False),
    "186": ("The text is too long for X.", True),
    "187": (_TWICE, True),
    "226": ("X took this for an automated message and refused it.", True),
    "326": ("X has locked the account. Sign in at x.com to unlock it.", True),
    "349": ("This person takes no direct messages from the account.", True),
    "385": ("The post that is answered is gone or not for us to see.", True),
    "433": ("Whoever wrote the post has limited who may answer it.", True),
    "476": ("This person takes direct messages only from verified accounts.", True),
    "usage-capped": ("What was paid for is used up at X. Add credits in its console.", False),
    "credits": ("What was paid for is used up at X. Add credits in its console.", False),
    "client-forbidden": ("The app has no access to this part of X's API.", True),
    "unsupported-authentication": ("X wants another way to sign in for this.", True),
    "not-authorized-for-resource": ("X does not show this to the account.", True),
    "disallowed-resource": ("X does not allow this for the account.", True),
    "resource-not-found": ("X does not know this person or post any more.", True),
    "invalid-request": ("X did not understand the request.", True),
    "duplicate": (_TWICE, True),
    "not_summoned": (_NOT_SUMMONED, True),
    "too_long": ("The text is too long for X.", True),
    "no_dm": ("This person takes no direct messages from the account.", True),
    "cashtags": ("X takes at most one cashtag (as in $ABC) in a post.", True),
    "no_permission": (_NO_PERMISSION, True),
}  # fmt: skip

_SPOKEN = (
    ("duplicate content", "duplicate"),
    ("not been mentioned", "not_summoned"),
    ("otherwise engaged by the author", "not_summoned"),
    ("summoned", "not_summoned"),
    ("too long", "too_long"),
    ("cannot send messages to this user", "no_dm"),
    ("permission to dm", "no_dm"),
    ("cashtag", "cashtags"),
    ("oauth1 app permissions", "no_permission"),
    ("not permitted to perform this action", "no_permission"),
    ("oauth_scope", "no_permission"),
)


def judge(answer: Answer) -> DeliveryError | None:
    """The refusal in an answer; None for one that is none."""
    if answer.status < 300:
        return None
    code = code_of(answer)
    text, permanent = _KNOWN.get(code, ("", None))
    if answer.status in {401, 408, 425, 429} or answer.status >= 500:
        permanent = None  # the status knows better
    error = refusal("X", answer, text=text, permanent=permanent)
    assert isinstance(error, DeliveryError)
    wait_s = error.retry_after_s
    if wait_s is None and answer.status == 429:
        wait_s = until_reset_s(answer)
    is_ended = answer.status == 401 or code in {"89", "32"}
    return DeliveryError(
        error.text,
        permanent=error.permanent,
        retry_after_s=wait_s,
        provider_code=TOKEN_EXPIRED if is_ended else code or str(answer.status),
        detail=error.detail,
    )


def code_of(answer: Answer) -> str:
    """The most telling name of what went wrong: a number, a problem type, or our word for what is
    only said in a sentence; '' when nothing is known.
    """
    try:
        body = read_body(answer.body)
    except Invalid:
        return ""
    problems = [body, *rows(body.get("errors"))]
    numbers = [str(n) for one in problems if (n := whole(one.get("code"))) is not None]
    known = next((n for n in numbers if n in _KNOWN), "")
    if known:
        return known
    for one in problems:
        said = f"{words(one.get('detail'))} {words(one.get('message'))}".lower()
        for phrase, code in _SPOKEN:
            if phrase in said:
                return code
    kinds = [words(one.get("type")).rpartition("/")[2] for one in reversed(problems)]
    return next((kind for kind in kinds if kind in _KNOWN), "")


def until_reset_s(answer: Answer, *, at: datetime | None = None) -> float | None:
    """Seconds until the limit that was hit is lifted, by X's own header."""
    resets = resets_at(answer)
    if resets is None:
        return None
    return min(max(1.0, (resets - (at or now())).total_seconds()), LONGEST_WAIT_S)


def resets_at(answer: Answer) -> datetime | None:
    """When the limit that this answer speaks of begins anew."""
    seconds = whole(answer.headers.get("x-rate-limit-reset", ""))
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds else None
    except (ValueError, OverflowError, OSError):
        return None


def problems_of(body: Any) -> str:
    """What X says beside an answer that succeeded in part, for the log."""
    told = (words(one.get("detail") or one.get("title")) for one in rows(table(body).get("errors")))
    return "; ".join(filter(None, told))[:500]
