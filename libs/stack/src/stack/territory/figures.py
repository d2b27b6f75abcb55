"""Every number the synthetic territory is drawn from: a line of the cited marginals, or an assumption that says so.

`Cited` is read from `reference.samples.marginals()` and never typed in again; `Assumed` gives its reason.
What is shown to people names the difference (`FIGURES` is the table of it).
"""

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from reference import samples
from reference.samples import Marginal

__all__ = ["FIGURES", "Assumed", "Cited", "FigureMissing", "share", "value"]


class FigureMissing(LookupError):
    """A cited line is not among the marginals."""


@dataclass(frozen=True, slots=True)
class Cited:
    """One line of the marginals, by what names it there; `used_as` where it is stretched beyond what it measures."""

    territory: str
    period: str
    population: str
    dimension: str
    modality: str
    used_as: str = ""

    @property
    def value(self) -> float:
        return self.line.value

    @property
    def line(self) -> Marginal:
        """The line itself, with the page it was read on.

        Raises:
            FigureMissing: the marginals do not have it.
        """
        key = (self.territory, self.period, self.population, self.dimension, self.modality)
        try:
            return _lines()[key]
        except KeyError:
            raise FigureMissing(f"{' / '.join(key)} is no line of reference.samples.marginals().") from None

    @property
    def where(self) -> str:
        return f"{self.line.source} ({self.territory}, {self.period}, {self.population})"


@dataclass(frozen=True, slots=True)
class Assumed:
    """A number that no source at hand gives."""

    value: float
    reason: str

    @property
    def where(self) -> str:
        return f"assumption: {self.reason}"


@cache
def _lines() -> dict[tuple[str, str, str, str, str], Marginal]:
    return {(m.territory, m.period, m.population, m.dimension, m.modality): m for m in samples.marginals()}


_HOUSED_IN_PARIS = ("75", "2023", "attributaires", "composition")
_ORIGIN = "share of first wishes that are the place lived in: origin of those housed there, read the other way round"
_NO_PUBLISHED_RATE = "no published rate; all four cases must occur"

