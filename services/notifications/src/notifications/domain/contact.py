"""How a person can be reached, and whether she agreed to it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from contracts.demand import Consent, ContactRecorded
from contracts.values import Channel, Language, PersonId

CHANNELS = (Channel.EMAIL, Channel.SMS)

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+{_LABEL}")
_PHONE = re.compile(r"\+[1-9]\d{6,14}")
_SEPARATORS = str.maketrans("", "", " .-()\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}")
_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
"""Not printable to Python, and part of names in several scripts."""
_LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1


def usable_email(text: str | None) -> str | None:
    """An address that can stand in an SMTP command as it is (its domain in IDNA), else None.

    A local part outside ASCII would need SMTPUTF8 on the whole way: it counts as no address.
    """
    local, at, domain = (text or "").strip().rpartition("@")
    try:
        domain = domain.encode("idna").decode().lower()
    except UnicodeError:
        return None
    address = f"{local}{at}{domain}"
    return address if len(address) <= _LONGEST_EMAIL and _EMAIL.fullmatch(address) else None


def usable_phone(text: str | None) -> str | None:
    """A number in E.164 without separators, else None."""
    number = (text or "").translate(_SEPARATORS)
    return number if _PHONE.fullmatch(number) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person as demand last described her. `erased` leaves nothing but the opaque id."""

    person_id: PersonId
    given_name: str = ""
    family_name: str = ""
    email: str | None = None
    phone: str | None = None
    language: Language = Language.FRENCH
    consents: Mapping[Channel, bool]
    erased: bool = False
    helper: PersonId | None = None
    """Who is mandated to help her, where that was read with her."""

    @classmethod
    def of(cls, recorded: ContactRecorded) -> Self:
        return cls(
            person_id=recorded.person_id,
            given_name=recorded.given_name,
            family_name=recorded.family_name,
            email=recorded.email,
            phone=recorded.phone,
            language=recorded.language,
            consents=latest_consents(recorded.consents),
        )

    @property
    def name(self) -> str:
        """Given and family name in one line: whatever else the fields hold is a blank."""
        words = f"{self.given_name} {self.family_name}"
        return " ".join(
            "".join(letter if letter.isprintable() or letter in _JOINERS else " " for letter in words).split()
        )

    @property
    def speaks(self) -> Language:
        return Language.ENGLISH if self.language is Language.ENGLISH else Language.FRENCH

    def address(self, channel: Channel) -> str | None:
        """Where a message on this channel goes, None where there is no usable address."""
        if channel is Channel.EMAIL:
            return usable_email(self.email)
        return usable_phone(self.phone) if channel is Channel.SMS else None


def latest_consents(consents: Iterable[Consent]) -> dict[Channel, bool]:
    """What was last said about each channel; of two said the same day, the later in the list."""
    said: dict[Channel, Consent] = {}
    for consent in consents:
        before = said.get(consent.channel)
        if before is None or consent.given_on >= before.given_on:
            said[consent.channel] = consent
    return {channel: consent.granted for channel, consent in said.items()}
