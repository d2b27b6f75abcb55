"""The life of an application: registered, active, renewed every year, closed once for one of six reasons.

CCH R441-2-7 (a year, a notice at least a month before) and R441-2-8 (the six reasons, each with its own condition; no
other closes an application). How long each step takes is in `reference.deadlines`, dated.
"""

import datetime as dt
from dataclasses import dataclass, replace
from functools import lru_cache
from uuid import UUID

from contracts.demand import ApplicationStatus, ClosureReason
from demand.domain.application import Application, Closed, Warned
from demand.domain.record import Step
from reference.days import add_months
from reference.deadlines import deadline

LOOK: str = "demand.look-at-application"
"""The work that is due when the clock may change an application."""
_TOLD_FIRST = {
    ClosureReason.NO_ANSWER: "application.closure_warning",
    ClosureReason.INADMISSIBLE: "application.inadmissible_notice",
}
"""Reasons that take a notice first, and how long before."""


class NotYet(Exception):
    """What the law lets happen only later."""


class Unlawful(Exception):
    """What is none of the six reasons, or lacks its condition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """An application as it is now, and the steps that led there, oldest first."""

    application: Application
    steps: tuple[Step, ...] = ()


@lru_cache(maxsize=4096)
def first_expiry(registered_on: dt.date, today: dt.date) -> dt.date:
    """The last day of the term that runs today, for a number that was renewed every year until now."""
    validity = deadline("application.validity", today)
    terms = 1
    while (last := add_months(registered_on, validity.months * terms)) < today:
        terms += 1
    return last


def completed(application: Application) -> Application:
    """Active from the day it is complete enough to be matched; what was active stays so."""
    if application.status is ApplicationStatus.REGISTERED and application.file.complete:
        return replace(application, status=ApplicationStatus.ACTIVE)
    return application


def renew(application: Application, on: dt.date) -> Application:
    """Another year from the end of this one.

    Raises:
        Closed: it was closed.
        NotYet: the household has not been asked to renew yet.
    """
    application.check_open()
    validity, notice = deadline("application.validity", on), deadline("application.renewal_notice", on)
    if application.expires_on is None:
        expires_on = validity.after(on)
    else:
        if application.notified_on is None and on < notice.before(application.expires_on):
            first = notice.before(application.expires_on)
            raise NotYet(f"The number lasts until {application.expires_on}; it can be renewed from {first} on.")
        expires_on = validity.after(max(application.expires_on, on))
    heard = _answered(application)
    return replace(heard, expires_on=expires_on, notified_on=None, reminded_on=None, version=application.version + 1)


def warn(application: Application, reason: ClosureReason, on: dt.date) -> Application:
    """Tell the household that its application will be closed, lawful a month later; itself where it was told that.

    Raises:
        Closed: it was closed.
        Unlawful: the reason takes no warning, or another closure is announced.
    """
    application.check_open()
    if reason not in _TOLD_FIRST:
        named = " and ".join(one.value for one in _TOLD_FIRST)
        raise Unlawful(f"Only {named} take a warning; {reason.value} does not.")
    if application.warned:
        if application.warned.reason is reason:
            return application
        raise Unlawful(f"A closure as {application.warned.reason.value} is announced already; lift it first.")
    last = deadline(_TOLD_FIRST[reason], on).after(on)
    warned = Warned(reason=reason, told_on=on, closes_on=last + dt.timedelta(days=1))
    return replace(application, warned=warned, version=application.version + 1)


def lift(application: Application) -> Application:
    """The application without the closure announced: the household answered, or the decision was taken back."""
    application.check_open()
    return replace(application, warned=None, version=application.version + 1) if application.warned else application


def close(
    application: Application, reason: ClosureReason, on: dt.date, *, merged_into: UUID | None = None
) -> Application:
    """Closed, for good and once.

    Raises:
        Closed: it was closed before.
        Unlawful: the condition of the reason does not hold.
    """
    application.check_open()
    if reason in _TOLD_FIRST:
        warned = application.warned
        if warned is None or warned.reason is not reason or on < warned.closes_on:
            raise Unlawful(f"An application is closed as {reason.value} only a month after the household was told.")
    if reason is ClosureReason.NOT_RENEWED and not _may_expire(application, on):
        raise Unlawful("An application is closed as not renewed only after its last day, announced a month before.")
    if (reason is ClosureReason.MERGED) is (merged_into is None):
        raise Unlawful("A merged application, and no other, names the one that stays.")
    return replace(
        application,
        status=ApplicationStatus.CLOSED,
        closure=reason,
        closed_on=on,
        merged_into=merged_into,
        warned=None,
        version=application.version + 1,
    )


def merge(kept: Application, other: Application, on: dt.date) -> tuple[Application, Application]:
    """(the one that stays with the eldest date, the other closed into it): CCH R441-2-8 f.

    Raises:
        Closed: one of them was closed.
        Unlawful: they are one and the same.
    """
    if kept.id == other.id:
        raise Unlawful("An application is not merged with itself; name another one.")
    kept.check_open()
    closed = close(other, ClosureReason.MERGED, on, merged_into=kept.id)
    eldest = min(kept.registered_on, other.registered_on)
    refused = kept.refused_offers + other.refused_offers
    return replace(kept, registered_on=eldest, refused_offers=refused, version=kept.version + 1), closed


def look(application: Application, on: dt.date) -> Done:
    """What the day brings: a notice, a reminder, an announced closure, the end of the term. Looking twice is once.

    Where nobody looked for a while, what should have been told first is told now and the number lasts long enough to
    be answered: nobody is closed out of the file without having been told a month before, and reminded.
    """
    if not application.open:
        return Done(application=application)
    if application.warned and on >= application.warned.closes_on:
        return Done(application=close(application, application.warned.reason, on), steps=(Step.CLOSED,))
    if application.expires_on is None:
        return Done(application=application)
    if application.notified_on is None:
        return _tell_renewal(application, application.expires_on, on)
    if application.reminded_on is None:
        return _remind(application, application.expires_on, on)
    if _may_expire(application, on):
        return Done(application=close(application, ClosureReason.NOT_RENEWED, on), steps=(Step.CLOSED,))
    return Done(application=application)


def next_look(application: Application) -> dt.date | None:
    """The next day on which `look` does something; None where the clock changes nothing more."""
    if not application.open:
        return None
    days = [application.warned.closes_on] if application.warned else []
    if (last := application.expires_on) is not None:
        if application.notified_on is None:
            days.append(_told_by("application.renewal_notice", last))
        elif application.reminded_on is None:
            days.append(_told_by("application.renewal_reminder", last))
        else:
            days.append(last + dt.timedelta(days=1))
    return min(days, default=None)


@lru_cache(maxsize=4096)
def _told_by(name: str, last: dt.date) -> dt.date:
    return deadline(name, last).before(last)


def _tell_renewal(application: Application, last: dt.date, on: dt.date) -> Done:
    if on < deadline("application.renewal_notice", last).before(last):
        return Done(application=application)
    told = replace(application, notified_on=on, version=application.version + 1)
    at_least = deadline("application.renewal_notice_at_least", on).after(on)
    if at_least <= last:
        return Done(application=told, steps=(Step.RENEWAL_NOTIFIED,))
    return Done(application=replace(told, expires_on=at_least), steps=(Step.EXTENDED, Step.RENEWAL_NOTIFIED))


def _remind(application: Application, last: dt.date, on: dt.date) -> Done:
    reminder = deadline("application.renewal_reminder", last)
    if on < reminder.before(last):
        return Done(application=application)
    reminded = replace(application, reminded_on=on, version=application.version + 1)
    if on <= last:
        return Done(application=reminded, steps=(Step.RENEWAL_REMINDED,))
    return Done(
        application=replace(reminded, expires_on=reminder.after(on)), steps=(Step.EXTENDED, Step.RENEWAL_REMINDED)
    )


def _may_expire(application: Application, on: dt.date) -> bool:
    told, last = application.notified_on, application.expires_on
    if told is None or last is None or application.reminded_on is None or on <= last:
        return False
    return deadline("application.renewal_notice_at_least", told).after(told) <= last


def _answered(application: Application) -> Application:
    """Whoever renews or writes has answered: a closure for silence is off."""
    warned = application.warned
    if warned and warned.reason is ClosureReason.NO_ANSWER:
        return replace(application, warned=None)
    return application


def heard(application: Application) -> Application:
    """The application after a word of its household: a closure announced for silence is lifted."""
    after = _answered(application)
    return application if after is application else replace(after, version=application.version + 1)


__all__ = [
    "LOOK",
    "Closed",
    "Done",
    "NotYet",
    "Unlawful",
    "close",
    "completed",
    "first_expiry",
    "heard",
    "lift",
    "look",
    "merge",
    "next_look",
    "renew",
    "warn",
]
