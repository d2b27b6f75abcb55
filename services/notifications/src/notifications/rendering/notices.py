"""A notice in words: one text a purpose and language, laid out as a mail, an SMS or a letter.

A notice is in no such hurry as a call: the standard library writes its mail.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from uuid import UUID

from contracts.values import Language
from notifications.domain import gsm7, wording
from notifications.domain.contact import Contact
from notifications.domain.notice import Notice, OfHome
from notifications.domain.reasons import widened_in_words
from notifications.rendering.decisions import in_words, why_ended
from notifications.rendering.home import home_words
from notifications.rendering.letter import Mail, Sms
from notifications.rendering.renderer import Identity, templates
from notifications.rendering.skeleton import unmarked
from reference.days import civil_day

_MARK = "\n---\n"

OwnLink = Callable[[Notice], str | None]
"""The link a notice carries, where it carries one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """A notice to one person, as read at hand-over."""

    delivery_id: UUID
    notice: Notice
    contact: Contact
    on_behalf_of: str | None
    """The name of the person it is about, where a helper is told."""
    address: str
    correlation_id: str
    since: dt.datetime
    now: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeWords:
    """What a notice says: the same in every form."""

    subject: str
    sms: str
    paragraphs: tuple[str, ...]
    link: str | None = None
    """A paragraph of its own, where the notice has one."""
    language: Language


class NoticeRenderer:
    def __init__(self, identity: Identity, own_link: OwnLink) -> None:
        self._identity = identity
        self._own_link = own_link
        self._templates = templates()

    def words(self, notice: Notice, contact: Contact, on_behalf_of: str | None) -> NoticeWords:
        """The text of a notice: its template has subject, SMS and paragraphs, in this order."""
        language = contact.speaks
        link = self._own_link(notice)
        said = self._templates.get_template(f"{notice.purpose}.{language}.notice.j2").render(
            name=unmarked(contact.name),
            behalf=on_behalf_of,
            reminder=notice.reminder,
            ends_on=wording.day(notice.ends_on, language) if notice.ends_on else "",
            short_ends_on=f"{notice.ends_on:%d/%m/%Y}" if notice.ends_on else "",
            respond_by=wording.day(notice.respond_by, language) if notice.respond_by else None,
            sender=self._identity.name,
            link=link,
            **self._of_home(notice, language),
        )
        subject, sms, text = said.split(_MARK)
        paragraphs = (" ".join(part.split("\n")).strip() for part in text.split("\n\n"))
        return NoticeWords(
            subject=" ".join(subject.split()),
            sms=" ".join(sms.split()),
            paragraphs=tuple(part for part in paragraphs if part),
            link=link,
            language=language,
        )

    def _of_home(self, notice: Notice, language: Language) -> Mapping[str, Any]:
        told = notice.of_home or OfHome()
        home = told.dwelling
        day = told.available_on or civil_day(notice.taken_at)
        return {
            "home": None if home is None else home_words(home, day, language, expected=told.available_on_expected),
            "on_condition": told.on_condition,
            "inadmissible": told.inadmissible,
            "widened": widened_in_words(told.widened, language),
            "why": why_ended(told.because, language),
            "reasons": [in_words(reason, language) for reason in told.reasons],
        }

    def mail(self, to: Addressed) -> Mail:
        identity = self._identity
        words = self.words(to.notice, to.contact, to.on_behalf_of)
        message_id = f"{to.delivery_id}@{identity.message_id_domain}"
        mail = EmailMessage(policy=policy.SMTP)
        mail["From"] = Address(identity.name, addr_spec=identity.address)
        mail["To"] = to.address
        mail["Subject"] = words.subject
        mail["Date"] = format_datetime(to.now.astimezone(dt.UTC))
        mail["Message-ID"] = f"<{message_id}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Parcours-Correlation-Id"] = to.correlation_id
        for name, value in identity.trace(to.contact, to.since).items():
            mail[name] = value
        mail.set_content(self._layout("notice.txt.j2", words), cte="quoted-printable")
        mail.add_alternative(self._layout("notice.html.j2", words), subtype="html", cte="quoted-printable")
        return Mail(
            sender=identity.address, recipient=to.address, message_id=f"<{message_id}>", content=mail.as_bytes()
        )

    def sms(self, to: Addressed) -> Sms:
        text = gsm7.fold(self.words(to.notice, to.contact, to.on_behalf_of).sms)
        return Sms(
            recipient=to.address,
            text=text,
            segments=gsm7.segments(text),
            reference=str(to.delivery_id),
            headers={"X-Parcours-Correlation-Id": to.correlation_id, **self._identity.trace(to.contact, to.since)},
        )

    def _layout(self, template: str, words: NoticeWords) -> str:
        return self._templates.get_template(template).render(
            language=words.language.value,
            title=words.subject,
            paragraphs=words.paragraphs,
            link=words.link,
            consent_address=self._identity.consent_address,
        )
