import pytest

from benchmarks.pairing import Arrived, NotExactlyOnce, Published, pair

MS = 1_000_000


def published(name: str, at_ms: int = 0) -> Published:
    return Published(correlation_id=name, acknowledged_ns=at_ms * MS)


def arrived(name: str, alert: str, at_ms: int, household: str | None = None) -> Arrived:
    return Arrived(correlation_id=name, alert=alert, household=household or alert, accepted_ns=at_ms * MS)


def test_each_vacancy_is_timed_from_its_own_acknowledgement():
    stories = pair(
        [published("a", 100), published("b", 150)],
        [arrived("b", "1", 175), arrived("a", "1", 110), arrived("a", "2", 130), arrived("b", "2", 170)],
        {"a": ["1", "2"], "b": ["1", "2"]},
    )
    assert [(one.correlation_id, one.first_ms, one.last_ms) for one in stories] == [("a", 10, 30), ("b", 20, 25)]


def test_a_household_is_told_by_the_first_of_its_alerts():
    (story,) = pair(
        [published("a")],
        [arrived("a", "mail", 10, "one"), arrived("a", "sms", 90, "one"), arrived("a", "other", 40, "two")],
        {"a": ["mail", "sms", "other"]},
    )
    assert (story.households, story.alerts) == (2, 3)
    assert (story.first_ms, story.told_ms, story.last_ms) == (10, 40, 90)


def test_a_vacancy_that_nobody_wants_has_no_story_and_is_no_error():
    assert pair([published("a")], [], {}) == []


@pytest.mark.parametrize(
    ("came", "said"),
    [
        ([], "1 alerts are missing"),
        ([arrived("a", "1", 5), arrived("a", "1", 6)], "1 alerts came twice"),
        ([arrived("a", "1", 5), arrived("a", "2", 6)], "1 alerts nobody expected"),
        ([arrived("a", "1", 5), arrived("x", "1", 6)], "1 alerts answer no vacancy of this run"),
        ([arrived("a", "2", 5)], "1 alerts are missing"),
    ],
)
def test_a_run_that_is_not_exact_tells_no_number(came, said):
    with pytest.raises(NotExactlyOnce, match=said):
        pair([published("a")], came, {"a": ["1"]})
