"""Options that several commands share."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer

from stack.state import default_folder

Data = Annotated[
    Path,
    typer.Option(
        "--data",
        envvar="PARCOURS_DATA",
        default_factory=default_folder,
        show_default="./.parcours",
        help="The folder of the stack.",
        resolve_path=True,
    ),
]
Kafka = Annotated[str, typer.Option("--kafka", envvar="PARCOURS_KAFKA", help="`embedded`, or host:port of a Kafka.")]
Database = Annotated[
    str, typer.Option("--database", envvar="PARCOURS_DATABASE", help="`embedded`, or the URL of a PostgreSQL server.")
]
Redis = Annotated[
    str, typer.Option("--redis", envvar="PARCOURS_REDIS", help="`embedded`, or the URL of a Valkey or Redis.")
]
LogLevel = Annotated[
    Literal["debug", "info", "warning", "error"],
    typer.Option("--log-level", help="What of the processes' logs is shown; all of it is in their files."),
]
Size = Annotated[
    Literal["small", "idf"],
    typer.Option("--size", help="`small`: 20,000 homes and 10,000 applications; `idf`: 1,300,000 and 780,000."),
]
Seed = Annotated[int, typer.Option("--seed", help="The same seed gives the same territory.")]


class ServiceName(StrEnum):
    DEMAND = "demand"
    INVENTORY = "inventory"
    MATCHING = "matching"
    NOTIFICATIONS = "notifications"
