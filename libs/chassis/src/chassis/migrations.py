"""Alembic for every service: one history a database, expand then contract."""

from collections.abc import Callable
from importlib.resources import as_file, files
from typing import Any, TypeVar

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from chassis import schema
from chassis.database import sqlalchemy_url

R = TypeVar("R")

LOCK = 0x6D69_6772_6174_65
"""Two replicas that migrate at once do it one after the other: "migrate" in ASCII."""


class NewerDatabase(Exception):
    """The database was migrated by a newer version of the service than this one."""


def create_chassis_tables(op: schema.Operations) -> None:
    """Everything of the chassis that a database holds, for a service's first revision."""
    schema.create_v1(op)


def notify_less(op: schema.Operations) -> None:
    """The second step of the chassis's tables: each service's migrations call it once, after the first."""
    schema.create_v2(op)


def send_text(op: schema.Operations) -> None:
    """The third step of the chassis's tables: each service's migrations call it once, after the second."""
    schema.create_v3(op)


async def upgrade(url: str, service: str) -> list[str]:
    """Bring the service's database to its newest revision; return the revisions that were run.

    Raises:
        NewerDatabase: the database knows a revision that this version does not.
    """
    return await _with_script(url, service, _upgrade)


async def is_current(url: str, service: str) -> bool:
    """Whether the database has the newest revision of the service."""
    return await _with_script(url, service, _is_current)


async def _with_script(url: str, service: str, run: Callable[[Connection, Config, ScriptDirectory], R]) -> R:
    engine = create_async_engine(sqlalchemy_url(url), poolclass=NullPool)
    try:
        # The location is a package folder of the service; zipped installations are unpacked for the time.
        with as_file(files(service) / "migrations") as location:
            config = Config()
            config.set_main_option("script_location", str(location).replace("%", "%%"))
            config.set_main_option("path_separator", "os")
            script = ScriptDirectory.from_config(config)
            async with engine.begin() as connection:
                return await connection.run_sync(run, config, script)
    finally:
        await engine.dispose()


def _upgrade(connection: Connection, config: Config, script: ScriptDirectory) -> list[str]:
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
    known = {revision.revision for revision in script.walk_revisions()}
    for head in MigrationContext.configure(connection).get_current_heads():
        if head not in known:
            msg = f"the database is at revision {head}, which this version does not know: run the newer version"
            raise NewerDatabase(msg)
    ran: list[str] = []

    def steps(revision: Any, _context: Any) -> Any:
        found = script._upgrade_revs("head", revision)  # noqa: SLF001 - what `alembic upgrade` itself calls
        ran.extend(step.revision.revision for step in found)
        return found

    with EnvironmentContext(config, script, fn=steps) as context:
        context.configure(connection=connection, transactional_ddl=True)
        context.run_migrations()
    return ran


def _is_current(connection: Connection, _config: Config, script: ScriptDirectory) -> bool:
    return set(MigrationContext.configure(connection).get_current_heads()) == set(script.get_heads())
