import datetime as dt

import pytest
from notifications_samples import dwelling

from contracts.values import Language
from notifications.domain import gsm7, reasons, wording

FR, EN = Language.FRENCH, Language.ENGLISH


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (wording.day(dt.date(2026, 12, 1), FR), "mardi 1er décembre 2026"),
        (wording.day(dt.date(2026, 12, 2), FR, year=False), "mercredi 2 décembre"),
        (wording.day(dt.date(2026, 12, 1), EN), "Tuesday 1 December 2026"),
        (wording.moment(dt.datetime(2026, 11, 29, 17, tzinfo=dt.UTC), FR), "dimanche 29 novembre 2026 à 18 h 00"),
        (wording.moment(dt.datetime(2026, 6, 1, 22, 5, tzinfo=dt.UTC), FR), "mardi 2 juin 2026 à 0 h 05"),
        (wording.moment(dt.datetime(2026, 11, 29, 17, tzinfo=dt.UTC), EN), "Sunday 29 November 2026 at 6:00 pm"),
        (wording.moment(dt.datetime(2026, 11, 29, 11, tzinfo=dt.UTC), EN), "Sunday 29 November 2026 at 12:00 pm"),
        (wording.moment(dt.datetime(2026, 11, 28, 23, tzinfo=dt.UTC), EN), "Sunday 29 November 2026 at 12:00 am"),
        (wording.short_moment(dt.datetime(2026, 11, 29, 17, tzinfo=dt.UTC), FR), "29/11 18h"),
        (wording.short_moment(dt.datetime(2026, 11, 29, 17, 30, tzinfo=dt.UTC), FR), "29/11 18h30"),
        (wording.short_moment(dt.datetime(2026, 11, 29, 17, tzinfo=dt.UTC), EN), "29 Nov 6pm"),
        (wording.euros(161_240, FR), "1 612,40 €"),
        (wording.euros(61_200, FR), "612 €"),
        (wording.euros(161_205, EN), "€1,612.05"),
        (wording.area(62.5, FR), "62,5 m²"),
        (wording.area(62.0, EN), "62 m²"),
        (wording.in_place("93070", FR), "à Saint-Ouen-sur-Seine"),
        (wording.in_place("94043", FR), "au Kremlin-Bicêtre"),
        (wording.in_place("93045", FR), "aux Lilas"),
        (wording.in_place("75118", FR), "à Paris 18e"),
        (wording.in_place("93045", EN), "in Les Lilas"),
        (wording.in_place("00000", FR), "à 00000"),
        (wording.department_of("93070"), "Seine-Saint-Denis"),
    ],
)
def test_numbers_dates_and_places_are_said_as_people_say_them(said, expected):
    assert plain(said) == expected


def test_paris_needs_no_department():
    assert wording.department_of("75118") is None


@pytest.mark.parametrize(
    ("floor", "lift", "french", "english"),
    [
        (4, True, "4e étage avec ascenseur", "4th floor with a lift"),
        (1, False, "1er étage sans ascenseur", "1st floor without a lift"),
        (22, None, "22e étage", "22nd floor"),
        (11, None, "11e étage", "11th floor"),
        (0, None, "rez-de-chaussée", "ground floor"),
        (-1, None, "1er niveau en dessous de la rue", "level -1"),
    ],
)
def test_a_floor_says_its_lift(floor, lift, french, english):
    home = dwelling(floor=floor, lift=lift)
    assert plain(wording.floor(home, FR)) == french
    assert plain(wording.floor(home, EN)) == english


def test_an_unknown_floor_is_not_said():
    assert wording.floor(dwelling(floor=None), FR) is None


def test_reasons_are_said_once_in_order_and_only_those_that_may_be():
    said = reasons.in_words(("rent", "wanted_place", "rent", "health", "violence", "income.below"), FR)
    assert said == (
        "son loyer, charges comprises, est dans la limite que vous avez indiquée",
        "ce logement est dans un secteur que vous avez demandé",
    )


@pytest.mark.parametrize("language", [FR, EN])
def test_where_no_reason_may_be_said_a_general_one_is(language):
    assert len(reasons.in_words(("disability",), language)) == 1


def test_matching_s_reasons_all_have_words():
    general = reasons.in_words((), FR)
    for code in ("wanted_place", "neighbouring_place", "dwelling_type", "area", "rent", "seniority", "transfer"):
        assert reasons.in_words((code,), FR) != general


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Saint-Ouen-l’Aumône, 62 m² – 612 €", "Saint-Ouen-l'Aumone, 62 m2 - 612 €"),
        ("Œuvre à Évry", "OEuvre à Évry"),
        ("Bœuf «ça»", 'Boeuf "ca"'),
        ("日本", "??"),
    ],
)
def test_a_text_is_folded_into_the_alphabet_of_sms(text, folded):
    assert gsm7.fold(text) == folded


@pytest.mark.parametrize(
    ("text", "count"),
    [("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("€" * 80, 1), ("€" * 81, 2), ("", 1)],
)
def test_segments_are_counted_as_they_are_billed(text, count):
    assert gsm7.segments(text) == count


def test_a_letter_outside_the_alphabet_is_an_error_not_a_guess():
    with pytest.raises(ValueError, match="not in the GSM alphabet"):
        gsm7.segments("ê")
