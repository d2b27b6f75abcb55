import datetime as dt
import re
import uuid
from email import message_from_bytes, policy
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from notifications_samples import ANSWER_BY, LINK, call, contact, dwelling, letter, renderer
from pydantic import SecretStr

from chassis.links import Links
from chassis.testing import NOON
from contracts.matching import CallWithdrawalReason
from contracts.values import Channel, Language
from notifications.domain.call import CallState
from notifications.domain.delivery import Purpose
from notifications.rendering.quoted import quoted_printable

LANGUAGES = [Language.FRENCH, Language.ENGLISH]
SENSITIVE = re.compile(
    r"handicap|disab|santé|health|malad|violen|revenu|income|ressource|wheelchair|fauteuil|enceinte|pregnan"
    r"|score de|points? de votre|rang|rank",
    re.IGNORECASE,
)


class Text(HTMLParser):
    """The words of a page, its links, and every element it has."""

    def __init__(self, page):
        super().__init__()
        self.words, self.links, self.elements = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data):
        self.words.append(data)

    @property
    def said(self):
        return " ".join(" ".join(self.words).split())


def parsed(mail):
    message = message_from_bytes(mail.content, policy=policy.default)
    text, page = message.iter_parts()
    for part in (message, text, page):
        assert not part.defects
    assert (text.get_content_type(), page.get_content_type()) == ("text/plain", "text/html")
    return message, text.get_content().replace("\r\n", "\n"), Text(page.get_content())


def written(**changes):
    return parsed(renderer().mail(letter(**changes)))


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_a_mail_parses_to_its_headers_and_two_parts():
    message, text, page = written()
    assert message["From"] == "Parcours <alertes@parcours.example>"
    assert message["To"].addresses[0].display_name == "Éloïse N'Guyen"
    assert message["To"].addresses[0].addr_spec == "person1@example.org"
    assert plain(message["Subject"]) == (
        "T3 à Saint-Ouen-sur-Seine : ce logement vous intéresse-t-il ? Réponse avant le dimanche 29 novembre"
    )
    assert message["Message-ID"] == f"<{letter().delivery_id}@parcours.example>"
    assert message["Date"].datetime == NOON
    assert message["X-Parcours-Correlation-Id"] == "story-1"
    assert message["Auto-Submitted"] == "auto-generated"
    assert text.startswith("Bonjour Éloïse N'Guyen,\n")
    assert text.endswith("\nL'équipe Parcours")
    assert page.links == [LINK + "t0k3n", "mailto:consentements@parcours.example"]
    assert LINK + "t0k3n" in text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            Language.FRENCH,
            [
                "Bonjour Éloïse N'Guyen,",
                "12 rue du Docteur Bauer, Saint-Ouen-sur-Seine (Seine-Saint-Denis)",
                "T3, 62,5 m²",
                "4e étage avec ascenseur",
                "612,40 € par mois, charges comprises (dont 98 € de charges)",
                "à partir du mardi 1er décembre 2026",
                "dimanche 29 novembre 2026 à 13 h 00 (heure de Paris)",
                "Ce logement est dans un secteur que vous avez demandé.",
                "20 ménages, dont le vôtre, sont interrogés pour ce logement.",
                "Ce n'est pas encore une proposition de logement",
                "ne compte jamais comme un refus",
                "des personnes qui étudient les dossiers",
                "la commission d'attribution (CALEOL) qui décide",
                "version national/2026-11-01",
                "changer d'avis à tout moment",
            ],
        ),
        (
            Language.ENGLISH,
            [
                "Hello Éloïse N'Guyen,",
                "12 rue du Docteur Bauer, Saint-Ouen-sur-Seine (Seine-Saint-Denis)",
                "T3, 62.5 m²",
                "4th floor with a lift",
                "€612.40 a month, charges included (€98 of charges)",
                "from Tuesday 1 December 2026",
                "Sunday 29 November 2026 at 1:00 pm (Paris time)",
                "This home is in an area you asked for.",
                "20 households, yours among them, are asked about this home.",
                "This is not yet an offer of a home",
                "never counts as a refusal",
                "people study the files",
                "the allocation committee (CALEOL) decides",
                "version national/2026-11-01",
                "change your mind at any time",
            ],
        ),
    ],
)
def test_both_forms_of_a_call_say_all_of_it(language, said):
    _, text, page = written(to=contact(language=language))
    for words in said:
        assert words in plain(" ".join(text.split()))
        assert words in plain(page.said)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("purpose", [Purpose.CALL, Purpose.WITHDRAWAL])
