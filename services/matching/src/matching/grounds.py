"""What a decision about a home rests on: the policy in force there, and what is known around it."""

import datetime as dt

from sqlalchemy.ext.asyncio import AsyncSession

from matching.domain.place import areas_of
from matching.domain.policy import Basis
from matching.domain.vacancy import Vacancy
from matching.policies import in_force
from matching.store import circumstances

__all__ = ["basis"]


async def basis(session: AsyncSession, vacancy: Vacancy, now: dt.datetime) -> Basis:
    """The grounds of a decision now; the country's policy while the home is not known.

    Raises:
        PolicyRefused: at the first call, as `matching.policies.library`.
    """
    policies, home = in_force(now), vacancy.dwelling
    areas = () if home is None else areas_of(home.commune)
    seed, around = await circumstances.around(session, vacancy, areas, policies.on)
    return Basis(
        policy=policies.national if home is None else policies.of(home.commune),
        on=policies.on,
        available_on=vacancy.available_on,
        landlord=vacancy.landlord or None,
        seed=seed,
        around=around,
    )