FIGURES: MappingProxyType[str, Cited | Assumed] = MappingProxyType(
    {
        # Where applicants live
        "demand.75": Cited("75", "2024", "demandes", "volume", "total"),
        "demand.92": Cited("92", "2022", "demandeurs", "volume", "total"),
        "demand.ile_de_france": Cited("Ile-de-France", "2022", "demandeurs", "volume", "total"),
        # Kind (DOMAIN §11.1)
        "kind.transfer": Assumed(
            30.0, "three in ten, as Île-de-France in 2016 (Institut Paris Region, June 2017; 32 % in France mid-2024)"
        ),
        "kind.split": Assumed(
            9.0, "27 % lived with relatives before (France 2022); a third of hosts taken as tenants of the stock"
        ),
        # Household
        "household.single": Cited("92", "2022", "demandeurs", "composition", "personne seule"),
        "household.couple_with_children": Cited(
            *_HOUSED_IN_PARIS, "couple avec enfant(s)", used_as="weight among applicants who are not single"
        ),
        "household.single_parent": Cited(
            *_HOUSED_IN_PARIS, "famille monoparentale", used_as="weight among applicants who are not single"
        ),
        "household.couple": Cited(
            *_HOUSED_IN_PARIS, "couple sans enfant", used_as="weight among applicants who are not single"
        ),
        "household.co_applicant": Assumed(85.0, "share of couples who both sign"),
        "household.ceiling_counts_one_less": Assumed(3.0, "a child attached to another tax household"),
        # Income
        "income.median_to_plus": Assumed(0.40, "median reference income over the PLUS ceiling of the household"),
        "income.spread": Assumed(0.55, "log-normal; puts about 72 % under the PLAI ceiling and 5 % over PLUS"),
        "income.unknown": Assumed(8.0, "applications without a tax notice"),
        # Seniority: a log-normal through the two published points
        "seniority.mean_days": Cited("France", "2022-12-31", "demandeurs", "anciennete moyenne", "tous"),
        "seniority.over_a_year": Cited("France", "2019", "demandeurs", "anciennete", "plus de 1 an"),
        # Needs
        "needs.among_transfers": Cited(
            "France",
            "2019",
            "demandeurs mutation",
            "motif principal",
            "sante ou handicap",
            used_as="share of transfers with a need for an accessible home",
        ),
        "needs.among_others": Assumed(5.0, "a third of the rate among transfers"),
        "needs.wheelchair": Assumed(12.0, "of those with a need"),
        "needs.step_free": Assumed(38.0, "of those with a need"),
        "needs.low_floor": Assumed(50.0, "of those with a need: no more than one or two floors of stairs"),
        # Wishes
        "wishes.single_wants_t1": Cited("92", "2022", "personnes seules", "typologie recherchee", "T1"),
        "wishes.home_first.75": Cited(
            "75", "2023", "attributaires", "provenance geographique", "meme arrondissement", used_as=_ORIGIN
        ),
        "wishes.home_first.elsewhere": Cited(
            "92", "2023", "attributaires", "provenance geographique", "meme commune", used_as=_ORIGIN
        ),
        "wishes.neighbours_too": Assumed(25.0, "share of wanted places widened to what is around them"),
        "wishes.zipf_exponent": Assumed(0.8, "popularity of a place by rank of its population"),
        "wishes.no_rent_limit": Assumed(12.0, "no maximum given"),
        "wishes.min_area": Assumed(20.0, "a least area given, up to half as much again as the law's floor"),
        # Reaching people (DOMAIN §7: consent is asked for channel by channel)
        "reach.email_and_sms": Assumed(55.0, _NO_PUBLISHED_RATE),
        "reach.email_only": Assumed(20.0, _NO_PUBLISHED_RATE),
        "reach.sms_only": Assumed(15.0, _NO_PUBLISHED_RATE),
        "reach.none": Assumed(10.0, _NO_PUBLISHED_RATE),
        "reach.english": Assumed(12.0, "persons who chose English"),
        # Rents
        "rent.euros_per_m2": Assumed(
            6.7, "PLUS at 50 m²; mean of the stock of Île-de-France (Institut Paris Region, Chroniques n°6, July 2018)"
        ),
        "rent.plai": Assumed(0.89, "PLAI over PLUS; order of magnitude of the maximum rents of APL agreements"),
        "rent.pls": Assumed(1.70, "PLS over PLUS; order of magnitude of the maximum rents of APL agreements"),
        "rent.outside_paris": Assumed(0.94, "outside Paris and the communes around it"),
        "rent.before_1977": Assumed(0.92, "older stock is let below the maximum"),
        "rent.charges_per_m2": Assumed(2.2, "recoverable charges, euros a month"),
        # Homes
        "home.lift": Assumed(62.0, "buildings with a lift; all are taken to have one from the fifth floor up"),
        "home.step_free_unknown": Assumed(60.0, "older buildings where nobody recorded it"),
        "home.department_office": Assumed(30.0, "market share of a public office in its département outside Paris"),
    }
)
NUMBER_OF_PLACES = (0.22, 0.20, 0.18, 0.15, 0.10, 0.07, 0.05, 0.03)
"""Assumption: 1 to 8 wanted places, 3.3 on average (the workload of PERFORMANCE §1.1)."""
CHILDREN_OF_COUPLES = (0.35, 0.40, 0.18, 0.07)
"""Assumption: 1 to 4 children."""
CHILDREN_OF_SINGLE_PARENTS = (0.55, 0.30, 0.11, 0.04)
"""Assumption: 1 to 4 children."""


def value(name: str) -> float:
    """The figure as it is published or assumed."""
    return FIGURES[name].value


def share(name: str) -> float:
    """A figure given in per cent, as a fraction."""
    return value(name) / 100
