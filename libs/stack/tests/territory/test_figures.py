import pytest

from stack.territory.figures import FIGURES, NUMBER_OF_PLACES, Assumed, Cited, FigureMissing


def test_every_figure_says_where_it_comes_from():
    for name, figure in FIGURES.items():
        assert figure.where.startswith("assumption: " if isinstance(figure, Assumed) else "http"), name


def test_cited_figures_are_read_from_the_marginals():
    single = FIGURES["household.single"]
    assert isinstance(single, Cited)
    assert single.value == 50.0
    assert "precaritelogement92" in single.where


def test_a_line_that_is_not_cited_anywhere_is_an_error():
    with pytest.raises(FigureMissing, match="92 / 2099"):
        _ = Cited("92", "2099", "demandeurs", "composition", "personne seule").value


def test_applicants_want_one_to_eight_places():
    assert len(NUMBER_OF_PLACES) == 8
    assert sum(NUMBER_OF_PLACES) == pytest.approx(1)
