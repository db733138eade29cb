"""A post of any kind as something said to us: words, files, thread, language. Pure.

Notes, polls, articles, links, videos and events all come as `Create`. What cannot be shown as text
is named and linked. Sources: Activity Vocabulary 3.3; Mastodon's ActivityPub page (sensitive,
Question, contentMap); FEP-e232, FEP-044f, `quoteUrl`, `_misskey_quote` for quotes.
"""

import mimetypes
import re
from urllib.parse import unquote, urlsplit

from fairline.channels.activitypub import places
from fairline.channels.activitypub.audience import Audience, audience_of
from fairline.channels.activitypub.envelope import Envelope
from fairline.channels.activitypub.people import author_of, is_machine
from fairline.channels.activitypub.shapes import as2
from fairline.channels.activitypub.shapes.as2 import Doc
from fairline.channels.activitypub.shapes.wording import Worded, without_us, worded
from fairline.channels.contract import Inbound, InboundFile, InboxInfo
from fairline.core.text import clip, text_to_html

# What has a title of its own; a note's `summary` is a content warning instead.
TITLED = frozenset({"Article", "Page", "Video", "Audio", "Event", "Document", "Image", "Place"})
POSTS = TITLED | frozenset({"Note", "Question", "ChatMessage", "Object"})
# Stands before the subject of what came with a content warning: the answer then carries it too.
WARNED = "CW: "
MOST_TEXT = 50_000
MOST_FILES = 20
MOST_ANCESTORS = 40
MOST_OPTIONS = 40
_REFERENCE = re.compile(r"\bFL-[0-9A-Z]{6}\b")
_AS2_TYPES = ("application/activity+json", "application/ld+json")


def is_post(doc: Doc) -> bool:
    """Whether it is something said, whatever its type is called."""
    kinds = as2.types(doc)
    if set(kinds) & POSTS:
        return True
    return bool(kinds) and bool(as2.values(doc, "content")) and bool(as2.values(doc, "id"))


def is_vote(doc: Doc) -> bool:
    """An answer to a poll: a name and no words (Mastodon)."""
    return bool(
        as2.types(doc) == ("Note",)
        and as2.text(doc, "name")
        and not as2.worded(doc, "content")[0]
        and as2.values(doc, "inReplyTo")
        and not as2.values(doc, "attachment")
    )


def to_inbound(
    doc: Doc, native_id: str, actor: str, envelope: Envelope, inbox: InboxInfo
) -> tuple[Inbound, Audience]:
    """The post as the record takes it, and for whom it is."""
    audience = audience_of(doc, envelope.activity, inbox)
    content, language = as2.worded(doc, "content")
    said = worded(content, as2.text(doc, "mediaType"))
    title, warning = _headings(doc, said)
    whole = _text(doc, said.text, title, warning, native_id)
    profile = envelope.objects.get(actor)
    ours = places.names(inbox)
    text = _text(doc, without_us(said.text, ours), title, warning, native_id)
    inbound = Inbound(
        native_id=native_id,
        author=author_of(actor, profile or as2.inner(doc, "attributedTo")),
        text=clip(text, MOST_TEXT),
        full_text="" if text == whole else clip(whole, MOST_TEXT),
        subject=f"{WARNED}{clip(warning, 200)}" if warning else clip(title, 300),
        html=_html(said, title, warning, doc),
        is_public=audience.is_public,
        sent_at=as2.moment(doc, "published"),
        in_reply_to=ancestors(doc, envelope),
        reference=next(iter(_REFERENCE.findall(whole)), ""),
        language=language,
        files=files_of(doc),
        is_listed=is_machine(profile),
        permalink=page_of(doc, native_id),
        is_cut=len(whole) > MOST_TEXT,
    )
    return inbound, audience


def _headings(doc: Doc, said: Worded) -> tuple[str, str]:
    """Title and content warning. An article's summary is its teaser; a note's hides its words."""
    name = worded(as2.worded(doc, "name")[0][:2_000]).text
    summary = worded(as2.worded(doc, "summary")[0][:5_000]).text
    kinds = set(as2.types(doc))
    title = " ".join(name.split())
    if kinds & TITLED:
        return title, ""
    return ("" if title == said.text else title), " ".join(summary.split())


def _text(doc: Doc, said: str, title: str, warning: str, native_id: str) -> str:
    """All that a person would read, in order."""
    kinds = set(as2.types(doc))
    parts = [f"Content warning: {warning}" if warning else "", "" if title in said else title]
    parts.append(said or (worded(as2.worded(doc, "summary")[0]).text if kinds & TITLED else ""))
    parts += [_event(doc) if "Event" in kinds else "", _poll(doc)]
    links = list(_links(doc, said))
    if kinds & {"Video", "Audio", "Event"} and (page := page_of(doc, native_id)) not in said:
        links.append(page)
    parts += [*links, *(f"Quoted: {url}" for url in quotes_of(doc) if url not in said)]
    return "\n\n".join(part for part in parts if part)


