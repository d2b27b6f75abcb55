"""The language of the one who asks."""

from typing import Annotated

from fastapi import Depends, Header

from chassis.http import language_of
from contracts.values import Language

__all__ = ["Spoken"]


def _language(accept_language: Annotated[str | None, Header()] = None) -> Language:
    return language_of(accept_language)


Spoken = Annotated[Language, Depends(_language)]
