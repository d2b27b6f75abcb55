"""`Idempotency-Key` on POST: a request that is sent twice happens once (draft-ietf-httpapi-idempotency-key-header).

The answer is stored in the transaction of the command itself: either both are there or neither. A refused request
leaves nothing, so that a corrected one may use the same key.
"""

import datetime as dt
import hashlib
import re

from fastapi import Request, Response
from sqlalchemy import Column, DateTime, Integer, LargeBinary, MetaData, String, Table, delete, func, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.auth import Principal
from chassis.problems import BadRequest, Conflict

HEADER = "Idempotency-Key"
KEEP = dt.timedelta(hours=24)
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_NOT_STORED = frozenset({"content-length", "date", "server"})

idempotency_key = Table(
    "idempotency_key",
    MetaData(),
    Column("principal", String(200), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("operation", String(200), nullable=False),
    Column("request_hash", LargeBinary, nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("stored_at", DateTime(timezone=True), nullable=False, index=True),
)


def read_key(request: Request) -> str | None:
    """The key of this request, None without one. Raises `BadRequest` for one that cannot be stored."""
    raw = request.headers.get(HEADER)
    if raw is None:
        return None
    key = raw.strip().removeprefix('"').removesuffix('"')
    if not _KEY.fullmatch(key):
        raise BadRequest(f"{HEADER} has to be 1 to 200 visible ASCII characters; a UUID is a good one.")
    return key


def _principal_of(request: Request) -> str:
    """Whose key it is: the token's subject and SIREN, else (a link) the address, hashed because the link is in it."""
    principal: Principal | None = request.state.principal
    if principal is not None:
        return f"{principal.siren or '-'} {principal.subject}"
    return "address:" + hashlib.sha256(request.scope["path"].encode()).hexdigest()


async def replayed(session: AsyncSession, request: Request, key: str) -> Response | None:
    """The stored answer to this request, None when it is new: then it is ours until the transaction ends.

    Raises:
        Conflict: the key was used for something else, or the first request is still under way.
    """
    principal = _principal_of(request)
    lock = func.hashtextextended(f"{principal}\n{key}", 0)
    if not await session.scalar(select(func.pg_try_advisory_xact_lock(lock))):
        raise Conflict(
            f"The first request with this {HEADER} is still under way; ask again in a second.",
            headers={"Retry-After": "1"},
        )
    table = idempotency_key.c
    found = (
        await session.execute(select(idempotency_key).where(table.principal == principal, table.key == key))
    ).one_or_none()
    if found is None:
        return None
    if found.request_hash != await _hash(request):
        raise Conflict(
            f"This {HEADER} was used for another request ({found.operation}); take a new key for a new request."
        )
    return Response(found.body, found.status, {**found.headers, "Idempotent-Replayed": "true"})


async def store(
    session: AsyncSession,
    request: Request,
    key: str,
    response: Response,
    *,
    operation: str,
    now: dt.datetime,
) -> None:
    """Keep the answer for `KEEP`, in the transaction of the command that it answers."""
    row = {
        "principal": _principal_of(request),
        "key": key,
        "operation": operation,
        "request_hash": await _hash(request),
        "status": response.status_code,
        "headers": {name: value for name, value in response.headers.items() if name not in _NOT_STORED},
        "body": bytes(response.body),
        "stored_at": now,
    }
    await session.execute(insert(idempotency_key).values(row))


async def purge(session: AsyncSession, before: dt.datetime) -> None:
    """Forget the keys stored before `before` (now less `KEEP`)."""
    await session.execute(delete(idempotency_key).where(idempotency_key.c.stored_at < before))


async def _hash(request: Request) -> bytes:
    digest = hashlib.sha256()
    for part in (request.method.encode(), request.scope["path"].encode(), request.scope["query_string"]):
        digest.update(part + b"\n")
    digest.update(await request.body())
    return digest.digest()
