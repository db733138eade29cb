"""Posts in a table, as researchers and archives keep them: one row a post. Pure.

Columns: `tweet_id`, `author_id`, `inbound` (True: a customer's), `created_at`, `text`,
`in_response_to_tweet_id`. A table has no handles of accounts of ours: every author whose rows are
not inbound is a brand's, and what it says is an echo.
"""

from typing import Any

from fairline.channels.contract import Author, Echo, Inbound, Invalid, Translation
from fairline.channels.x.reading import moment, number, plain, words

KIND = "x"


def of_row(row: dict[str, Any]) -> Translation:
    """One row. Raises Invalid without an id or an author."""
    post_id, author = number(row.get("tweet_id")), words(row.get("author_id")).strip()
    if not post_id or not author or len(author) > 100:
        raise Invalid("A row without a post or an author.", code="bad_payload")
    text = plain(row.get("text")).strip()
    answers = number(_bare(row.get("in_response_to_tweet_id")))
    above = (answers,) if answers and answers != post_id else ()
    at = moment(row.get("created_at"))
    permalink = f"https://x.com/i/status/{post_id}"
    if words(row.get("inbound")).strip().lower() not in {"true", "1", "yes"}:
        return Echo(
            native_id=post_id,
            text=text,
            is_public=True,
            in_reply_to=above,
            author_name=f"@{author}",
            sent_at=at,
            permalink=permalink,
        )
    return Inbound(
        native_id=post_id,
        author=Author(channel=KIND, address=author.lower(), name=f"@{author}", verified=True),
        text=text,
        is_public=True,
        sent_at=at,
        in_reply_to=above,
        permalink=permalink,
    )


def _bare(value: Any) -> str:
    """An id that a spreadsheet made a fraction of: 18.0."""
    return words(value).strip().removesuffix(".0")
