"""From a letter to what a gateway takes."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import format_datetime
from functools import lru_cache
from html import escape

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from contracts.matching import CallWithdrawalReason
from contracts.values import Language
from notifications.domain import gsm7, reasons, wording
from notifications.domain.call import Call
from notifications.domain.contact import Contact
from notifications.domain.delivery import Purpose
from notifications.rendering import home
from notifications.rendering.letter import Letter, Mail, Sms
from notifications.rendering.quoted import mailbox, spliced, words
from notifications.rendering.skeleton import Marks, Skeleton, unmarked
from reference.days import civil_day

AnswerLink = Callable[[Call], str]
"""Signs the address at which a household answers a call."""
_BOUNDARY = "=_parcours"
"""Quoted-printable text never holds `=_`."""
_CACHED_HOMES = 512
_SLOT = Marks()
_correlation = lru_cache(_CACHED_HOMES)(words)
"""All messages of a vacancy have one, and it is nobody's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who writes: what stands in From, Message-ID and the footers."""

    name: str
    address: str
    message_id_domain: str
    consent_address: str
    """Where a person says that she wants no more messages."""
    traced: bool = False
    """Whether messages say, for the development mailbox, which person and which moment they are about."""

    def trace(self, contact: Contact, since: dt.datetime) -> dict[str, str]:
        if not self.traced:
            return {}
        return {"X-Parcours-Person": str(contact.person_id), "X-Parcours-Since": since.isoformat()}


@dataclass(frozen=True, slots=True)
class _Subject:
    """All that a skeleton is rendered from: equal subjects share one."""

    purpose: Purpose
    language: Language
    call: Call

    @classmethod
    def of(cls, letter: Letter) -> "_Subject":
        return cls(letter.purpose, letter.contact.speaks, letter.call)

    def _shared(self) -> tuple[object, ...]:
        call = self.call
        if self.purpose is Purpose.WITHDRAWAL:
            return (self.purpose, self.language, call.dwelling, call.withdrawal_reason)
        home = (call.dwelling, call.available_on, call.available_on_expected, call.like_homes)
        said = (*home, call.called, call.answer_by, call.policy)
        return (self.purpose, self.language, *said)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Subject) and self._shared() == other._shared()

    def __hash__(self) -> int:
        call = self.call
        return hash((self.purpose, self.language, call.dwelling.street, call.answer_by, call.called))


