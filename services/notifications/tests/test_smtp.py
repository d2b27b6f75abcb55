"""The pipelined client against aiosmtpd (the standard's letter) and against our own sink (speed, and misbehaviour)."""

import asyncio
import dataclasses
import datetime as dt
import ssl

import pytest
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from notifications_samples import letter, renderer

from notifications.domain.attempt import Accepted, Refused, Unknown
from notifications.gateways.port import NotASink, require_private
from notifications.gateways.smtp import SmtpEndpoint, SmtpGateway
from notifications.rendering.letter import Mail


def mails(count, **changes):
    writer = renderer()
    return [dataclasses.replace(writer.mail(letter(number=number)), **changes) for number in range(count)]


def mail(content, number=0):
    return Mail(sender="a@parcours.example", recipient="b@example.org", message_id=f"<{number}@x>", content=content)


class Recorder:
    """A handler for aiosmtpd that keeps envelopes and refuses who is called `nobody`."""

    def __init__(self):
        self.envelopes = []
        self.sessions = set()

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 - aiosmtpd's name
        if address.startswith("nobody"):
            return "550 5.1.1 no such user"
        if address.startswith("busy"):
            return "450 4.2.1 try again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, session, envelope):  # noqa: N802 - aiosmtpd's name
        self.envelopes.append(envelope)
        self.sessions.add(id(session))
        return "250 OK"


@pytest.fixture
async def reference():
    """aiosmtpd in this event loop; it announces no PIPELINING."""
    recorder = Recorder()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(recorder, enable_SMTPUTF8=False), "127.0.0.1")
    recorder.port = server.sockets[0].getsockname()[1]
    yield recorder
    server.close()


async def test_aiosmtpd_gets_every_message_byte_for_byte(reference):
    gateway = SmtpGateway(SmtpEndpoint(host="127.0.0.1", port=reference.port), sessions=2)
    sent = mails(7)
    outcomes = await gateway.send(sent)
    await gateway.close()
    assert outcomes == [Accepted(one.message_id) for one in sent]
    assert sorted(one.content for one in reference.envelopes) == sorted(one.content for one in sent)
    assert len(reference.sessions) == 2


async def test_a_refused_recipient_is_for_good_and_keeps_no_other_back(reference):
    gateway = SmtpGateway(SmtpEndpoint(host="127.0.0.1", port=reference.port), sessions=1)
    first, second, third, fourth = mails(4)
    outcomes = await gateway.send(
        [
            first,
            dataclasses.replace(second, recipient="nobody@example.org"),
            dataclasses.replace(third, recipient="busy@example.org"),
            fourth,
        ]
    )
    await gateway.close()
    assert [type(one) for one in outcomes] == [Accepted, Refused, Refused, Accepted]
    assert [one.permanent for one in outcomes[1:3]] == [True, False]
    assert [one.content for one in reference.envelopes] == [first.content, fourth.content]


async def test_lines_that_begin_with_a_dot_arrive_as_they_are(reference, mailbox, smtp):
    bodies = [b".\r\n..\r\n...x\r\n\r\n.\r\n", b"Subject: x\r\n\r\n.hidden\r\n", b"no line end", b"", b".\r\n"]
    slow = SmtpGateway(SmtpEndpoint(host="127.0.0.1", port=reference.port), sessions=1)
    given = [mail(body, number) for number, body in enumerate(bodies)]
    for gateway in (slow, smtp):
        assert await gateway.send(given) == [Accepted(one.message_id) for one in given]
    await slow.close()
    expected = [body if body.endswith(b"\r\n") else body + b"\r\n" for body in bodies]
    assert [one.content for one in reference.envelopes] == expected
    assert sorted(one.arrival.content for one in mailbox.mailbox.after(0)) == sorted(expected)


