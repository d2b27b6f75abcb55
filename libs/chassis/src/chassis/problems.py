"""RFC 9457: every failure an HTTP client can meet, one class each, whose message is a full sentence."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from contracts.landlord import FieldError

MEDIA_TYPE = "application/problem+json"


class Problem(HTTPException):
    """A failure that the client is told of. `detail` says what is wrong and the way out.

    An `HTTPException`, so that FastAPI and Starlette take it for an answer and not for an accident.
    """

    status: ClassVar[int] = 500
    slug: ClassVar[str] = ""
    title: ClassVar[str] = "It did not work"

    def __init__(self, detail: str, *, headers: Mapping[str, str] | None = None, **members: Any) -> None:
        super().__init__(status_code=self.status, detail=detail, headers=headers)
        self.members = members

    def document(self) -> dict[str, Any]:
        """The members of the problem, in the order of RFC 9457 §3.1."""
        return {
            "type": f"/problems/{self.slug}" if self.slug else "about:blank",
            "title": self.title,
            "status": self.status_code,
            "detail": self.detail,
            **self.members,
        }

    def response(self) -> JSONResponse:
        return JSONResponse(self.document(), self.status_code, headers=self.headers, media_type=MEDIA_TYPE)


class BadRequest(Problem):
    status, slug, title = 400, "bad-request", "The request cannot be read"


class Unauthorized(Problem):
    status, slug, title = 401, "unauthorized", "A valid token is needed"

    def __init__(self, detail: str, *, error: str | None = None) -> None:
        """`error` is RFC 6750's code, absent where no token was sent at all."""
        challenge = f'Bearer error="{error}"' if error else "Bearer"
        super().__init__(detail, headers={"WWW-Authenticate": challenge})


class Forbidden(Problem):
    status, slug, title = 403, "forbidden", "The token does not allow this"


class NotFound(Problem):
    status, slug, title = 404, "not-found", "There is nothing here"


class MethodNotAllowed(Problem):
    status, slug, title = 405, "method-not-allowed", "This method is not for this address"


class Conflict(Problem):
    status, slug, title = 409, "conflict", "This contradicts what is there"


class Gone(Problem):
    status, slug, title = 410, "gone", "This is over"


class PreconditionFailed(Problem):
    status, slug, title = 412, "precondition-failed", "It was changed meanwhile"


class ContentTooLarge(Problem):
    status, slug, title = 413, "content-too-large", "The body is too large"


class UnsupportedMediaType(Problem):
    status, slug, title = 415, "unsupported-media-type", "The body is not JSON"


class Invalid(Problem):
    """Fields that do not fit, each named by its JSON path."""

    status, slug, title = 422, "validation", "Some fields do not fit"

    def __init__(self, errors: Sequence[FieldError], detail: str | None = None) -> None:
        fields = ", ".join(dict.fromkeys(error.field for error in errors))
        super().__init__(
            detail or f"Correct {fields} and send it again.",
            errors=[{"field": error.field, "message": error.message} for error in errors],
        )


class PreconditionRequired(Problem):
    status, slug, title = 428, "precondition-required", "If-Match is needed"


class TooManyRequests(Problem):
    status, slug, title = 429, "too-many-requests", "Too many requests"


class Internal(Problem):
    """Says nothing of the inside, only the trace that the operator finds it by."""

    status, slug, title = 500, "internal", "Something went wrong here"


class Unavailable(Problem):
    status, slug, title = 503, "unavailable", "Not possible at the moment"

    def __init__(self, detail: str, *, retry_after_s: int = 2, **members: Any) -> None:
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
