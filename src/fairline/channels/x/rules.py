"""What X says to a message before it is sent: who may be answered, and what it costs. Pure.

Sources: docs.x.com "Manage Posts" (self-serve: answers only to who mentioned or quoted the account;
one cashtag a post), "Pricing", "Manage Direct Messages".
"""

import re

from fairline.channels.contract import InboxInfo, Invalid, Rule, Sending
from fairline.channels.x.meter import has_link, next_month, price_of, spent_words
from fairline.channels.x.options import budget_of, prices_of

_CASHTAG = re.compile(r"(?<![\w$])\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?![\w$])")
_GREETED = re.compile(r"^(?:\s*@\w{1,15})+")
_MENTION = re.compile(r"(?<!\w)@(\w{1,15})(?!\w)")
NEARLY = 0.8


def rules(sending: Sending, inbox: InboxInfo) -> tuple[Rule, ...]:
    """Worst first."""
    found = [*_money(sending, inbox)]
    if sending.is_public:
        found += _in_public(sending, inbox)
    elif sending.heard_at is None:
        text = "They have not written to us on X. It arrives only where they take messages from "
        text += "everybody, or follow the account."
        found.append(Rule(code="writes_first", text=text))
    return tuple(sorted(found, key=lambda rule: not rule.blocks))


def _in_public(sending: Sending, inbox: InboxInfo) -> list[Rule]:
    found = []
    is_self_serve = inbox.options.get("access", "") != "enterprise"
    if is_self_serve and sending.heard_at is None:
        text = "Not allowed here: X lets us answer only people who mentioned or quoted the account."
        found.append(Rule(code="not_allowed_here", text=text, blocks=True))
    if is_self_serve and len(set(_CASHTAG.findall(sending.text))) > 1:
        text = "X takes at most one cashtag (as in $ABC) in a post."
        found.append(Rule(code="cashtags", text=text, blocks=True))
    # Whom the answer begins with is in the thread already.
    if named := _MENTION.search(_GREETED.sub("", sending.text)):
        text = f"@{named[1]} is mentioned. X takes mentions that nobody asked for as spam: leave "
        text += "out whoever does not take part."
        found.append(Rule(code="unasked_mention", text=text))
    return found


def _money(sending: Sending, inbox: InboxInfo) -> list[Rule]:
    try:
        prices = prices_of(inbox.options)
        budget = budget_of(inbox.options.get("monthly_budget", "").strip())
    except Invalid:
        return []  # the wire says what is wrong with the settings
    cents = price_of(sending.text, prices, is_public=sending.is_public)
    found = []
    if budget is not None and sending.spent_cents + cents > budget:
        until = next_month(sending.at)
        words = spent_words(sending.at)
        found.append(Rule(code="budget_spent", text=words, blocks=True, until=until))
    elif budget and sending.spent_cents >= NEARLY * budget:
        left = max(0.0, budget - sending.spent_cents) / 100
        text = f"{left:.2f} dollars are left of this month's budget for X."
        found.append(Rule(code="budget_low", text=text))
    if sending.is_public and has_link(sending.text) and prices.link > prices.post:
        text = f"There is a link in it: X asks {prices.link:g} cents for that instead of "
        text += f"{prices.post:g}. A code says the same."
        found.append(Rule(code="link_price", text=text))
    return found
