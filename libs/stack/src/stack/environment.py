"""What each process of a stack is told: settings by environment, one prefix a service (`chassis.settings`)."""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from stack.keys import Keys
from stack.servers.ports import LOOPBACK
from stack.state import StackState

INSTANCE = "1"
"""There is one replica of each service; Kafka knows it again by this name after a restart."""
TO_A_SINK = {
    # Where people are reached the service's own, much lower ceiling holds.
    "CEILING_PER_MINUTE": "100000",
    # The gateways are on this machine: what a killed sender had in hand comes again soon.
    "GATEWAY_TIMEOUT_S": "4",
    "LEASE_S": "10",
    # The development mailbox takes many SMS in one request.
    "SMS_TOGETHER": "50",
}
"""What notifications is told besides, unless it was told otherwise from outside."""


def service_environment(service: str, state: StackState, keys: Keys) -> dict[str, str]:
    """Ours on top of what this process was told itself, so that any other setting can be given from outside."""
    address = urlsplit(state.services[service])
    own = {
        "DATABASE_URL": state.databases[service],
        "KAFKA_URL": state.kafka,
        "REDIS_URL": state.redis,
        "HTTP_HOST": LOOPBACK,
        "HTTP_PORT": str(address.port),
        "INSTANCE": INSTANCE,
        "TOKEN_PUBLIC_KEYS": str(keys.public_key),
        "LOG_FORMAT": "json",
    }
    if service in ("demand", "matching", "notifications"):
        own["LINK_SECRET"] = keys.link_secret
    if service in ("demand", "matching"):
        own["POLICIES"] = state.policies
    if service == "notifications":
        own |= _gateways(state, keys)
    return _with({f"{service.upper()}_{name}": value for name, value in own.items()})


def mailbox_environment(state: StackState, keys: Keys, letters: Path) -> dict[str, str]:
    """The development mailbox takes mail and SMS, reports each SMS as delivered, and lists printed letters."""
    own = {
        "HTTP_PORT": str(urlsplit(state.mailbox.page).port),
        "SMTP_PORT": str(state.mailbox.smtp_port),
        "REPORT_URL": f"{state.services['notifications']}/v1/sms/reports/batch",
        "REPORT_TOKEN": keys.report_token,
        "LETTERS": str(letters),
    }
    return _with({f"MAILBOX_{name}": value for name, value in own.items()})


def _gateways(state: StackState, keys: Keys) -> dict[str, str]:
    return {
        "SINK_SMTP_URL": f"smtp://{LOOPBACK}:{state.mailbox.smtp_port}",
        "SINK_SMS_URL": f"{state.mailbox.page}/sms",
        "SMS_REPORT_TOKEN": keys.report_token,
        "ANSWER_URL": state.services["matching"] + "/v1/answers?token={token}",
        "RECORD_URL": state.services["demand"] + "/v1/record?token={token}",
        "OFFER_URL": state.services["matching"] + "/v1/offer-answers?token={token}",
        "TENANCY_URL": state.services["demand"] + "/v1/own-tenancy?token={token}",
        **(_paced_for_a_sink() if os.environ.get("NOTIFICATIONS_MODE", "sink") == "sink" else {}),
    }


def _paced_for_a_sink() -> dict[str, str]:
    return {name: value for name, value in TO_A_SINK.items() if f"NOTIFICATIONS_{name}" not in os.environ}


def _with(own: Mapping[str, str]) -> dict[str, str]:
    return {**os.environ, "PYTHONUNBUFFERED": "1", **own}
