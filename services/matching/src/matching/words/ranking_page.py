"""The page “how you are ranked”, from the policy's file alone: what counts, how much, and who decides (R441-2-17)."""

import datetime as dt
from dataclasses import dataclass

from contracts.told import Told
from contracts.values import ApplicationKind, Language
from matching.domain.policy import Policy
from matching.words import wording
from matching.words.languages import in_language, spoken
from policy.explain import GridLine, grid, widening

__all__ = ["RankingPage", "ranking_page"]


@dataclass(frozen=True, slots=True)
class RankingPage:
    territory: str
    policy: str
    valid_from: dt.date
    illustrative: bool
    """No grid was adopted: the numbers stand in."""
    points: tuple[str, ...]
    """A line each: rubric, criterion, points."""
    said: tuple[str, ...]
    """What a household should know besides, a sentence or two each."""


def ranking_page(policy: Policy, kind: ApplicationKind, language: Language) -> RankingPage:
    """For homes under this policy and applications of this kind."""
    return RankingPage(
        territory=in_language(policy.label, language),
        policy=policy.name,
        valid_from=policy.valid_from,
        illustrative=policy.illustrative,
        points=tuple(_line(line, language) for line in grid(policy, kind)),
        said=(*(in_language(one, language) for one in _said(policy)), wording.decides(language)),
    )


def _line(line: GridLine, language: Language) -> str:
    rubric, criterion = in_language(line.rubric_label, language), in_language(line.label, language)
    strongest = ""
    if line.strongest_only:
        strongest = spoken((", le plus fort de sa rubrique", ", the strongest of its rubric"), language)
    points = "point" if abs(line.points) == 1 else "points"
    return f"{rubric}, {criterion}{strongest}{spoken((' :', ':'), language)} {line.points:+d} {points}"


def _said(policy: Policy) -> tuple[Told, ...]:
    off, times = policy.scoring.points_per_refusal, policy.scoring.refusals_counted
    refusals = Told("Refuser une offre ne retire aucun point.", "Refusing an offer takes no points off.")
    if off:
        refusals = Told(
            f"Refuser une offre faite après la décision d'une commission retire {off} point(s), {times} fois au plus.",
            f"Refusing an offer, made after a committee's decision, takes {off} point(s) off, {times} times at most.",
        )
    beyond = widening(policy)
    return (
        Told(
            "Un logement n'est proposé qu'aux ménages que rien n'exclut : ni la loi (surface, plafond de ressources), "
            "ni leurs propres souhaits, ni les règles du territoire. Ce qui n'est pas connu n'exclut jamais.",
            "A home is proposed only to households that nothing excludes: neither the law (area, income ceiling), nor "
            "their own wishes, nor the territory's rules. What is not known never excludes.",
        ),
        Told(
            f"Parmi eux, les points classent ; les {policy.shortlist_size} premiers forment la liste, et "
            f"{policy.calls_at_once} à la fois sont appelés à dire si le logement les intéresse.",
            f"Among them points give the order; the first {policy.shortlist_size} are the list, and "
            f"{policy.calls_at_once} at a time are called to say whether the home interests them.",
        ),
        Told(
            "Un non à un appel, ou le silence, ne compte jamais comme un refus.",
            "A no to a call, or silence, never counts as a refusal.",
        ),
        refusals,
        Told(
            "À égalité de points, la demande la plus ancienne passe avant, puis un tirage au sort vérifiable par tous.",
            "With equal points the older application goes first; then a draw that anybody can check.",
        ),
        Told(
            "Chaque ménage peut lire ses points, combien sont avant lui, ce qui l'exclut et ce qui y changerait "
            "quelque chose ; rien de ce qu'ont les autres.",
            "Every household can read its points, how many are ahead, what excludes it and what would change that; "
            "nothing of what others have.",
        ),
        *(() if beyond is None else (beyond,)),
    )
