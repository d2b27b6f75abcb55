"""Where a household can live or wish to."""

from functools import lru_cache

from reference import communes


@lru_cache(maxsize=4096)
def place_error(code: str) -> str | None:
    """Why no home can be in `code`, None where one can.

    Paris, Lyon and Marseille are named by arrondissement, as dwellings are.
    """
    try:
        commune = communes.commune(code)
    except communes.UnknownCommune as error:
        return str(error)
    if parts := communes.arrondissements_of(code):
        return f"{code} is {commune.name} as a whole; name its arrondissements, {parts[0]} to {parts[-1]}"
    return None
