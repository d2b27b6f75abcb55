"""Why a household is asked, in words for the household.

Only codes in this table are ever said. A code that is not here stays unsaid: that is how a sensitive one (health,
handicap, violence, income) can never reach a message, whatever matching may send one day (DOMAIN §7, §11.13).
"""

from collections.abc import Sequence

from contracts.values import Language

_WORDS: dict[str, tuple[str, str]] = {
    "wanted_place": (
        "ce logement est dans un secteur que vous avez demandé",
        "this home is in an area you asked for",
    ),
    "neighbouring_place": (
        "ce logement est tout près d'un secteur que vous avez demandé, et vous avez accepté les alentours",
        "this home is close to an area you asked for, and you accepted the surroundings",
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
_NOTHING_TO_NAME = (
    "ce logement correspond aux souhaits de votre demande",
    "this home fits the wishes of your application",
)


def in_words(codes: Sequence[str], language: Language) -> tuple[str, ...]:
    """The reasons that may be said, in order, each once; a general one where none may."""
    column = 0 if language is Language.FRENCH else 1
    said = dict.fromkeys(_WORDS[code][column] for code in codes if code in _WORDS)
    return tuple(said) or (_NOTHING_TO_NAME[column],)
