"""The words by which people end and take up text messages. Pure.

A keyword counts only when it is all that was said, in capitals or not: "Stop" ends messages, "stop
please" is a message like any other. Source: CTIA Messaging Principles, 5.1.3; Twilio, "Support for
opt-out keywords" (STOP, STOPALL, UNSUBSCRIBE, CANCEL, END, QUIT, REVOKE, OPTOUT; START, UNSTOP;
HELP, INFO), and ARRET in Canada. YES is an answer to a question, so it counts only where the
provider itself says that it was taken as one (`OptOutType`).
"""

from typing import Literal

Keyword = Literal["stop", "start", "help", ""]

STOP = frozenset(
    {
        "stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit", "revoke", "optout",
        "opt out", "opt-out", "arret", "arrêt", "arrete", "arrêter", "arretez", "stopp", "stop sms",
        "abmelden", "baja", "alto", "parar",
    }
)  # fmt: skip
START = frozenset({"start", "unstop", "optin", "opt in", "opt-in"})
HELP = frozenset({"help", "info", "aide"})
_TYPES: dict[str, Keyword] = {"STOP": "stop", "START": "start", "HELP": "help"}


def keyword_in(text: str, opt_out_type: str = "") -> Keyword:
    """Which one it is, '' for a message like any other. What the provider says goes first."""
    if told := _TYPES.get(opt_out_type.strip().upper()):
        return told
    said = " ".join(text.strip().strip(".!\"'“”").lower().split())
    if said in STOP:
        return "stop"
    if said in START:
        return "start"
    return "help" if said in HELP else ""
