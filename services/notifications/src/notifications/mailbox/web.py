"""The SMS door, the page and the JSON behind it."""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from notifications.mailbox.faults import Faults
from notifications.mailbox.messages import Arrival, Mailbox, Message
from notifications.mailbox.printed import PrintedLetters

_NOTHING_RUNS = {
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_A_FILE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
_OUR_PAGE = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; frame-src 'self'; "
        "base-uri 'none'; form-action 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
}


class SmsBody(BaseModel):
    """What a gateway is sent."""

    model_config = ConfigDict(extra="ignore")

    to: str
    text: str
    sender: str = Field(default="", alias="from")
    reference: str = ""
    headers: dict[str, str] = {}
    """Where it comes among others: what would be headers of a request of its own."""


class SmsBodies(BaseModel):
    """Many at once."""

    messages: list[SmsBody] = Field(min_length=1, max_length=500)


class Web:
    """The routes. `on_sms` hears of every SMS taken for the first time, with its key and our id."""

    def __init__(
        self,
        mailbox: Mailbox,
        faults: Faults,
        *,
        on_sms: Callable[[str, str], None] | None = None,
        printed: PrintedLetters | None = None,
    ) -> None:
        self._mailbox = mailbox
        self._faults = faults
        self._on_sms = on_sms
        self._printed = printed or PrintedLetters(None)
        self._run = secrets.token_hex(4)
        """Ids of one run are not those of the next, as a real gateway's never come twice."""

    def app(self, *hosts: str) -> Starlette:
        """`hosts` are the names this page may be asked for under, besides this machine's own."""
        return Starlette(
            routes=[
                Route("/", self.page),
                Route("/page.js", self.script),
                Route("/sms", self.sms, methods=["POST"]),
                Route("/messages", self.messages),
                Route("/messages", self.clear, methods=["DELETE"]),
                Route("/messages/{seq:int}", self.message),
                Route("/messages/{seq:int}/html", self.html),
                Route("/messages/{seq:int}/raw", self.raw),
                Route("/letters", self.letters),
                Route("/letters/{name}", self.letter),
                Route("/faults", self.faults),
                Route("/faults", self.set_faults, methods=["PUT"]),
                Route("/health", self.health),
            ],
            middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost", *hosts])],
        )

    async def sms(self, request: Request) -> Response:
        """One message, or many as `{"messages": [...]}`: each is answered as it would have been by itself."""
        raw = await request.body()
        try:
            many = SmsBodies.model_validate_json(raw).messages if b'"messages"' in raw else None
            bodies = many or [SmsBody.model_validate_json(raw)]
        except ValidationError as error:
            wrong = ", ".join(".".join(map(str, one["loc"])) for one in error.errors())
            return JSONResponse({"error": f"the body does not fit: {wrong}"}, 422)
        answers = [self._take(body, body.headers if many else request.headers) for body in bodies]
        if self._faults.delay_s:
            await asyncio.sleep(self._faults.delay_s)
        if many:
            return JSONResponse({"messages": [{"status": status, **said} for status, said in answers]}, 202)
        status, said = answers[0]
        return JSONResponse(said, status)

    def _take(self, body: SmsBody, headers: Mapping[str, str]) -> tuple[int, dict[str, str]]:
        faults = self._faults
        if body.to in faults.unknown_recipients:
            return 422, {"error": f"no such phone: {body.to}"}
        if faults.use_refusal():
            again = faults.refuse_code < 500  # noqa: PLR2004 - where SMTP's permanent codes begin
            return 503 if again else 422, {"error": "refused because it was told to"}
        marks = {name.lower(): value for name, value in headers.items()}
        key = marks.get("idempotency-key") or body.reference
        first = self._mailbox.seen(key) if key else None
        if first is not None:
            self._mailbox.repeat(first)
            message = first
        else:
            message = self._mailbox.take(
                Arrival(
                    kind="sms",
                    sender=body.sender,
                    recipients=(body.to,),
                    identity=key,
                    content=body.text.encode(),
                    correlation_id=marks.get("x-parcours-correlation-id"),
                    person=marks.get("x-parcours-person"),
                    since=marks.get("x-parcours-since"),
                )
            )
            if self._on_sms:
                self._on_sms(key, self._id_of(message))
        if faults.use_drop():
            return 504, {"error": "no answer because it was told so"}
        return 202, {"id": self._id_of(message)}

    async def messages(self, request: Request) -> Response:
        """`after`: only later ones. `limit`: at most so many, the newest."""
        try:
            after = int(request.query_params.get("after", "0"))
            limit = int(request.query_params.get("limit", "100000"))
        except ValueError:
            return JSONResponse({"error": "after and limit are whole numbers"}, 422)
        found = self._mailbox.after(after)[-limit:] if limit > 0 else []
        return JSONResponse({**self._mailbox.totals(), "messages": [one.summary() for one in found]})

    async def clear(self, _: Request) -> Response:
        self._mailbox.clear()
        return Response(status_code=204)

    async def message(self, request: Request) -> Response:
        found = self._find(request)
        if found is None:
            return _GONE
        parts: dict[str, Any] = {"text": found.part("plain"), "html": found.part("html"), "headers": found.headers}
        return JSONResponse(found.summary() | parts)

    async def html(self, request: Request) -> Response:
        """The HTML form, where no script of it can run and nothing of it can load."""
        found = self._find(request)
        shown = None if found is None else found.part("html")
        return _GONE if shown is None else HTMLResponse(shown, headers=_NOTHING_RUNS)

    async def raw(self, request: Request) -> Response:
        found = self._find(request)
        return _GONE if found is None else PlainTextResponse(found.arrival.content, headers=_NOTHING_RUNS)

    async def letters(self, _: Request) -> Response:
        """The printed batches, the newest first."""
        return JSONResponse({"batches": self._printed.batches()})

    async def letter(self, request: Request) -> Response:
        """A batch's PDF or its manifest."""
        found = self._printed.file(request.path_params["name"])
        if found is None:
            return JSONResponse({"error": "no such batch of letters"}, 404)
        content, media_type = found
        return Response(content, media_type=media_type, headers=_A_FILE)

    async def faults(self, _: Request) -> Response:
        return JSONResponse(self._faults.model_dump(mode="json"))

    async def set_faults(self, request: Request) -> Response:
        """Replace all of them; `{}` is good behaviour."""
        try:
            wanted = Faults.model_validate_json(await request.body())
        except ValidationError as error:
            wrong = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
            return JSONResponse({"error": "; ".join(wrong)}, 422)
        for name in Faults.model_fields:
            setattr(self._faults, name, getattr(wanted, name))
        return JSONResponse(self._faults.model_dump(mode="json"))

    async def health(self, _: Request) -> Response:
        return JSONResponse({"status": "ready", **self._mailbox.totals()})

    async def page(self, _: Request) -> Response:
        return HTMLResponse(_asset("page.html"), headers=_OUR_PAGE)

    async def script(self, _: Request) -> Response:
        return Response(_asset("page.js"), media_type="text/javascript", headers=_OUR_PAGE)

    def _id_of(self, message: Message) -> str:
        return f"sms-{self._run}-{message.seq}"

    def _find(self, request: Request) -> Message | None:
        return self._mailbox.find(cast("int", request.path_params["seq"]))


_GONE = JSONResponse({"error": "no such message, or no longer kept"}, 404)


def _asset(name: Literal["page.html", "page.js"]) -> str:
    return files("notifications.mailbox").joinpath(name).read_text("utf-8")
