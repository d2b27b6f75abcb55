"""A database with the chassis's tables and nothing else: what relay and edge are measured on."""

import asyncpg

from chassis import schema


class _Statements:
    def __init__(self) -> None:
        self.all: list[str] = []

    def execute(self, sqltext: str) -> None:
        self.all.append(sqltext)


async def make_chassis_tables(url: str) -> None:
    statements = _Statements()
    schema.create_v1(statements)
    connection: asyncpg.Connection = await asyncpg.connect(url)
    try:
        for statement in statements.all:
            await connection.execute(statement)
    finally:
        await connection.close()
