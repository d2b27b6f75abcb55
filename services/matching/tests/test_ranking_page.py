"""The page “how you are ranked” says what the policy's file says, and all of it."""

import matching_samples as samples
import pytest

from contracts.values import ApplicationKind, Language
from matching.api import router
from matching.words.ranking_page import ranking_page

PARIS = samples.LIBRARY.named("paris/2026-11-22")


@pytest.mark.parametrize("policy", samples.policies().policies, ids=lambda policy: policy.territory)
@pytest.mark.parametrize("language", [Language.FRENCH, Language.ENGLISH])
def test_every_criterion_and_its_points_are_on_the_page(policy, language):
    english = language is Language.ENGLISH
    for kind in (ApplicationKind.TRANSFER, ApplicationKind.FIRST):
        page = ranking_page(policy, kind, language)
        for rubric in policy.scoring.rubrics:
            for criterion in rubric.criteria if kind in rubric.kinds else ():
                label = criterion.label.en if english else criterion.label.fr
                assert any(label in line and f"{criterion.points:+d}" in line for line in page.points), criterion.name
        said = " ".join(page.said)
        assert str(policy.shortlist_size) in said
        assert "CALEOL" in said


def test_what_refusals_cost_is_told_as_the_policy_has_it():
    assert "takes no points off" in " ".join(ranking_page(PARIS, ApplicationKind.FIRST, Language.ENGLISH).said)


def test_whoever_hears_besides_of_a_home_that_nobody_takes_is_told_where_the_policy_says_so():
    before, after = (
        " ".join(ranking_page(samples.LIBRARY.named(f"paris/{day}"), ApplicationKind.FIRST, Language.ENGLISH).said)
        for day in ("2026-11-22", "2026-11-23")
    )
    said = "a commune next to a place asked for, a room more or less, a rent at most 5 % above the limit given"
    assert said in after
    assert said not in before


async def test_anybody_may_read_how_homes_of_a_commune_are_ranked(harness):
    async with harness.http(router) as client:
        query = {"commune": "75118", "kind": "first"}
        seen = (await client.get("/v1/how-you-are-ranked", params=query)).json()
        assert (seen["policy"], seen["territory"], seen["illustrative"]) == ("paris/2026-11-22", "Ville de Paris", True)
        assert "Priorités reconnues, DALO, le plus fort de sa rubrique : +30 points" in seen["points"]
        unknown = await client.get("/v1/how-you-are-ranked", params={"commune": "99999"})
        assert (unknown.status_code, unknown.json()["detail"][:9]) == (404, "commune: ")
