"""Without its database a service says so: 503, when to come back, and no traceback."""

import asyncio

from chassis.telemetry import root_traceparent
from stack.servers import PostgresServer
from stack.servers.ports import free_port

from .conftest import HOME, Service, make_tables, running, token


async def test_nobody_listens(database: str) -> None:
    nowhere = f"postgresql://u:hunter2@127.0.0.1:{free_port()}/x"
    async with running(nowhere) as service:
        here = root_traceparent()
        response = await service.client.post("/v1/homes", json=HOME, headers={**token(), "traceparent": here})
        assert response.status_code == 503
        assert response.headers["retry-after"] == "2"
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["type"] == "/problems/unavailable"
        assert response.json()["trace_id"] == here[3:35]
        assert "hunter2" not in response.text
        assert "127.0.0.1" not in response.text


async def test_the_connection_dies_inside_the_request_and_the_next_one_is_served(service: Service) -> None:
    response = await service.client.post("/v1/fails/killed")
    assert response.status_code == 503
    assert "Idempotency-Key" in response.json()["detail"]
    assert (await service.client.post("/v1/homes", json=HOME, headers=token())).status_code == 201
    assert await service.scalar("SELECT count(*) FROM home") == 1


async def test_the_pool_is_empty(service: Service) -> None:
    sessions = [service.edge.database.session() for _ in range(4)]
    service.edge.database.engine.pool._timeout = 0.05
    for session in sessions:
        await session.connection()
    response = await service.client.get("/v1/homes")
    assert response.status_code == 503
    await asyncio.gather(*(session.close() for session in sessions))
    assert (await service.client.get("/v1/homes")).status_code == 200


async def test_the_server_stops_and_comes_back(postgres_server: PostgresServer, database: str) -> None:
    await make_tables(database)
    async with running(database) as service:
        assert (await service.client.get("/v1/homes")).status_code == 200
        await asyncio.to_thread(postgres_server.kill)
        try:
            assert (await service.client.get("/v1/homes")).status_code == 503
        finally:
            await asyncio.to_thread(postgres_server.start)
        async with asyncio.timeout(20):
            while (await service.client.get("/v1/homes")).status_code != 200:
                await asyncio.sleep(0.05)
