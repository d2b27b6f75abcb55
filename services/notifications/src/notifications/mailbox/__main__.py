"""`python -m notifications.mailbox`: the development mailbox as a process."""

import asyncio
import json
import signal
import sys
from pathlib import Path

import uvloop
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from chassis import garbage
from notifications.mailbox.messages import KEPT
from notifications.mailbox.reports import Reports
from notifications.mailbox.server import MailboxServer


class MailboxSettings(BaseSettings):
    """From arguments (`--smtp-port 1025`) or the environment (`MAILBOX_SMTP_PORT=1025`)."""

    model_config = SettingsConfigDict(
        env_prefix="MAILBOX_", cli_parse_args=True, cli_kebab_case=True, cli_prog_name="notifications.mailbox"
    )

    host: str = "127.0.0.1"
    smtp_port: int = 1025
    http_port: int = 8025
    kept: int = KEPT
    """How many messages stay in memory."""
    log_file: Path | None = None
    """A file to which every message is added as a line of JSON."""
    report_url: str | None = None
    """Where delivery reports of SMS are posted; none are without it."""
    report_token: SecretStr = SecretStr("")
    page_hosts: tuple[str, ...] = ()
    letters: Path | None = None
    """The folder into which letters are printed, for the page to list."""


async def serve(settings: MailboxSettings) -> None:
    """Run until SIGINT or SIGTERM; the first line on standard output says where the doors are."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    token = settings.report_token.get_secret_value()
    log = settings.log_file.open("a", buffering=1, encoding="utf-8") if settings.log_file else None
    server = MailboxServer(
        host=settings.host,
        smtp_port=settings.smtp_port,
        http_port=settings.http_port,
        kept=settings.kept,
        log=log,
        reports=Reports(settings.report_url, token) if settings.report_url else None,
        page_hosts=settings.page_hosts,
        letters=settings.letters,
    )
    async with server:
        doors = {"smtp": server.smtp_url, "sms": server.sms_url, "page": server.page_url}
        sys.stdout.write(json.dumps(doors) + "\n")
        sys.stdout.flush()
        await stop.wait()
    if log:
        log.close()


def main() -> None:
    settings = MailboxSettings()
    garbage.settle()
    try:
        uvloop.run(serve(settings))
    except OSError as error:
        sys.exit(f"The mailbox cannot listen on {settings.host}: {error}. Free the port or choose another one.")


if __name__ == "__main__":
    main()