class Renderer:
    """Renders each home once a language and purpose; the rest of a message is a few joined bytes."""

    def __init__(self, identity: Identity, answer_link: AnswerLink) -> None:
        self._identity = identity
        self._answer_link = answer_link
        self._templates = templates()
        self._mail_skeleton = lru_cache(_CACHED_HOMES)(self._render_mail)
        self._sms_skeleton = lru_cache(_CACHED_HOMES)(self._render_sms)
        self._said = lru_cache(_CACHED_HOMES)(_said)

    def mail(self, letter: Letter) -> Mail:
        identity, name = self._identity, unmarked(letter.contact.name)
        message_id = f"{letter.delivery_id}@{identity.message_id_domain}"
        said = _reasons(letter.call.reasons, letter.contact.speaks)
        link = self._answer_link(letter.call) if letter.purpose is Purpose.CALL else ""
        content = self._mail_skeleton(_Subject.of(letter)).fill(
            {
                "to": mailbox(name, letter.address),
                "date": _date(letter.now),
                "messageid": message_id.encode(),
                "correlation": _correlation(letter.correlation_id),
                "trace": "".join(
                    f"{key}: {value}\r\n" for key, value in identity.trace(letter.contact, letter.since).items()
                ).encode(),
                "text_name": spliced(name),
                "html_name": spliced(escape(name)),
                "text_link": spliced(link),
                "html_link": spliced(escape(link)),
                "text_reasons": said[0],
                "html_reasons": said[1],
            }
        )
        return Mail(sender=identity.address, recipient=letter.address, message_id=f"<{message_id}>", content=content)

    def sms(self, letter: Letter) -> Sms:
        link = self._answer_link(letter.call) if letter.purpose is Purpose.CALL else ""
        text = self._sms_skeleton(_Subject.of(letter)).fill({"link": link.encode()}).decode()
        reference = str(letter.delivery_id)
        return Sms(
            recipient=letter.address,
            text=text,
            segments=gsm7.segments(text),
            reference=reference,
            headers={
                "X-Parcours-Correlation-Id": letter.correlation_id,
                **self._identity.trace(letter.contact, letter.since),
            },
        )

    def _render_mail(self, subject: _Subject) -> Skeleton:
        line = self._fill(subject, "subject").strip()
        text = Skeleton.quoted(self._fill(subject, "txt"), "text_")
        page = Skeleton.quoted(self._fill(subject, "html", title=line), "html_")
        return (
            Skeleton.plain(self._headers(line))
            + Skeleton.plain(_part("text/plain"))
            + text
            + Skeleton.plain("\r\n" + _part("text/html"))
            + page
            + Skeleton.plain(f"\r\n--{_BOUNDARY}--\r\n")
        )

    def _headers(self, subject: str) -> str:
        identity = self._identity
        lines = [
            f"From: {mailbox(identity.name, identity.address).decode()}",
            f"To: {_SLOT.to}",
            f"Subject: {words(subject).decode()}",
            f"Date: {_SLOT.date}",
            f"Message-ID: <{_SLOT.messageid}>",
            f"List-Unsubscribe: <mailto:{identity.consent_address}?subject=unsubscribe>",
            "Auto-Submitted: auto-generated",
            f"X-Parcours-Correlation-Id: {_SLOT.correlation}",
            f"{_SLOT.trace}MIME-Version: 1.0",
            f'Content-Type: multipart/alternative; boundary="{_BOUNDARY}"',
        ]
        return "\r\n".join(lines) + "\r\n\r\n"

    def _render_sms(self, subject: _Subject) -> Skeleton:
        before, mark, after = self._fill(subject, "sms").strip().partition(_SLOT.link)
        return Skeleton.plain(gsm7.fold(before) + mark + gsm7.fold(after))

    def _fill(self, subject: _Subject, form: str, **more: str) -> str:
        template = self._templates.get_template(f"{subject.purpose}.{subject.language}.{form}.j2")
        said = self._said(subject)
        return template.render(slot=_SLOT, consent_address=self._identity.consent_address, **said, **more)


def _said(subject: _Subject) -> dict[str, object]:
    """What all forms of a message say, in words."""
    call, language = subject.call, subject.language
    return {
        "language": language.value,
        "home": home.home_words(call.dwelling, call.available_on, language, expected=call.available_on_expected),
        "asked": home.asked(call.called, language, like_homes=call.like_homes),
        "answer_by": wording.moment(call.answer_by, language),
        "answer_day": wording.day(civil_day(call.answer_by), language, year=False),
        "short_answer_by": wording.short_moment(call.answer_by, language),
        "policy": call.policy,
        "why": home.why_withdrawn(call, language),
        "application_closed": call.withdrawal_reason is CallWithdrawalReason.APPLICATION_CLOSED,
        "rule_broken": call.withdrawal_reason is CallWithdrawalReason.RULE_BROKEN,
    }


def templates() -> Environment:
    """All texts. What stands in a page is escaped; a slot without a value is an error."""
    return Environment(
        loader=PackageLoader("notifications.rendering"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def _part(kind: str) -> str:
    return (
        f"--{_BOUNDARY}\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    )


@lru_cache(_CACHED_HOMES)
def _date(now: dt.datetime) -> bytes:
    """As Date has it; messages claimed together share it."""
    return format_datetime(now.astimezone(dt.UTC)).encode()


@lru_cache(_CACHED_HOMES)
def _reasons(codes: tuple[str, ...], language: Language) -> tuple[bytes, bytes]:
    """The reasons as a list, in text and in HTML, encoded."""
    said = [reason[0].upper() + reason[1:] + "." for reason in reasons.in_words(codes, language)]
    text = "\n".join(f"- {reason}" for reason in said)
    page = "".join(f"<li>{escape(reason, quote=False)}</li>" for reason in said)
    return spliced(text), spliced(page)
