import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.deadlines import Origin, UnknownDeadline, deadline

D = dt.date


@given(st.dates(D(2011, 1, 1), D(2090, 12, 31)), st.sampled_from(["application.renewal_notice_at_least"]))
def test_the_day_before_leaves_the_whole_span(day, name):
    span = deadline(name, day)
    assert span.after(span.before(day)) <= day
    assert span.after(span.before(day) + dt.timedelta(days=1)) > day


def test_a_deadline_says_where_it_comes_from():
    validity = deadline("application.validity", D(2026, 11, 22))
    assert (validity.months, validity.origin) == (12, Origin.LAW)
    assert "R441-2-7" in validity.source
    assert deadline("application.validity", D(1990, 1, 1)) == validity
    with pytest.raises(UnknownDeadline, match="nothing"):
        deadline("nothing", D(2026, 1, 1))
