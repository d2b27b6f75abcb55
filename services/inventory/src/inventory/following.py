"""Open vacancies follow their dwelling: announced or released again with its facts as they are now."""

from chassis.work import Work
from inventory import store


async def follow(work: Work, reference: str) -> None:
    """After the dwelling changed in this unit of work."""
    vacancies = await store.open_vacancies(work.session, reference)
    home = await store.dwelling(work.session, reference, lock=True) if vacancies else None
    for vacancy in vacancies:
        assert home, "a vacancy is of a dwelling that is recorded"
        changed, news = vacancy.advance(vacancy.standing, home.offered)
        if changed != vacancy:
            await store.save_vacancy(work.session, changed, work.now)
        for one in news:
            work.emit(one)
