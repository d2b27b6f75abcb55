import pytest

from chassis.http import etag

from .conftest import HOME, Service, token


async def registered(service: Service) -> str:
    response = await service.client.post("/v1/homes", json=HOME, headers=token())
    return response.headers["location"]


async def test_read_then_change(service: Service) -> None:
    home = await registered(service)
    read = await service.client.get(home)
    assert read.headers["etag"] == etag(1) == '"1"'
    changed = await service.client.put(f"{home}/street/b", headers={"If-Match": read.headers["etag"]})
    assert changed.json() == {"version": 2}
    weakened_by_a_proxy = await service.client.put(f"{home}/street/c", headers={"If-Match": 'W/"2"'})
    assert weakened_by_a_proxy.json() == {"version": 3}


@pytest.mark.parametrize(
    ("header", "status", "says"),
    [
        (None, 428, "If-Match is missing"),
        ("*", 428, "would overwrite"),
        ('"7"', 412, "Version 7 was read, but it is at version 1 now"),
        ('"abc"', 412, "no ETag that was given here"),
        ('"1", "2"', 412, "no ETag that was given here"),
    ],
)
async def test_change_without_having_read(service: Service, header: str | None, status: int, says: str) -> None:
    home = await registered(service)
    response = await service.client.put(f"{home}/street/b", headers={"If-Match": header} if header else {})
    assert response.status_code == status
    assert says in response.json()["detail"]
    assert await service.scalar("SELECT street FROM home") == HOME["street"]


async def test_only_one_of_two_who_read_the_same_changes_it(service: Service) -> None:
    home = await registered(service)
    first = await service.client.put(f"{home}/street/b", headers={"If-Match": '"1"'})
    second = await service.client.put(f"{home}/street/c", headers={"If-Match": '"1"'})
    assert (first.status_code, second.status_code) == (200, 412)
    assert second.json()["current"] == 2
