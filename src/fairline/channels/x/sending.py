"""Sends one delivery: a post under a post, or a direct message. Network I/O goes through `Api`.

X drops no duplicates by a key. A refusal because the very text was posted already is told as what
it is: it may be ours, from a try whose answer was lost.
"""

from collections.abc import Callable

from fairline.channels.contract import DeliveryError, Outbound, OutboundFile, Sent
from fairline.channels.x import media_out
from fairline.channels.x.api import Api, data_of
from fairline.channels.x.meter import Meter, price_of
from fairline.channels.x.reading import number

DIRECT = "dm:"
MOST_TRIES = 3
_NO_POST = "There is no post of theirs on X that could be answered in public."
_NOBODY = "That is no account on X that can be written to."


class Sender:
    """Sends as one account."""

    def __init__(self, api: Api, meter: Meter) -> None:
        self._api = api
        self._meter = meter

    def send(self, outbound: Outbound, *, handing_over: Callable[[], None]) -> Sent:
        """Raises DeliveryError. What is private never becomes a post."""
        is_public = outbound.is_public
        cents = price_of(outbound.text, self._meter.prices, is_public=is_public)
        self._meter.allow_sending(cents)
        media_out.check(outbound.files, is_public=is_public)
        if is_public:
            return self._post(outbound, cents, handing_over)
        return self._direct(outbound, cents, handing_over)

    def _post(self, outbound: Outbound, cents: float, handing_over: Callable[[], None]) -> Sent:
        above = posts_above(outbound)
        if not above:
            raise DeliveryError(_NO_POST, permanent=True, provider_code="not_allowed_here")
        body: dict[str, object] = {"text": outbound.text}
        if outbound.files:
            body["media"] = {"media_ids": [self._up(one, outbound) for one in outbound.files]}
        handing_over()
        what = "posts with a link" if cents == self._meter.prices.link else "posts"
        answer = self._under(above, what, cents, body)
        return Sent(native_id=_told(data_of(answer).get("id")))

    def _under(
        self, above: list[str], what: str, cents: float, body: dict[str, object]
    ) -> dict[str, object]:
        """Under the nearest post of the thread that X lets us answer: our own last word may not be
        one, for nobody summoned us there. A refusal costs nothing, and nothing was posted.
        """
        for last, post_id in enumerate(above, start=1 - len(above)):
            reply = {"reply": {"in_reply_to_tweet_id": post_id}}
            try:
                return self._charged(what, cents, "/2/tweets", {**body, **reply}, "posts")
            except DeliveryError as error:
                if last == 0 or error.provider_code != "not_summoned":
                    raise
        raise DeliveryError(_NO_POST, permanent=True, provider_code="not_allowed_here")

    def _direct(self, outbound: Outbound, cents: float, handing_over: Callable[[], None]) -> Sent:
        to = number(outbound.recipient)
        if not to:
            raise DeliveryError(_NOBODY, permanent=True, provider_code="bad_recipient")
        media = [self._up(one, outbound) for one in outbound.files]
        body: dict[str, object] = {"text": outbound.text} if outbound.text else {}
        if media:
            body["attachments"] = [{"media_id": media[0]}]
        handing_over()
        path = f"/2/dm_conversations/with/{to}/messages"
        answer = self._charged("direct messages", cents, path, body, "direct messages")
        native_id = _told(data_of(answer).get("dm_event_id"))
        refused = []
        for file, media_id in zip(outbound.files[1:], media[1:], strict=True):
            more: dict[str, object] = {"attachments": [{"media_id": media_id}]}
            try:  # X takes one file with a message: the others follow it
                self._charged("direct messages", cents, path, more, "direct messages")
            except DeliveryError as error:
                refused.append((file.name, error.text))
        return Sent(native_id=f"{DIRECT}{native_id}", refused=tuple(refused))

    def _charged(
        self, word: str, cents: float, path: str, body: dict[str, object], what: str
    ) -> dict[str, object]:
        """Hand over, and count what it costs; what may have arrived is counted too."""
        try:
            answer = self._api.ask("POST", path, what=what, json=body, risky=True)
        except DeliveryError as error:
            if error.is_unknown:
                self._meter.count(word, 1, cents)
            raise
        self._meter.count(word, 1, cents)
        return answer

    def _up(self, file: OutboundFile, outbound: Outbound) -> str:
        def described() -> None:
            self._meter.count("descriptions of pictures", 1, self._meter.prices.alt)

        return media_out.put_up(self._api, file, is_public=outbound.is_public, on_alt=described)


def posts_above(outbound: Outbound) -> list[str]:
    """The posts that could be answered, nearest first; direct messages of the thread are none."""
    ids = dict.fromkeys((outbound.in_reply_to, *reversed(outbound.references)))
    return [one for one in ids if number(one)][:MOST_TRIES]


def _told(value: object) -> str:
    """An id that X gave; without one nobody knows what became of it."""
    found = number(value)
    if not found:
        raise DeliveryError(
            "X took it and did not say under what number.",
            permanent=False,
            provider_code=DeliveryError.OUTCOME_UNKNOWN,
        )
    return found
