"""What Meta's error codes mean: in words, whether trying again helps, and whose fault it is.

Source: "Error Handling" of the Graph API; "Common Error Codes" of the Messenger Platform; "Cloud
API error codes" of the WhatsApp Business Platform; "Private Replies" of the Graph API.
"""

import msgspec

from fairline.channels.provider import TOKEN_EXPIRED

HOUR_S = 3600.0


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """`retry_after_s` is for limits that tell no time of their own. `text` is '' for a code that
    we do not know.
    """

    text: str = ""
    permanent: bool = True
    retry_after_s: float | None = None
    blames_address: bool = False
    code: str = ""


def _stop(text: str) -> Verdict:
    return Verdict(text=text)


def _later(text: str, after_s: float | None = None) -> Verdict:
    return Verdict(text=text, permanent=False, retry_after_s=after_s)


def _gone(text: str) -> Verdict:
    return Verdict(text=text, blames_address=True)


_EXPIRED = Verdict(
    text="The access token is not taken any more. Make a new one, and put it into the inbox.",
    permanent=False,
    code=TOKEN_EXPIRED,
)
_RIGHTS = _stop("The app lacks a permission for this. Look at the app's permissions and roles.")
_WINDOW = _stop("The time to answer is over there. Choose another way to reach the customer.")
_LIMIT = _later("Meta takes no more calls for now.", 600.0)

# By code and subcode, for what differs within a code.
_EXACT: dict[tuple[str, str], Verdict] = {
    ("10", "2018278"): _WINDOW,
    ("10", "2018065"): _WINDOW,
    ("10", "2534022"): _WINDOW,
    ("10", "2018300"): _RIGHTS,
    ("100", "2018001"): _gone("There is nobody with that id any more."),
    ("100", "2018218"): _gone("That person shows no profile to us."),
    ("100", "2018109"): _stop("A file is too large for it."),
    ("100", "2018047"): _stop("It could not take a file: its kind is not what it says."),
    ("100", "2534014"): _gone("There is nobody with that id any more."),
    ("200", "1545041"): _gone("That person takes no messages from the account now."),
    ("551", "1545041"): _gone("That person takes no messages from the account now."),
    ("200", "2018028"): _RIGHTS,
}
_BY_CODE: dict[str, Verdict] = {
    "0": _EXPIRED,
    "1": _later("Meta had a fault of its own."),
    "2": _later("Meta's service is away for a moment."),
    "3": _RIGHTS,
    "4": _LIMIT,
    "10": _RIGHTS,
    "17": _LIMIT,
    "32": _LIMIT,
    "33": _stop("Meta knows no such account, post or comment."),
    "100": _stop("Meta did not understand a part of it."),
    "102": _EXPIRED,
    "190": _EXPIRED,
    "341": _LIMIT,
    "368": _stop(
        "Meta has stopped the account for breaking a policy. Look into its support inbox."
    ),
    "463": _EXPIRED,
    "467": _EXPIRED,
    "506": _stop("The same words were just posted there."),
    "551": _gone("That person takes no messages from the account now."),
    "613": _LIMIT,
    "10900": _stop("That comment has had its one private reply."),
    "10901": _stop("A comment takes a private reply for seven days, and these are over."),
    "10902": _stop("The comment is gone, and with it the way to reply in private."),
    "10903": _gone("That person takes no private replies."),
    "80001": _LIMIT,
    "80002": _LIMIT,
    "80006": _LIMIT,
    "80007": _later("The WhatsApp account has used up its calls for now.", HOUR_S),
    # WhatsApp
    "130429": _later("More messages were sent than the number may send in a second.", 5.0),
    "130472": _stop("WhatsApp held it back for an experiment of its own. Choose another way."),
    "130497": _stop("The account may not write to people in that country."),
    "131000": _later("WhatsApp had a fault of its own."),
    "131005": _RIGHTS,
    "131008": _stop("A part that WhatsApp needs is missing."),
    "131009": _stop("WhatsApp did not take a value."),
    "131016": _later("WhatsApp's service is away for a moment."),
    "131021": _stop("That is our own number."),
    "131026": _gone("It cannot be delivered: no WhatsApp at that number, or it is switched off."),
    "131030": _stop("In development the app may only write to numbers on its list."),
    "131031": _stop("The WhatsApp account is locked. Look into the WhatsApp Manager."),
    "131037": _stop("The number has no display name yet that WhatsApp approved."),
    "131042": _stop("WhatsApp has no means of payment for the account. Look into its settings."),
    "131045": _stop("The number is not registered for the Cloud API."),
    "131047": _stop("More than 24 hours have passed: only an approved template is taken now."),
    "131048": _later("WhatsApp holds the number back: too many people marked it as spam.", HOUR_S),
    "131049": _stop("WhatsApp chose not to deliver it, to spare the customer too many messages."),
    "131050": _stop("The customer wants no marketing messages from us. Answer when they write."),
    "131051": _stop("WhatsApp does not take that kind of message."),
    "131052": _stop("WhatsApp could not fetch the file."),
    "131053": _stop("WhatsApp did not take the file: its kind or its size."),
    "131055": _stop("WhatsApp does not take that kind of message here."),
    "131056": _later("Too many messages to this customer in a short time.", 60.0),
    "131057": _later("The WhatsApp account is being looked after by Meta.", 600.0),
    "131062": _stop("Such a message needs the customer's number, which they hide."),
    "132000": _stop("The template has another number of values."),
    "132001": _stop("There is no such template in that language, or it is not approved."),
    "132005": _stop("With its values the template gets too long."),
    "132007": _stop("The template's words break a policy of WhatsApp."),
    "132012": _stop("A value has another form than the template wants."),
    "132015": _stop("The template is paused: too many people marked it as spam."),
    "132016": _stop("The template is switched off for good."),
    "133004": _later("WhatsApp's server is away for a moment."),
    "133010": _stop("The number is not registered on the WhatsApp Business Platform."),
    "135000": _later("WhatsApp had a fault of its own."),
}


def verdict(code: str, subcode: str) -> Verdict:
    """What a code means. Unknown ones are permanent without words: the caller knows the status."""
    exact = _EXACT.get((code, subcode))
    if exact:
        return exact
    known = _BY_CODE.get(code)
    if known is None and code.isascii() and code.isdigit() and 200 <= int(code[:9]) <= 299:
        return _RIGHTS
    return known or Verdict()
