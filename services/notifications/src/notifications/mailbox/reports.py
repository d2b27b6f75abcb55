"""Delivery reports: what a real SMS gateway posts back when phones took messages, many at a time."""

import asyncio
import datetime as dt
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from notifications.gateways.post import Answer, Poster

log = logging.getLogger(__name__)

LINGER_S = 1.0
"""A phone takes longer to answer; what comes meanwhile goes along."""
MOST = 500
PAUSE_S = 0.5
TRIES = 60
_TAKEN, _REFUSED = range(200, 300), range(400, 500)


@dataclass(slots=True)
class _Report:
    reference: str
    gateway_id: str
    at: str
    tries: int = 0

    @property
    def body(self) -> dict[str, str]:
        return {"id": self.gateway_id, "reference": self.reference, "status": "delivered", "at": self.at}


class Reports:
    """Posts reports, again and again while they are not taken: the service may be starting, a message under way."""

    def __init__(self, url: str, token: str) -> None:
        self._waiting: asyncio.Queue[_Report] = asyncio.Queue()
        self._poster = Poster(url, {"X-Gateway-Token": token})

    def add(self, reference: str, gateway_id: str) -> None:
        self._waiting.put_nowait(_Report(reference, gateway_id, dt.datetime.now(dt.UTC).isoformat()))

    async def run(self) -> None:
        try:
            while True:
                again = await self._post(await self._collect())
                if again:
                    await asyncio.sleep(PAUSE_S)
                    for report in again:
                        self._waiting.put_nowait(report)
        finally:
            self._poster.close()

    async def _collect(self) -> list[_Report]:
        reports = [await self._waiting.get()]
        await asyncio.sleep(LINGER_S)
        while len(reports) < MOST and not self._waiting.empty():
            reports.append(self._waiting.get_nowait())
        return reports

    async def _post(self, reports: Sequence[_Report]) -> list[_Report]:
        """Post these and return those that are to come again."""
        body = json.dumps({"reports": [report.body for report in reports]}).encode()
        try:
            async with asyncio.timeout(5):
                answer = await self._poster.post(body, {})
        except OSError as error:
            return _again(reports, f"{type(error).__name__} {error}")
        if answer.status in _TAKEN:
            verdicts = _verdicts(answer, len(reports))
            for report, verdict in zip(reports, verdicts, strict=True):
                if verdict not in ("taken", "again"):
                    log.warning("the delivery report for %s was not taken: %s", report.reference, verdict)
            return _again([one for one, verdict in zip(reports, verdicts, strict=True) if verdict == "again"], "again")
        said = f"{answer.status} {answer.body[:200].decode('utf-8', 'replace')}"
        if answer.status in _REFUSED:
            log.warning("%d delivery reports were not taken: %s", len(reports), said)
            return []
        return _again(reports, said)


def _verdicts(answer: Answer, wanted: int) -> list[str]:
    verdicts = [str(one["verdict"]) for one in json.loads(answer.body)["reports"]]
    return verdicts if len(verdicts) == wanted else ["again"] * wanted


def _again(reports: Sequence[_Report], why: str) -> list[_Report]:
    kept: list[_Report] = []
    for report in reports:
        report.tries += 1
        if report.tries < TRIES:
            kept.append(report)
        else:
            log.warning("the delivery report for %s was not taken: %s", report.reference, why)
    return kept
