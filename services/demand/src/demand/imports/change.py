"""What a file says of an application that is known: over what is known, as far as the file says it."""

from dataclasses import replace
from uuid import UUID

from chassis.work import Work
from contracts.demand import CurrentHome
from demand import store
from demand.domain import life
from demand.domain.application import Application, File
from demand.domain.facts import StatedBy
from demand.domain.person import Person
from demand.domain.record import Step
from demand.handling import Did, keep

WHO = "import"
"""Who did it, in the record of an application's handling."""


class Gone(Exception):
    """An application that was known when its line was read is not there any more."""


async def change(work: Work, application_id: UUID, application: Application, persons: list[Person]) -> bool:
    """Make a known application what a line says, as far as it says it; whether that is anything new.

    Raises:
        Gone: it was erased since the line was read.
        demand.domain.application.Closed: it was closed.
    """
    before = await store.application(work.session, application_id, lock=True)
    if before is None:
        raise Gone
    changed = before.change(_over(before.file, application.file))
    detail = {
        "changed": [
            part
            for part in ("housing", "household", "declaration", "wishes")
            if getattr(before.file, part) != getattr(changed.file, part)
        ]
    }
    steps = [Did(Step.CHANGED, detail)] if changed is not before else []
    after = await keep(work, before, life.heard(changed), steps, stated_by=StatedBy.IMPORT, who=WHO)
    reached = [await _reach(work, person_id, told) for person_id, told in zip(before.persons, persons, strict=False)]
    return after.version != before.version or any(reached)


async def _reach(work: Work, person_id: UUID, told: Person) -> bool:
    known = await store.person(work.session, person_id, lock=True)
    if known is None:
        return False
    said = {
        name: value for name in ("email", "phone", "birth_date", "address") if (value := getattr(told.contact, name))
    }
    contact = replace(known.contact, given_name=told.contact.given_name, family_name=told.contact.family_name, **said)
    after = known.reach(contact)
    after = after.consent(told.consents) if told.consents else after
    if after is known:
        return False
    after = replace(after, version=known.version + 1)
    await store.save_person(work.session, after, work.now)
    work.emit(after.recorded())
    return True


def _over(known: File, told: File) -> File:
    """What the file says over what is known: in full outweighs counts, wishes stay where none are told."""
    keeps_declaration = known.declaration is not None and told.declaration is None
    return File(
        housing=replace(told.housing, home=_home(known.housing.home, told.housing.home)),
        household=None if keeps_declaration else told.household,
        declaration=known.declaration if keeps_declaration else told.declaration,
        wishes=told.wishes or known.wishes,
    )


def _home(known: CurrentHome | None, told: CurrentHome | None) -> CurrentHome | None:
    """What is told of the home over what is known of it; another landlord's or another reference is another home."""
    if known is None or told is None:
        return told
    moved = any(
        getattr(told, name) is not None and getattr(known, name) not in {None, getattr(told, name)}
        for name in ("landlord", "reference", "commune")
    )
    return told if moved else known.model_copy(update=told.model_dump(exclude_none=True))