def test_no_message_holds_a_sensitive_word_or_another_household_s_place(language, purpose):
    codes = ("health", "handicap", "violence", "income.below", "wheelchair.given", "occupancy.over_occupied")
    about = call(
        reasons=codes,
        dwelling=dwelling(wheelchair_accessible=True, step_free=True),
        state=CallState.WITHDRAWN if purpose is Purpose.WITHDRAWAL else CallState.ISSUED,
    )
    to = contact(language=language, phone="+33612345678")
    _, text, page = written(to=to, about=about, purpose=purpose)
    texted = renderer().sms(letter(to=to, about=about, purpose=purpose, channel=Channel.SMS)).text
    for form in (text, page.said, texted):
        assert not SENSITIVE.search(form), form
        assert not any(code in form for code in codes)


@pytest.mark.parametrize(
    ("language", "said"), list(zip(LANGUAGES, ["un non ne vous coûte rien", "costs you nothing"], strict=True))
)
@pytest.mark.parametrize("step", ["neighbours", "type", "rent"])
def test_a_call_for_a_home_not_quite_wished_says_why_and_that_a_no_costs_nothing(language, said, step):
    to, about = contact(language=language), call(reasons=(f"widened_{step}", "seniority"))
    _, text, page = written(to=to, about=about)
    for form in (" ".join(text.split()), page.said):
        assert said in plain(form)
        assert "widened" not in form


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", [one for one in CallWithdrawalReason if one.value != "unknown"])
def test_a_withdrawal_says_why_and_asks_nothing(language, reason):
    about = call(state=CallState.WITHDRAWN, withdrawal_reason=reason)
    others = [one for one in CallWithdrawalReason if one not in (reason, CallWithdrawalReason.UNKNOWN)]
    _, text, page = written(to=contact(language=language), about=about, purpose=Purpose.WITHDRAWAL)
    assert LINK not in text
    assert page.links == ["mailto:consentements@parcours.example"]
    assert [words.split()[0] for words in (text, page.said)]
    for other in others:
        told = written(
            to=contact(language=language),
            about=call(state=CallState.WITHDRAWN, withdrawal_reason=other),
            purpose=Purpose.WITHDRAWAL,
        )
        assert told[1] != text


def test_of_one_household_asked_the_message_says_so():
    _, text, _ = written(about=call(called=1))
    assert "le seul ménage interrogé" in text


def test_what_is_not_known_of_a_home_is_left_out():
    bare = dwelling(floor=None, lift=None, energy_class=None)
    _, text, page = written(about=call(dwelling=bare))
    for form in (text, page.said):
        assert "tage" not in form
        assert "None" not in form
        assert "nergie" not in form


NASTY = [
    "Jean\r\nBcc: victim@example.org",
    "Jean\nX-Injected: 1\n\nbody",
    '"><script>alert(1)</script>',
    "=?utf-8?q?hidden?=",
    ".",
    "..\r\n.\r\nQUIT",
    "--=_parcours--",
    "\ue000link\ue001",
    "a" * 300,
    "=3D=0A",
    'O\'Brien, "Bob" \\ <x@y.fr>;',
    "𝒜𝓁𝒾 👩‍👩‍👧 مرحبا",
    "",
]


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize("given_name", ["", "Éa"])
def test_no_name_breaks_out_of_its_place(name, given_name):
    to = contact(given_name=given_name, family_name=name)
    message, text, page = written(to=to)
    expected = to.name.replace("\ue000", "").replace("\ue001", "")
    assert set(message.keys()) == set(written()[0].keys())
    assert message["To"].addresses[0].addr_spec == "person1@example.org"
    assert len(message["To"].addresses) == 1
    assert text.startswith(f"Bonjour {expected},\n")
    assert f"Bonjour {' '.join(expected.split())}," in page.said
    assert page.elements == written()[2].elements
    assert page.links == written()[2].links


@settings(max_examples=60)
@given(
    name=st.text(max_size=80),
    street=st.text(min_size=1, max_size=200),
    token=st.from_regex(r"[A-Za-z0-9._-]{1,400}", fullmatch=True),
)
def test_whatever_the_words_a_mail_parses_to_exactly_them(name, street, token):
    writer = renderer(token=token)
    to = contact(given_name=name, family_name="X")
    mail = writer.mail(letter(to=to, about=call(dwelling=dwelling(street=street))))
    lines = mail.content.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert b"\n" not in mail.content.replace(b"\r\n", b"")
    message, text, page = parsed(mail)
    assert len(message["To"].addresses) == 1
    assert text.splitlines()[0] == f"Bonjour {to.name.replace(chr(0xE000), '').replace(chr(0xE001), '')},"
    assert page.links[0] == LINK + token


