"""Statements past SQLAlchemy are in the session's own transaction, and say nothing of the rows when they fail."""

import asyncpg
import pytest
from sqlalchemy import text

from chassis import sql
from chassis.database import is_transient

from .events import noted

_NOTE = "INSERT INTO seen (what) VALUES ($1)"


async def test_they_share_the_session_s_transaction(harness):
    edge = harness()

    async def fail() -> None:
        async with edge.work() as work:
            await sql.execute(work.session, _NOTE, "by the driver")
            await work.session.execute(text("INSERT INTO seen (what) VALUES ('by the session')"))
            said = await sql.column(work.session, "SELECT what FROM seen WHERE what LIKE $1 ORDER BY what", "by the %")
            assert said == ["by the driver", "by the session"]
            assert await sql.first(work.session, "SELECT what FROM seen WHERE what = $1", "by nobody") is None
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await noted(edge) == []


async def test_a_session_s_next_transaction_is_begun_too(harness):
    edge = harness()
    async with edge.database.session() as session:
        await sql.execute(session, _NOTE, "kept")
        await session.commit()
        await sql.execute(session, _NOTE, "taken back")
        await session.rollback()
    assert await noted(edge) == ["kept"]


async def test_an_error_does_not_quote_the_row(harness):
    edge = harness()

    async def twice() -> None:
        async with edge.work() as work:
            await sql.execute(work.session, "CREATE TEMP TABLE named (name text UNIQUE) ON COMMIT DROP")
            await sql.execute(work.session, "INSERT INTO named VALUES ('Éloïse'), ('Éloïse')")

    with pytest.raises(asyncpg.UniqueViolationError) as caught:
        await twice()
    assert "Éloïse" not in str(caught.value)
    assert not is_transient(caught.value)


async def test_a_connection_that_ended_is_replaced(harness):
    edge = harness()

    async def end() -> None:
        async with edge.work() as work:
            await sql.execute(work.session, "SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(Exception) as caught:  # noqa: PT011 - which one depends on when the driver notices
        await end()
    assert is_transient(caught.value)
    async with edge.work() as work:
        assert await sql.column(work.session, "SELECT 1") == [1]
