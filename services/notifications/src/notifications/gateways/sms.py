"""SMS by an HTTP gateway: one POST a message or for many, safe to repeat under each message's idempotency key."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from notifications.domain.attempt import Accepted, Outcome, Refused, Unknown
from notifications.gateways.port import require_private
from notifications.gateways.post import NoAnswer, NotSent, Poster
from notifications.rendering.letter import Sms

_AT_FAULT = frozenset({401, 402, 403, 404, 405, 407, 408, 425, 429})
"""A 4xx that is about us (account, address, pace), not about the message: it passes once somebody has seen to it."""
_SUCCESS, _CLIENT_ERROR, _GATEWAY_TIMEOUT = range(200, 300), range(400, 500), 504


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsEndpoint:
    """Where SMS go: a URL that takes a POST of `{"to", "text", "from", "reference"}` and answers with `{"id"}`.

    Where `together` is more than 1, up to so many are posted as `{"messages": [{…, "headers"}, …]}`, each under its
    reference, and answered by `{"messages": [{"status", "id"}, …]}` in the same order: the statuses are those that
    each would have met by itself. `private_only` refuses an address on the open internet (the mode `sink`).
    """

    url: str
    token: str | None = None
    originator: str = "PARCOURS"
    together: int = 1
    private_only: bool = False


class SmsGateway:
    """Persistent connections, at most `connections` at a time.

    `timeout_s` is the patience for one answer, `budget_s` for all that was given together.
    """

    def __init__(
        self, endpoint: SmsEndpoint, *, connections: int = 8, timeout_s: float = 15.0, budget_s: float = 30.0
    ) -> None:
        self._endpoint = endpoint
        self._timeout_s = timeout_s
        self._budget_s = budget_s
        self._checked = not endpoint.private_only
        authorization = {"Authorization": f"Bearer {endpoint.token}"} if endpoint.token else {}
        self._poster = Poster(endpoint.url, authorization)
        self._places = asyncio.Semaphore(connections)

    async def send(self, messages: Sequence[Sms]) -> list[Outcome]:
        try:
            await self._check()
        except OSError as error:
            return [Refused(f"SMS gateway: {error}", permanent=False)] * len(messages)
        deadline = asyncio.get_running_loop().time() + self._budget_s
        together = self._endpoint.together
        parcels = [messages[first : first + together] for first in range(0, len(messages), together)]
        answered = await asyncio.gather(*(self._before(deadline, parcel) for parcel in parcels))
        return [outcome for outcomes in answered for outcome in outcomes]

    async def close(self) -> None:
        self._poster.close()

    async def _check(self) -> None:
        if self._checked:
            return
        host = self._poster.host
        for *_, address in await asyncio.get_running_loop().getaddrinfo(host, None):
            require_private(host, str(address[0]))
        self._checked = True

    async def _before(self, deadline: float, parcel: Sequence[Sms]) -> list[Outcome]:
        """What had no place before the budget was spent goes back to its row; what had one may have left."""
        began = False
        with suppress(TimeoutError):
            async with asyncio.timeout_at(deadline), self._places:
                began = asyncio.get_running_loop().time() < deadline
                if began:
                    return await self._post(parcel)
        said = f"SMS gateway: not done within {self._budget_s:g} s"
        return [Unknown(said) if began else Refused(said, permanent=False)] * len(parcel)

    async def _post(self, parcel: Sequence[Sms]) -> list[Outcome]:
        try:
            async with asyncio.timeout(self._timeout_s):
                if self._endpoint.together == 1:
                    return [await self._one(parcel[0])]
                return await self._many(parcel)
        except NotSent as error:
            outcome: Outcome = Refused(f"SMS gateway: {error}", permanent=False)
        except NoAnswer as error:
            outcome = Unknown(f"SMS gateway: {error}")
        except TimeoutError:
            outcome = Unknown(f"SMS gateway: no answer within {self._timeout_s:g} s")
        return [outcome] * len(parcel)

    async def _one(self, sms: Sms) -> Outcome:
        headers = {"Idempotency-Key": sms.reference, **sms.headers}
        answer = await self._poster.post(json.dumps(self._body(sms)).encode(), headers)
        return _outcome(answer.status, answer.body, sms)

    async def _many(self, parcel: Sequence[Sms]) -> list[Outcome]:
        body = {"messages": [{**self._body(sms), "headers": sms.headers} for sms in parcel]}
        answer = await self._poster.post(json.dumps(body).encode(), {})
        if answer.status not in _SUCCESS:
            return [_outcome(answer.status, answer.body, sms) for sms in parcel]
        return _outcomes(answer.body, parcel)

    def _body(self, sms: Sms) -> dict[str, Any]:
        return {"to": sms.recipient, "text": sms.text, "from": self._endpoint.originator, "reference": sms.reference}


def _outcomes(body: bytes, parcel: Sequence[Sms]) -> list[Outcome]:
    """What the gateway says of each message; where it says nothing of one, nobody knows."""
    try:
        said = list(json.loads(body)["messages"])
        statuses = [int(one["status"]) for one in said]
    except (ValueError, KeyError, TypeError):
        said, statuses = [], []
    if len(said) != len(parcel):
        return [Unknown("SMS gateway: its answer does not say what became of each message")] * len(parcel)
    return [
        _outcome(status, json.dumps(one).encode(), sms) for status, one, sms in zip(statuses, said, parcel, strict=True)
    ]


def _outcome(status: int, body: bytes, sms: Sms) -> Outcome:
    if status in _SUCCESS:
        return Accepted(_reference(body) or sms.reference)
    said = f"SMS gateway answered {status}: {body[:200].decode('utf-8', 'replace')}"
    if status == _GATEWAY_TIMEOUT:
        return Unknown(said)
    return Refused(said, permanent=status in _CLIENT_ERROR and status not in _AT_FAULT)


def _reference(body: bytes) -> str | None:
    try:
        found = json.loads(body)
    except ValueError:
        return None
    return str(found["id"])[:200] if isinstance(found, dict) and found.get("id") else None
