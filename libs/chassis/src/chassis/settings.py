"""Settings of a service: environment variables under one prefix, each wrong one named, no secret ever printed."""

import difflib
import os
import re
import socket
import sys
from collections.abc import Iterator
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from pydantic_settings import SettingsError as JsonError

from chassis.auth import PublicKeys
from chassis.links import MIN_SECRET_LENGTH

S = TypeVar("S", bound="ServiceSettings")
EXIT_CODE = 2
_ADDRESS = re.compile(r"[^\s:,/]+:\d{1,5}")


class SettingsError(Exception):
    """Says of each variable what is wrong and what is accepted, one line each."""

    def __init__(self, prefix: str, lines: list[str]) -> None:
        self.lines = lines
        super().__init__(f"The settings {prefix}* do not fit:\n" + "\n".join(f"  {line}" for line in lines))


def _public_keys(given: Any) -> Any:
    return PublicKeys.load(given) if isinstance(given, str) else given


class ServiceSettings(BaseSettings):
    """What every service takes; a service adds its own fields and `model_config = prefixed("INVENTORY_")`.

    Raises `SettingsError` when made: `load_or_exit` turns it into a message and exit code 2.
    """

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        hide_input_in_errors=True,
        arbitrary_types_allowed=True,
        env_ignore_empty=True,
    )

    database_url: str = Field(repr=False)
    """postgresql://user:password@host:port/name"""
    kafka_url: str
    """host:port of one or more brokers, separated by commas"""
    redis_url: str | None = Field(default=None, repr=False)
    """redis://host:port/0 of Valkey or Redis; without it there is no rate limit"""
    http_host: str = "127.0.0.1"
    """the address to listen on"""
    http_port: int = Field(default=8000, ge=0, le=65535)
    """the port to listen on, 0 to 65535; 0 takes a free one"""
    instance: str = Field(default_factory=socket.gethostname, pattern=r"^[A-Za-z0-9._-]{1,100}$")
    """the name of this replica, letters, digits, '.', '_' and '-'; Kafka knows it again by this name"""
    token_public_keys: Annotated[PublicKeys, NoDecode, BeforeValidator(_public_keys)] = PublicKeys()
    """one or more Ed25519 public keys in PEM form, or the path of a file with them"""
    link_secret: SecretStr | None = None
    """the secret that answer links are signed with, 32 bytes or more"""
    otlp_endpoint: str | None = Field(default=None, pattern=r"^https?://")
    """http(s)://host:port of an OpenTelemetry collector that takes OTLP over HTTP"""
    log_format: Literal["json", "console"] = "json"
    """json or console"""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """debug, info, warning or error"""
    transaction_timeout: int = Field(default=30, ge=1, le=3600)
    """seconds after which PostgreSQL ends a transaction, 1 to 3600"""
    rate_limit_per_minute: int = Field(default=600, ge=1, le=1_000_000)
    """requests one token may send in a minute, 1 to 1,000,000"""

    def __init__(self, **values: Any) -> None:
        """Read the environment; `values` come before it."""
        prefix = type(self).model_config.get("env_prefix", "").upper()
        lines = list(_unknown(prefix, {prefix + name.upper() for name in type(self).model_fields}))
        try:
            super().__init__(**values)
        except ValidationError as error:
            lines += [self._line(prefix, one) for one in error.errors(include_input=False, include_url=False)]
        except JsonError as error:
            found = re.search(r'field "(\w+)"', str(error))
            name = found.group(1) if found else ""
            lines.append(f"{prefix}{name.upper()}: cannot be read as JSON. Accepted: {self._accepted(name)}.")
        if lines:
            raise SettingsError(prefix, sorted(lines)) from None

    @field_validator("database_url")
    @classmethod
    def _database(cls, url: str) -> str:
        if not re.match(r"postgres(ql)?://[^/]*/[^/?]+", url):
            raise ValueError("This is not the URL of a PostgreSQL database.")
        return url

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, url: str | None) -> str | None:
        if url is not None and not re.match(r"(rediss?|unix)://.", url):
            raise ValueError("This is not the URL of a Valkey or Redis.")
        return url

    @field_validator("kafka_url")
    @classmethod
    def _kafka(cls, addresses: str) -> str:
        if not all(_ADDRESS.fullmatch(one.strip()) for one in addresses.split(",")):
            raise ValueError("This is not host:port.")
        return addresses

    @field_validator("link_secret")
    @classmethod
    def _secret(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and len(secret.get_secret_value().encode()) < MIN_SECRET_LENGTH:
            raise ValueError("This is too short.")
        return secret

    @classmethod
    def _line(cls, prefix: str, error: Any) -> str:
        name = str(error["loc"][0]) if error["loc"] else ""
        text = "is missing" if error["type"] == "missing" else str(error["msg"]).removeprefix("Value error, ")
        return f"{prefix}{name.upper()}: {text.rstrip('.')}. Accepted: {cls._accepted(name)}."

    @classmethod
    def _accepted(cls, name: str) -> str:
        field = cls.model_fields.get(name)
        return ((field.description if field else None) or "see the service's settings").strip().rstrip(".")


def prefixed(prefix: str) -> SettingsConfigDict:
    """The `model_config` of a service: its variables begin with `prefix`, for instance `INVENTORY_`."""
    return SettingsConfigDict(env_prefix=prefix)


def load_or_exit(settings: type[S]) -> S:
    """What a `main` calls: wrong settings are one clear message and exit code 2, never a traceback."""
    try:
        return settings()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(EXIT_CODE) from None


def _unknown(prefix: str, known: set[str]) -> Iterator[str]:
    if not prefix:
        return
    for name in os.environ:
        if name.upper().startswith(prefix) and name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), known, n=1)
            yield f"{name}: not known here" + (f"; did you mean {near[0]}?" if near else "; remove it.")
