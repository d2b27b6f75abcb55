"""Which of the two texts a reader is given: French, but for who reads English."""

from typing import Protocol

from contracts.values import Language

__all__ = ["Bilingual", "Said", "in_language", "spoken"]

Said = tuple[str, str]
"""French, English."""


class Bilingual(Protocol):
    """Labels of policies, pieces and requirements."""

    @property
    def fr(self) -> str: ...

    @property
    def en(self) -> str: ...


def spoken(said: Said, language: Language = Language.FRENCH) -> str:
    return said[language is Language.ENGLISH]


def in_language(said: Bilingual, language: Language) -> str:
    return spoken((said.fr, said.en), language)
