"""The wire of a telephone with a provider: people still talk themselves, recordings are fetched.

Our name and token go to the provider's own host and nowhere else. A recording is ready some seconds
after the call; until then it is "not found", and asked for again.
"""

from urllib.parse import urlsplit

from fairline.channels.by_hand import HandWire
from fairline.channels.contract import Check, DeliveryError, InboxInfo
from fairline.channels.phone.twilio import TwilioVoice
from fairline.channels.twilio import point

MOST_BYTES = 26_214_400


class RecordingWire(HandWire):
    def __init__(self, inbox: InboxInfo, words: str) -> None:
        super().__init__(words)
        self._voice = TwilioVoice(inbox)

    def verify(self) -> tuple[Check, ...]:
        voice = self._voice
        try:
            account = voice.api.ask("GET", ".json").json()
            found = voice.api.ask(
                "GET", "/IncomingPhoneNumbers.json", params={"PhoneNumber": voice.number}
            ).json()
        except DeliveryError as error:
            return (Check(name="Account", ok=False, text=error.text),)
        if not isinstance(account, dict) or account.get("status") != "active":
            return (Check(name="Account", ok=False, text="The account is not active."),)
        active = Check(name="Account", ok=True, text="The account is active.")
        numbers = found.get("incoming_phone_numbers") if isinstance(found, dict) else None
        ours = numbers[0] if isinstance(numbers, list) and numbers else None
        if not isinstance(ours, dict):
            text = f"{voice.number} is not a number of this account."
            return (active, Check(name="Number", ok=False, text=text))
        wanted = {"voice_url": f"{voice.base}/call", "status_callback": f"{voice.base}/status"}
        words = {"voice_url": "A call comes in", "status_callback": "Call status changes"}
        for name, url in wanted.items():
            if ours.get(name) != url:
                text = f"Set “{words[name]}” of the number to {url}"
                return (active, Check(name="Number", ok=False, text=text))
        return (active, Check(name="Number", ok=True, text="Calls come to us."))

    def point(self, *, is_on: bool) -> Check:
        """Set where the provider asks what callers hear."""
        voice = self._voice
        wanted = {"VoiceUrl": f"{voice.base}/call", "StatusCallback": f"{voice.base}/status"}
        return point(voice.api, voice.number, wanted, is_on=is_on)

    def download(self, url: str) -> tuple[bytes, str]:
        if urlsplit(url).netloc != urlsplit(self._voice.url).netloc:
            raise DeliveryError("That recording is not the provider's.", permanent=True)
        try:
            answer = self._voice.api.ask("GET", url, most_bytes=MOST_BYTES)
        except DeliveryError as error:
            if error.provider_code in {"404", "20404"}:
                raise DeliveryError("The recording is not ready.", permanent=False) from error
            raise
        return answer.body, answer.headers.get("content-type", "").partition(";")[0]

    def close(self) -> None:
        self._voice.close()
