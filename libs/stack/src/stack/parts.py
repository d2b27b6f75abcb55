"""The servers a stack stands on: ours, embedded, or somebody else's by URL."""

from collections.abc import Callable
from dataclasses import dataclass

from stack.errors import CommandError
from stack.servers import KafkaServer, PostgresServer, Server, StackFolder, ValkeyServer
from stack.servers.jars import pinned_jars

EMBEDDED = "embedded"
_SERVERS = ("postgres", "kafka", "kafka-controller", "valkey")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Each `embedded` or a URL; Kafka's is its bootstrap address."""

    kafka: str = EMBEDDED
    database: str = EMBEDDED
    redis: str = EMBEDDED

    def __post_init__(self) -> None:
        _check("--kafka", self.kafka, ("",), "host:port")
        _check(
            "--database", self.database, ("postgresql://", "postgres://"), "postgresql://user:password@host:port/name"
        )
        _check("--redis", self.redis, ("redis://", "rediss://", "valkey://"), "redis://host:port/0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """`None` for a server that is not ours to start."""

    postgres: PostgresServer | None
    kafka: KafkaServer | None
    valkey: ValkeyServer | None
    database_url: str
    kafka_url: str
    redis_url: str

    @classmethod
    def of(
        cls,
        folder: StackFolder,
        choice: Choice,
        ports: dict[str, int],
        *,
        durable: bool = True,
        progress: Callable[[int, int, str], None] | None = None,
    ) -> "Parts":
        postgres = kafka = valkey = None
        if choice.database == EMBEDDED:
            postgres = PostgresServer(folder / "postgres", port=ports["postgres"], durable=durable)
        if choice.kafka == EMBEDDED:
            kafka = KafkaServer(
                folder / "kafka", port=ports["kafka"], controller_port=ports["kafka-controller"], progress=progress
            )
        if choice.redis == EMBEDDED:
            valkey = ValkeyServer(folder / "valkey", port=ports["valkey"])
        return cls(
            postgres=postgres,
            kafka=kafka,
            valkey=valkey,
            database_url=postgres.url if postgres else choice.database,
            kafka_url=kafka.url if kafka else choice.kafka,
            redis_url=valkey.url if valkey else choice.redis,
        )

    @staticmethod
    def port_names() -> list[str]:
        return list(_SERVERS)

    @property
    def servers(self) -> list[Server]:
        return [server for server in (self.postgres, self.kafka, self.valkey) if server]


def kafka_version() -> str:
    """Of the embedded broker, as its jars are pinned."""
    return next(jar.version for jar in pinned_jars() if jar.artifact == "kafka-clients")


def _check(option: str, value: str, schemes: tuple[str, ...], example: str) -> None:
    if value == EMBEDDED:
        return
    if not value.startswith(schemes) or ":" not in value:
        raise CommandError(f"{option} is {value!r}: give `embedded`, or a URL such as {example}.")
