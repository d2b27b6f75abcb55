from pathlib import Path

import pytest
import redis

from stack.servers import ValkeyServer


def test_it_keeps_what_it_is_given_until_it_ends(folder: Path) -> None:
    with ValkeyServer(folder / "valkey") as server:
        with redis.Redis.from_url(server.url) as client:
            client.set("seen", "1")
            assert client.get("seen") == b"1"
            assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "allkeys-lru"}
            assert client.config_get("maxmemory") == {"maxmemory": str(64 * 1024 * 1024)}
        server.stop()
        server.start()
        with redis.Redis.from_url(server.url) as client:
            assert client.get("seen") is None
    assert sorted(path.name for path in server.folder.iterdir()) == ["valkey.log"]


def test_full_it_drops_the_oldest_and_takes_the_new(folder: Path) -> None:
    with (
        ValkeyServer(folder / "valkey", memory="4mb") as server,
        redis.Redis.from_url(server.url) as client,
    ):
        for number in range(100):
            client.set(f"key-{number}", b"x" * 100_000)
        assert client.get("key-99") == b"x" * 100_000
        assert client.dbsize() < 100


def test_the_fixture_is_a_url(valkey: str) -> None:
    with redis.Redis.from_url(valkey) as client:
        assert client.ping()


def test_killed_it_answers_no_more_and_starts_again_on_its_port(folder: Path) -> None:
    with ValkeyServer(folder / "valkey") as server:
        url = server.url
        server.kill()
        with redis.Redis.from_url(url, socket_timeout=1) as client, pytest.raises(redis.ConnectionError):
            client.ping()
        server.start()
        assert server.url == url
        with redis.Redis.from_url(url) as client:
            assert client.ping()
