"""`format=flowed` text made into whole paragraphs again. Pure. RFC 3676, section 4."""

_QUOTE = ">"


def unflow(text: str, *, delsp: bool = False) -> str:
    """Join the lines that the sender's program broke; quote marks stay in front."""
    paragraphs: list[str] = []
    pieces: list[str] = []
    depth_before = -1
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(_QUOTE))
        content = line[depth:]
        content = content.removeprefix(" ")  # space-stuffed
        if pieces and depth != depth_before:
            paragraphs.append(_quoted("".join(pieces), depth_before))
            pieces = []
        depth_before = depth
        is_flowed = content.endswith(" ") and content != "-- "
        pieces.append(content[:-1] if is_flowed and delsp else content)
        if not is_flowed:
            paragraphs.append(_quoted("".join(pieces), depth))
            pieces = []
    if pieces:
        paragraphs.append(_quoted("".join(pieces), depth_before))
    return "\n".join(paragraphs)


def _quoted(text: str, depth: int) -> str:
    return f"{_QUOTE * depth} {text}".rstrip(" ") if depth else text
