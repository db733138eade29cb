"""What is said next in a call, as TwiML. Pure; everything that is a text is escaped.

Source: Twilio, TwiML for Voice: Say, Gather, Record, Dial, Number, Hangup. A Gather that hears no
key falls through to what stands below it, so a caller who presses nothing is asked for a message.
"""

from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from fairline.channels.voice import Script

MEDIA_TYPE = "text/xml"
WAIT_S = 6
MOST_MESSAGE_S = 180
RING_S = 30
MESSAGE = "Please leave a message after the tone, and hang up when you have finished."


def render(script: Script, base: str, *, ours: str, language: str) -> bytes:
    """`base` is our address for this inbox, without a slash at its end."""
    said = "".join(_say(line, language) for line in script.lines)
    if script.then == "key":
        body = _gather(script, said, base, language)
    elif script.then == "message":
        body = said + _record(script, base, language)
    elif script.then == "dial":
        body = said + _dial(script, base, ours)
    else:
        body = said + ("<Hangup/>" if script.then == "end" else "")
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{body}</Response>'.encode()


def _say(line: str, language: str) -> str:
    return f"<Say language={quoteattr(language)}>{escape(line)}</Say>"


def _gather(script: Script, said: str, base: str, language: str) -> str:
    path = f"join/{quote(script.key, safe='')}" if script.step == "join" else "pressed"
    action = quoteattr(f"{base}/{path}")
    gather = f'<Gather numDigits="1" timeout="{WAIT_S}" action={action} method="POST">'
    after = "<Hangup/>" if script.step == "join" else _record(script, base, language)
    return f"{gather}{said}</Gather>{after}"


def _record(script: Script, base: str, language: str) -> str:
    news = f"{base}/recording?from={quote(script.caller, safe='')}"
    return (
        f"{_say(MESSAGE, language)}"
        f'<Record maxLength="{MOST_MESSAGE_S}" timeout="10" finishOnKey="#" playBeep="true" '
        f'action={quoteattr(f"{base}/recorded")} method="POST" '
        f'recordingStatusCallback={quoteattr(news)} recordingStatusCallbackEvent="completed"/>'
    )


def _dial(script: Script, base: str, ours: str) -> str:
    news = quoteattr(f"{base}/status/{quote(script.key, safe='')}")
    digits = f" sendDigits={quoteattr('ww' + script.extension)}" if script.extension else ""
    return (
        f'<Dial callerId={quoteattr(ours)} timeout="{RING_S}" '
        f'action={quoteattr(f"{base}/joined")} method="POST">'
        f'<Number statusCallback={news} statusCallbackEvent="ringing answered completed"{digits}>'
        f"{escape(script.number)}</Number></Dial>"
    )
