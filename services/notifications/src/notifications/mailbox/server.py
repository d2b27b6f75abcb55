"""Both doors of the mailbox in one event loop."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Self

import uvicorn

from notifications.mailbox.faults import Faults
from notifications.mailbox.messages import KEPT, Mailbox
from notifications.mailbox.printed import PrintedLetters
from notifications.mailbox.reports import Reports
from notifications.mailbox.smtp import SmtpSink
from notifications.mailbox.web import Web


class _Http(uvicorn.Server):
    """Says when it listens, and leaves signals to whoever runs the loop."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class MailboxServer:
    """Port 0 is any free one; `smtp_port` and `http_port` say which, once started."""

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        smtp_port: int = 0,
        http_port: int = 0,
        kept: int = KEPT,
        log: IO[str] | None = None,
        reports: Reports | None = None,
        page_hosts: tuple[str, ...] = (),
        letters: Path | None = None,
    ) -> None:
        self.mailbox = Mailbox(kept=kept, log=log)
        self.faults = Faults()
        self._host = host
        self._wanted = (smtp_port, http_port)
        self._reports = reports
        on_sms = reports.add if reports else None
        web = Web(self.mailbox, self.faults, on_sms=on_sms, printed=PrintedLetters(letters))
        config = uvicorn.Config(
            web.app(*page_hosts), log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=1
        )
        self._http = _Http(config)
        self._open: set[asyncio.Transport] = set()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> Self:
        """Listen. Raises `OSError` when a port is taken."""
        smtp, http = (socket.create_server((self._host, port), backlog=1024) for port in self._wanted)
        self.smtp_port: int = smtp.getsockname()[1]
        self.http_port: int = http.getsockname()[1]
        loop = asyncio.get_running_loop()
        self._smtp = await loop.create_server(lambda: SmtpSink(self.mailbox, self.faults, self._open), sock=smtp)
        self._tasks = [asyncio.create_task(self._http.serve(sockets=[http]))]
        if self._reports:
            self._tasks.append(asyncio.create_task(self._reports.run()))
        await self._http.listening.wait()
        return self

    async def stop(self) -> None:
        """Stop listening and drop every connection."""
        self._smtp.close()
        for transport in list(self._open):
            transport.abort()
        self._http.should_exit = True
        for task in self._tasks[1:]:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def smtp_url(self) -> str:
        return f"smtp://{self._host}:{self.smtp_port}"

    @property
    def sms_url(self) -> str:
        return f"{self.page_url}/sms"

    @property
    def page_url(self) -> str:
        return f"http://{self._host}:{self.http_port}"
