import numpy as np

from stack.territory.draw import apportion, categories, hashed, stream


def test_shares_add_up_to_the_total():
    shares = apportion(20_000, [3, 1, 1, 0])
    assert shares.tolist() == [12_000, 4_000, 4_000, 0]
    assert apportion(10, [1, 1, 1]).sum() == 10


def test_the_largest_remainder_gets_the_odd_one():
    assert apportion(3, [0.6, 0.4]).tolist() == [2, 1]
    assert apportion(1, [0.49, 0.51]).tolist() == [0, 1]


def test_a_category_comes_as_often_as_its_share():
    drawn = categories(np.random.default_rng(1), [1, 3, 0], 40_000)
    assert np.allclose(np.bincount(drawn, minlength=3) / 40_000, [0.25, 0.75, 0], atol=0.01)


def test_what_hangs_on_a_name_is_uniform_and_depends_on_every_part():
    here = hashed(7, 1, np.arange(20_000), 3)
    assert here.min() >= 0
    assert here.max() < 1
    assert abs(here.mean() - 0.5) < 0.01
    assert abs(np.corrcoef(here[1:], here[:-1])[0, 1]) < 0.02
    others = [
        hashed(8, 1, np.arange(20_000), 3),
        hashed(7, 2, np.arange(20_000), 3),
        hashed(7, 1, np.arange(20_000), 4),
    ]
    assert all((here != other).all() for other in others)
    assert (here == hashed(7, 1, np.arange(20_000), 3)).all()


def test_streams_differ_by_seed_territory_and_chunk():
    draws = {
        stream(*of).integers(1 << 62)
        for of in [(1, "small", 2, 0), (1, "small", 2, 1), (1, "idf", 2, 0), (2, "small", 2, 0)]
    }
    assert len(draws) == 4
