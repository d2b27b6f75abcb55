"""What a stack is put together from: keys, ports, databases, folders that are thrown away."""

import socket
import stat
import uuid

import asyncpg
import pytest
from pydantic import SecretStr

from chassis.links import Links
from chassis.migrations import is_current
from stack import databases
from stack.addresses import keep_ports
from stack.environment import service_environment
from stack.errors import CommandError
from stack.keys import Keys
from stack.policies import policies_folder
from stack.state import Mailbox, StackState
from stack.throwaway import throwaway_folder

SERVICES = ("demand", "inventory", "matching", "notifications")


def test_keys_are_drawn_once_and_their_owners_alone(tmp_path):
    first = Keys.of(tmp_path / "keys")
    assert Keys.of(tmp_path / "keys") == first
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()} == {0o600}
    assert Keys.of(tmp_path / "others").link_secret != first.link_secret
    Links(SecretStr(first.link_secret))


def test_ports_stay_the_same_unless_somebody_took_one(tmp_path):
    before = keep_ports(tmp_path, ["demand", "inventory"])
    assert keep_ports(tmp_path, ["demand", "inventory"]) == before
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", before["demand"]))
        taken.listen()
        after = keep_ports(tmp_path, ["demand", "inventory"])
    assert after["demand"] != before["demand"]
    assert after["inventory"] == before["inventory"]


async def test_databases_are_made_and_migrated_once(postgres_server):
    urls = await databases.prepare(postgres_server.url, SERVICES)
    assert sorted(urls) == sorted(SERVICES)
    for service, url in urls.items():
        assert await is_current(url, service)
    assert await databases.migrate(urls) == {service: [] for service in SERVICES}
    for service in SERVICES:
        postgres_server.drop_database(databases.database_name(service))


async def test_a_user_that_may_not_make_databases_is_told_so(postgres_server):
    name = f"nobody_{uuid.uuid4().hex[:8]}"
    connection = await asyncpg.connect(postgres_server.url)
    await connection.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'p'")
    try:
        url = f"postgresql://{name}:p@127.0.0.1:{postgres_server.port}/postgres"
        with pytest.raises(CommandError, match="refuses to make the database parcours_demand"):
            await databases.prepare(url, ["demand"])
    finally:
        await connection.execute(f"DROP ROLE {name}")
        await connection.close()


async def test_a_server_that_is_not_there_is_named_without_its_password():
    with pytest.raises(CommandError, match=r"PostgreSQL at postgresql://u:\*\*\*@127\.0\.0\.1:1/x cannot be reached"):
        await databases.prepare("postgresql://u:secret@127.0.0.1:1/x", ["demand"])


def test_every_service_takes_the_settings_it_is_given(tmp_path, monkeypatch):
    """Services refuse variables they do not know, so this is what would keep one from starting."""
    from importlib import import_module

    state = StackState(
        pid=1,
        started=0,
        kafka="127.0.0.1:9092",
        redis="redis://127.0.0.1:6379/0",
        databases={name: f"postgresql://u:p@127.0.0.1/{name}" for name in SERVICES},
        services={name: f"http://127.0.0.1:{8001 + place}" for place, name in enumerate(SERVICES)},
        mailbox=Mailbox(page="http://127.0.0.1:8025", smtp_port=1025),
        kafka_version="",
        policies=str(policies_folder()),
    )
    keys = Keys.of(tmp_path)
    for place, service in enumerate(SERVICES):
        with monkeypatch.context() as patch:
            for name, value in service_environment(service, state, keys).items():
                patch.setenv(name, value)
            settings = import_module(f"{service}.settings").Settings()
        assert settings.http_port == 8001 + place
        assert len(settings.token_public_keys) == 1


def test_a_folder_without_policies_says_where_it_looked(monkeypatch, tmp_path):
    monkeypatch.setenv("MATCHING_POLICIES", str(tmp_path))
    with pytest.raises(CommandError, match=rf"No policy is in {tmp_path}"):
        policies_folder()


def test_policies_are_found_from_anywhere_in_a_clone(monkeypatch, tmp_path):
    monkeypatch.delenv("MATCHING_POLICIES", raising=False)
    monkeypatch.chdir(tmp_path)
    assert list(policies_folder().glob("*/*.toml"))


def test_what_is_thrown_away_is_gone_and_its_logs_only_stay_when_asked_for(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with throwaway_folder() as own:
        (own.folder / "services").mkdir()
        (own.folder / "services" / "demand.log").write_text("why")
    assert list(tmp_path.iterdir()) == []
    with throwaway_folder() as own:
        (own.folder / "services").mkdir()
        (own.folder / "services" / "demand.log").write_text("why")
        kept = own.keep_logs()
    assert [path.read_text() for path in kept.iterdir()] == ["why"]
    assert list(tmp_path.iterdir()) == [kept]
