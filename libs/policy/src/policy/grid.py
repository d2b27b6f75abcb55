"""The grid of a policy's file: what counts for a home, and with how many points."""

from contracts.told import Told
from contracts.values import ApplicationKind
from policy.facts import HOME_NAMES, HOUSEHOLD_NAMES, HOUSEHOLDS
from policy.model import KINDS, Criterion, Cumulation, Rubric, Scoring, Seniority
from policy.table import Table

__all__ = ["scoring_of"]

_STANDING = {name: said for name, said in HOUSEHOLD_NAMES.items() if not HOUSEHOLDS[name].moves}
_BUILT_IN = {
    "seniority": Told("Ancienneté de la demande", "Time since registration"),
    "kind": Told("Nature de la demande", "Kind of application"),
    "place": Told("Ordre de vos choix", "Order of your choices"),
    "rent_headroom": Told("Loyer sous votre maximum", "Rent below your limit"),
    "area_fit": Told("Surface adaptée", "Area that fits"),
    "refusals": Told("Offres refusées", "Offers refused"),
    "freed_home": Told("Logement libéré", "Home left for others"),
    "rights_owed": Told("Droit dû au réservataire", "Right owed to the holder"),
}


def scoring_of(table: Table) -> Scoring:
    """What `[scoring]` says."""
    seniority, place = table.table("seniority"), table.table("place")
    rent, area = table.table("rent_headroom"), table.table("area_fit")
    kind = table.optional("kind")
    named = {"seniority": seniority, "place": place, "rent_headroom": rent, "area_fit": area}
    if kind is not None:
        named["kind"] = kind
    labels = {name: said.label(_BUILT_IN[name]) for name, said in named.items()}
    places_said = place.list_of("points_by_preference", "whole numbers", lambda one: type(one) is int and one >= 0)
    if places_said != sorted(places_said, reverse=True):
        place.wrong("points_by_preference", "a later choice cannot bring more than an earlier")
    points_per_refusal, refusals_counted = table.one("refusal", _refusal, (0, 0))
    scoring = Scoring(
        seniority=_seniority(seniority),
        points_by_kind={one: 0 if kind is None else kind.whole(one.value, 0) for one in KINDS},
        points_by_place_rank=tuple(places_said) or (0,),
        rent_percent_per_point=rent.whole("percent_per_point", least=1),
        rent_most=rent.whole("most"),
        area_m2_per_point=area.whole("square_metres_per_point", least=1),
        area_most=area.whole("most"),
        points_per_refusal=points_per_refusal,
        refusals_counted=refusals_counted,
        points_for_rights_owed=table.one("rights_owed", lambda one: one.whole("points"), 0),
        rubrics=tuple(table.each("rubric", _rubric)),
        labels={**_BUILT_IN, **labels},
    )
    for said in (*named.values(), table):
        said.no_more()
    table.each_once("rubric", [*scoring.labels, *(rubric.name for rubric in scoring.rubrics)])
    return scoring


def _seniority(table: Table) -> dict[ApplicationKind, Seniority]:
    everyone = _formula(table)
    return {kind: table.one(kind.value, _formula, everyone) for kind in KINDS}


def _formula(table: Table) -> Seniority:
    cap = table.optional_whole("cap_months", least=1, most=1200)
    return Seniority(table.whole("points_per_month"), cap)


def _refusal(table: Table) -> tuple[int, int]:
    return table.whole("points_each"), table.whole("counted", 1, least=1)


def _rubric(table: Table) -> Rubric:
    rubric = Rubric(
        name=table.text("name"),
        label=table.label(),
        cumulation=table.choice("cumulation", Cumulation, Cumulation.SUM),
        kinds=table.kinds("populations"),
        homes=table.optional_predicate("homes", HOME_NAMES),
        criteria=tuple(table.each("criterion", _criterion)),
    )
    if not rubric.criteria:
        table.wrong("criterion", "a rubric has at least one [[scoring.rubric.criterion]]")
    table.each_once("criterion", [one.name for one in rubric.criteria])
    return rubric


def _criterion(table: Table) -> Criterion:
    when = table.predicate("when", _STANDING)
    return Criterion(
        name=table.text("name"),
        label=table.label(),
        points=table.whole("points", least=1),
        when=when,
        sensitive=any(HOUSEHOLDS[name].sensitive for name in when.facts),
    )
