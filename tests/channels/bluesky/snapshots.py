"""The network's own snapshots of its views, read in place and made whole.

Their DIDs, ids and addresses stand as `user(0)`, `cids(3)`, `record(7)`: each becomes one that
looks real.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DATA = Path("../shared/data/providers/bluesky")
VIEWS = DATA / "atproto/packages/bsky/tests/views/__snapshots__"
_BODY = re.compile(r"^exports\[`(.*?)`\] = `\n(.*?)\n`;$", re.MULTILINE | re.DOTALL)


def snapshots(folder: Path = VIEWS) -> Iterator[tuple[str, Any]]:
    """Each snapshot with its name."""
    for file in sorted(folder.glob("*.snap")):
        for name, body in _BODY.findall(file.read_text()):
            text = re.sub(r",(\s*[}\]])", r"\1", body.replace("\\\\", "\\").replace("\\`", "`"))
            text = re.sub(r"user\((\d+)\)", r"did:plc:person\1", text)
            text = re.sub(r"cids\((\d+)\)", r"bafyreicidcidcidcidcid\1", text)
            text = re.sub(
                r"record\((\d+)\)", r"at://did:plc:person0/app.bsky.feed.post/key\1", text
            )
            try:
                yield f"{file.name}: {name}", json.loads(text)
            except ValueError:
                continue  # a text, or a template in a template
