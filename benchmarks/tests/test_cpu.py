from benchmarks.cpu import between


def test_a_program_that_ended_meanwhile_has_not_given_time_back():
    assert between({"java": 5.0, "postgres": 3.0}, {"java": 7.0, "postgres": 2.0}) == {"java": 2.0, "postgres": 0.0}


def test_the_busiest_comes_first():
    assert list(between({}, {"java": 1.0, "matching": 3.0, "postgres": 2.0})) == ["matching", "postgres", "java"]
