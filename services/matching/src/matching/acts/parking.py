"""One household, several homes: who is first for one waits for nothing else meanwhile (DOMAIN §11.2).

Its other files are parked while it has an offer of first rank, or one that it accepted, and revived when that comes to
nothing. An offer in its hands is never taken back for it.
"""

from uuid import UUID

from chassis.work import Work
from contracts.allocation import CandidacyEnd
from matching.acts import offering
from matching.domain import candidacy
from matching.domain.candidacy import CandidacyStatus
from matching.store import candidacies, offers, vacancies
from matching.store.candidacy_tables import CandidacyRow

__all__ = ["close_housed", "park"]


async def park(application_id: UUID, work: Work) -> None:
    """Park or revive a household's files as its offers are now; their vacancies are locked in the order of ids."""
    homes = sorted(await candidacies.vacancies_of(work.session, [application_id]))
    for vacancy_id in homes:
        await vacancies.hold(work.session, vacancy_id)
    first = await offers.first_ranked_of(work.session, application_id)
    offered = {row.candidacy_id for row in await offers.of_application(work.session, application_id)}
    for vacancy_id in homes:
        for row in await candidacies.live_for(work.session, vacancy_id, [application_id]):
            waits_for = None if first is None or row.id in offered else first.candidacy_id
            if row.parked_for == waits_for:
                continue
            if waits_for is not None:
                parked, event = candidacy.park(row.candidacy(), waits_for, now=work.now)
                row.show(parked)
                work.emit(event)
            else:
                _revive(row, work)


async def close_housed(application_id: UUID, signed_for: UUID, work: Work) -> None:
    """The household signed a lease: its files for other homes end, and their next in rank are offered those."""
    for vacancy_id in sorted(await candidacies.vacancies_of(work.session, [application_id])):
        held = await vacancies.hold(work.session, vacancy_id)
        if held is None or vacancy_id == signed_for:
            continue
        for row in await candidacies.live_for(work.session, vacancy_id, [application_id]):
            await offering.end_file(held, row, CandidacyEnd.HOUSED, work)


def _revive(row: CandidacyRow, work: Work) -> None:
    revived, event = candidacy.revive(row.candidacy(), now=work.now)
    ranked = row.status == CandidacyStatus.DECIDED.value
    row.show(revived)
    work.emit(event)
    work.due("offer_next" if ranked else "look_at_files", str(row.vacancy_id))
