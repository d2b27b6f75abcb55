"""What people write of themselves, in a form or a file, and the manner in which it is kept."""

import datetime as dt
from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from contracts.values import Language, Value
from demand.domain.email import email
from demand.domain.number import application_number
from demand.domain.person import Contact
from demand.domain.phone import e164


def _optional(normalise: Callable[[str], str]) -> Callable[[str | None], str | None]:
    return lambda written: normalise(written) if written is not None and written.strip() else None


Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$")
]
Number = Annotated[str, Field(max_length=40, examples=["1110318016982G1104"]), AfterValidator(application_number)]
Email = Annotated[str | None, Field(max_length=300, examples=["awa@exemple.fr"]), AfterValidator(_optional(email))]
Phone = Annotated[str | None, Field(max_length=40, examples=["06 12 34 56 78"]), AfterValidator(_optional(e164))]


class WrittenPerson(Value):
    given_name: Name
    family_name: Name
    birth_date: dt.date | None = None
    email: Email = None
    phone: Phone = None
    """As people write it, or E.164; kept as E.164."""
    language: Language = Language.FRENCH

    @property
    def contact(self) -> Contact:
        return Contact(
            given_name=self.given_name,
            family_name=self.family_name,
            birth_date=self.birth_date,
            email=self.email,
            phone=self.phone,
            language=self.language,
        )
