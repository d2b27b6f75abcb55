"""Failures that pass by themselves, and how they are told."""

import asyncpg
from aiokafka.errors import KafkaError
from sqlalchemy.exc import SQLAlchemyError

PASSING = (OSError, KafkaError, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError)


def said(error: BaseException) -> str:
    """Kind and words of a failure; its kind alone where it has no words."""
    words = str(error)
    return f"{type(error).__name__}: {words}" if words else type(error).__name__
