"""PostgreSQL, Valkey and Apache Kafka on this machine, from wheels and pinned jars, without an installer.

    with PostgresServer(folder / "postgres") as postgres:
        url = postgres.create_database("matching")

Every server blocks while it starts and stops: from a coroutine, `await asyncio.to_thread(server.start)`.
"""

from stack.servers.errors import ServerError
from stack.servers.folder import StackFolder, cache_folder
from stack.servers.jars import fetch_jars
from stack.servers.kafka import KafkaServer
from stack.servers.ports import free_port
from stack.servers.postgres import PostgresServer
from stack.servers.process import OwnedProcess, stop_left_behind
from stack.servers.server import Server
from stack.servers.valkey import ValkeyServer

__all__ = [
    "KafkaServer",
    "OwnedProcess",
    "PostgresServer",
    "Server",
    "ServerError",
    "StackFolder",
    "ValkeyServer",
    "cache_folder",
    "fetch_jars",
    "free_port",
    "stop_left_behind",
]
