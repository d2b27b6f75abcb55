"""Options that several commands share."""

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
ServiceName = Literal["demand", "inventory", "matching", "notifications"]
