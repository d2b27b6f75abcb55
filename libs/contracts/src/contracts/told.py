"""What people are told in their language: French, unless they ask for English."""

from typing import NamedTuple

from contracts.values import Language

__all__ = ["Told"]


class Told(NamedTuple):
    """The same in French and in English."""

    fr: str
    en: str

    def by(self, language: Language) -> str:
        return self.en if language is Language.ENGLISH else self.fr

    def __str__(self) -> str:
        """For logs and exceptions, which are in English."""
        return self.en
