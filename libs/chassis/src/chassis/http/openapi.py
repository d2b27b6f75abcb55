"""The OpenAPI document as it is committed: with every problem a route can answer."""

import http
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from chassis.http.idempotency import HEADER
from chassis.problems import (
    MEDIA_TYPE,
    BadRequest,
    Conflict,
    ContentTooLarge,
    Forbidden,
    Internal,
    Invalid,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    Problem,
    ProblemDocument,
    TooManyRequests,
    Unauthorized,
    Unavailable,
    UnsupportedMediaType,
)

_METHODS = {method.lower() for method in http.HTTPMethod}
_REF = "#/components/responses/"
_KEY_PARAMETER = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "The same key with the same body gives the stored answer for 24 hours; with another body, 409.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "example": "8e03978e-40d5-43dd-bc93-6894a57f9324",
}


def openapi_document(app: FastAPI) -> dict[str, Any]:
    """The document of this app: the same code gives the same document."""
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        components = document.setdefault("components", {})
        schemas = components.setdefault("schemas", {})
        for fastapis_own in ("HTTPValidationError", "ValidationError"):
            schemas.pop(fastapis_own, None)
        problem = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= problem.pop("$defs", {}) | {"Problem": problem}
        components["schemas"] = dict(sorted(schemas.items()))
        used: set[type[Problem]] = set()
        for method, path, operation in _operations(document):
            used.update(_document_problems(method, path, operation))
        components["responses"] = {
            kind.__name__: _response(kind) for kind in sorted(used, key=lambda kind: (kind.status, kind.slug))
        }
        app.openapi_schema = document
    return app.openapi_schema


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in _METHODS:
                yield method, path, operation


def _document_problems(method: str, path: str, operation: dict[str, Any]) -> list[type[Problem]]:
    if method == "post":
        operation.setdefault("parameters", []).append(_KEY_PARAMETER)
    kinds = list(_problems(method, path, operation))
    responses = operation["responses"]
    if "HTTPValidationError" in str(responses.get("422")):
        del responses["422"]
    for kind in kinds:
        responses.setdefault(str(kind.status), {"$ref": _REF + kind.__name__})
    operation["responses"] = dict(sorted(responses.items()))
    return kinds


def _problems(method: str, path: str, operation: dict[str, Any]) -> Iterator[type[Problem]]:
    names = {parameter["name"] for parameter in operation.get("parameters", [])}
    if operation.get("security"):
        yield from (Unauthorized, Forbidden, TooManyRequests)
    if "{" in path:
        yield NotFound
    if method == "post":
        yield Conflict
    if "If-Match" in names:
        yield from (PreconditionFailed, PreconditionRequired)
    if "requestBody" in operation:
        yield from (ContentTooLarge, UnsupportedMediaType)
    if names or "requestBody" in operation:
        yield from (BadRequest, Invalid)
    yield from (Internal, Unavailable)


def _response(kind: type[Problem]) -> dict[str, Any]:
    example: dict[str, Any] = {
        "type": f"/problems/{kind.slug}",
        "title": kind.title.en,
        "status": kind.status,
        "detail": "What is wrong and the way out, in a sentence.",
    }
    if kind is Invalid:
        example["detail"] = "Correct household.size and send it again."
        example["errors"] = [{"field": "household.size", "message": "The value should be greater than or equal to 1."}]
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}}
    return {"description": f"{kind.title.en}.", "content": content}
