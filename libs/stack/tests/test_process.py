import json
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from stack.servers import OwnedProcess, ServerError, ValkeyServer, free_port, stop_left_behind
from stack.servers.ports import is_free

STARTS_ALL = """
import pathlib, signal, sys
from stack.servers import KafkaServer, PostgresServer, ValkeyServer
folder = pathlib.Path(sys.argv[1])
servers = [PostgresServer(folder / "postgres", durable=False), ValkeyServer(folder / "valkey"),
           KafkaServer(folder / "kafka")]
for server in servers:
    server.start()
print(*(server.pid for server in servers), flush=True)
signal.pause()
"""


def start_parent(folder: Path) -> tuple[subprocess.Popen[str], list[psutil.Process]]:
    parent = subprocess.Popen([sys.executable, "-c", STARTS_ALL, str(folder)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    return parent, [psutil.Process(int(pid)) for pid in parent.stdout.readline().split()]


def family(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [member for process in processes for member in (process, *process.children(recursive=True))]


@pytest.mark.chaos
def test_a_killed_parent_leaves_no_orphan_and_its_folder_usable(folder: Path) -> None:
    parent, servers = start_parent(folder)
    everyone = family(servers)
    assert len(everyone) > len(servers) == 3
    parent.kill()
    parent.wait()
    _, alive = psutil.wait_procs(everyone, timeout=40)
    assert not alive
    with ValkeyServer(folder / "valkey") as server:
        assert server.running


@pytest.mark.chaos
def test_a_stack_left_behind_is_stopped_by_its_pid_files(folder: Path) -> None:
    parent, servers = start_parent(folder)
    everyone = family(servers)
    try:
        assert sorted(stop_left_behind(folder)) == ["Kafka", "Postgres", "Valkey"]
        _, alive = psutil.wait_procs(everyone, timeout=1)
        # the parent lives and has not looked after them: what is left are names, not processes
        assert all(process.status() == psutil.STATUS_ZOMBIE for process in alive)
        assert stop_left_behind(folder) == []
    finally:
        parent.kill()
        parent.wait()


def test_a_pid_used_again_by_another_program_is_left_alone(folder: Path) -> None:
    bystander = subprocess.Popen(["/bin/sleep", "60"])
    try:
        record = {
            "name": "Valkey",
            "pid": bystander.pid,
            "started": psutil.Process(bystander.pid).create_time() - 3600,
            "owner": 1,
            "owner_started": 0.0,
            "stop_signal": int(signal.SIGTERM),
            "grace": 1.0,
        }
        (folder / "valkey").mkdir()
        (folder / "valkey" / "valkey.pid").write_text(json.dumps(record))
        assert stop_left_behind(folder) == []
        assert bystander.poll() is None
        assert not (folder / "valkey" / "valkey.pid").exists()
    finally:
        bystander.kill()
        bystander.wait()


def test_one_folder_runs_one_server(folder: Path) -> None:
    with (
        ValkeyServer(folder / "valkey") as server,
        pytest.raises(ServerError, match=f"already runs in .*process {server.pid}"),
    ):
        ValkeyServer(folder / "valkey").start()


def test_start_and_stop_twice_are_once(folder: Path) -> None:
    with ValkeyServer(folder / "valkey") as server:
        pid = server.pid
        server.start()
        assert server.pid == pid
        server.stop()
        server.stop()
        assert server.pid is None


def test_a_server_outlives_the_thread_that_started_it(folder: Path) -> None:
    server = ValkeyServer(folder / "valkey")
    starter = threading.Thread(target=server.start)
    starter.start()
    starter.join()
    try:
        assert server.pid is not None
        with pytest.raises(psutil.TimeoutExpired):
            psutil.Process(server.pid).wait(timeout=0.5)
    finally:
        server.stop()


def test_a_taken_port_is_said_in_a_sentence(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ServerError, match=f"cannot listen on port {port}: another program does"):
            ValkeyServer(folder / "valkey", port=port).start()


def test_a_free_port_is_below_those_the_system_hands_out() -> None:
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    ports = {free_port() for _ in range(50)}
    assert all(is_free(port) for port in ports)
    assert all(port < max(lowest, 16_000) for port in ports)


def test_one_that_does_not_end_is_killed_after_its_grace(folder: Path) -> None:
    stubborn = OwnedProcess(
        "Stubborn", pid_path=folder / "s.pid", log_path=folder / "s.log", stop_signal=signal.SIGTERM, grace=0.3
    )
    script = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); signal.pause()"
    stubborn.start([sys.executable, "-c", script], folder=folder)
    stubborn.await_condition(lambda: "up" in (folder / "s.log").read_text(), timeout=10)
    started = time.monotonic()
    stubborn.stop()
    assert time.monotonic() - started < 5
    assert not stubborn.running
    assert not (folder / "s.pid").exists()


def test_a_command_that_is_not_there_is_said_in_a_sentence(folder: Path) -> None:
    missing = OwnedProcess("Missing", pid_path=folder / "m.pid", log_path=folder / "m.log")
    with pytest.raises(ServerError, match=r"Missing cannot be started: .*No such file"):
        missing.start([folder / "not-there"], folder=folder)
    assert [path.name for path in folder.iterdir()] == ["m.log"]
