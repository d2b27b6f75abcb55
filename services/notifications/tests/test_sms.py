import asyncio
import dataclasses
import json

import pytest
from notifications_samples import letter, renderer

from contracts.values import Channel
from notifications.domain.attempt import Accepted, Refused, Unknown
from notifications.gateways.port import NotASink
from notifications.gateways.post import Poster
from notifications.gateways.sms import SmsEndpoint, SmsGateway

CHUNKED = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"id"\r\n6\r\n:"g8"}\r\n0\r\n\r\n'


def texts(count):
    writer = renderer()
    return [writer.sms(letter(number=number, channel=Channel.SMS)) for number in range(count)]


@pytest.fixture
async def raw():
    """A server that answers every request with what it is told to; it keeps what it was sent."""

    class Server:
        def __init__(self):
            self.answer = b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n{}"
            self.requests = []
            self.connections = 0

        async def serve(self, reader, writer):
            self.connections += 1
            try:
                while head := await reader.readuntil(b"\r\n\r\n"):
                    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
                    self.requests.append(head + await reader.readexactly(length))
                    if self.answer is None:
                        break
                    writer.write(self.answer)
                    if b"close" in self.answer:
                        break
            except (asyncio.IncompleteReadError, ConnectionError):
                return
            finally:
                writer.close()

    server = Server()
    listening = await asyncio.start_server(server.serve, "127.0.0.1")
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v2/messages?account=7"
    yield server
    listening.close()


@pytest.fixture
async def gateway(raw):
    gateway = SmsGateway(SmsEndpoint(url=raw.url, token="secret"), connections=2, timeout_s=2, budget_s=3)
    yield gateway
    await gateway.close()


async def test_our_sink_takes_each_once_however_often_it_is_sent(mailbox, sms):
    sent = texts(30)
    outcomes = await sms.send(sent)
    assert all(isinstance(one, Accepted) for one in outcomes)
    assert await sms.send(sent[:5]) == outcomes[:5]
    arrived = mailbox.mailbox.after(0)
    assert len(arrived) == 30
    assert sum(one.repeats for one in arrived) == 5
    assert {one.arrival.recipients for one in arrived} == {("+33612345678",)}
    assert arrived[0].arrival.content.decode() == sent[0].text
    assert arrived[0].arrival.correlation_id == "story-1"


async def test_what_a_gateway_is_sent(raw, gateway):
    (sms,) = texts(1)
    assert await gateway.send([sms]) == [Accepted(sms.reference)]
    head, body = raw.requests[0].split(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /v2/messages?account=7 HTTP/1.1"
    assert f"Idempotency-Key: {sms.reference}" in lines
    assert "Authorization: Bearer secret" in lines
    assert "Content-Type: application/json" in lines
    assert b'"to": "+33612345678"' in body
    assert b'"from": "PARCOURS"' in body


async def test_connections_are_kept_and_not_more_than_allowed(raw, gateway):
    for _ in range(5):
        await gateway.send(texts(6))
    assert raw.connections == 2
    assert len(raw.requests) == 30


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (b'HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{"id": "g-7"}', Accepted("g-7")),
        (
            b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"id"\r\n6\r\n:"g8"}\r\n0\r\n\r\n',
            Accepted("g8"),
        ),
        (b"HTTP/1.1 204 No Content\r\n\r\n", Accepted),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", Accepted),
        (b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", False),
        (b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n", False),
        (b"HTTP/1.1 429 Slow\r\nContent-Length: 0\r\n\r\n", False),
        (b"HTTP/1.1 401 Who\r\nContent-Length: 0\r\n\r\n", False),
        (b"HTTP/1.1 301 There\r\nLocation: http://1.1.1.1/\r\nContent-Length: 0\r\n\r\n", False),
        (b"HTTP/1.1 400 Bad\r\nContent-Length: 3\r\n\r\nbad", True),
        (b"HTTP/1.1 422 Bad\r\nContent-Length: 0\r\n\r\n", True),
        (b"HTTP/1.1 504 Lost\r\nContent-Length: 0\r\n\r\n", Unknown),
        (b"this is not HTTP\r\n\r\n", Unknown),
        (None, Unknown),
    ],
)
async def test_how_each_answer_is_taken(raw, gateway, answer, outcome):
    raw.answer = answer
    (found,) = await gateway.send(texts(1))
    if isinstance(outcome, bool):
        assert isinstance(found, Refused)
        assert found.permanent is outcome
    elif isinstance(outcome, type):
        assert isinstance(found, outcome)
    else:
        assert found == outcome


async def test_a_connection_that_went_away_between_messages_is_an_unknown_outcome_not_a_loss(raw, gateway):
    await gateway.send(texts(1))
    raw.answer = b"HTTP/1.1 202 Accepted\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    assert isinstance((await gateway.send(texts(1)))[0], Accepted)
    assert isinstance((await gateway.send(texts(1)))[0], Accepted)


