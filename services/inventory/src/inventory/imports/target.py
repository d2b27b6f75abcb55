"""What a file of dwellings may say: the fields that a mapping profile fills."""

from functools import cache
from importlib import resources
from pathlib import Path

from contracts.values import Accessibility, Building, DwellingType, EnergyClass, Financing, LettingExclusion, OpenEnum
from intake import Choice, Flag, Many, Money, Number, Profile, ProfileRefused, Target, Text, Wanted, Whole
from inventory.domain.stated import CONTINGENTS, OCCUPATIONS

_MOST_CENTS = 100_000_00


def _of(words: type[OpenEnum]) -> Choice:
    return Choice(tuple(one.value for one in words if one.value != "unknown"))


DWELLINGS = Target(
    "dwelling",
    {
        "reference": Wanted(Text(pattern=r"[0-9A-Z]{10}", like="ten digits or capitals", upper=True), required=True),
        "commune": Wanted(Text(pattern=r"([0-9]{2}|2[AB])[0-9]{3}", like="an INSEE code", upper=True), required=True),
        "street": Wanted(Text(longest=200), required=True),
        "main_rooms": Wanted(Whole(1, 20)),
        "dwelling_type": Wanted(_of(DwellingType)),
        "living_area_m2": Wanted(Number(1, 1000), required=True),
        "financing": Wanted(_of(Financing), required=True),
        "base_rent_cents": Wanted(Money(_MOST_CENTS)),
        "service_charges_cents": Wanted(Money(_MOST_CENTS)),
        "reletting_base_rent_cents": Wanted(Money(_MOST_CENTS)),
        "floor": Wanted(Whole(-3, 60)),
        "lift": Wanted(Flag()),
        "step_free": Wanted(Flag()),
        "wheelchair_accessible": Wanted(Flag()),
        "accessibility": Wanted(_of(Accessibility)),
        "equipment": Wanted(Many(Whole(1, 6))),
        "outdoor_space": Wanted(Flag()),
        "parking": Wanted(Flag()),
        "building": Wanted(_of(Building)),
        "energy_class": Wanted(_of(EnergyClass)),
        "built_in": Wanted(Whole(1000, 2100)),
        "in_priority_district": Wanted(Flag()),
        "plai_adapted": Wanted(Flag()),
        "exclusions": Wanted(Many(_of(LettingExclusion))),
        "latitude": Wanted(Number(-90, 90)),
        "longitude": Wanted(Number(-180, 180)),
        "occupation": Wanted(Choice(OCCUPATIONS)),
        "contingent": Wanted(Choice(CONTINGENTS)),
        "left_stock": Wanted(Text()),
    },
)
"""Facts as `HomeFacts` has them; `main_rooms` or `dwelling_type` is needed, the other follows."""


@cache
def shipped() -> dict[str, str]:
    """The profiles that come with the service, by name: their text."""
    folder = resources.files("inventory.imports").joinpath("profiles")
    return {
        Path(one.name).stem: one.read_text(encoding="utf-8") for one in folder.iterdir() if one.name.endswith(".toml")
    }


def profile_of(name: str, folders: tuple[Path, ...] = ()) -> Profile:
    """The profile of this name: the path of a TOML file, one in `folders`, or one that is shipped.

    Raises:
        ProfileRefused: there is none, or it does not fit.
    """
    if name.endswith(".toml"):
        return Profile.load(Path(name), DWELLINGS)
    for folder in folders:
        if (path := folder / f"{name}.toml").is_file():
            return Profile.load(path, DWELLINGS)
    if text := shipped().get(name):
        return Profile.parse(text, DWELLINGS, name=f"{name}.toml")
    raise ProfileRefused(
        [f"There is no profile {name!r}: name a .toml file, or one of {', '.join(sorted(shipped()))}."]
    )
