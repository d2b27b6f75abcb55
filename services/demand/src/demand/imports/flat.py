"""One line an application: the household by its counts, the wishes, and the applicant. Read through a profile."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from contracts.values import DwellingType, Language
from demand.domain.declaration import HousingModel
from demand.imports.codes import SITUATIONS
from intake import Choice, Day, Flag, Many, Money, Profile, ProfileRefused, Target, Text, Wanted, Whole

_COMMUNE = Text(pattern=r"([0-9]{2}|2[AB])[0-9]{3}", like="an INSEE code", upper=True)
_TYPES = Choice(tuple(one.value for one in DwellingType if one is not DwellingType.UNKNOWN))
_MOST_CENTS = 100_000_00

APPLICATIONS = Target(
    "application",
    {
        "number": Wanted(Text(longest=40), required=True),
        "registered_on": Wanted(Day(), required=True),
        "given_name": Wanted(Text(longest=100), required=True),
        "family_name": Wanted(Text(longest=100), required=True),
        "birth_date": Wanted(Day()),
        "email": Wanted(Text(longest=300)),
        "phone": Wanted(Text(longest=40)),
        "language": Wanted(Choice(tuple(one.value for one in Language if one is not Language.UNKNOWN))),
        "accepts_email": Wanted(Flag()),
        "accepts_sms": Wanted(Flag()),
        "consented_on": Wanted(Day()),
        "housing": Wanted(Choice(tuple(one.value for one in HousingModel)), required=True),
        "hosted_by_social_tenant": Wanted(Flag()),
        "home_landlord": Wanted(Text(pattern=r"[0-9]{9}", like="a SIREN")),
        "home_reference": Wanted(Text(pattern=r"[0-9A-Z]{10}", like="an RPLS identifier", upper=True)),
        "home_commune": Wanted(_COMMUNE),
        "home_type": Wanted(_TYPES),
        "home_rent_cents": Wanted(Money(_MOST_CENTS)),
        "persons": Wanted(Whole(1, 20), required=True),
        "minors": Wanted(Whole(0, 20)),
        "disabled_persons": Wanted(Whole(0, 20)),
        "reference_tax_income_euros": Wanted(Whole(0, 10_000_000)),
        "monthly_resources_cents": Wanted(Money(10_000_000)),
        "housing_aid_cents": Wanted(Money(_MOST_CENTS)),
        "needs_step_free": Wanted(Flag()),
        "needs_wheelchair": Wanted(Flag()),
        "places": Wanted(Many(_COMMUNE)),
        "neighbours": Wanted(Flag()),
        "wanted_types": Wanted(Many(_TYPES)),
        "max_rent_cents": Wanted(Money(_MOST_CENTS)),
    },
)
"""Without `places` and `wanted_types` an application is registered and waits to be completed."""

_PERSON = ("given_name", "family_name", "birth_date", "email", "phone", "language")
_HOUSEHOLD = (
    "minors",
    "disabled_persons",
    "reference_tax_income_euros",
    "monthly_resources_cents",
    "housing_aid_cents",
    "needs_step_free",
    "needs_wheelchair",
)
_HOME = {
    "home_landlord": "landlord",
    "home_reference": "reference",
    "home_commune": "commune",
    "home_type": "dwelling_type",
    "home_rent_cents": "base_rent_cents",
}
_ORIGIN = "import"


@cache
def shipped() -> dict[str, str]:
    """The profiles that come with the service, by name: their text."""
    folder = resources.files("demand.imports").joinpath("profiles")
    return {Path(one.name).stem: one.read_text(encoding="utf-8") for one in folder.iterdir()}


def profile_of(name: str) -> Profile:
    """The profile of this name: the path of a TOML file, or one that is shipped.

    Raises:
        ProfileRefused: there is none, or it does not fit.
    """
    if name.endswith(".toml"):
        return Profile.load(Path(name), APPLICATIONS)
    if text := shipped().get(name):
        return Profile.parse(text, APPLICATIONS, name=f"{name}.toml")
    raise ProfileRefused(
        [f"There is no profile {name!r}: name a .toml file, or one of {', '.join(sorted(shipped()))}."]
    )


def registration_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """The registration form that a line fills in."""
    person = {name: values[name] for name in _PERSON if name in values}
    consents = [
        {"channel": channel, "granted": values[name], "given_on": on, "origin": _ORIGIN}
        for channel, name in (("email", "accepts_email"), ("sms", "accepts_sms"))
        if name in values and (on := values.get("consented_on", values["registered_on"]))
    ]
    form = {
        "number": values["number"],
        "registered_on": values["registered_on"],
        "applicant": person | {"consents": consents},
        "current_housing": _housing(values),
        "household": {
            "persons_for_occupancy": values["persons"],
            "persons_for_ceiling": values["persons"],
            **{name: values[name] for name in _HOUSEHOLD if name in values},
        },
    }
    if values.get("places") and values.get("wanted_types"):
        neighbours = values.get("neighbours", False)
        form["wishes"] = {
            "places": [{"commune": commune, "neighbours": neighbours} for commune in values["places"]],
            "dwelling_types": values["wanted_types"],
            **({"max_rent_cents": values["max_rent_cents"]} if "max_rent_cents" in values else {}),
        }
    return form


def _housing(values: Mapping[str, Any]) -> dict[str, Any]:
    situation = SITUATIONS[HousingModel(values["housing"])].value
    housing: dict[str, Any] = {"situation": situation}
    if situation == "hosted":
        housing["hosted_by"] = "social_tenant" if values.get("hosted_by_social_tenant") else "other"
    if situation == "social_tenant" and (
        home := {ours: values[theirs] for theirs, ours in _HOME.items() if theirs in values}
    ):
        housing["home"] = home
    return housing