def _poll(doc: Doc) -> str:
    """The choices of a question, one a line."""
    for field, words in (("oneOf", "One of:"), ("anyOf", "Any of:")):
        names = [as2.text(one, "name")[:300] for one in as2.values(doc, field)[:MOST_OPTIONS]]
        if options := [f"- {' '.join(name.split())}" for name in names if name.strip()]:
            return "\n".join([words, *options])
    return ""


def _event(doc: Doc) -> str:
    """When and where an event is."""
    start, end = (as2.text(doc, name)[:40] for name in ("startTime", "endTime"))
    place = next((as2.text(one, "name") for one in as2.values(doc, "location")), "")
    when = f"{start} to {end}" if start and end else start
    return ", ".join(part for part in (when, place[:200]) if part)


def _links(doc: Doc, said: str) -> list[str]:
    """Pages that it points at, unless they stand in it: Lemmy's links, Mastodon's preview cards."""
    found = [
        url
        for one in as2.values(doc, "attachment")
        if set(as2.types(one)) & {"Link", "Page"}
        for url, _ in as2.web_addresses({"url": one}, "url")
    ]
    bare = said.replace("://www.", "://")
    return [u for u in dict.fromkeys(found) if u.replace("://www.", "://").rstrip("/") not in bare]


def quotes_of(doc: Doc) -> tuple[str, ...]:
    """What it quotes, by any of the names that this has."""
    named = [
        uri
        for name in ("quote", "quoteUrl", "quoteUri", "_misskey_quote")
        for uri in as2.addresses(doc, name)
    ]
    for tag in as2.values(doc, "tag"):
        media_type = as2.text(tag, "mediaType").lower()
        if "Link" in as2.types(tag) and media_type.startswith(_AS2_TYPES):
            named.append(as2.address(tag))
    return tuple(uri for uri in dict.fromkeys(named) if as2.is_web(uri))[:3]


def _html(said: Worded, title: str, warning: str, doc: Doc) -> str:
    """The markup with what stands beside it; '' where the text says it all."""
    if not said.html:
        return ""
    heads = [f"Content warning: {warning}" if warning else "", title]
    tails = [_poll(doc), *(f"Quoted: {url}" for url in quotes_of(doc) if url not in said.text)]
    before, after = ([text_to_html(part) for part in parts if part] for parts in (heads, tails))
    return "\n".join([*before, said.html, *after])


def page_of(doc: Doc, native_id: str) -> str:
    """The page where people read it."""
    pages = as2.web_addresses(doc, "url")
    best = [url for url, media_type in pages if media_type in {"", "text/html"}]
    return next(iter(best), native_id if as2.is_web(native_id) else "")


def ancestors(doc: Doc, envelope: Envelope) -> tuple[str, ...]:
    """What it answers, nearest first: as far as the posts above were fetched."""
    found: list[str] = []
    above = as2.addresses(doc, "inReplyTo")
    while above and len(found) < MOST_ANCESTORS:
        fresh = [uri for uri in above if uri not in found]
        found += fresh
        above = [
            uri
            for one in fresh
            if (known := envelope.objects.get(one))
            for uri in as2.addresses(known, "inReplyTo")
        ]
    return tuple(found[:MOST_ANCESTORS])


def files_of(doc: Doc) -> tuple[InboundFile, ...]:
    """Its pictures and files, by address; they are fetched later."""
    found: dict[str, InboundFile] = {}
    for one in [*as2.values(doc, "attachment"), *as2.values(doc, "image")]:
        kinds = set(as2.types(one))
        if kinds & {"Link", "Page", "PropertyValue", "Note", "IdentityProof"}:
            continue
        alt = as2.worded(one, "name")[0] or as2.worded(one, "summary")[0]
        for url, media_type in as2.web_addresses({"url": one}, "url")[:1]:
            name = unquote(urlsplit(url).path.rpartition("/")[2])[-150:] or "file"
            told = media_type.partition(";")[0].strip()
            guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
            found.setdefault(
                url,
                InboundFile(
                    name=re.sub(r"[\x00-\x1f/\\]", "_", name),
                    media_type=told if "/" in told else guessed,
                    url=url,
                    alt=clip(" ".join(alt.split()), 1_500),
                ),
            )
    return tuple(found.values())[:MOST_FILES]
