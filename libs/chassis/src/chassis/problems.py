"""RFC 9457: every failure an HTTP client can meet, one class each, whose message is a full sentence.

People's sentences come in two languages (`Told`), machines' in English alone. A problem whose every sentence is there
in French is told in the language that its reader asks for (`Accept-Language`), French if none; any other in English.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol

from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from contracts.landlord import FieldError
from contracts.told import Told
from contracts.values import Language

MEDIA_TYPE = "application/problem+json"


class Problem(HTTPException):
    """A failure that the client is told of. `detail` says what is wrong and the way out.

    An `HTTPException`, so that FastAPI and Starlette take it for an answer and not for an accident.
    """

    status: ClassVar[int] = 500
    slug: ClassVar[str] = ""
    title: ClassVar[Told] = Told("Cela n'a pas fonctionné", "It did not work")

    def __init__(self, detail: str | Told, *, headers: Mapping[str, str] | None = None, **members: Any) -> None:
        super().__init__(status_code=self.status, detail=str(detail), headers=headers)
        self.told = detail
        self.members = members

    @property
    def in_two_languages(self) -> bool:
        return isinstance(self.told, Told)

    def document(self, language: Language = Language.ENGLISH) -> dict[str, Any]:
        """The members of the problem, in the order of RFC 9457 §3.1."""
        language = self._language(language)
        return {
            "type": f"/problems/{self.slug}" if self.slug else "about:blank",
            "title": self.title.by(language),
            "status": self.status_code,
            "detail": _said(self.told, language),
            **self.members,
        }

    def response(self, language: Language = Language.ENGLISH) -> JSONResponse:
        headers = {**(self.headers or {}), "Content-Language": self._language(language).value}
        return JSONResponse(self.document(language), self.status_code, headers=headers, media_type=MEDIA_TYPE)

    def _language(self, asked: Language) -> Language:
        return asked if self.in_two_languages else Language.ENGLISH


def _said(sentence: str | Told, language: Language) -> str:
    return sentence.by(language) if isinstance(sentence, Told) else sentence


class BadRequest(Problem):
    status, slug, title = 400, "bad-request", Told("La requête est illisible", "The request cannot be read")


class Unauthorized(Problem):
    status, slug, title = 401, "unauthorized", Told("Un jeton valable est nécessaire", "A valid token is needed")

    def __init__(self, detail: str | Told, *, error: str | None = None) -> None:
        """`error` is RFC 6750's code, absent where no token was sent at all."""
        challenge = f'Bearer error="{error}"' if error else "Bearer"
        super().__init__(detail, headers={"WWW-Authenticate": challenge})


class Forbidden(Problem):
    status, slug, title = 403, "forbidden", Told("Ce jeton ne le permet pas", "The token does not allow this")


class NotFound(Problem):
    status, slug, title = 404, "not-found", Told("Il n'y a rien ici", "There is nothing here")


class MethodNotAllowed(Problem):
    status, slug, title = (
        405,
        "method-not-allowed",
        Told("Méthode impossible à cette adresse", "This method is not for this address"),
    )


class Conflict(Problem):
    status, slug, title = (
        409,
        "conflict",
        Told("En contradiction avec l'existant", "This contradicts what is there"),
    )


class Gone(Problem):
    status, slug, title = 410, "gone", Told("C'est terminé", "This is over")


class PreconditionFailed(Problem):
    status, slug, title = 412, "precondition-failed", Told("Cela a changé entre-temps", "It was changed meanwhile")


class ContentTooLarge(Problem):
    status, slug, title = 413, "content-too-large", Told("Le corps est trop grand", "The body is too large")


class UnsupportedMediaType(Problem):
    status, slug, title = 415, "unsupported-media-type", Told("Le corps n'est pas du JSON", "The body is not JSON")


class Wrong(Protocol):
    """What is wrong with one field; `contracts.landlord.FieldError` is the one that machines are told."""

    @property
    def field(self) -> str: ...

    @property
    def message(self) -> str | Told: ...


class Invalid(Problem):
    """Fields that do not fit, each named by its JSON path."""

    status, slug, title = 422, "validation", Told("Des champs ne conviennent pas", "Some fields do not fit")

    def __init__(self, errors: Sequence[Wrong], detail: str | Told | None = None) -> None:
        fields = ", ".join(dict.fromkeys(error.field for error in errors))
        correct = Told(f"Corrigez {fields} et renvoyez la requête.", f"Correct {fields} and send it again.")
        super().__init__(detail or correct)
        self.errors = tuple(errors)

    @property
    def in_two_languages(self) -> bool:
        return super().in_two_languages and all(isinstance(one.message, Told) for one in self.errors)

    def document(self, language: Language = Language.ENGLISH) -> dict[str, Any]:
        language = self._language(language)
        errors = [{"field": one.field, "message": _said(one.message, language)} for one in self.errors]
        return {**super().document(language), "errors": errors}


class PreconditionRequired(Problem):
    status, slug, title = 428, "precondition-required", Told("If-Match est nécessaire", "If-Match is needed")


class TooManyRequests(Problem):
    status, slug, title = 429, "too-many-requests", Told("Trop de requêtes", "Too many requests")


class Internal(Problem):
    """Says nothing of the inside, only the trace that the operator finds it by."""

    status, slug, title = 500, "internal", Told("Quelque chose n'a pas fonctionné ici", "Something went wrong here")


class Unavailable(Problem):
    status, slug, title = 503, "unavailable", Told("Impossible pour le moment", "Not possible at the moment")

    def __init__(self, detail: str | Told, *, retry_after_s: int = 2, **members: Any) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after_s)}, **members)


PROBLEMS: tuple[type[Problem], ...] = (
    BadRequest,
    Unauthorized,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    Conflict,
    Gone,
    PreconditionFailed,
    ContentTooLarge,
    UnsupportedMediaType,
    Invalid,
    PreconditionRequired,
    TooManyRequests,
    Internal,
    Unavailable,
)


class ProblemDocument(BaseModel):
    """The body of every answer with a status of 400 and more (RFC 9457)."""

    model_config = ConfigDict(title="Problem", use_attribute_docstrings=True, extra="allow")

    type: str = Field(examples=["/problems/validation"])
    """What kind of problem, as an address relative to this API."""
    title: str
    """The kind in words, the same every time."""
    status: int
    """The HTTP status, repeated."""
    detail: str
    """What is wrong this time and the way out, in a sentence."""
    errors: list[FieldError] | None = None
    """The fields that do not fit, for the kind `validation`."""
    trace_id: str | None = None
    """What an operator finds the failure by."""
