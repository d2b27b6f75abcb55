import datetime as dt
import json
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from contracts.inventory import DwellingRecorded, VacancyWithdrawn
from contracts.landlord import VacancyCancelled, WithdrawalReason
from contracts.values import CLOSED, AreaM2, Cents, CommuneCode, DwellingType, OpenEnum, Reference, RplsId, Siren, Utc


def read(annotation: Any, value: Any) -> Any:
    return TypeAdapter(annotation).validate_python(value)


def refused(annotation: Any, value: Any) -> str:
    with pytest.raises(ValidationError) as error:
        read(annotation, value)
    return str(error.value)


@pytest.mark.parametrize("siren", ["552032708", "732829320", "344810825", "999000001", "999999999"])
def test_a_siren_has_its_control_digit_or_is_synthetic(siren: str) -> None:
    assert read(Siren, siren) == siren


@pytest.mark.parametrize("siren", ["552032707", "732829321", "123456789"])
def test_a_wrong_control_digit_is_said(siren: str) -> None:
    assert f"{siren} is not a SIREN: its control digit does not fit" in refused(Siren, siren)


@pytest.mark.parametrize("place", range(9))
def test_one_wrong_digit_never_passes(place: int) -> None:
    siren = "552032708"
    others = [siren[:place] + digit + siren[place + 1 :] for digit in "0123456789" if digit != siren[place]]
    for other in others:
        refused(Siren, other)


@pytest.mark.parametrize(
    "siren", ["", "55203270", "5520327080", "55203270a", "552 032 708", "٥٥٢٠٣٢٧٠٨", "552032708\n"]
)
def test_a_siren_is_nine_ascii_digits(siren: str) -> None:
    assert "pattern" in refused(Siren, siren)


@pytest.mark.parametrize("code", ["75118", "2A004", "2B033", "97411"])
def test_commune_codes(code: str) -> None:
    assert read(CommuneCode, code) == code


@pytest.mark.parametrize("code", ["7511", "751180", "2C004", "2a004", "75 118", "٧٥١١٨"])
def test_what_is_no_commune_code(code: str) -> None:
    refused(CommuneCode, code)


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (RplsId, "751800421"),
        (RplsId, "75180042ab"),
        (Cents, -1),
        (Cents, 100_000_01),
        (AreaM2, 0),
        (AreaM2, float("nan")),
        (AreaM2, float("inf")),
        (Reference, ""),
        (Reference, "CONGE\x00"),
        (Reference, "x" * 101),
    ],
)
def test_values_outside_their_bounds(annotation: Any, value: Any) -> None:
    refused(annotation, value)


def test_a_moment_needs_an_offset_and_is_kept_in_utc() -> None:
    assert read(Utc, "2026-11-22T10:30:00+01:00") == dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)
    assert read(Utc, "2026-11-22T10:30:00+01:00").tzinfo is dt.UTC
    assert "timezone" in refused(Utc, "2026-11-22T10:30:00")


def test_a_moment_that_utc_has_no_date_for() -> None:
    assert "outside the years 1 to 9999" in refused(Utc, "0001-01-01T00:00:00+01:00")


def open_enums() -> list[type[OpenEnum]]:
    return sorted(OpenEnum.__subclasses__(), key=lambda enum: enum.__name__)


@pytest.mark.parametrize("enum", open_enums())
def test_an_open_enum_reads_what_it_does_not_know_as_unknown(enum: type[OpenEnum]) -> None:
    assert read(enum, "something newer") is enum("unknown")
    for member in enum:
        assert read(enum, member.value) is member


@pytest.mark.parametrize("value", ["T7", "unknown", "t3", ""])
def test_a_closed_context_refuses_what_it_does_not_know(value: str) -> None:
    with pytest.raises(ValidationError, match="is none of T1, T2, T3, T4, T5, T6"):
        TypeAdapter(DwellingType).validate_python(value, context=CLOSED)
    assert TypeAdapter(DwellingType).validate_python("T3", context=CLOSED) is DwellingType.T3


def test_a_closed_context_names_the_field_of_a_nested_value() -> None:
    body = {
        "dwelling_id": "6f1c2e52-9b0a-5d3e-8f47-0c6b1f0a7d11",
        "version": 1,
        "landlord": "999000001",
        "reference": "7518004211",
        "dwelling": {
            "commune": "75118",
            "street": "Rue Ordener",
            "dwelling_type": "T3",
            "living_area_m2": 61.5,
            "financing": "PLATS",
            "base_rent_cents": 45217,
        },
    }
    assert DwellingRecorded.model_validate(body).dwelling.financing == "unknown"
    with pytest.raises(ValidationError) as error:
        DwellingRecorded.model_validate(body, context=CLOSED)
    assert [found["loc"] for found in error.value.errors()] == [("dwelling", "financing")]


def test_a_landlords_unknown_reason_is_an_error_that_names_the_field() -> None:
    body = {
        "dwelling_reference": "7518004211",
        "vacancy_reference": "CONGE-2026-0412",
        "withdrawn_on": "2026-10-19",
        "reason": "unknown",
    }
    with pytest.raises(ValidationError) as error:
        VacancyCancelled.decode(json.dumps(body).encode())
    (found,) = error.value.errors()
    assert found["loc"] == ("reason",)
    assert "'unknown' is none of notice_withdrawn, sold" in found["msg"]


def test_the_same_enum_is_open_where_our_own_services_read_it() -> None:
    body = b'{"vacancy_id": "b3d7f0a4-51c9-5b8e-a2f6-94e01d7c3322", "version": 4, "reason": "squatted"}'
    assert VacancyWithdrawn.decode(body).reason is WithdrawalReason.UNKNOWN
