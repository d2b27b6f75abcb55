import os
import stat
import subprocess
import sys

import psutil
import pytest

from stack.errors import CommandError
from stack.servers import StackFolder
from stack.state import STATE_FILE, Mailbox, StackState


def state_of(process: psutil.Process) -> StackState:
    return StackState(
        pid=process.pid,
        started=process.create_time(),
        kafka="127.0.0.1:9092",
        redis="redis://127.0.0.1:6379/0",
        databases={"demand": "postgresql://u:secret@127.0.0.1:5432/parcours_demand"},
        services={"demand": "http://127.0.0.1:8000"},
        mailbox=Mailbox(page="http://127.0.0.1:8025", smtp_port=1025),
        kafka_version="4.4.0",
        policies="policies/national",
    )


def test_what_is_written_is_found_while_the_stack_lives(tmp_path):
    state = state_of(psutil.Process())
    state.write(tmp_path)
    assert StackState.find(tmp_path) == state


def test_it_is_its_owners_alone_even_over_an_older_one(tmp_path):
    (tmp_path / STATE_FILE).write_text("{}")
    (tmp_path / STATE_FILE).chmod(0o644)
    state_of(psutil.Process()).write(tmp_path)
    assert stat.S_IMODE((tmp_path / STATE_FILE).stat().st_mode) == 0o600


def test_no_stack_is_a_sentence_with_the_way_out(tmp_path):
    with pytest.raises(CommandError, match=r"No stack runs on .*`parcours up`.*--data"):
        StackState.find(tmp_path)


def test_a_killed_stack_is_not_taken_for_a_running_one(tmp_path):
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    state_of(psutil.Process(child.pid)).write(tmp_path)
    child.kill()
    child.wait()
    child.stdin.close()
    with pytest.raises(CommandError, match="was killed: start it again"):
        StackState.find(tmp_path)


def test_another_process_under_the_same_pid_is_not_the_stack(tmp_path):
    state_of(psutil.Process(os.getpid())).model_copy(update={"started": 1.0}).write(tmp_path)
    with pytest.raises(CommandError, match="was killed"):
        StackState.find(tmp_path)


def test_a_file_of_another_version_says_what_to_do(tmp_path):
    (tmp_path / STATE_FILE).write_text('{"pid": 1}')
    with pytest.raises(CommandError, match=r"cannot be read .*`parcours down`"):
        StackState.find(tmp_path)


def test_forgetting_twice_is_no_error(tmp_path):
    state_of(psutil.Process()).write(tmp_path)
    StackState.forget(tmp_path)
    StackState.forget(tmp_path)
    assert not (tmp_path / STATE_FILE).exists()


@pytest.fixture
def somewhere_else(monkeypatch):
    monkeypatch.setenv("PARCOURS_KAFKA", "kafka:9092")
    monkeypatch.setenv("MATCHING_DATABASE_URL", "postgresql://u:p@db/matching")
    monkeypatch.setenv("PARCOURS_INVENTORY_URL", "http://inventory:8000")


def test_a_stack_that_runs_elsewhere_is_named_by_the_environment(tmp_path, somewhere_else):
    state = StackState.find(tmp_path)
    assert state.broker == "kafka:9092"
    assert state.database_of("matching") == "postgresql://u:p@db/matching"
    assert state.address_of("inventory") == "http://inventory:8000"


def test_what_the_environment_leaves_out_is_asked_for_by_name(tmp_path, somewhere_else, monkeypatch):
    monkeypatch.delenv("PARCOURS_KAFKA")
    state = StackState.find(tmp_path)
    for ask, variable in (
        (lambda: state.broker, "PARCOURS_KAFKA"),
        (lambda: state.database_of("demand"), "DEMAND_DATABASE_URL"),
        (lambda: state.address_of("matching"), "PARCOURS_MATCHING_URL"),
    ):
        with pytest.raises(CommandError, match=variable):
            ask()


def test_a_stack_on_the_folder_comes_before_the_environment(tmp_path, somewhere_else):
    state_of(psutil.Process()).write(tmp_path)
    assert StackState.find(tmp_path).broker == "127.0.0.1:9092"


def test_one_that_is_starting_is_not_told_to_be_started(tmp_path):
    with StackFolder(tmp_path), pytest.raises(CommandError, match="still starting"):
        StackState.find(tmp_path)
