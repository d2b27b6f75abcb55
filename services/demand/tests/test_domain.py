import datetime as dt

import pytest
from demand_samples import (
    APPLICANT,
    NUMBER,
    PARTNER,
    TODAY,
    application,
    consent,
    declared,
    hosted,
    household,
    person,
    tenant,
    told_in_full,
    wishes,
)
from hypothesis import given
from hypothesis import strategies as st

from contracts.demand import ApplicationStatus, ClosureReason
from contracts.values import ApplicationKind
from demand.domain.application import (
    Closed,
    Host,
    Housing,
    Situation,
    file_errors,
    registration_errors,
)
from demand.domain.days import latest_today
from demand.domain.email import email
from demand.domain.life import close
from demand.domain.number import application_number
from demand.domain.person import Contact, consent_errors, contact_errors, same_person
from demand.domain.phone import e164
from demand.domain.retention import erase_on

D = dt.date


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("06.12.34.56.78", "+33612345678"),
        ("06-12-34-56-78", "+33612345678"),
        ("0612345678", "+33612345678"),
        ("+33 6 12 34 56 78", "+33612345678"),
        ("+33 (0)6 12 34 56 78", "+33612345678"),
        ("0033 6 12 34 56 78", "+33612345678"),
        ("01\u00a044\u202f55 66 77", "+33144556677"),
        ("0690 12 34 56", "+590690123456"),  # Guadeloupe
        ("0694 12 34 56", "+594694123456"),  # Guyane
        ("0696 12 34 56", "+596696123456"),  # Martinique
        ("0692 12 34 56", "+262692123456"),  # Réunion
        ("0639 12 34 56", "+262639123456"),  # Mayotte
        ("+221 77 123 45 67", "+221771234567"),
    ],
)
def test_a_telephone_number_is_kept_in_e164(written, kept):
    assert e164(written) == kept
    assert e164(kept) == kept


@pytest.mark.parametrize(
    "written", ["", "06 12 34 56", "06 12 34 56 789", "+33 06 12 34 56 78", "0012", "six", "+0612345678", "+3361234567"]
)
def test_what_is_no_telephone_number_is_said(written):
    with pytest.raises(ValueError, match=r"number"):
        e164(written)


@pytest.mark.parametrize(
    ("written", "kept"),
    [(" Awa.Diallo@Exemple.FR ", "Awa.Diallo@exemple.fr"), ("a+b@sous.domaine.fr", "a+b@sous.domaine.fr")],
)
def test_an_address_is_kept_with_its_domain_in_lower_case(written, kept):
    assert email(written) == kept


@pytest.mark.parametrize(
    "written",
    ["", "a", "a@b", "a b@c.fr", "a@b..fr", ".a@b.fr", "a..b@c.fr", "a@-b.fr", "a@b.fr\nBcc: x@y.fr", "@b.fr"],
)
def test_what_is_no_address_is_said(written):
    with pytest.raises(ValueError, match="is no e-mail address"):
        email(written)


@pytest.mark.parametrize("written", [NUMBER, "1110 3180 1698 2g11 04", f" {NUMBER} "])
def test_an_application_number_has_18_signs_however_spaced(written):
    assert application_number(written) == NUMBER


@pytest.mark.parametrize(
    ("written", "sentence"), [("1110318016982G110", "has 17"), ("", "has 0"), ("1110318016982_1104", "only digits")]
)
def test_what_is_no_application_number_is_said(written, sentence):
    with pytest.raises(ValueError, match=sentence):
        application_number(written)


