import pytest

from benchmarks.figures import Crowd, Spread, Throughput, percentile


def test_a_percentile_is_a_value_that_was_measured():
    assert [percentile([30, 10, 20, 40], share) for share in (0.0, 0.25, 0.26, 0.5, 0.99, 1.0)] == [
        10,
        10,
        20,
        20,
        40,
        40,
    ]


def test_of_a_hundred_the_99th_percentile_leaves_one_above():
    values = list(range(1, 101))
    assert (percentile(values, 0.5), percentile(values, 0.95), percentile(values, 0.99)) == (50, 95, 99)


def test_of_six_hundred_six_are_above_the_99th_percentile():
    values = list(range(600))
    assert sum(value > percentile(values, 0.99) for value in values) == 6


def test_one_value_is_all_its_percentiles():
    assert Spread.of([7.5]) == Spread(n=1, p50=7.5, p95=7.5, p99=7.5, largest=7.5)


def test_nothing_has_no_percentile():
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_a_ratio_is_taken_percentile_by_percentile():
    system = Spread(n=3, p50=20, p95=30, p99=90, largest=100)
    floor = Spread(n=3, p50=10, p95=20, p99=30, largest=40)
    ratio = system / floor
    assert (ratio.p50, ratio.p95, ratio.p99) == (2.0, 1.5, 3.0)


def test_a_throughput_is_that_of_the_take_in_the_middle():
    assert Throughput(rows=100, seconds=(1.0, 50.0, 2.0)).per_second == 50.0


def test_a_crowd_tells_how_often_households_were_called():
    crowd = Crowd.of(["a", "b", "a", "c", "a", "b"])
    assert (crowd.households, crowd.calls, crowd.median, crowd.most) == (3, 6, 2, 3)


def test_a_crowd_of_nobody():
    assert Crowd.of([]) == Crowd(households=0, calls=0, median=0, most=0)
