"""Telephone numbers: written as people write them, kept in E.164."""

import re

_PUNCTUATION = re.compile(r"[\s.\-/()\u00a0\u202f]")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_NATIONAL = re.compile(r"0[1-9][0-9]{8}")

OVERSEAS = {
    "262": ("0262", "0263", "0269", "0639", "0692", "0693"),
    "590": ("0590", "0690", "0691"),
    "594": ("0594", "0694"),
    "596": ("0596", "0696", "0697"),
}
"""Country code → the national prefixes it has (Réunion and Mayotte, Guadeloupe, Guyane, Martinique)."""
_COUNTRY = {prefix: country for country, prefixes in OVERSEAS.items() for prefix in prefixes}


def e164(written: str) -> str:
    """`06 12 34 56 78`, `+33 (0)6.12.34.56.78`, `0033612345678` → `+33612345678`; numbers abroad keep their country.

    Raises:
        ValueError: a sentence that says what is wrong, without the number: errors end up in logs.
    """
    number = _PUNCTUATION.sub("", written.replace("(0)", ""))
    if _NATIONAL.fullmatch(number):
        return f"+{_COUNTRY.get(number[:4], '33')}{number[1:]}"
    if number.startswith("00"):
        number = "+" + number[2:]
    if not _E164.fullmatch(number):
        raise ValueError("this is no telephone number; write ten digits as 06 12 34 56 78, or + and the country")
    if number.startswith("+33") and not re.fullmatch(r"\+33[1-9][0-9]{8}", number):
        raise ValueError("this is no French number; after +33 come nine digits, without the 0")
    return number
