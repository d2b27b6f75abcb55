"""Calls of the services' HTTP by commands; a problem (RFC 9457) becomes one sentence."""

from typing import Any

import httpx

from stack.errors import CommandError


async def call(
    method: str,
    url: str,
    *,
    token: str,
    body: bytes | dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
    accepted: tuple[int, ...] = (),
) -> httpx.Response:
    """The service's answer, a success or one of the statuses `accepted`.

    Raises:
        CommandError: it does not answer, or refuses.
    """
    content: dict[str, Any] = {"content": body} if isinstance(body, bytes) else {"json": body} if body else {}
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            answer = await client.request(
                method, url, headers={"Authorization": f"Bearer {token}", **(headers or {})}, **content
            )
    except httpx.TransportError as error:
        raise CommandError(
            f"{url} does not answer ({type(error).__name__}): `parcours status` says how its service is."
        ) from error
    if answer.is_success or answer.status_code in accepted:
        return answer
    raise CommandError(_told(answer))


def _told(answer: httpx.Response) -> str:
    try:
        problem = answer.json()
        errors = "; ".join(f"{error['field']}: {error['message']}" for error in problem.get("errors", []))
        return f"{answer.status_code} {problem.get('detail') or problem.get('title')}" + (
            f" {errors}" if errors else ""
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return f"{answer.request.url} answered {answer.status_code}."
