"""SMS by an HTTP gateway: one POST a message, safe to repeat under its idempotency key."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from notifications.domain.attempt import Accepted, Outcome, Refused, Unknown
from notifications.gateways.port import require_private
from notifications.gateways.post import Answer, NoAnswer, NotSent, Poster
from notifications.rendering.letter import Sms

_AT_FAULT = frozenset({401, 402, 403, 404, 405, 407, 408, 425, 429})
"""A 4xx that is about us (account, address, pace), not about the message: it passes once somebody has seen to it."""
_SUCCESS, _CLIENT_ERROR, _GATEWAY_TIMEOUT = range(200, 300), range(400, 500), 504


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsEndpoint:
    """Where SMS go: a URL that takes a POST of `{"to", "text", "from", "reference"}` and answers with `{"id"}`.

    `private_only` refuses an address on the open internet (the mode `sink`).
    """

    url: str
    token: str | None = None
    originator: str = "PARCOURS"
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
        return list(await asyncio.gather(*(self._before(deadline, message) for message in messages)))

    async def close(self) -> None:
        self._poster.close()

    async def _check(self) -> None:
        if self._checked:
            return
        host = self._poster.host
        for *_, address in await asyncio.get_running_loop().getaddrinfo(host, None):
            require_private(host, str(address[0]))
        self._checked = True

    async def _before(self, deadline: float, sms: Sms) -> Outcome:
        """What had no place before the budget was spent goes back to its row; what had one may have left."""
        began = False
        with suppress(TimeoutError):
            async with asyncio.timeout_at(deadline), self._places:
                began = asyncio.get_running_loop().time() < deadline
                if began:
                    return await self._post(sms)
        said = f"SMS gateway: not done within {self._budget_s:g} s"
        return Unknown(said) if began else Refused(said, permanent=False)

    async def _post(self, sms: Sms) -> Outcome:
        body = {
            "to": sms.recipient,
            "text": sms.text,
            "from": self._endpoint.originator,
            "reference": sms.reference,
        }
        headers = {"Idempotency-Key": sms.reference, **sms.headers}
        try:
            async with asyncio.timeout(self._timeout_s):
                return _outcome(await self._poster.post(json.dumps(body).encode(), headers), sms)
        except NotSent as error:
            return Refused(f"SMS gateway: {error}", permanent=False)
        except NoAnswer as error:
            return Unknown(f"SMS gateway: {error}")
        except TimeoutError:
            return Unknown(f"SMS gateway: no answer within {self._timeout_s:g} s")


def _outcome(answer: Answer, sms: Sms) -> Outcome:
    if answer.status in _SUCCESS:
        return Accepted(_reference(answer.body) or sms.reference)
    said = f"SMS gateway answered {answer.status}: {answer.body[:200].decode('utf-8', 'replace')}"
    if answer.status == _GATEWAY_TIMEOUT:
        return Unknown(said)
    return Refused(said, permanent=answer.status in _CLIENT_ERROR and answer.status not in _AT_FAULT)


def _reference(body: bytes) -> str | None:
    try:
        found = json.loads(body)
    except ValueError:
        return None
    return str(found["id"])[:200] if isinstance(found, dict) and found.get("id") else None
