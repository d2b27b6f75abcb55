"""In which language somebody is answered."""

from contracts.values import Language

__all__ = ["language_of"]


def language_of(accepted: str | None) -> Language:
    """The first language of an Accept-Language header that we speak; French where there is none."""
    for said in (accepted or "").split(","):
        for language in (Language.FRENCH, Language.ENGLISH):
            if said.strip().lower().startswith(language.value):
                return language
    return Language.FRENCH