@pytest.mark.parametrize(
    ("housing", "kind"),
    [
        (tenant(), ApplicationKind.TRANSFER),
        (Housing(situation=Situation.SOCIAL_TENANT), ApplicationKind.TRANSFER),
        (hosted(Host.SOCIAL_TENANT), ApplicationKind.SPLIT),
        (hosted(Host.OTHER), ApplicationKind.FIRST),
        (Housing(situation=Situation.PRIVATE_TENANT), ApplicationKind.FIRST),
        (Housing(situation=Situation.HOMELESS), ApplicationKind.FIRST),
        (Housing(situation=Situation.OWNER), ApplicationKind.FIRST),
    ],
)
def test_the_kind_follows_from_the_housing(housing, kind):
    assert application(file=declared(housing=housing)).kind is kind


@pytest.mark.parametrize(
    ("file", "field"),
    [
        (declared(wishes=wishes(places=[{"commune": "99999"}])), "wishes.places[0].commune"),
        (declared(wishes=wishes(places=[{"commune": "75118"}, {"commune": "75056"}])), "wishes.places[1].commune"),
        (declared(wishes=wishes(places=[{"commune": "75118"}, {"commune": "75118"}])), "wishes.places[1].commune"),
        (declared(wishes=wishes(dwelling_types=["T3", "T3"])), "wishes.dwelling_types[1]"),
        (declared(housing=tenant(commune="75018")), "current_housing.home.commune"),
        (declared(housing=Housing(situation=Situation.HOSTED)), "current_housing.hosted_by"),
        (
            declared(housing=Housing(situation=Situation.OWNER, hosted_by=Host.OTHER)),
            "current_housing.hosted_by",
        ),
        (declared(housing=Housing(situation=Situation.OWNER, home=tenant().home)), "current_housing.home"),
        (declared(household=household(persons_for_occupancy=1)), "household.persons_for_occupancy"),
        (declared(household=household(persons_for_ceiling=1)), "household.persons_for_ceiling"),
    ],
)
def test_what_does_not_fit_is_named(file, field):
    (error,) = file_errors(file, applicants=2, today=TODAY)
    assert error.field == field
    assert error.message


def test_a_sound_declaration_has_no_errors():
    assert file_errors(declared(), applicants=2, today=TODAY) == []


@pytest.mark.parametrize(
    ("over", "field", "sentence"),
    [
        ({"recognitions": [{"priority": "dalo", "decided_on": "2026-11-24"}]}, "recognitions[0].decided_on", "future"),
        (
            {"recognitions": [{"priority": "dalo", "decided_on": "2026-01-02", "valid_until": "2026-01-01"}]},
            "recognitions[0].valid_until",
            "before decided_on",
        ),
        ({"derogation": {"order": "1", "valid_until": "2032-11-23"}}, "derogation.valid_until", "6 years at most"),
        (
            {"derogation": {"order": "1", "signed_on": "2020-05-01", "valid_until": "2026-12-01"}},
            "derogation.valid_until",
            "R441-1-1",
        ),
        (
            {"derogation": {"order": "1", "signed_on": "2026-12-01", "valid_until": "2026-12-31"}},
            "derogation.signed_on",
            "future",
        ),
        ({"dwelling": {"since": "2027-01-01"}}, "dwelling.since", "future"),
    ],
)
def test_what_others_decided_has_a_day_that_can_be(over, field, sentence):
    (error,) = file_errors(told_in_full(**over), applicants=1, today=TODAY)
    assert error.field == f"declaration.{field}"
    assert sentence in error.message
    lawful = {"derogation": {"order": "1", "signed_on": "2020-12-01", "valid_until": "2026-12-01"}}
    assert file_errors(told_in_full(**lawful), applicants=1, today=TODAY) == []


@pytest.mark.parametrize(("day", "named"), [(D(2026, 11, 23), True), (D(1026, 1, 1), True), (TODAY, False)])
def test_nobody_registers_in_the_future(day, named):
    assert bool(registration_errors(day, TODAY)) is named


@pytest.mark.parametrize(("born", "named"), [(D(2027, 1, 1), True), (D(1850, 1, 1), True), (D(1990, 5, 1), False)])
def test_nobody_is_born_in_the_future(born, named):
    errors = contact_errors(Contact(given_name="A", family_name="B", birth_date=born), TODAY)
    assert [error.field for error in errors] == (["birth_date"] if named else [])


