"""Plain words for what is stored: events, deliveries, sender checks, times. Pure."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from fairline.cases.rows import Case, Event, Participant
from fairline.cases.states import SEVERITY_LABELS, STATUS_LABELS
from fairline.channels.rows import Delivery
from fairline.core.channel_names import account_of
from fairline.desk.channel_words import CHANNEL_WORDS, channel_word
from fairline.desk.guard_words import GUARD_WORDS
from fairline.desk.merge_words import MERGE_WORDS
from fairline.desk.transfer_words import TRANSFER_WORDS
from fairline.handoff.calls.words import OUTCOMES as CALL_OUTCOMES
from fairline.line.alarm_rows import LABELS as ALARM_LABELS
from fairline.people.money import written
from fairline.web.render import minutes

# Channels that people serve themselves: what is still to be done with what we wrote.
BY_HAND = {
    "phone": "to be said on the phone to",
    "letter": "to be printed and posted to",
    "feed": "to be put by hand where it was asked",
}
KIND_LABELS = {
    "question": "Question",
    "problem": "Problem",
    "suggestion": "Suggestion",
    "praise": "Praise",
    "vent": "Vent (heard, no action asked)",
}
RELATED = {
    "repeat": "the same matter, asked again",
    "same_thread": "the same public thread",
    "not_a_participant": "somebody who takes no part in it answered to it",
    "ended_long_ago": "an answer to a case closed long ago",
}
REASONS = {
    "next_case": "by Next case",
    "answered": "by answering",
    "calls": "by calling",
    "call_due": "the call is due",
    "handed_over": "the case was handed over",
    "hands_over": "to hand it over",
    "handed_out": "handed out by itself",
    "went_away": "away; the place is kept",
    "came_back": "back before anybody took it",
    "customer_replied": "the customer wrote again",
    "agent": "",
    "time_came": "the time came",
    "by_hand": "by hand",
    "case_closed": "the case closed",
    "solved_long_ago": "solved a week ago",
    "hours_changed": "working hours changed",
    "targets_changed": "targets changed",
    "with_repeat": "together with the case that shares its place",
    "same_text": "it says the same",
    "chaser": "it only asks for an answer",
    "leader_left": "the other does not wait any more",
    "two_people": "they are two people",
    "not_the_same": "another matter",
}
AT_RISK = timedelta(minutes=15)

Names = Callable[[str, str | None], str]


def due_words(due_at: datetime, now: datetime) -> tuple[str, str]:
    """The promise running down and how loud it is: `late`, `risk` or nothing."""
    left = due_at - now
    span = minutes(abs(left.total_seconds()) / 60)
    if left <= timedelta(0):
        return f"{span} late", "late"
    return span, "risk" if left <= AT_RISK else ""


def asked_words(case: Case, people: Sequence[Participant]) -> str:
    """That the answer goes where somebody chose, or that the chosen address is not proven yet."""
    chosen = next((one for one in people if one.identity_id == case.answer_to_id), None)
    if chosen is None:
        return ""
    return "as chosen" if chosen.confirmed_at else f"until {chosen.address} is confirmed"


def place_words(position: int | None, told: tuple[datetime, datetime] | None, now: datetime) -> str:
    """The place in line, and how long from now the customer was told to expect; '' off the line."""
    if position is None:
        return ""
    place = "next in line" if position == 1 else f"place {position:,} in line"
    if told is None:
        return place
    low, high = ((at - now).total_seconds() / 60 for at in told)
    if high <= 0:
        return f"{place}, told to expect an answer {minutes(-high)} ago"
    if low <= 0:
        return f"{place}, told to expect an answer within {minutes(high)}"
    return f"{place}, told to expect an answer in {minutes(low)} to {minutes(high)}"


def event_words(event: Event, name: Names) -> str:
    """One event in a few words, '' for what the timeline shows by other means.

    `name(kind, id)` gives the name of an `agent`, `team`, `identity` or `case`, or the
    `address` of an identity.
    """
    if event.kind == "owner_changed" and event.data.get("to") == event.actor_id:
        return f"took the case{_why(event.data)}"
    say = _WORDS.get(event.kind)
    return say(event.data, name) if say else ""


def is_by_hand(delivery: Delivery) -> bool:
    """Whether a person still has to say it on the phone, or print and post it."""
    is_waiting = delivery.state == "queued" and delivery.channel in BY_HAND
    return is_waiting and not delivery.handed_at


def delivery_words(delivery: Delivery, name: Names) -> str:
    """What became of a message we sent, for agents."""
    to = "the thread"
    if delivery.channel != "web":
        to = account_of(delivery.recipient, name("identity", delivery.identity_id))
    if delivery.channel in BY_HAND:
        to = to.partition("\n")[0] if delivery.channel == "letter" else to
        if is_by_hand(delivery):
            # Where a feed's entry stands is told beside it; who wrote it has no name to go by.
            return f"{BY_HAND[delivery.channel]} {'' if delivery.channel == 'feed' else to}".strip()
        if delivery.state == "sent" and delivery.channel == "letter":
            return f"posted to {to}"
        if delivery.state == "sent" and delivery.channel == "feed":
            return "put there by hand"
        if delivery.state == "delivered":
            return f"said on the phone to {to}"
    return {
        "queued": f"waiting to be sent to {to}"
        + (f", attempt {delivery.attempts + 1}" if delivery.attempts else ""),
        "sending": f"being sent to {to}",
        "unknown": f"may or may not have reached {to}",
        "sent": f"sent to {to}",
        "delivered": "on the thread" if delivery.channel == "web" else f"delivered to {to}",
        "read": "read by the customer" if delivery.channel == "web" else f"read by {to}",
        "failed": f"came back from {to}",
        "dead": f"not delivered to {to}",
        "replaced": f"not to {to}; sent another way",
    }[delivery.state]


def auth_verdict(auth: dict[str, str] | None) -> tuple[str, str]:
    """What the sender checks say: words and whether it is `ok`, `risk` or nothing to tell."""
    if not auth:
        return "", ""
    if possession := auth.get("possession"):
        words = {"none": ("Not confirmed yet", "risk"), "pass": ("Confirmed by six digits", "ok")}
        return words.get(possession, ("", ""))
    checks = [f"{n.upper()} {auth[n]}" for n in ("spf", "dkim", "dmarc") if auth.get(n)]
    if not checks:
        return "", ""
    said = ", ".join(checks)
    if auth.get("dmarc") == "pass" or (not auth.get("dmarc") and auth.get("dkim") == "pass"):
        return f"Sender confirmed ({said})", "ok"
    if "fail" in {auth.get("dmarc"), auth.get("dkim")} or auth.get("spf") in {"fail", "softfail"}:
        return f"Sender may be forged ({said})", "risk"
    return f"Sender not proven ({said})", ""


def _why(data: dict[str, Any]) -> str:
    reason = str(data.get("reason") or "")
    words = REASONS.get(reason, reason)
    return f" ({words})" if words else ""


def _status(data: dict[str, Any], _: Names) -> str:
    before, after = (STATUS_LABELS.get(data[k], data[k]) for k in ("from", "to"))
    return f"{before} → {after}{_why(data)}"


def _owner(data: dict[str, Any], name: Names) -> str:
    if data.get("to"):
        return f"{name('agent', data['to'])} owns this{_why(data)}"
    return f"given back to the line by {name('agent', data.get('from'))}{_why(data)}"


def _severity(data: dict[str, Any], _: Names) -> str:
    before, after = (SEVERITY_LABELS.get(data[k], data[k]) for k in ("from", "to"))
    return f"need {before} → {after}: {data.get('reason', '')}"


def _opened(data: dict[str, Any], _: Names) -> str:
    need = SEVERITY_LABELS.get(data.get("need") or "", "")
    declared = f"; the customer declared the need: {need}" if need else ""
    return f"began by {channel_word(data.get('channel', ''))}{declared}"


def _promise_moved(data: dict[str, Any], _: Names) -> str:
    said = []
    for words, old, new in (("answer", "from", "to"), ("solution", "solution_from", "solution_to")):
        if data.get(new):
            moment = datetime.fromisoformat(data[new])
            earlier = moment < datetime.fromisoformat(data[old])
            due = f"{moment:%d %b %Y, %H:%M} UTC"
            said.append(f"{words} due {'earlier' if earlier else 'later'}, {due}")
    return "; ".join(said) + _why(data)


def _visibility(data: dict[str, Any], _: Names) -> str:
    what = "a message" if data.get("message_id") else "the thread"
    return f"{what} is {data['to']} now"


def _skills(data: dict[str, Any], _: Names) -> str:
    needed = ", ".join(str(one) for one in data.get("to", ()))
    return f"needs {needed}" if needed else "needs no skill any more"


def _amount(data: dict[str, Any]) -> str:
    amount, currency = data.get("amount"), str(data.get("currency") or "")
    said = written(amount, currency) if isinstance(amount, int) else currency
    return f"{data.get('kind', '')} {said}".strip()


def _team(data: dict[str, Any], name: Names) -> str:
    return f"moved to {name('team', data['to'])}" if data.get("to") else "taken out of its team"


def _form_sent(data: dict[str, Any], _: Names) -> str:
    many = data.get("answers")
    again = " again" if data.get("again") else ""
    count = f"{many} sealed answer{'' if many == 1 else 's'}"
    return f"sent “{data.get('name', '')}”{again}: {count}"


def _alarm(data: dict[str, Any]) -> str:
    kind = str(data.get("alarm"))
    return ALARM_LABELS.get(kind, kind).lower()


def related_words(reason: str) -> str:
    """Why two cases are linked."""
    return RELATED.get(reason, reason)


def _related(data: dict[str, Any], name: Names) -> str:
    why = related_words(str(data.get("reason") or ""))
    return f"linked with {name('case', data.get('other_id'))}" + (f": {why}" if why else "")


def limit_words(until: datetime, cases_a_day: int | None) -> str:
    """What a limit says, in a few words."""
    day = until.strftime("%d %b %Y, %H:%M UTC")
    many = {None: "", 1: ", 1 new question a day"}.get(
        cases_a_day, f", {cases_a_day} new questions a day"
    )
    return f"nothing in public{many} until {day}"


def _limited(data: dict[str, Any], _: Names) -> str:
    words = limit_words(datetime.fromisoformat(data["until"]), data.get("cases_a_day"))
    return f"limited the customer on the board ({words}): {data.get('reason', '')}"


def _joined(data: dict[str, Any], _: Names) -> str:
    other = data.get("reference", "another case")
    if data.get("leads"):
        how = channel_word(str(data.get("channel", "")))
        return f"asked again by {how} as {other}: one place for both{_why(data)}"
    return f"shares the place of {other}{_why(data)}"


def _split(data: dict[str, Any], _: Names) -> str:
    other = data.get("reference", "another case")
    if data.get("leads"):
        return f"{other} has a place of its own again{_why(data)}"
    return f"a place of its own, apart from {other}{_why(data)}"


FORMS = {"link": "by a link", "code": "by a code", "own": "on the asker's own page"}


def _answer_way(data: dict[str, Any], name: Names) -> str:
    if not data.get("identity_id"):
        return "answers go to all addresses"
    if data.get("channel") == "web":
        return "answers go to the thread only"
    return f"answers go to {name('address', data['identity_id'])}"


def _call_asked(data: dict[str, Any], _: Names) -> str:
    if data.get("wanted") == "now":
        return "asked to be called as soon as we can"
    start, end = (datetime.fromisoformat(data[name]) for name in ("from", "until"))
    late = "; later than the promise, by their own wish" if data.get("after_promise") else ""
    return f"asked to be called {start:%d %b %Y, %H:%M} to {end:%H:%M} UTC{late}"


def _call_tried(data: dict[str, Any], _: Names) -> str:
    how = CALL_OUTCOMES.get(str(data.get("outcome")), "nobody was reached").lower()
    if not data.get("next"):
        return f"called: {how}"
    return f"called: {how}; again {datetime.fromisoformat(data['next']):%d %b %Y, %H:%M} UTC"


def _call_talked(data: dict[str, Any], _: Names) -> str:
    return f"talked on the phone for {minutes(max(1, int(data.get('seconds') or 0)) / 60)}"


_WORDS: dict[str, Callable[[dict[str, Any], Names], str]] = {
    "call_asked": _call_asked,
    "call_changed": _call_asked,
    "call_cancelled": lambda d, _: (
        "the call is not needed: the case has ended"
        if d.get("reason") == "case_ended"
        else "took the call back"
    ),
    "call_due": lambda *_: "the call is due",
    "call_missed": lambda *_: "the time for the call is over, and nobody called",
    "call_started": lambda *_: "calls the customer",
    "call_tried": _call_tried,
    "call_talked": _call_talked,
    "call_given_up": lambda d, _: f"stopped calling after {d.get('tries', 0)} tries",
    "letter_read": lambda d, _: (
        f"the letter could not be read: {d['error']}" if d.get("error") else "read the letter"
    ),
    "letter_corrected": lambda *_: "corrected what was read from the letter",
    "letter_posted": lambda *_: "posted our letter",
    "case_opened": _opened,
    "case_reopened": lambda d, _: f"opened again{_why(d)}",
    "case_related": _related,
    "case_imported": lambda d, _: f"rebuilt from an export of {d.get('reference', 'elsewhere')}",
    "repeat_joined": _joined,
    "repeat_split": _split,
    "repeat_suggested": lambda d, _: (
        f"perhaps the same matter as {d.get('reference', 'another case')}{_why(d)}"
    ),
    "message_edited": lambda *_: "a message was changed by its author",
    "message_hidden": lambda d, _: f"a message was hidden: {d.get('reason', '')}",
    "message_shown": lambda *_: "a hidden message is shown again",
    "case_hidden": lambda d, _: f"taken off the board: {d.get('reason', '')}",
    "case_shown": lambda *_: "on the board again",
    "contact_warned": lambda d, _: f"warned the customer: {d.get('reason', '')}",
    "contact_limited": _limited,
    "limit_lifted": lambda *_: "took back the limit on the customer",
    "visibility_changed": _visibility,
    "status_changed": _status,
    "kind_changed": lambda d, _: f"{d['from']} → {d['to']}",
    "severity_changed": _severity,
    "promise_moved": _promise_moved,
    "promise_held": lambda d, _: f"the broken promise stays broken{_why(d)}",
    "brought_forward": lambda d, _: f"brought forward: {d.get('reason', '')}",
    "put_back": lambda d, _: f"put back to its own place: {d.get('reason', '')}",
    "subject_changed": lambda d, _: f"subject was “{d['from']}”",
    "owner_changed": _owner,
    "team_changed": _team,
    "skills_changed": _skills,
    "routed": lambda d, _: f"sent by the rule {d.get('rule', '')}",
    "authority_used": lambda d, _: f"granted: {_amount(d)} ({d.get('reason', '')})",
    "authority_asked": lambda d, n: (
        f"asks for: {_amount(d)} ({d.get('reason', '')})"
        f" of {' or '.join(n('agent', one) for one in d.get('mentioned', ())) or 'a supervisor'}"
    ),
    "form_asked": lambda d, _: f"asked for “{d.get('name', '')}” by a sealed form",
    "form_sent": _form_sent,
    "form_read": lambda d, _: f"read “{d.get('label', '')}” of “{d.get('name', '')}”",
    "form_closed": lambda d, _: f"closed the form “{d.get('name', '')}”",
    "form_wiped": lambda d, _: f"the answers of “{d.get('name', '')}” are wiped{_why(d)}",
    "tag_added": lambda d, _: f"tag {d['tag']}",
    "tag_removed": lambda d, _: f"no tag {d['tag']} any more",
    "snoozed": lambda d, _: (
        "put aside until " + datetime.fromisoformat(d["until"]).strftime("%d %b %Y, %H:%M UTC")
    ),
    "alarm_raised": lambda d, _: f"alarm: {_alarm(d)}",
    "alarm_acknowledged": lambda d, _: f"has the alarm: {_alarm(d)}",
    "alarm_cleared": lambda d, _: f"alarm over: {_alarm(d)}",
    "woken": lambda d, _: f"back from being put aside{_why(d)}",
    "address_left": lambda d, name: f"left an address: {name('address', d.get('identity_id'))}",
    "address_confirmed": lambda d, name: f"proved {name('address', d.get('identity_id'))}",
    "participant_added": lambda d, n: f"copied in {n('address', d.get('identity_id'))}",
    "link_revoked": lambda *_: "a secret link was revoked",
    **MERGE_WORDS,
    **TRANSFER_WORDS,
    **CHANNEL_WORDS,
    **GUARD_WORDS,
    "sent_elsewhere": lambda *_: "sent it although it only sends the customer elsewhere",
    "sent_another_way": lambda d, n: (
        f"did not arrive; sent by {channel_word(d.get('channel', ''))} instead, to "
        f"{n('address', d.get('identity_id'))}"
    ),
    "no_other_way": lambda *_: "did not arrive, and no other confirmed address is known",
    "answer_way_changed": _answer_way,
    "continuation_offered": lambda d, _: (
        f"goes on in private ({FORMS.get(str(d.get('form')), '')})"
    ),
    "continuation_opened": lambda *_: "somebody opened the way in; not confirmed yet",
    "continuation_proof_sent": lambda d, _: (
        f"six digits sent by {channel_word(d.get('channel', ''))}"
    ),
    "continuation_proof_refused": lambda *_: "too many wrong digits",
    "continuation_confirmed": lambda *_: "showed who they are; goes on in private",
    "continuation_revoked": lambda *_: "the way into the private side was revoked",
}
