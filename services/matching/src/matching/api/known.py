"""What a path names, or the sentence that it is not there."""

from uuid import UUID

from chassis.http import NotFound
from chassis.work import Work
from contracts.told import Told
from matching.domain.application import Application
from matching.domain.vacancy import Vacancy
from matching.store import applications, vacancies

__all__ = ["known_application", "known_home", "no_call", "no_vacancy"]


async def known_home(vacancy_id: UUID, work: Work) -> Vacancy:
    row = await vacancies.load(work.session, vacancy_id)
    vacancy = None if row is None else row.vacancy()
    if vacancy is None or vacancy.dwelling is None:
        raise NotFound(
            Told(
                f"vacancy_id : il n'y a pas de vacance {vacancy_id} d'un logement connu.",
                f"vacancy_id: there is no vacancy {vacancy_id} of a known home.",
            )
        )
    return vacancy


async def known_application(application_id: UUID, work: Work) -> Application:
    application = await applications.load(work.session, application_id)
    if application is None:
        raise NotFound(
            Told(
                f"application_id : il n'y a pas de demande {application_id} ; elle a peut-être été effacée.",
                f"application_id: there is no application {application_id}; it may have been erased.",
            )
        )
    return application


def no_vacancy(vacancy_id: UUID) -> NotFound:
    return NotFound(
        Told(
            f"vacancy_id : il n'y a pas de vacance {vacancy_id} ; son annonce est peut-être encore en chemin.",
            f"vacancy_id: there is no vacancy {vacancy_id}; its announcement may still be on its way.",
        )
    )


def no_call(call_id: UUID) -> NotFound:
    return NotFound(
        Told(
            f"call_id : il n'y a pas d'appel {call_id} ; prenez-le dans la liste du logement.",
            f"call_id: there is no call {call_id}; take it from the vacancy's shortlist.",
        )
    )
