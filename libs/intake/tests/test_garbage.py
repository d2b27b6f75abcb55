import gc

from intake.garbage import SELDOM, seldom_collected


def test_the_last_import_sets_the_threshold_back():
    before = gc.get_threshold()
    one, other = seldom_collected(), seldom_collected()
    with one:
        other.__enter__()
        assert gc.get_threshold()[0] == SELDOM
    assert gc.get_threshold()[0] == SELDOM
    other.__exit__(None, None, None)
    assert gc.get_threshold() == before
