"""Real servers for tests: `pytest_plugins = ["stack.testing"]` in the root `conftest.py`.

Each server is started when the first test asks for it, once a session, in a folder that is deleted with
the session.
"""

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from stack.servers import KafkaServer, PostgresServer, ValkeyServer


@pytest.fixture(scope="session")
def stack_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="parcours-tests-"))
    # pytest's own temporary folders are closed to the account PostgreSQL runs as when we are root
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server(stack_folder: Path) -> Iterator[PostgresServer]:
    with PostgresServer(stack_folder / "postgres", durable=False) as server:
        yield server
    server.delete_data()


@pytest.fixture(scope="session")
def valkey_server(stack_folder: Path) -> Iterator[ValkeyServer]:
    with ValkeyServer(stack_folder / "valkey") as server:
        yield server


@pytest.fixture(scope="session")
def kafka_server(stack_folder: Path) -> Iterator[KafkaServer]:
    with KafkaServer(stack_folder / "kafka") as server:
        yield server


@pytest.fixture
def database(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of an empty database of the test's own."""
    name = f"test_{uuid.uuid4().hex}"
    yield postgres_server.create_database(name)
    postgres_server.drop_database(name)


@pytest.fixture
def kafka(kafka_server: KafkaServer) -> str:
    """The bootstrap address. The broker is shared: a test names its topics and groups uniquely."""
    kafka_server.start()  # a test before this one may have left it stopped
    return kafka_server.url


@pytest.fixture
def valkey(valkey_server: ValkeyServer) -> str:
    """A redis:// URL. The server is shared: a test names its keys uniquely."""
    valkey_server.start()
    return valkey_server.url
