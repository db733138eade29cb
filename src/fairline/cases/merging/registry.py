"""Every table that refers to a case or a contact, and what becomes of its rows in a merge.

The one list: a test fails for a table that is not in it, so nobody can add one and forget. Tables
of higher rungs are named, not imported.
"""

from typing import Literal

import msgspec

How = Literal["moves", "stays", "by hand"]


class Follow(msgspec.Struct, frozen=True, kw_only=True):
    """`moves`: the rows go to the other case, those that are there already excepted. `stays`: what
    happened on it, or follows from it. `by hand`: the verbs see to it themselves.

    `key` names a row beside the column; `message` is the column by which it belongs to a message,
    for moving some of them. `open_one` says in SQL of which rows a case has at most one.
    """

    table: str
    how: How
    why: str
    column: str = "case_id"
    key: tuple[str, ...] = ("id",)
    message: str = ""
    is_unique: bool = False
    open_one: str = ""


def _moves(
    table: str,
    *key: str,
    column: str = "case_id",
    message: str = "",
    is_unique: bool = False,
    open_one: str = "",
) -> Follow:
    return Follow(
        table=table,
        how="moves",
        why="belongs to what was said",
        column=column,
        key=key or ("id",),
        message=message,
        is_unique=is_unique,
        open_one=open_one,
    )


def _stays(table: str, why: str, column: str = "case_id") -> Follow:
    return Follow(table=table, how="stays", why=why, column=column)


CASES = (
    _moves("messages", message="id"),
    _moves("attachments", message="message_id"),
    _moves("deliveries", message="message_id"),
    _moves("sent_ids", "native_id", "identity_id", message="message_id"),
    _moves("search_docs", message="ref_id"),
    _moves("raw_items", message="message_id"),
    _moves("participants", "identity_id", is_unique=True),
    _moves("case_tags", "tag_id", is_unique=True),
    _moves("drafts", "agent_id", is_unique=True),
    _moves("secret_links"),
    _moves("grants"),
    _moves("nudges", message="message_id"),
    _moves("related_cases", "other_id", is_unique=True),
    _moves("related_cases", "case_id", column="other_id", is_unique=True),
    _moves("calls", open_one="calls.state IN ('asked', 'calling')"),
    _moves("transfers", open_one="transfers.state = 'offered'"),
    _moves("letter_readings", "message_id", message="message_id"),
    _moves("continuations", message="message_id"),
    _moves("continuation_proofs", message="message_id"),
    _moves("secure_forms", message="message_id"),
    _moves("case_keys"),
    _moves("mentions", message="message_id"),
    _stays("fallbacks", "that a message went another way; found by the message"),
    _stays("events", "facts are not changed; the events of a merge lead from one to the other"),
    _stays("kept_promises", "what became of a promise given there"),
    _stays("served_turns", "a turn that was had there"),
    _stays("told_waits", "a range told there; it meets its fate with the answer (line/merged.py)"),
    _stays("acknowledgements", "that it was acknowledged"),
    _stays("routings", "by which rule it was sent"),
    _stays("cautions", "where the person was warned; the contact carries it"),
    _stays("alarms", "follows from the clocks"),
    _stays("alarm_timers", "follows from the clocks"),
    _stays("line_places", "follows from the clocks"),
    _stays("bulk_answer_cases", "what was to be sent there"),
    Follow(table="cases", column="repeat_of_id", how="by hand", why="whose place it shares"),
    _stays("cases", "perhaps the same; led to where it is now", "maybe_repeat_of_id"),
    Follow(table="cases", column="merged_into_id", how="by hand", why="the merge itself"),
    Follow(table="merges", column="from_id", how="by hand", why="the merge itself"),
    Follow(table="merges", column="into_id", how="by hand", why="the merge itself"),
)
CONTACTS = (
    _moves("identities", column="contact_id"),
    _moves("cases", column="contact_id"),
    _moves("cautions", column="contact_id"),
    Follow(table="contacts", column="merged_into_id", how="by hand", why="the merge itself"),
)
