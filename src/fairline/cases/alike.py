"""Which cases of different people ask the same. Pure: texts in, groups out, nothing decided.

Unlike what one person asks twice (`same_matter.py`), order numbers and amounts are left out: each
has their own. Each text is compared with the first of a group only where they share a rare word.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping

from fairline.cases.likeness import THRESHOLD, likeness
from fairline.cases.small_words import SMALL_WORDS
from fairline.db.words import fold

RAREST = 18
MOST_COMPARED = 40
_NUMBER = re.compile(r"\S*\d\S*")


def groups_of(texts: Mapping[str, str]) -> list[list[str]]:
    """Keys of texts that are alike, two or more together, the largest group first."""
    bare = {key: _NUMBER.sub(" ", text) for key, text in texts.items()}
    words = {key: set(fold(text).split()) - SMALL_WORDS for key, text in bare.items()}
    spread = Counter(word for known in words.values() for word in known)
    groups: dict[str, list[str]] = {}
    by_word: defaultdict[str, list[str]] = defaultdict(list)
    for key, text in bare.items():
        shared = [word for word in words[key] if spread[word] > 1]
        telling = sorted(shared, key=lambda word: (spread[word], word))[:RAREST]
        met = Counter(first for word in telling for first in by_word[word])
        nearest = [first for first, _ in met.most_common(MOST_COMPARED)]
        found = next((one for one in nearest if likeness(bare[one], text) >= THRESHOLD), None)
        if found:
            groups[found].append(key)
            continue
        groups[key] = [key]
        for word in telling:
            by_word[word].append(key)
    found_groups = [group for group in groups.values() if len(group) > 1]
    return sorted(found_groups, key=len, reverse=True)
