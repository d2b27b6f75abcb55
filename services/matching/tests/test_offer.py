"""Offers by themselves: the last day, answers and what follows from each state."""

import datetime as dt
from uuid import UUID

import matching_samples as samples
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.allocation import (
    CandidacyEnd,
    OfferAccepted,
    OfferRefused,
    OfferRefusedBecause,
)
from matching.domain import offer as offers_of
from matching.domain.candidacy import Candidacy, CandidacyStatus
from matching.domain.days import after_the_last_moment_of, civil_day
from matching.domain.offer import OfferStatus, Unanswerable, Why

DAY = dt.timedelta(days=1)
YEARS = dt.datetime(2026, 1, 1), dt.datetime(2027, 12, 31)  # noqa: DTZ001 - hypothesis adds the zone


def offer(*, made_at=dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC), days=10, rank=1):
    file = Candidacy(
        id=UUID(int=1),
        vacancy_id=UUID(int=2),
        landlord=samples.LANDLORD,
        application_id=UUID(int=3),
        person_ids=(UUID(int=4),),
        origin="call",
        status=CandidacyStatus.DECIDED,
        rank=rank,
    )
    return offers_of.make(file, samples.vacancy(), on_condition=False, days=days, now=made_at)[0]


class TestDays:
    @pytest.mark.parametrize(
        ("made_at", "days", "last"),
        [
            ("2026-12-01T09:00+00:00", 10, "2026-12-11"),
            ("2026-12-01T23:30+00:00", 10, "2026-12-12"),  # half past midnight in Paris
            ("2026-07-01T22:30+00:00", 10, "2026-07-12"),
            ("2026-12-01T09:00+00:00", 3, "2026-12-11"),  # never below what R441-10 gives
            ("2026-12-01T09:00+00:00", 15, "2026-12-16"),
        ],
    )
    def test_the_last_day_is_a_civil_day_in_paris(self, made_at, days, last):
        assert offer(made_at=dt.datetime.fromisoformat(made_at), days=days).answer_by == dt.date.fromisoformat(last)

    @given(st.datetimes(*YEARS, timezones=st.just(dt.UTC)), st.integers(0, 40))
    @settings(max_examples=200)
    def test_ten_whole_days_and_silence_only_after_the_last(self, made_at, days):
        made = offer(made_at=made_at, days=days)
        end = after_the_last_moment_of(made.answer_by)
        assert (made.answer_by - civil_day(made_at)).days >= 10
        assert offers_of.lapse(made, now=end - dt.timedelta(seconds=1)) is None
        assert offers_of.accept(made, now=end - dt.timedelta(seconds=1))[1] is not None
        lapsed, event = offers_of.lapse(made, now=end)
        assert (lapsed.status, event.because) == (OfferStatus.REFUSED, OfferRefusedBecause.SILENCE)
        with pytest.raises(Unanswerable):
            offers_of.accept(made, now=end)


class TestAnswers:
    NOW = dt.datetime(2026, 12, 3, 9, tzinfo=dt.UTC)

    def of(self, status):
        return {
            OfferStatus.STANDING: offer,
            OfferStatus.ACCEPTED: lambda: offers_of.accept(offer(), now=self.NOW)[0],
            OfferStatus.REFUSED: lambda: offers_of.refuse(offer(), OfferRefusedBecause.RENT, now=self.NOW)[0],
            OfferStatus.WITHDRAWN: lambda: offers_of.withdraw(offer(), CandidacyEnd.VACANCY_GONE)[0],
        }[status]()

    @pytest.mark.parametrize(
        ("status", "accepting", "refusing"),
        [
            (OfferStatus.STANDING, OfferAccepted, OfferRefused),
            (OfferStatus.ACCEPTED, None, OfferRefused),
            (OfferStatus.REFUSED, Why.REFUSED, None),
            (OfferStatus.WITHDRAWN, Why.WITHDRAWN, Why.WITHDRAWN),
        ],
    )
    def test_from_each_state(self, status, accepting, refusing):
        for expected, act in (
            (accepting, lambda: offers_of.accept(self.of(status), now=self.NOW)),
            (refusing, lambda: offers_of.refuse(self.of(status), OfferRefusedBecause.RENT, now=self.NOW)),
        ):
            if isinstance(expected, Why):
                with pytest.raises(Unanswerable) as error:
                    act()
                assert error.value.why is expected
            else:
                after, event = act()
                assert type(event) is (expected or type(None))
                assert after.version == self.of(status).version + (expected is not None)

    @given(st.lists(st.sampled_from(["accept", "refuse", "withdraw", "lapse", "remind"]), max_size=6))
    @settings(max_examples=200)
    def test_versions_follow_each_other_and_an_end_is_an_end(self, acts):
        held, versions = offer(), [1]
        for act in acts:
            over = held.status in {OfferStatus.REFUSED, OfferStatus.WITHDRAWN}
            try:
                done = {
                    "accept": lambda one: offers_of.accept(one, now=self.NOW),
                    "refuse": lambda one: offers_of.refuse(one, OfferRefusedBecause.RENT, now=self.NOW),
                    "withdraw": lambda one: offers_of.withdraw(one, CandidacyEnd.VACANCY_GONE),
                    "lapse": lambda one: offers_of.lapse(one, now=self.NOW + 30 * DAY),
                    "remind": lambda one: offers_of.remind(one, samples.vacancy()),
                }[act](held)
            except Unanswerable:
                continue
            if done and done[1]:
                assert not over
                held = done[0]
                versions.append(done[1].version)
        assert versions == list(range(1, len(versions) + 1))