@pytest.fixture
async def guarded(tmp_path):
    """aiosmtpd that insists on TLS and on a password."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "server.pem"
    pem.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + certificate.public_bytes(Encoding.PEM)
    )
    server_side = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_side.load_cert_chain(pem)

    def authenticate(server, session, envelope, mechanism, data):
        return AuthResult(success=(data.login, data.password) == (b"user", b"p@ss"))

    recorder = Recorder()
    recorder.trusting = ssl.create_default_context(cadata=certificate.public_bytes(Encoding.PEM).decode())
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(
            recorder,
            tls_context=server_side,
            require_starttls=True,
            auth_required=True,
            authenticator=authenticate,
            enable_SMTPUTF8=False,
        ),
        "127.0.0.1",
    )
    recorder.port = server.sockets[0].getsockname()[1]
    yield recorder
    server.close()


async def test_starttls_and_a_password_from_the_url(guarded):
    endpoint = SmtpEndpoint.parse(f"smtp+starttls://user:p%40ss@localhost:{guarded.port}")
    gateway = SmtpGateway(endpoint, tls_context=guarded.trusting)
    outcomes = await gateway.send(mails(3))
    await gateway.close()
    assert [type(one) for one in outcomes] == [Accepted] * 3
    assert len(guarded.envelopes) == 3


async def test_a_wrong_password_is_not_the_recipient_s_fault(guarded):
    endpoint = SmtpEndpoint.parse(f"smtp+starttls://user:wrong@localhost:{guarded.port}")
    (outcome,) = await SmtpGateway(endpoint, tls_context=guarded.trusting, timeout_s=1).send(mails(1))
    assert isinstance(outcome, Refused)
    assert not outcome.permanent
    assert "wrong" not in outcome.reason


async def test_a_server_that_is_not_trusted_gets_nothing(guarded):
    endpoint = SmtpEndpoint.parse(f"smtp+starttls://user:p%40ss@localhost:{guarded.port}")
    (outcome,) = await SmtpGateway(endpoint).send(mails(1))
    assert isinstance(outcome, Refused)
    assert not guarded.envelopes


async def test_our_sink_takes_many_over_few_sessions_in_order(mailbox, smtp):
    sent = mails(200)
    assert await smtp.send(sent) == [Accepted(one.message_id) for one in sent]
    arrived = mailbox.mailbox.after(0)
    assert sorted(one.arrival.identity for one in arrived) == sorted(one.message_id.strip("<>") for one in sent)
    assert await smtp.send(sent[:3]) == [Accepted(one.message_id) for one in sent[:3]]
    assert mailbox.mailbox.totals()["copies"] == 3


async def test_a_message_refused_for_now_or_for_good(mailbox, smtp):
    mailbox.faults.refuse = 1
    assert await smtp.send(mails(1)) == [
        Refused("SMTP refused the message: 451 refused because it was told to", permanent=False)
    ]
    mailbox.faults.refuse, mailbox.faults.refuse_code = 1, 554
    (outcome,) = await smtp.send(mails(1))
    assert outcome.permanent
    assert not mailbox.mailbox.after(0)


async def test_a_session_cut_after_the_message_leaves_its_outcome_unknown_and_the_next_go_on(mailbox):
    gateway = SmtpGateway(SmtpEndpoint.parse(mailbox.smtp_url), sessions=1, together=1)
    mailbox.faults.drop = 1
    outcomes = await gateway.send(mails(4))
    await gateway.close()
    assert [type(one) for one in outcomes] == [Unknown, Accepted, Accepted, Accepted]
    assert len(mailbox.mailbox.after(0)) == 4


async def test_a_session_cut_leaves_unknown_what_was_together_and_no_more(mailbox):
    gateway = SmtpGateway(SmtpEndpoint.parse(mailbox.smtp_url), sessions=1, together=3)
    mailbox.faults.drop = 1
    outcomes = await gateway.send(mails(7))
    await gateway.close()
    assert [type(one) for one in outcomes] == [Unknown] * 3 + [Accepted] * 4
    assert len(mailbox.mailbox.after(0)) == 5


async def test_of_those_together_each_is_answered_for_itself(mailbox):
    gateway = SmtpGateway(SmtpEndpoint.parse(mailbox.smtp_url), sessions=1, together=5)
    sent = mails(10)
    for place in (0, 2, 6):
        sent[place] = dataclasses.replace(sent[place], recipient="nobody@example.org")
    mailbox.faults.unknown_recipients = frozenset({"nobody@example.org"})
    mailbox.faults.refuse = 1
    outcomes = await gateway.send(sent)
    await gateway.close()
    again = Refused("SMTP refused the message: 451 refused because it was told to", permanent=False)
    for place, outcome in enumerate(outcomes):
        if place in (0, 2, 6):
            assert isinstance(outcome, Refused)
            assert outcome.permanent
        else:
            assert outcome == (again if place == 1 else Accepted(sent[place].message_id))
    assert [one.arrival.content for one in mailbox.mailbox.after(0)] == [sent[n].content for n in (3, 4, 5, 7, 8, 9)]


async def test_a_server_that_closes_between_two_has_not_taken_what_comes_behind():
    """It says 421 to the second of three: that one and the third go through another session."""
    taken = []

    async def answer(reader, writer):
        writer.write(b"220 hello\r\n")
        first = not taken
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"EHLO":
                writer.write(b"250-PIPELINING\r\n250-CHUNKING\r\n250 x\r\n")
            elif verb == b"RSET" and first:
                writer.write(b"421 enough for now\r\n")
                break
            elif verb == b"DATA":
                writer.write(b"354 go on\r\n")
                taken.append((await reader.readuntil(b"\r\n.\r\n"))[:-3])
                writer.write(b"250 taken\r\n")
            elif verb == b"BDAT":
                taken.append(await reader.readexactly(int(line.split()[1])))
                writer.write(b"250 taken\r\n")
            else:
                writer.write(b"250 ok\r\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1")
    gateway = SmtpGateway(SmtpEndpoint(host="127.0.0.1", port=server.sockets[0].getsockname()[1]), sessions=1)
    sent = mails(3)
    outcomes = await gateway.send(sent)
    await gateway.close()
    server.close()
    assert outcomes == [Accepted(one.message_id) for one in sent]
    assert taken == [one.content for one in sent]


async def test_a_session_that_went_stale_is_replaced_without_a_word(mailbox, smtp):
    await smtp.send(mails(4))
    for transport in list(mailbox._open):
        transport.abort()
    sent = mails(8)
    assert await smtp.send(sent) == [Accepted(one.message_id) for one in sent]


async def test_nobody_there_is_a_transient_refusal_of_all():
    gateway = SmtpGateway(SmtpEndpoint(host="127.0.0.1", port=1))
    outcomes = await gateway.send(mails(3))
    assert [one.permanent for one in outcomes] == [False] * 3


async def test_a_server_that_does_not_answer_costs_the_budget_and_no_more(mailbox):
    mailbox.faults.delay_s = 3600
    gateway = SmtpGateway(SmtpEndpoint.parse(mailbox.smtp_url), sessions=1, together=2, timeout_s=0.2, budget_s=0.3)
    began = asyncio.get_running_loop().time()
    outcomes = await gateway.send(mails(5))
    assert asyncio.get_running_loop().time() - began < 2
    assert isinstance(outcomes[0], Unknown)
    assert isinstance(outcomes[-1], Refused)
    assert not any(isinstance(one, Accepted) for one in outcomes)


@pytest.mark.parametrize(
    "talk",
    [
        b"220 hello\r\nnonsense without a code\r\n",
        b"220 hello\r\n250-PIPELINING\r\n250 x\r\n421 busy, come back\r\n",
        b"220 hello\r\n250-PIPELINING\r\n250 x\r\n250 ok\r\n250 ok\r\n451 no data today\r\n",
    ],
)
async def test_a_server_that_says_strange_things_never_loses_or_fails_a_message(talk):
    async def answer(reader, writer):
        writer.write(talk)
        await reader.read()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1")
    port = server.sockets[0].getsockname()[1]
    gateway = SmtpGateway(SmtpEndpoint(host="127.0.0.1", port=port), sessions=1, timeout_s=0.3, budget_s=1)
    outcomes = await gateway.send(mails(2))
    server.close()
    assert all(isinstance(one, Refused) and not one.permanent for one in outcomes)


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        ("smtp://mail:1025", SmtpEndpoint(host="mail", port=1025)),
        ("smtps://u:p@mail", SmtpEndpoint(host="mail", port=465, username="u", password="p", implicit_tls=True)),
        ("smtp+starttls://mail", SmtpEndpoint(host="mail", port=587, starttls=True)),
    ],
)
def test_a_url_says_all_of_a_gateway(url, endpoint):
    assert SmtpEndpoint.parse(url) == endpoint


@pytest.mark.parametrize("url", ["http://mail:25", "mail:25", "smtp://", ""])
def test_a_url_that_is_none_is_refused_without_repeating_it(url):
    with pytest.raises(ValueError, match="an SMTP URL is"):
        SmtpEndpoint.parse(url)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.1.2.3", "172.20.0.5", "192.168.1.9", "fe80::1%eth0"])
def test_a_sink_may_be_here_or_on_the_private_network(address):
    require_private("mail", address)


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111"])
def test_a_sink_on_the_open_internet_is_none(address):
    with pytest.raises(NotASink, match="open internet"):
        require_private("mail", address)


async def test_a_sink_that_turns_out_public_gets_nothing(mailbox, monkeypatch):
    def public(host, address):
        raise NotASink("it is public")

    monkeypatch.setattr("notifications.gateways.smtp.require_private", public)
    gateway = SmtpGateway(SmtpEndpoint.parse(mailbox.smtp_url, private_only=True))
    (outcome,) = await gateway.send(mails(1))
    assert outcome == Refused("SMTP gateway: it is public", permanent=False)
    assert not mailbox.mailbox.after(0)