@pytest.mark.parametrize(("hour", "day"), [(0, D(2026, 11, 22)), (11, D(2026, 11, 22)), (12, D(2026, 11, 23))])
def test_it_may_be_tomorrow_in_the_pacific(hour, day):
    assert latest_today(dt.datetime(2026, 11, 22, hour, tzinfo=dt.UTC)) == day


def test_consents_are_one_a_channel_and_given_in_the_past():
    assert consent_errors([consent("email"), consent("sms")], TODAY) == []
    late = consent_errors([consent("sms"), consent("email", given_on="2026-12-01")], TODAY)
    assert [error.field for error in late] == ["consents[1].given_on"]
    twice = consent_errors([consent("sms"), consent("sms", granted=False)], TODAY)
    assert [error.field for error in twice] == ["consents"]


def test_a_change_keeps_the_day_of_registration_and_counts_versions():
    before = application()
    after = before.change(declared(household=household(persons_for_occupancy=4)))
    assert (after.registered_on, after.version) == (before.registered_on, 2)
    assert after.change(after.file) is after


def test_what_the_world_is_told_has_no_identity():
    event = application(co_applicant=PARTNER).recorded()
    assert event.person_ids == (APPLICANT, PARTNER)
    assert event.kind is ApplicationKind.TRANSFER
    assert event.current_home.dwelling_type == "T2"
    assert NUMBER not in event.encode().decode()


def test_a_closed_application_is_changed_no_more():
    closed = close(application(), ClosureReason.WITHDRAWN, TODAY)
    assert (closed.status, closed.closed_on, closed.version) == (ApplicationStatus.CLOSED, TODAY, 2)
    with pytest.raises(Closed, match=r"closed \(withdrawn\) on 2026-11-22"):
        closed.change(declared(household=household(needs_step_free=True)))


def test_a_persons_contact_and_consents_count_versions():
    before = person()
    reached = before.reach(Contact(given_name="Awa", family_name="Diallo", email="awa@exemple.fr"))
    consenting = reached.consent([consent()])
    assert (reached.version, consenting.version) == (2, 3)
    assert consenting.reach(consenting.contact) is consenting
    event = consenting.recorded()
    assert (event.version, event.email, event.consents[0].channel) == (3, "awa@exemple.fr", "email")


@pytest.mark.parametrize(
    ("given_name", "family", "born", "same"),
    [
        ("Awa", "Diallo", D(1988, 7, 14), True),
        ("AWA", "DIALLO", D(1988, 7, 14), True),
        ("Awà", "Dia-llo", D(1988, 7, 14), True),
        ("Awa", "Diallo", D(1988, 7, 15), False),
        ("Awa", "Diallo", None, False),
        ("Ava", "Diallo", D(1988, 7, 14), False),
    ],
)
def test_somebody_is_known_again_however_spelt(given_name, family, born, same):
    known = Contact(given_name="Awa", family_name="Diallo", birth_date=D(1988, 7, 14))
    assert same_person(known, Contact(given_name=given_name, family_name=family, birth_date=born)) is same
    nobody = Contact(given_name="Awa", family_name="Diallo")
    assert not same_person(nobody, nobody)


@pytest.mark.parametrize(("closed", "erased"), [(D(2026, 11, 22), D(2027, 11, 22)), (D(2028, 2, 29), D(2029, 2, 28))])
def test_a_closed_application_is_kept_a_year(closed, erased):
    assert erase_on(closed) == erased


@given(st.dates(D(2000, 1, 1), D(2090, 12, 31)))
def test_it_is_always_kept_at_least_365_days_but_from_a_leap_day(closed):
    assert D.toordinal(erase_on(closed)) - D.toordinal(closed) in {365, 366}
