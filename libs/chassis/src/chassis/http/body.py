"""What strangers send: read strictly, refused in sentences that name the place."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NoReturn, Self

from fastapi import Request
from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, ValidationInfo, model_validator

from chassis.problems import BadRequest, Invalid, UnsupportedMediaType
from chassis.sentences import sentence_of
from contracts.landlord import FieldError
from contracts.values import CLOSED

_SUSPECT = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_NOT_TEXT = re.compile("[\0\ud800-\udfff]")
"""What JSON can say and neither UTF-8 nor a text column can hold."""


class Command(BaseModel):
    """Base of request bodies: unknown fields and unknown enum values are errors, and no error quotes the input."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True, allow_inf_nan=False
    )

    @model_validator(mode="wrap")
    @classmethod
    def _closed(cls, data: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        # FastAPI validates without a context; without it an unknown enum value would pass as UNKNOWN.
        if info.context is None:
            return cls.model_validate(data, context=CLOSED)
        return handler(data)


class CommandRequest(Request):
    """A request whose JSON is JSON: UTF-8, no NaN, no NUL (which PostgreSQL has no place for)."""

    async def json(self) -> Any:
        """The parsed body. Raises `BadRequest` or `Invalid` with the place of the error."""
        if not hasattr(self, "_parsed"):
            self._parsed = _parse(await self.body())
        return self._parsed

    def check_address(self) -> None:
        """Raise `BadRequest` for a path or a query that no text column can hold."""
        if "\0" in self.scope["path"] or b"%00" in self.scope["query_string"]:
            raise BadRequest("The address holds a NUL character; leave it out.")

    async def check_media_type(self) -> None:
        """Raise `UnsupportedMediaType` when there is a body and it does not say that it is JSON."""
        if not await self.body():
            return
        media_type = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != "application/json" and not (
            media_type.startswith("application/") and media_type.endswith("+json")
        ):
            said = f"content-type {media_type}" if media_type else "no content-type"
            raise UnsupportedMediaType(f"The body came with {said}; send JSON with content-type application/json.")


def _parse(body: bytes) -> Any:
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise BadRequest(f"The body is not UTF-8: {error.reason} at byte {error.start}.") from None
    try:
        document = json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise BadRequest(f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.") from None
    except RecursionError:
        raise BadRequest("The body is nested too deeply.") from None
    except ValueError:
        raise BadRequest("The body holds a number with thousands of digits.") from None
    if _SUSPECT.search(text):
        errors = [
            FieldError(field=place or "body", message="The text holds a NUL or half a character (a lone surrogate).")
            for place in _unstorable(document)
        ]
        if errors:
            raise Invalid(errors)
    return document


def _no_constant(name: str) -> NoReturn:
    raise BadRequest(f"The body is not JSON: {name} is not a JSON number.")


def _unstorable(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[str]:
    if isinstance(value, str):
        if _NOT_TEXT.search(value):
            yield json_path(path)
    elif isinstance(value, Mapping):
        for name, item in value.items():
            if _NOT_TEXT.search(name):
                yield json_path(path)
            yield from _unstorable(item, (*path, name))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _unstorable(item, (*path, place))


def json_path(parts: Iterable[str | int]) -> str:
    """`household.members[0].birth_date`"""
    path = ""
    for part in parts:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def field_errors(errors: Sequence[Mapping[str, Any]]) -> list[FieldError]:
    """Pydantic's errors as one sentence a field: the body's by JSON path, others as `query.limit`."""
    return [FieldError(field=_field(error["loc"]), message=sentence_of(error)) for error in errors]


def _field(place: Sequence[str | int]) -> str:
    parts = place[1:] if place and place[0] == "body" else place
    return json_path(parts) or "body"
