"""A post, whichever version of the API told it. Pure.

Sources: docs.x.com, the "Post" object, "Edit posts" (an edit is a new id; the history lists all,
oldest first), "Account Activity API" (v1.1 objects; long posts in `extended_tweet`). Positions in
`entities` are not used: X counts them in a text of its own, so addresses are found by what they
are, and the mentions before an answer only cut where they are nothing else.
"""

import re
from datetime import datetime
from typing import Any

import msgspec

from fairline.cases.inbound import InboundFile
from fairline.channels.x.media_in import files_of
from fairline.channels.x.people import Person, people_in, person_of
from fairline.channels.x.reading import handle, moment, number, plain, rows, table, words

MOST_TEXT = 1_000_000
_LEADING = re.compile(r"(?:@\w{1,30}\s+)+")
_OWN_MEDIA = ("pic.x.com/", "pic.twitter.com/")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,8})*")
# What X says where it knows none: undetermined, only media, only tags, too short, ...
_NO_LANGUAGE = frozenset({"und", "zxx", "qam", "qct", "qht", "qme", "qst", "art"})


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """`text` is without the mentions that X puts before an answer; `said` is all of it.

    `answers`, `quotes`, `reposts` are ids of posts, `history` the ids of its versions, oldest
    first; `named` holds ids and handles of whom it mentions; `root` is where the thread began.
    """

    id: str
    author: Person
    text: str
    said: str
    at: datetime | None = None
    answers: str = ""
    answers_person: str = ""
    quotes: str = ""
    reposts: str = ""
    root: str = ""
    named: frozenset[str] = frozenset()
    history: tuple[str, ...] = ()
    language: str = ""
    files: tuple[InboundFile, ...] = ()

    @property
    def permalink(self) -> str:
        return f"https://x.com/{self.author.handle or 'i'}/status/{self.id}"

    @property
    def first_id(self) -> str:
        """The id of its first version: what it goes by on the record, however often it changes."""
        return self.history[0] if self.history else self.id


def post_of(value: dict[str, Any], includes: dict[str, Any]) -> Post | None:
    """A post of either version; None for what has no id."""
    if "user" in value or "id_str" in value:
        return _old_post(value)
    post_id = number(value.get("id"))
    if not post_id:
        return None
    note = table(value.get("note_tweet") or value.get("note_post"))
    entities = table(note.get("entities")) or table(value.get("entities"))
    referenced = rows(value.get("referenced_tweets") or value.get("referenced_posts"))
    refers = {words(one.get("type")): number(one.get("id")) for one in referenced}
    said, text = _texts(
        words(note.get("text")) or words(value.get("text")),
        entities,
        None if note else value.get("display_text_range"),
        is_answer=bool(refers.get("replied_to")),
    )
    return Post(
        id=post_id,
        author=person_of(
            None, people_in(includes.get("users")), id_=number(value.get("author_id"))
        ),
        text=text,
        said=said,
        at=moment(value.get("created_at")),
        answers=refers.get("replied_to", ""),
        answers_person=number(value.get("in_reply_to_user_id")),
        quotes=refers.get("quoted", ""),
        reposts=refers.get("retweeted", ""),
        root=number(value.get("conversation_id")),
        named=_named(entities.get("mentions")),
        history=_ids(value.get("edit_history_tweet_ids") or value.get("edit_history_post_ids")),
        language=_language(value.get("lang")),
        files=files_of(
            includes.get("media"), keys=table(value.get("attachments")).get("media_keys")
        ),
    )


def _old_post(value: dict[str, Any]) -> Post | None:
    post_id = number(value.get("id_str"), value.get("id"))
    if not post_id:
        return None
    source = table(value.get("extended_tweet")) or value
    entities = table(source.get("entities")) or table(value.get("entities"))
    answers = number(value.get("in_reply_to_status_id_str"), value.get("in_reply_to_status_id"))
    repost = table(value.get("retweeted_status"))
    said, text = _texts(
        words(source.get("full_text")) or words(value.get("text")),
        entities,
        source.get("display_text_range"),
        is_answer=bool(answers),
    )
    extended = table(source.get("extended_entities")) or table(value.get("extended_entities"))
    return Post(
        id=post_id,
        author=person_of(value.get("user")),
        text=text,
        said=said,
        at=moment(value.get("created_at")),
        answers=answers,
        answers_person=number(
            value.get("in_reply_to_user_id_str"), value.get("in_reply_to_user_id")
        ),
        quotes=number(value.get("quoted_status_id_str"), value.get("quoted_status_id")),
        reposts=number(repost.get("id_str"), repost.get("id")),
        named=_named(entities.get("user_mentions")),
        history=_ids(table(value.get("edit_history")).get("edit_tweet_ids")),
        language=_language(value.get("lang")),
        files=files_of(extended.get("media") or entities.get("media")),
    )


def opened(text: str, entities: dict[str, Any]) -> str:
    """The text with each of X's short addresses as what it leads to; those of its own pictures
    are left out: the pictures stand beside it.
    """
    for one in [*rows(entities.get("urls")), *rows(entities.get("media"))][:200]:
        short = words(one.get("url"))
        if not short.startswith(("https://t.co/", "http://t.co/")) or len(short) > 100:
            continue
        leads_to = (
            words(one.get("unwound_url"))
            or words(table(one.get("unwound")).get("url"))
            or words(one.get("expanded_url"))
        )
        if one.get("media_key") or words(one.get("display_url")).startswith(_OWN_MEDIA):
            leads_to = ""
        elif not leads_to.startswith(("https://", "http://")):
            continue
        text = _put(text, short, leads_to[:2000])
    return text


def _put(text: str, short: str, leads_to: str) -> str:
    """`leads_to` wherever `short` stands as a whole."""
    return re.sub(re.escape(short) + r"(?!\w)", lambda _: leads_to, text)


def _texts(raw: str, entities: dict[str, Any], shown: Any, *, is_answer: bool) -> tuple[str, str]:
    """All that was said, and what of it was written to us."""
    raw = raw[:MOST_TEXT]
    said = plain(opened(raw, entities)).strip()
    start = shown[0] if isinstance(shown, list) and shown else 0
    if is_answer and isinstance(start, int) and _LEADING.fullmatch(raw[:start]):
        return said, plain(opened(raw[start:], entities)).strip()
    return said, said


def _named(mentions: Any) -> frozenset[str]:
    found: set[str] = set()
    for one in rows(mentions)[:200]:
        found |= {number(one.get("id_str"), one.get("id"))}
        found |= {"@" + name for name in [handle(one.get("username") or one.get("screen_name"))]}
    return frozenset(found - {"", "@"})


def _ids(value: Any) -> tuple[str, ...]:
    return tuple(filter(None, map(number, value[:20]))) if isinstance(value, list) else ()


def _language(value: Any) -> str:
    text = words(value)
    return text if _LANGUAGE.fullmatch(text) and text not in _NO_LANGUAGE else ""
