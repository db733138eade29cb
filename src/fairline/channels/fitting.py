"""Makes what goes out fit where it goes. Pure: one outbound in, its parts in order out."""

import msgspec

from fairline.channels.contract import Outbound
from fairline.channels.splitting import split
from fairline.core.lengths import LengthRule


def fitted(outbound: Outbound, rule: LengthRule) -> tuple[Outbound, ...]:
    """The parts, in order; the outbound itself where everything fits. Raises Invalid when even
    many parts are too few.

    Where there is a bound the link goes into the text, so that it is counted; files go with the
    first part.
    """
    if rule.most is None:
        return (outbound,)
    text = f"{outbound.text}\n\n{outbound.link}" if outbound.link else outbound.text
    first, *others = split(text, rule)
    whole = msgspec.structs.replace(outbound, text=first, html="", link="", call_link="")
    return (whole, *(msgspec.structs.replace(whole, text=text, files=()) for text in others))
