"""A POST that is sent twice happens once."""

import asyncio

import pytest
from sqlalchemy import text

from chassis.http import idempotency

from .conftest import HOME, NOW, OTHER_SIREN, Service, token

KEY = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}


async def send(service: Service, body=HOME, headers=KEY, **who: str):
    return await service.client.post("/v1/homes", json=body, headers={**token(**who), **headers})


async def homes(service: Service) -> object:
    return await service.scalar("SELECT count(*) FROM home")


async def test_the_same_again_gets_the_same_answer(service: Service) -> None:
    first = await send(service)
    again = await send(service, jti="another-token-of-the-same-subject")
    assert first.status_code == again.status_code == 201
    assert again.content == first.content
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["content-type"] == first.headers["content-type"]
    assert again.headers["content-length"] == str(len(first.content))
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert await homes(service) == 1


async def test_a_quoted_key_is_the_same_key(service: Service) -> None:
    await send(service)
    again = await send(service, headers={"Idempotency-Key": f'"{KEY["Idempotency-Key"]}"'})
    assert again.headers["idempotent-replayed"] == "true"


async def test_another_body_under_the_same_key(service: Service) -> None:
    await send(service)
    response = await send(service, HOME | {"street": "another"})
    assert response.status_code == 409
    assert "POST /v1/homes" in response.json()["detail"]
    assert await homes(service) == 1


async def test_keys_belong_to_who_sends_them(service: Service) -> None:
    await send(service)
    response = await send(service, subject="somebody else")
    assert response.status_code == 201
    assert "idempotent-replayed" not in response.headers
    assert await homes(service) == 2
    assert (await send(service, siren=OTHER_SIREN)).status_code == 403


async def test_without_a_key_twice_is_twice(service: Service) -> None:
    await send(service, headers={})
    await send(service, headers={})
    assert await homes(service) == 2


async def test_a_refused_request_leaves_its_key_free(service: Service) -> None:
    assert (await send(service, HOME | {"base_rent_cents": -1})).status_code == 422
    assert (await send(service)).status_code == 201


@pytest.mark.parametrize("key", ["", "a b", "x" * 201])
async def test_a_key_that_cannot_be_stored(service: Service, key: str) -> None:
    response = await send(service, headers={"Idempotency-Key": key})
    assert response.status_code == 400
    assert "Idempotency-Key" in response.json()["detail"]
    assert await homes(service) == 0


async def test_while_the_first_is_under_way_the_second_is_told_to_wait(service: Service) -> None:
    async with service.edge.database.session() as blocker, blocker.begin():
        await blocker.execute(text("LOCK TABLE home IN ACCESS EXCLUSIVE MODE"))
        first = asyncio.create_task(send(service))
        async with asyncio.timeout(10):
            while not await service.scalar("SELECT count(*) FROM pg_locks WHERE NOT granted"):
                await asyncio.sleep(0.01)
        second = await send(service)
        assert second.status_code == 409
        assert second.headers["retry-after"] == "1"
        assert "still under way" in second.json()["detail"]
    assert (await first).status_code == 201
    assert (await send(service)).headers["idempotent-replayed"] == "true"
    assert await homes(service) == 1


async def test_many_at_once_are_one(service: Service) -> None:
    answers = await asyncio.gather(*(send(service) for _ in range(8)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert await homes(service) == 1


async def test_a_day_later_the_key_is_forgotten(service: Service) -> None:
    await send(service)
    async with service.edge.unit("purge") as work:
        await idempotency.purge(work.session, NOW)
    assert (await send(service)).headers["idempotent-replayed"] == "true"
    service.clock.advance(idempotency.KEEP)
    async with service.edge.unit("purge") as work:
        await idempotency.purge(work.session, work.now - idempotency.KEEP + idempotency.KEEP / 24)
    assert await service.scalar("SELECT count(*) FROM idempotency_key") == 0
