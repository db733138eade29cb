"""Pictures and films that a post or a direct message names. Pure: they are fetched later.

Source: docs.x.com, the "Media" object; v1.1 `extended_entities`. Of a film the version with the
most bits is taken, of one without versions its still.
"""

from typing import Any
from urllib.parse import urlsplit

from fairline.cases.inbound import InboundFile
from fairline.channels.x.reading import plain, rows, table, whole, words

MOST_FILES = 10
_PICTURES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp",
             "gif": "image/gif"}  # fmt: skip


def files_of(media: Any, *, keys: Any = None) -> tuple[InboundFile, ...]:
    """The files of `media`; only those named by `keys`, where there are any."""
    found = rows(media)
    if keys is not None:
        wanted = {key for key in keys if isinstance(key, str)} if isinstance(keys, list) else set()
        found = [one for one in found if words(one.get("media_key")) in wanted]
    files = []
    for count, one in enumerate(found[:MOST_FILES], 1):
        url, media_type = _source(one)
        if url:
            files.append(
                InboundFile(
                    name=_name(media_type, count),
                    media_type=media_type,
                    url=url,
                    alt=plain(one.get("alt_text") or one.get("ext_alt_text"))[:2000],
                )
            )
    return tuple(files)


def _source(one: dict[str, Any]) -> tuple[str, str]:
    """Where it lies, and of what kind it is."""
    versions = rows(one.get("variants")) or rows(table(one.get("video_info")).get("variants"))
    films = [
        (whole(version.get("bit_rate", version.get("bitrate"))) or 0, words(version.get("url")))
        for version in versions
        if version.get("content_type") == "video/mp4"
    ]
    if films and (url := _safe(max(films)[1])):
        return url, "video/mp4"
    is_still = one.get("type") in {"video", "animated_gif"}
    still = _safe(words(one.get("preview_image_url")))
    url = "" if is_still and still else _safe(words(one.get("media_url_https") or one.get("url")))
    url = url or still
    return url, _PICTURES.get(_ending(url), "image/jpeg")


def _safe(url: str) -> str:
    # A v1.1 object has its short address in `url`: that is a page, no picture.
    is_page = url.startswith("https://t.co/")
    return url if url.startswith("https://") and len(url) <= 2000 and not is_page else ""


def _ending(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    for key, _, value in (pair.partition("=") for pair in parts.query.split("&")):
        if key == "format":
            return value.lower()
    return parts.path.rpartition(".")[2].lower()


def _name(media_type: str, count: int) -> str:
    kind, _, form = media_type.partition("/")
    return f"{'film' if kind == 'video' else 'picture'}-{count}.{form.replace('jpeg', 'jpg')}"