@given(st.text())
def test_quoted_printable_comes_back_as_it_was(text):
    import quopri

    encoded = quoted_printable(text)
    assert quopri.decodestring(encoded.replace(b"\r\n", b"\n")).decode() == text.replace("\r\n", "\n")
    assert all(len(line) <= 76 for line in encoded.split(b"\r\n"))


def test_the_same_delivery_is_the_same_message_every_time():
    writer = renderer()
    assert writer.mail(letter()) == writer.mail(letter()) == renderer().mail(letter())


def test_homes_that_differ_are_not_taken_for_each_other():
    writer = renderer()
    for changes in (
        {},
        {"dwelling": dwelling(base_rent_cents=40_000)},
        {"called": 3},
        {"answer_by": ANSWER_BY + dt.timedelta(days=1)},
        {"available_on": dt.date(2027, 1, 1)},
        {"policy": "national/2027-01-01"},
    ):
        about = call(**changes)
        assert writer.mail(letter(about=about)) == renderer().mail(letter(about=about))


def test_only_a_sink_is_told_which_person_and_moment_a_message_is_about():
    traced = message_from_bytes(renderer(traced=True).mail(letter()).content)
    assert traced["X-Parcours-Person"] == str(letter().contact.person_id)
    assert traced["X-Parcours-Since"] == NOON.isoformat()
    live = renderer(traced=False)
    message = message_from_bytes(live.mail(letter()).content)
    assert message["X-Parcours-Person"] is None
    assert message["X-Parcours-Since"] is None
    assert list(live.sms(letter(channel=Channel.SMS)).headers) == ["X-Parcours-Correlation-Id"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_sms_says_the_essential_and_fits_one_segment_but_for_its_link(language):
    to = contact(language=language, phone="+33612345678")
    sms = renderer().sms(letter(to=to, channel=Channel.SMS))
    assert sms.recipient == "+33612345678"
    assert sms.reference == str(letter().delivery_id)
    assert "T3 62m2" in sms.text
    assert "Saint-Ouen-sur-Seine" in sms.text
    assert "613EUR" in sms.text
    assert sms.text.endswith(LINK + "t0k3n")
    assert len(sms.text) - len(LINK + "t0k3n") <= 160
    over = call(state=CallState.WITHDRAWN, withdrawal_reason=CallWithdrawalReason.VACANCY_LET)
    assert renderer().sms(letter(to=to, about=over, channel=Channel.SMS, purpose=Purpose.WITHDRAWAL)).segments == 1


def test_an_sms_is_billed_by_its_segments():
    long = renderer(token="x" * 200).sms(letter(channel=Channel.SMS))
    assert long.segments == 3
    link = Links(SecretStr("s" * 32)).issue(uuid.uuid4(), expires_at=dt.datetime(2026, 11, 25, tzinfo=dt.UTC))
    assert renderer(token=link).sms(letter(channel=Channel.SMS)).segments == 2
    assert long.text.endswith("x" * 200)


@pytest.mark.parametrize(
    ("language", "expected", "known"),
    [
        (Language.FRENCH, "à partir du mardi 1er décembre 2026, date prévue qui peut encore changer", "prévue"),
        (Language.ENGLISH, "from Tuesday 1 December 2026, expected: the date may still change", "expected"),
    ],
)
def test_a_home_that_is_announced_comes_free_on_an_expected_day(language, expected, known):
    to = contact(language=language)
    _, text, page = written(to=to, about=call(available_on_expected=True))
    assert expected in plain(text)
    assert expected in plain(page.said)
    _, text, page = written(to=to, about=call())
    assert known not in text + page.said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (Language.FRENCH, "40 ménages, dont le vôtre, sont interrogés pour 2 logements semblables"),
        (Language.ENGLISH, "40 households, yours among them, are asked about 2 like homes"),
    ],
)
def test_a_call_for_like_homes_says_how_many(language, said):
    _, text, page = written(to=contact(language=language), about=call(called=40, like_homes=2))
    assert said in plain(text)
    assert said in plain(page.said)
