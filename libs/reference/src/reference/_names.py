"""How a place name typed by a person is compared with an official one."""

import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
_ABBREVIATIONS = {"st": "saint", "ste": "sainte"}


def fold(text: str) -> str:
    """`text` in lower case, without accents or punctuation, "St" and "Ste" spelled out."""
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES))
    letters = "".join(" " if not c.isalnum() else c for c in decomposed if not unicodedata.combining(c))
    return " ".join(_ABBREVIATIONS.get(word, word) for word in letters.split())


def closeness(name: str, wanted: str) -> int | None:
    """0 the same, 1 begins with it, 2 has a word that does, 3 contains it, None otherwise; both are folded."""
    if wanted not in name:
        return None
    if name == wanted:
        return 0
    if name.startswith(wanted):
        return 1
    return 2 if f" {wanted}" in name else 3
