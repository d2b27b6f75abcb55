"""Homes that are alike and come free together share their calls (DOMAIN §11.14)."""

import re

from contracts.values import DwellingFacts

__all__ = ["likeness", "street_name"]

_NUMBER = re.compile(r"\A\s*\d+(\s*[-/]\s*\d+)*(\s*(bis|ter|quater|[a-d])\b)?[\s,]*", re.IGNORECASE)


def street_name(address: str) -> str:
    """A street without its number: `rue riquet` of `3 bis, rue Riquet`. The homes of a programme have it in common."""
    return " ".join(_NUMBER.sub("", address, count=1).casefold().split()) or address.casefold()


def likeness(landlord: str, home: DwellingFacts) -> str:
    """What like homes share to the letter: landlord, commune, street, type and financing.

    Area, rent and the day they come free are compared by the policy's `[calls.pool]`.
    """
    return "|".join((landlord, home.commune, street_name(home.street), home.dwelling_type.value, home.financing.value))
