"""HTTP under `/v1`: one unit of work a request, problems as RFC 9457, `Idempotency-Key`, `If-Match`."""

from chassis.http.app import create_app
from chassis.http.body import Command
from chassis.http.languages import language_of
from chassis.http.openapi import openapi_document
from chassis.http.preconditions import IfMatch, IfMatchOrNew, check_version, etag
from chassis.http.route import CommandRoute, CommandWork, Units
from chassis.problems import (
    BadRequest,
    Conflict,
    ContentTooLarge,
    Forbidden,
    Gone,
    Internal,
    Invalid,
    MethodNotAllowed,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    Problem,
    TooManyRequests,
    Unauthorized,
    Unavailable,
    UnsupportedMediaType,
)

__all__ = [
    "BadRequest",
    "Command",
    "CommandRoute",
    "CommandWork",
    "Conflict",
    "ContentTooLarge",
    "Forbidden",
    "Gone",
    "IfMatch",
    "IfMatchOrNew",
    "Internal",
    "Invalid",
    "MethodNotAllowed",
    "NotFound",
    "PreconditionFailed",
    "PreconditionRequired",
    "Problem",
    "TooManyRequests",
    "Unauthorized",
    "Unavailable",
    "Units",
    "UnsupportedMediaType",
    "check_version",
    "create_app",
    "etag",
    "language_of",
    "openapi_document",
]
