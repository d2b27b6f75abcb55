"""How somebody is ranked under a policy, as data: for the page, the command, an agent and a replay alike.

`grid` is what holds for a population before anybody is looked at; `lines` is what counted for one household and home;
`widening` is who hears besides of a home that nobody takes.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from contracts.told import Told
from contracts.values import ApplicationKind, DwellingFacts
from policy.expression import Known
from policy.facts import Applicant
from policy.model import Cumulation, Policy, WishStep
from policy.scoring import LEGAL_PRIORITY, counted

__all__ = ["GridLine", "Line", "grid", "lines", "widening"]

_AT_MOST = Told("au plus", "at most")


@dataclass(frozen=True, slots=True, kw_only=True)
class GridLine:
    """One way to points. `when` and `homes` are as the file says them; empty where the rubric is built in."""

    rubric: str
    rubric_label: Told
    criterion: str
    label: Told
    points: int
    when: str
    homes: str
    strongest_only: bool
    sensitive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Points that counted. `told` is the label a household reads: a sensitive criterion says "legal priority"."""

    rubric: str
    rubric_label: Told
    criterion: str
    label: Told
    told: Told
    points: int
    facts: Mapping[str, Known]
    sensitive: bool


def grid(policy: Policy, kind: ApplicationKind) -> tuple[GridLine, ...]:
    """The whole grid for a population: the built-in rubrics first, then the territory's own."""
    scoring, formula = policy.scoring, policy.scoring.seniority_of(kind)
    cap = formula.cap_months
    built_in = [
        _built_in(
            policy, "seniority", formula.points_per_month,
            Told("par mois d'attente", "a month of waiting") if cap is None
            else Told(f"par mois d'attente, {cap} mois au plus", f"a month of waiting, {cap} months at most"),
        ),
        _built_in(policy, "kind", scoring.points_by_kind.get(kind, 0), Told("selon la demande", "by the application")),
        _built_in(
            policy, "place", scoring.points_by_place_rank[0],
            Told("pour le premier choix, moins pour les suivants", "for the first choice, fewer for those after it"),
        ),
        _built_in(policy, "rent_headroom", scoring.rent_most, _AT_MOST),
        _built_in(policy, "area_fit", scoring.area_most, _AT_MOST),
        _built_in(
            policy, "refusals", -scoring.points_per_refusal,
            Told(f"par offre refusée, {scoring.refusals_counted} au plus",
                  f"an offer refused, {scoring.refusals_counted} at most"),
        ),
    ]  # fmt: skip
    own = [
        GridLine(
            rubric=rubric.name,
            rubric_label=rubric.label,
            criterion=criterion.name,
            label=criterion.label,
            points=criterion.points,
            when=criterion.when.text,
            homes="" if rubric.homes is None else rubric.homes.text,
            strongest_only=rubric.cumulation is Cumulation.STRONGEST,
            sensitive=criterion.sensitive,
        )
        for rubric in scoring.rubrics
        if kind in rubric.kinds
        for criterion in rubric.criteria
    ]
    return (*(line for line in built_in if line.points), *own)


def lines(policy: Policy, who: Applicant, home: DwellingFacts, on: dt.date) -> tuple[Line, ...]:
    """What the territory's own rubrics gave a household towards a home, each with the facts it was read from."""
    return tuple(
        Line(
            rubric=one.rubric,
            rubric_label=one.rubric_label,
            criterion=one.criterion,
            label=one.label,
            told=LEGAL_PRIORITY if one.sensitive else one.label,
            points=one.points,
            facts=one.facts,
            sensitive=one.sensitive,
        )
        for one in counted(policy, who, home, on)
    )


def widening(policy: Policy) -> Told | None:
    """Whom a home that is hard to let is proposed to besides those who wish it; None where it is to nobody else."""
    found = policy.widening
    if found is None or not found.steps:
        return None
    steps = {
        WishStep.NEIGHBOURS: Told("une commune voisine d'un lieu demandé", "a commune next to a place asked for"),
        WishStep.TYPE: Told("une pièce de plus ou de moins", "a room more or less"),
        WishStep.RENT: Told(
            f"un loyer dépassant de {found.rent_percent} % au plus le maximum indiqué",
            f"a rent at most {found.rent_percent} % above the limit given",
        ),
    }
    said = [steps[step] for step in found.steps]
    return Told(
        "Un logement qui ne trouve pas preneur est proposé aussi, après tous les ménages qui le souhaitent, à ceux "
        f"dont un seul souhait s'en écarte d'un pas : {', '.join(one.fr for one in said)}. Ni la loi ni les besoins ne "
        "sont jamais élargis.",
        "A home that nobody takes is proposed too, after all who wish it, to households one step of a single wish "
        f"away: {', '.join(one.en for one in said)}. Neither law nor needs are ever widened.",
    )


def _built_in(policy: Policy, name: str, points: int, label: Told) -> GridLine:
    return GridLine(
        rubric=name,
        rubric_label=policy.scoring.labels[name],
        criterion=name,
        label=label,
        points=points,
        when="",
        homes="",
        strongest_only=False,
        sensitive=False,
    )