async def test_nobody_there_and_nobody_answering():
    (refused,) = await SmsGateway(SmsEndpoint(url="http://127.0.0.1:1/sms")).send(texts(1))
    assert isinstance(refused, Refused)
    assert not refused.permanent

    async def silent(reader, writer):
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1")
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    gateway = SmsGateway(SmsEndpoint(url=url), connections=1, timeout_s=0.3, budget_s=0.2)
    first, second = await gateway.send(texts(2))
    server.close()
    assert isinstance(first, Unknown)
    assert isinstance(second, Refused), "it had no place before the budget was spent: nothing of it left"


async def test_a_line_break_in_a_header_is_an_error_before_anything_leaves(raw):
    poster = Poster(raw.url, {})
    with pytest.raises(ValueError, match="line break"):
        await poster.post(b"{}", {"X-A": "1\r\nX-B: 2"})
    assert not raw.requests
    poster.close()


async def test_a_sink_on_the_open_internet_gets_nothing(mailbox, monkeypatch):
    def public(host, address):
        raise NotASink("it is public")

    monkeypatch.setattr("notifications.gateways.sms.require_private", public)
    gateway = SmsGateway(SmsEndpoint(url=mailbox.sms_url, private_only=True))
    (outcome,) = await gateway.send(texts(1))
    assert outcome == Refused("SMS gateway: it is public", permanent=False)
    assert not mailbox.mailbox.after(0)


async def test_faults_of_the_sink_are_what_a_real_gateway_does(mailbox, sms):
    mailbox.faults.refuse = 1
    (busy,) = await sms.send(texts(1))
    mailbox.faults.refuse, mailbox.faults.refuse_code = 1, 550
    (never,) = await sms.send(texts(1))
    mailbox.faults.drop = 1
    (unknown,) = await sms.send(texts(1))
    mailbox.faults.unknown_recipients = frozenset({"+33699999999"})
    (gone,) = await sms.send([dataclasses.replace(texts(1)[0], recipient="+33699999999")])
    assert (busy.permanent, never.permanent, gone.permanent) == (False, True, True)
    assert isinstance(unknown, Unknown)
    assert len(mailbox.mailbox.after(0)) == 1


@pytest.fixture
async def together(raw):
    gateway = SmsGateway(SmsEndpoint(url=raw.url, token="secret", together=3), timeout_s=2, budget_s=3)
    yield gateway
    await gateway.close()


def answering(*said, status=200):
    body = json.dumps({"messages": list(said)}).encode()
    return b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%b" % (status, len(body), body)


async def test_many_go_in_one_request_each_under_its_reference_and_with_its_own_fate(raw, together):
    raw.answer = answering({"status": 202, "id": "g1"}, {"status": 422, "error": "no"}, {"status": 503})
    messages = texts(3)
    taken, never, busy = await together.send(messages)
    assert taken == Accepted("g1")
    assert (never.permanent, busy.permanent) == (True, False)
    (request,) = raw.requests
    head, _, body = request.partition(b"\r\n\r\n")
    assert b"Authorization: Bearer secret" in head
    sent = json.loads(body)["messages"]
    assert [one["reference"] for one in sent] == [sms.reference for sms in messages]
    assert [one["headers"] for one in sent] == [sms.headers for sms in messages]
    raw.answer = answering({"status": 202, "id": "g4"})
    assert await together.send(texts(4)[3:]) == [Accepted("g4")]


@pytest.mark.parametrize(
    "answer",
    [
        answering({"status": 202}),
        answering({"id": "g1"}, {"id": "g2"}, {"id": "g3"}),
        b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 202 Accepted\r\nContent-Length: 3\r\n\r\n<p>",
        None,
    ],
)
async def test_where_the_answer_does_not_say_it_of_each_nobody_knows(raw, together, answer):
    raw.answer = answer
    assert [type(one) for one in await together.send(texts(3))] == [Unknown] * 3


async def test_what_is_refused_as_a_whole_is_refused_for_each(raw, together):
    raw.answer = answering(status=429)
    assert [(type(one), one.permanent) for one in await together.send(texts(3))] == [(Refused, False)] * 3


async def test_our_sink_takes_many_at_once_as_it_takes_each(mailbox):
    gateway = SmsGateway(SmsEndpoint(url=mailbox.sms_url, private_only=True, together=50))
    messages = [*texts(2), dataclasses.replace(texts(3)[2], recipient="+33699999999")]
    mailbox.faults.unknown_recipients = frozenset({"+33699999999"})
    first, second, gone = await gateway.send(messages)
    assert await gateway.send(messages[:2]) == [first, second]
    assert gone.permanent
    kept = mailbox.mailbox.after(0)
    assert [(one.arrival.identity, one.repeats) for one in kept] == [(sms.reference, 1) for sms in messages[:2]]
    assert {one.arrival.correlation_id for one in kept} == {messages[0].headers["X-Parcours-Correlation-Id"]}
    await gateway.close()
