"""The language of the one who asks."""

from typing import Annotated

from fastapi import Depends, Header

from contracts.values import Language
from matching.words import wording

__all__ = ["Spoken"]


def _language(accept_language: Annotated[str | None, Header()] = None) -> Language:
    return wording.language_of(accept_language)


Spoken = Annotated[Language, Depends(_language)]
