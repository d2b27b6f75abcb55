"""Who is told, how, and the proof of it."""

import datetime as dt
import random
from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

from fastapi import FastAPI

from chassis.links import Links
from chassis.runtime import Parts
from chassis.service import Service, run
from notifications.api import router
from notifications.domain.call import Call
from notifications.gateways.sms import SmsGateway
from notifications.gateways.smtp import SmtpGateway
from notifications.handlers import handlers
from notifications.jobs import jobs
from notifications.rendering.notices import NoticeRenderer
from notifications.rendering.renderer import Renderer
from notifications.sending.express import express
from notifications.sending.notice_sender import NoticeSender
from notifications.sending.sender import Pace, Sender
from notifications.settings import Settings

_CALLS_AT_ONCE = 2048
"""Whose messages are under way together, with room."""


def _prepare(app: FastAPI, parts: Parts) -> None:
    app.state.settings = parts.settings


def _loops(parts: Parts) -> Sequence[Sender | NoticeSender]:
    settings = parts.settings
    assert isinstance(settings, Settings)
    links = Links(settings.link_secret)
    timeout_s, budget_s = settings.gateway_timeout_s, 2 * settings.gateway_timeout_s

    @lru_cache(_CALLS_AT_ONCE)
    def link(call_id: UUID, answer_by: dt.datetime) -> str:
        """Both messages of a call have the same, and signing it is a tenth of a message's cost."""
        return settings.answer_url.format(token=links.issue(call_id, expires_at=answer_by))

    def answer_link(call: Call) -> str:
        return link(call.call_id, call.answer_by)

    sender = Sender(
        edge=parts.edge,
        health=parts.health,
        metrics=parts.metrics,
        mail=SmtpGateway(
            settings.smtp_endpoint(),
            sessions=settings.smtp_sessions,
            together=settings.smtp_together,
            timeout_s=timeout_s,
            budget_s=budget_s,
        ),
        sms=SmsGateway(
            settings.sms_endpoint(), connections=settings.sms_connections, timeout_s=timeout_s, budget_s=budget_s
        ),
        renderer=Renderer(settings.identity(), answer_link),
        reach=settings.reach(),
        pace=Pace(
            batch=settings.batch,
            lease=dt.timedelta(seconds=settings.lease_s),
            ceiling_per_minute=settings.ceiling_per_minute,
            workers=settings.senders,
        ),
        # Spreads retries over time; nothing secret hangs on it.
        jitter=random.random,
        express=express,
    )
    notices = NoticeSender(
        edge=parts.edge,
        health=parts.health,
        mail=SmtpGateway(
            settings.smtp_endpoint(),
            sessions=1,
            together=settings.smtp_together,
            timeout_s=timeout_s,
            budget_s=budget_s,
        ),
        sms=SmsGateway(settings.sms_endpoint(), connections=1, timeout_s=timeout_s, budget_s=budget_s),
        renderer=NoticeRenderer(settings.identity(), settings.own_links()),
        reach=settings.reach(),
        lease=dt.timedelta(seconds=settings.lease_s),
        ceiling_per_minute=settings.ceiling_per_minute,
        jitter=random.random,
    )
    return [sender, notices]


service = Service(
    name="notifications",
    title="Parcours: notifications",
    settings=Settings,
    handlers=handlers,
    jobs=jobs,
    routers=[router],
    loops=_loops,
    prepare=_prepare,
    by_key=True,
)


def main() -> None:
    run(service)


if __name__ == "__main__":
    main()
