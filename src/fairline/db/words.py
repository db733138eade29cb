"""How text is cut into words for full-text search: once, by us, so that both engines agree.

Pure. Accents are folded, everything but letters and digits separates, and each character of a
script without spaces (Chinese, Japanese, Thai …) is a word of its own.
"""

import unicodedata

MAX_INDEXED_CHARACTERS = 200_000
MAX_WORD_CHARACTERS = 64
MAX_QUERY_WORDS = 12

# First code points of scripts written without spaces between words.
_UNSPACED = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3040, 0x30FF),
    (0x3400, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
_PLAIN = {code: " " for code in range(128) if not chr(code).isalnum()}


def fold(text: str) -> str:
    """`text` as words between single spaces, lower case and without accents."""
    text = text[:MAX_INDEXED_CHARACTERS].casefold()
    if text.isascii():  # most text, and twenty times faster
        return " ".join(word[:MAX_WORD_CHARACTERS] for word in text.translate(_PLAIN).split())
    folded: list[str] = []
    # Taken apart before and after: a mathematical A becomes a plain one, and then small.
    plain = unicodedata.normalize("NFKD", text).casefold()
    for character in unicodedata.normalize("NFKD", plain):
        if unicodedata.combining(character):
            continue
        if not character.isalnum():
            folded.append(" ")
        elif any(low <= ord(character) <= high for low, high in _UNSPACED):
            folded.append(f" {character} ")
        else:
            folded.append(character)
    return " ".join(word[:MAX_WORD_CHARACTERS] for word in "".join(folded).split())


def query_words(query: str) -> list[str]:
    """The words to look for, at most 12; [] when the query holds no letter or digit."""
    return fold(query[:1000]).split()[:MAX_QUERY_WORDS]
