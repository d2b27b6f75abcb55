"""Why a household is asked, in words for the household.

Only codes in this table are ever said. A code that is not here stays unsaid: that is how a sensitive one (health,
handicap, violence, income) can never reach a message, whatever matching may send one day (DOMAIN §7, §11.13).
"""

from collections.abc import Sequence

from contracts.values import Language

_WHY_WIDENED = (
    " : il ne trouve pas preneur, alors nous vous demandons votre avis, et un non ne vous coûte rien",
    ": nobody has taken it so far, so we ask you too, and a no costs you nothing",
)
_WORDS: dict[str, tuple[str, str]] = {
    "wanted_place": (
        "ce logement est dans un secteur que vous avez demandé",
        "this home is in an area you asked for",
    ),
    "neighbouring_place": (
        "ce logement est tout près d'un secteur que vous avez demandé, et vous avez accepté les alentours",
        "this home is close to an area you asked for, and you accepted the surroundings",
    ),
    "widened_neighbours": (
        f"ce logement est dans une commune voisine d'un lieu que vous avez demandé{_WHY_WIDENED[0]}",
        f"this home is in a commune next to a place you asked for{_WHY_WIDENED[1]}",
    ),
    "widened_type": (
        f"ce logement a une pièce de plus ou de moins que ceux que vous avez demandés{_WHY_WIDENED[0]}",
        f"this home has one room more or less than those you asked for{_WHY_WIDENED[1]}",
    ),
    "widened_rent": (
        f"le loyer de ce logement dépasse un peu le maximum que vous avez indiqué{_WHY_WIDENED[0]}",
        f"the rent of this home is a little above the limit you gave{_WHY_WIDENED[1]}",
    ),
    "dwelling_type": (
        "il a le nombre de pièces que vous avez demandé",
        "it has the number of rooms you asked for",
    ),
    "area": (
        "il a la surface que vous avez demandée",
        "it has the living area you asked for",
    ),
    "rent": (
        "son loyer, charges comprises, est dans la limite que vous avez indiquée",
        "its rent, charges included, is within the limit you gave",
    ),
    "seniority": (
        "l'ancienneté de votre demande compte",
        "how long you have been waiting counts",
    ),
    "transfer": (
        "vous êtes déjà locataire du parc social : votre départ libère un logement pour un autre ménage",
        "you already rent a social home: your move frees it for another household",
    ),
}
_WIDENED_FOR_HELPER: dict[str, tuple[str, str]] = {
    "widened_neighbours": (
        "il est dans une commune voisine d'un lieu demandé",
        "it is in a commune next to a place asked for",
    ),
    "widened_type": ("il a une pièce de plus ou de moins que demandé", "it has one room more or less than asked for"),
    "widened_rent": (
        "son loyer dépasse un peu le maximum indiqué",
        "its rent is a little above the limit given",
    ),
}
_NOTHING_TO_NAME = (
    "ce logement correspond aux souhaits de votre demande",
    "this home fits the wishes of your application",
)


def in_words(codes: Sequence[str], language: Language) -> tuple[str, ...]:
    """The reasons that may be said, in order, each once; a general one where none may."""
    column = 0 if language is Language.FRENCH else 1
    said = dict.fromkeys(_WORDS[code][column] for code in codes if code in _WORDS)
    return tuple(said) or (_NOTHING_TO_NAME[column],)


def widened_of(codes: Sequence[str]) -> str | None:
    """The code that names a wish widened by one step, for a home that nobody takes; None for a call by wishes alone."""
    return next((code for code in codes if code in _WIDENED_FOR_HELPER), None)


def widened_in_words(code: str | None, language: Language) -> str | None:
    """What of the home is not as it was asked for, to whoever helps the household."""
    found = _WIDENED_FOR_HELPER.get(code or "")
    return None if found is None else found[0 if language is Language.FRENCH else 1]
