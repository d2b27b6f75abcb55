"""One database a service on one server, each brought to its service's newest revision."""

import asyncio
import contextlib
from collections.abc import Iterable, Mapping

import asyncpg
from sqlalchemy import make_url

from chassis.database import asyncpg_url
from stack.errors import CommandError


def database_name(service: str) -> str:
    return f"parcours_{service}"


def database_url(server: str, service: str) -> str:
    """The URL of a service's database on the server that `server` (the URL of any of its databases) names."""
    return make_url(server).set(database=database_name(service)).render_as_string(hide_password=False)


async def prepare(server: str, services: Iterable[str]) -> dict[str, str]:
    """Make what databases are missing and migrate those that are behind; their URLs by service.

    Raises:
        CommandError: the server cannot be reached, or refuses.
        chassis.migrations.NewerDatabase: a newer version was here.
    """
    services = list(services)
    await _create_missing(server, [database_name(service) for service in services])
    urls = {service: database_url(server, service) for service in services}
    await migrate(urls)
    return urls


async def migrate(urls: Mapping[str, str]) -> dict[str, list[str]]:
    """Bring each service's database to its newest revision; the revisions that were run, by service."""
    from chassis import migrations  # noqa: PLC0415 - Alembic takes a while, here while the servers start

    current = await asyncio.gather(*(migrations.is_current(url, service) for service, url in urls.items()))
    # one after the other: Alembic's `op` is one for the whole process
    return {
        service: [] if is_current else await migrations.upgrade(url, service)
        for (service, url), is_current in zip(urls.items(), current, strict=True)
    }


async def _create_missing(server: str, names: list[str]) -> None:
    where = make_url(server).render_as_string(hide_password=True)
    try:
        connection: asyncpg.Connection = await asyncpg.connect(asyncpg_url(server), timeout=10)
    except (OSError, asyncpg.PostgresError, TimeoutError, ValueError) as error:
        raise CommandError(
            f"PostgreSQL at {where} cannot be reached ({error or type(error).__name__}): "
            "check --database, or use embedded."
        ) from error
    try:
        existing = {row["datname"] for row in await connection.fetch("SELECT datname FROM pg_database")}
        for name in names:
            if name not in existing:
                with contextlib.suppress(asyncpg.DuplicateDatabaseError):  # another one was faster
                    await connection.execute(f'CREATE DATABASE "{name}"')
    except asyncpg.PostgresError as error:
        raise CommandError(
            f"PostgreSQL at {where} refuses to make the database {name}: {error}. "
            "Make it yourself, or name a user that may."
        ) from error
    finally:
        await connection.close()
