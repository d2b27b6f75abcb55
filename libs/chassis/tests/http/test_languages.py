"""Problems in the language of who asks: French, unless English is asked for or is all there is."""

import pytest

from chassis.http import Conflict, Invalid, NotFound, language_of
from contracts.landlord import FieldError
from contracts.told import Told
from contracts.values import Language

HOME = Told("Le logement est loué.", "The home is let.")


class Wrong:
    field, message = "rank", Told("il faut un rang", "a rank is needed")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [(None, "fr"), ("", "fr"), ("de", "fr"), ("en-GB,fr;q=0.5", "en"), ("fr-FR,en", "fr"), ("de,en;q=0.7", "en")],
)
def test_the_first_language_that_we_speak_else_french(accepted, language):
    assert language_of(accepted) is Language(language)


def test_a_problem_in_two_languages_is_told_whole_in_one():
    french, english = (Conflict(HOME).response(language) for language in (Language.FRENCH, Language.ENGLISH))
    assert (french.headers["content-language"], english.headers["content-language"]) == ("fr", "en")
    document = Conflict(HOME).document(Language.FRENCH)
    assert (document["title"], document["detail"]) == ("En contradiction avec l'existant", "Le logement est loué.")
    assert Conflict(HOME).document()["title"] == "This contradicts what is there"


def test_fields_are_told_in_the_language_of_the_problem():
    document = Invalid([Wrong()]).document(Language.FRENCH)
    assert document["detail"] == "Corrigez rank et renvoyez la requête."
    assert document["errors"] == [{"field": "rank", "message": "il faut un rang"}]


def test_what_a_machine_is_told_stays_in_english_whole():
    plain = NotFound("There is no home.")
    assert plain.response(Language.FRENCH).headers["content-language"] == "en"
    assert plain.document(Language.FRENCH)["title"] == "There is nothing here"
    mixed = Invalid([Wrong(), FieldError(field="kind", message="It is not known.")]).document(Language.FRENCH)
    assert [one["message"] for one in mixed["errors"]] == ["a rank is needed", "It is not known."]
    assert mixed["detail"] == "Correct rank, kind and send it again."
