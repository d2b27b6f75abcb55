"""A small service of one noun behind the real door, on a real PostgreSQL."""

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Query, Response, Security
from fastapi.responses import JSONResponse
from pydantic import Field
from sqlalchemy import text

from chassis import auth
from chassis.auth import Agent, Landlord, Principal, Role, require
from chassis.clock import ManualClock
from chassis.database import Database
from chassis.edge import RecordRefused
from chassis.handlers import RuleBroken
from chassis.health import Health
from chassis.http import (
    Command,
    CommandRoute,
    CommandWork,
    IfMatch,
    NotFound,
    check_version,
    create_app,
    etag,
)
from chassis.http.idempotency import idempotency_key
from chassis.ratelimit import RateLimit
from chassis.work import Work
from contracts.event import Envelope
from contracts.landlord import FieldError
from contracts.values import Cents, DwellingType, Siren

NOW = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)
SIREN = "552032708"
OTHER_SIREN = "552046484"
KEY = auth.generate_key()
PUBLIC_KEYS = auth.PublicKeys([KEY.public_key()])


class Room(Command):
    name: str = Field(min_length=1)
    area_m2: float = Field(gt=0)


class Home(Command):
    siren: Siren
    street: str
    dwelling_type: DwellingType
    base_rent_cents: Cents
    rooms: tuple[Room, ...] = ()


router = APIRouter(prefix="/v1", route_class=CommandRoute)


@router.post("/homes", status_code=201)
async def register(home: Home, landlord: Landlord, work: CommandWork, response: Response) -> dict[str, str]:
    landlord.require_siren(home.siren)
    home_id = uuid4()
    await work.session.execute(
        text("INSERT INTO home (id, street, version) VALUES (:id, :street, 1)"), {"id": home_id, "street": home.street}
    )
    response.headers["Location"] = f"/v1/homes/{home_id}"
    return {"id": str(home_id)}


@router.get("/homes")
async def list_homes(work: CommandWork, limit: Annotated[int, Query(ge=1, le=100)] = 20) -> list[str]:
    rows = await work.session.execute(text("SELECT street FROM home ORDER BY street LIMIT :limit"), {"limit": limit})
    return list(rows.scalars())


@router.get("/homes/{home_id}")
async def show(home_id: UUID, work: CommandWork, response: Response) -> dict[str, str]:
    row = (await work.session.execute(text("SELECT street, version FROM home WHERE id = :id"), {"id": home_id})).first()
    if row is None:
        raise NotFound(f"There is no home {home_id}.")
    response.headers["ETag"] = etag(row.version)
    return {"street": row.street}


@router.put("/homes/{home_id}/street/{street}")
async def rename(home_id: UUID, street: str, expected: IfMatch, work: CommandWork) -> dict[str, int]:
    version = await work.session.scalar(text("SELECT version FROM home WHERE id = :id FOR UPDATE"), {"id": home_id})
    if version is None:
        raise NotFound(f"There is no home {home_id}.")
    check_version(version, expected)
    await work.session.execute(
        text("UPDATE home SET street = :street, version = version + 1 WHERE id = :id"),
        {"id": home_id, "street": street},
    )
    return {"version": version + 1}


@router.post("/fails/{how}")
async def fails(how: str, work: CommandWork) -> Response:
    await work.session.execute(text("INSERT INTO home (id, street, version) VALUES (gen_random_uuid(), 'x', 1)"))
    if how == "returned":
        return JSONResponse({"no": "good"}, 409)
    if how == "rule":
        raise RuleBroken("A home let yesterday cannot be announced today.")
    if how == "refused":
        raise RecordRefused("cannot be read", [FieldError(field="available_on", message="This is no date.")])
    if how == "unique":
        same = uuid4()
        for _ in range(2):
            await work.session.execute(text("INSERT INTO home VALUES (:id, 'same', 1)"), {"id": same})
    if how == "killed":
        await work.session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    raise RuntimeError("the password is hunter2")


@router.get("/agents-only")
async def agents_only(agent: Agent) -> str:
    return agent.subject


@router.get("/staff-only")
async def staff_only(staff: Annotated[Principal, Security(require(Role.AGENT, Role.OPERATOR))]) -> str:
    return staff.subject


class Edge:
    """A unit of work as the edge gives it: commits at clean exit."""

    def __init__(self, database: Database, clock: ManualClock) -> None:
        self.database = database
        self.clock = clock
        self.committed = 0

    @asynccontextmanager
    async def unit(self, name: str, *, envelope: Envelope | None = None) -> AsyncIterator[Work]:
        now = self.clock.now()
        cause = envelope or Envelope.new("test.command.v1", source="test", time=now, subject=name)
        async with self.database.session() as session, session.begin():
            yield Work(session=session, service="test", now=now, cause=cause)
        self.committed += 1


@dataclass
class Service:
    app: FastAPI
    edge: Edge
    clock: ManualClock
    health: Health
    client: httpx.AsyncClient

    async def scalar(self, statement: str) -> object:
        async with self.edge.database.session() as session:
            return await session.scalar(text(statement))


def token(
    *, role: Role = Role.LANDLORD, siren: str | None = SIREN, jti: str = "jti-1", subject: str = "isl"
) -> dict[str, str]:
    made = auth.issue(
        KEY,
        subject=subject,
        roles=[role],
        siren=siren if role is Role.LANDLORD else None,
        ttl=dt.timedelta(days=1),
        jti=jti,
        now=NOW,
    )
    return {"Authorization": f"Bearer {made}"}


HOME = {"siren": SIREN, "street": "3 rue de la Roquette", "dwelling_type": "T2", "base_rent_cents": 45000}


@asynccontextmanager
async def running(
    database_url: str, *, rate_limit: RateLimit | None = None, health: Health | None = None
) -> AsyncIterator[Service]:
    database = Database(database_url, name="test", pool_size=4)
    clock = ManualClock(NOW)
    edge = Edge(database, clock)
    health = health or Health(clock=clock)
    app = create_app(
        title="test",
        version="1.0",
        routers=[router],
        health=health,
        edge=edge,
        public_keys=PUBLIC_KEYS,
        clock=clock,
        rate_limit=rate_limit,
        max_body_bytes=10_000,
    )
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield Service(app=app, edge=edge, clock=clock, health=health, client=client)
    await database.close()


async def make_tables(database_url: str) -> None:
    database = Database(database_url, name="test")
    async with database.engine.begin() as connection:
        await connection.execute(text("CREATE TABLE home (id uuid PRIMARY KEY, street text NOT NULL, version int)"))
        for table in (idempotency_key, auth.revoked_token):
            await connection.run_sync(table.create)
    await database.close()


@pytest.fixture
async def service(database: str) -> AsyncIterator[Service]:
    await make_tables(database)
    async with running(database) as service:
        yield service
