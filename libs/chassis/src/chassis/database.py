"""PostgreSQL: one pool a service, and which of its failures pass by themselves."""

from typing import Any, cast

import asyncpg
from sqlalchemy import URL, QueuePool, event, make_url
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

TELLS, ITSELF = "parcours.tells", "itself"
"""The setting by which a connection says that NOTIFY is not needed for its rows of the outbox (`schema.V2`)."""
TRANSACTION_TIMEOUT_S = 30
"""An older snapshot would keep the relay from seeing past dead rows: measured, 300 times slower."""

_PASSING_SQLSTATES = (
    "08",  # connection exceptions
    "40",  # serialization failure, deadlock: the same work succeeds when tried again
    "53",  # out of connections, memory, disk
    "55P03",  # lock not available
    "57",  # cancelled, shutting down, starting up, idle or transaction timeout
    "58",  # input or output error below the database
    "25P04",  # transaction timeout
    "25P03",  # idle in transaction timeout
)


def sqlalchemy_url(url: str) -> URL:
    """Accept `postgresql://…` as everybody writes it and name our driver."""
    return make_url(url).set(drivername="postgresql+asyncpg")


def asyncpg_url(url: str) -> str:
    """The same database for a direct asyncpg connection."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


class Database:
    """The pool of one service. `url` is `postgresql://user:password@host:port/name`."""

    def __init__(
        self,
        url: str,
        *,
        name: str,
        pool_size: int = 12,
        transaction_timeout_s: int = TRANSACTION_TIMEOUT_S,
        by_key: bool = False,
    ) -> None:
        """`by_key`: all statements go by keys. A plan that was made while a table was empty, and is kept until its
        statistics are taken, must not read all of it: measured, 0.3 ms for 40 rows at first, 5.8 at 16,000 rows.
        """
        self.url = url
        self.engine: AsyncEngine = create_async_engine(
            sqlalchemy_url(url),
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=10,
            hide_parameters=True,  # rows hold personal data, tracebacks must not
            connect_args={
                "timeout": 5,
                "server_settings": {
                    "application_name": name,
                    "transaction_timeout": f"{transaction_timeout_s}s",
                    # The plans of our short statements never change; JIT would cost more than it saves.
                    "jit": "off",
                    # The relay is told of these commits by `Relay.woken_by`.
                    TELLS: ITSELF,
                    **({"enable_seqscan": "off"} if by_key else {}),
                },
            },
        )
        event.listen(self.engine.sync_engine, "checkout", _only_open)

    def session(self) -> AsyncSession:
        """A session whose transaction begins with its first statement."""
        return AsyncSession(self.engine, expire_on_commit=False, autoflush=True)

    @property
    def saturation(self) -> float:
        """Share of the pool that is checked out, 0 to 1."""
        pool = cast("QueuePool", self.engine.pool)
        return pool.checkedout() / max(1, pool.size())

    async def close(self) -> None:
        await self.engine.dispose()


def _only_open(connection: Any, _record: Any, _proxy: Any) -> None:
    """A connection whose end the driver has noticed is replaced, not given out."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def is_transient(error: BaseException) -> bool:
    """Whether the same work may succeed later without anybody changing anything.

    Connections lost, a server starting or stopping, deadlocks and timeouts pass;
    broken constraints and bad data do not.
    """
    if isinstance(error, PoolTimeout | ConnectionError | TimeoutError | OSError):
        return True
    if isinstance(error, asyncpg.PostgresError):
        return str(error.sqlstate).startswith(_PASSING_SQLSTATES)
    if isinstance(error, asyncpg.InterfaceError):
        return True
    if isinstance(error, AsyncAdapt_asyncpg_dbapi.Error) and error.__cause__:
        return is_transient(error.__cause__)
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    sqlstate = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "pgcode", None)
    if sqlstate:
        return str(sqlstate).startswith(_PASSING_SQLSTATES)
    return isinstance(error, InterfaceError | OperationalError)
