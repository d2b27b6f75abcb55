"""The SMS alphabet (3GPP TS 23.038) and what a text costs in it."""

import unicodedata

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€")
_SPELLED = {
    "²": "2",
    "œ": "oe",
    "Œ": "OE",
    "’": "'",
    "‘": "'",
    "“": '"',
    "”": '"',
    "«": '"',
    "»": '"',
    "–": "-",
    "—": "-",
    "…": "...",
    "\N{NO-BREAK SPACE}": " ",
    "\N{NARROW NO-BREAK SPACE}": " ",
}
_ONE_SEGMENT, _OF_SEVERAL = 160, 153


def fold(text: str) -> str:
    """`text` in letters the alphabet has: accents it lacks are dropped, signs are spelled, the rest is `?`.

    One letter outside the alphabet would more than halve the length of a segment.
    """
    return "".join(letter if letter in _BASIC or letter in _EXTENDED else _near(letter) for letter in text)


def _near(letter: str) -> str:
    if letter in _SPELLED:
        return _SPELLED[letter]
    plain = "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))
    return "".join(part if part in _BASIC else "?" for part in plain) or "?"


def septets(text: str) -> int:
    """Length as it is billed; raises `ValueError` for a letter outside the alphabet."""
    if strange := set(text) - _BASIC - _EXTENDED:
        raise ValueError(f"{sorted(strange)} are not in the GSM alphabet; fold the text first")
    return len(text) + sum(map(text.count, _EXTENDED))


def segments(text: str) -> int:
    """How many SMS the text is sent and paid as."""
    length = septets(text)
    return 1 if length <= _ONE_SEGMENT else -(-length // _OF_SEVERAL)
