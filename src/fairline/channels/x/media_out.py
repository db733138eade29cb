"""Puts files up for a post or a direct message, in pieces. Network I/O goes through `Api`.

Source: docs.x.com "Chunked media upload" and the v2 media endpoints (initialize, append, finalize,
status, metadata for the description); limits from "Media best practices".
"""

import threading
from collections.abc import Callable

from fairline.channels.contract import DeliveryError, OutboundFile
from fairline.channels.x.api import Api, data_of
from fairline.channels.x.reading import number, table, whole, words

PIECE = 1024 * 1024
MOST_ALT = 1000
_WAITS = 40
_LONGEST_WAIT_S = 15.0
_KINDS = {"image/jpeg": "image", "image/png": "image", "image/webp": "image", "image/gif": "gif",
          "video/mp4": "video", "video/quicktime": "video"}  # fmt: skip
MEDIA = tuple(_KINDS)
_MOST_BYTES = {"image": 5_000_000, "gif": 15_000_000, "video": 512_000_000}
_WORDS = {"image": "a picture", "gif": "a moving picture", "video": "a film"}


def check(files: tuple[OutboundFile, ...], *, is_public: bool) -> None:
    """Raises DeliveryError for what X will not take, before anything is put up."""
    kinds = []
    for file in files:
        kind = _KINDS.get(file.media_type.partition(";")[0].strip().lower(), "")
        if not kind:
            raise _wrong(f"X does not take {file.name}: only pictures and films.")
        if len(file.data) > _MOST_BYTES[kind]:
            most = _MOST_BYTES[kind] // 1_000_000
            raise _wrong(f"{file.name} is too large for X: {most} MB is the most for "
                         f"{_WORDS[kind]}.")  # fmt: skip
        kinds.append(kind)
    if is_public and (len(kinds) > 4 or (len(kinds) > 1 and set(kinds) != {"image"})):
        raise _wrong("A post on X has at most four pictures, or one film.")


def put_up(api: Api, file: OutboundFile, *, is_public: bool, on_alt: Callable[[], None]) -> str:
    """The id of the file at X. Raises DeliveryError."""
    kind = _KINDS[file.media_type.partition(";")[0].strip().lower()]
    begun = api.ask(
        "POST",
        "/2/media/upload/initialize",
        what="uploads",
        json={
            "media_type": file.media_type.partition(";")[0].strip().lower(),
            "total_bytes": len(file.data),
            "media_category": f"{'tweet' if is_public else 'dm'}_{kind}",
        },
    )
    media_id = number(data_of(begun).get("id"))
    if not media_id:
        raise DeliveryError("X gave no place for a file.", permanent=False)
    for segment, start in enumerate(range(0, len(file.data), PIECE)):
        api.ask(
            "POST",
            f"/2/media/upload/{media_id}/append",
            what="uploads",
            form={"segment_index": str(segment)},
            files={"media": (file.name, file.data[start : start + PIECE], file.media_type)},
        )
    done = api.ask("POST", f"/2/media/upload/{media_id}/finalize", what="uploads")
    _wait(api, media_id, table(data_of(done).get("processing_info")), file.name)
    if file.alt and kind != "video":
        alt = {"alt_text": {"text": file.alt[:MOST_ALT]}}
        described = {"id": media_id, "metadata": alt}
        api.ask("POST", "/2/media/metadata", what="descriptions", json=described)
        on_alt()
    return media_id


def _wait(api: Api, media_id: str, processing: dict[str, object], name: str) -> None:
    """Until X has worked the file up."""
    pause = threading.Event()
    for _ in range(_WAITS):
        state = words(processing.get("state"))
        if state in {"", "succeeded"}:
            return
        if state == "failed":
            raise _wrong(f"X could not work up {name}.")
        pause.wait(min(float(whole(processing.get("check_after_secs")) or 1), _LONGEST_WAIT_S))
        asked = [("command", "STATUS"), ("media_id", media_id)]
        told = api.ask("GET", "/2/media/upload", what="uploads", params=asked)
        processing = table(data_of(told).get("processing_info"))
    raise DeliveryError(f"X takes too long to work up {name}.", permanent=False)


def _wrong(text: str) -> DeliveryError:
    return DeliveryError(text, permanent=True, provider_code="bad_file")
