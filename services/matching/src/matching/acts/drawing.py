"""The draw of a home against the database: sealed with its first word, told with its last."""

import secrets

from chassis.work import Work
from matching.domain.draw import SEED_BYTES, commit, reveal
from matching.domain.vacancy import Vacancy
from matching.store import draws
from matching.store.tables import VacancyRow

__all__ = ["seal", "tell"]


async def seal(vacancy: Vacancy, work: Work, *, landlord_known: bool) -> None:
    """Draw a seed and publish its seal, once it is known whose home it is: nobody is ranked before.

    `landlord_known`: it was so before this event, and there may be a seal. Nobody waits for the seal; what the look
    at the home emits takes it along.
    """
    if not vacancy.landlord or (landlord_known and await draws.load(work.session, vacancy.id) is not None):
        return
    drawn, event = commit(vacancy.id, vacancy.landlord, secrets.token_bytes(SEED_BYTES), now=work.now)
    await draws.insert(work.session, drawn, vacancy.landlord)
    work.emit(event, patient=True)


async def tell(held: VacancyRow, work: Work) -> None:
    """The home is let or gone: anybody may draw again."""
    drawn = await draws.load(work.session, held.id)
    if drawn is not None and (told := reveal(drawn, held.landlord, now=work.now)):
        await draws.told(work.session, told[0])
        work.emit(told[1])
