"""One thing that came from outside, verbatim."""

import msgspec


class RawItem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing fetched or pushed, verbatim. `native_id` is unique within the inbox: the same thing
    told twice has the same one, an edit or a receipt has one of its own. `cursor` is the inbox's
    cursor to store once this item is stored (opaque text, the channel's own). An item with an empty
    payload is nothing to store but its cursor: where an inbox that leaves old things alone begins.
    """

    native_id: str
    payload: bytes
    cursor: str = ""
