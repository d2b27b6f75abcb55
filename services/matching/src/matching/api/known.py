"""What a path names, or the sentence that it is not there."""

from uuid import UUID

from chassis.http import NotFound
from chassis.work import Work
from matching.domain.application import Application
from matching.domain.vacancy import Vacancy
from matching.store import applications, vacancies

__all__ = ["known_application", "known_home", "no_vacancy"]


async def known_home(vacancy_id: UUID, work: Work) -> Vacancy:
    row = await vacancies.load(work.session, vacancy_id)
    vacancy = None if row is None else row.vacancy()
    if vacancy is None or vacancy.dwelling is None:
        raise NotFound(f"vacancy_id: there is no vacancy {vacancy_id} of a known home.")
    return vacancy


async def known_application(application_id: UUID, work: Work) -> Application:
    application = await applications.load(work.session, application_id)
    if application is None:
        raise NotFound(f"application_id: there is no application {application_id}; it may have been erased.")
    return application


def no_vacancy(vacancy_id: UUID) -> NotFound:
    return NotFound(f"vacancy_id: there is no vacancy {vacancy_id}; its announcement may still be on its way.")
