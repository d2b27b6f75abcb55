"""The three-yearly examination of a lease (CCH L442-5-2): when it is due, and which of its five cases hold.

It is made in the zones of the decree; whether a home lies in one is the caller's to know.
"""

import datetime as dt

from contracts.tenancy import ExaminationCase
from law.adapted import adaptation_no_longer_needed
from law.occupation import over_occupied, under_occupied
from reference.days import add_months
from reference.figures import Figure, figure

__all__ = ["examination_cases", "next_examination"]


def next_examination(signed_on: dt.date, on: dt.date) -> dt.date:
    """The first examination due `on` a day or after: every three years from the lease's signature, date to date."""
    every = 12 * figure(Figure.EXAMINATION_YEARS, on).value
    passed = max(0, (on.year - signed_on.year) * 12 + on.month - signed_on.month) // every
    due = (add_months(signed_on, times * every) for times in range(max(1, passed), passed + 3))
    return next(day for day in due if day >= on)


def examination_cases(
    on: dt.date,
    *,
    persons: int,
    area_m2: float | None = None,
    rooms: int | None = None,
    professional_rooms: int = 0,
    overseas: bool = False,
    adapted: bool = False,
    disabled_persons: int = 0,
    needs_another_home: bool = False,
    over_ceiling: bool | None = None,
) -> tuple[ExaminationCase, ...]:
    """The cases of CCH L442-5-2, in its order, that send a lease to the committee; none where the home fits.

    `persons`: `persons_for_occupancy`. `needs_another_home`: a recognised disability or loss of autonomy calls for
    another home. `over_ceiling`: `law.income.check_ceiling` found `over`. What is not known makes no case.
    """
    found = {
        ExaminationCase.OVER_OCCUPIED: area_m2 is not None and over_occupied(area_m2, persons, on, overseas=overseas),
        ExaminationCase.UNDER_OCCUPIED: (
            rooms is not None and under_occupied(rooms, persons, on, professional_rooms=professional_rooms)
        ),
        ExaminationCase.ADAPTATION_NO_LONGER_NEEDED: adaptation_no_longer_needed(
            adapted=adapted, disabled_persons=disabled_persons
        ),
        ExaminationCase.DISABILITY_NEEDS_ANOTHER: needs_another_home,
        ExaminationCase.INCOME_OVER_CEILING: over_ceiling is True,
    }
    return tuple(case for case, holds in found.items() if holds)
