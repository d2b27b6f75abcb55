"""What each process of a stack is told: settings by environment, one prefix a service (`chassis.settings`)."""

import os
from urllib.parse import urlsplit

from stack.keys import Keys
from stack.state import StackState

INSTANCE = "1"
"""There is one replica of each service; Kafka knows it again by this name after a restart."""


def service_environment(service: str, state: StackState, keys: Keys) -> dict[str, str]:
    """Ours on top of what this process was told itself, so that any other setting can be given from outside."""
    address = urlsplit(state.services[service])
    own = {
        "DATABASE_URL": state.databases[service],
        "KAFKA_URL": state.kafka,
        "REDIS_URL": state.redis,
        "HTTP_HOST": str(address.hostname),
        "HTTP_PORT": str(address.port),
        "INSTANCE": INSTANCE,
        "TOKEN_PUBLIC_KEYS": str(keys.public_key),
        "LINK_SECRET": keys.link_secret,
        "LOG_FORMAT": "json",
    }
    return _with({f"{service.upper()}_{name}": value for name, value in own.items()})


def mailbox_environment(state: StackState) -> dict[str, str]:
    page = urlsplit(state.mailbox.page)
    return _with({"MAILBOX_HTTP_PORT": str(page.port), "MAILBOX_SMTP_PORT": str(state.mailbox.smtp_port)})


def _with(own: dict[str, str]) -> dict[str, str]:
    return {**os.environ, "PYTHONUNBUFFERED": "1", **own}
