import asyncio
import io
import json
import signal
import sys

import httpx
import pytest
from notifications_samples import letter, renderer

from contracts.values import Channel
from notifications.domain.attempt import Accepted
from notifications.gateways.sms import SmsEndpoint, SmsGateway
from notifications.gateways.smtp import SmtpEndpoint, SmtpGateway
from notifications.mailbox.messages import Arrival, Mailbox
from notifications.mailbox.reports import Reports
from notifications.mailbox.server import MailboxServer


@pytest.fixture
async def page(mailbox):
    async with httpx.AsyncClient(base_url=mailbox.page_url, trust_env=False) as client:
        yield client


async def test_what_arrived_is_listed_read_and_cleared(page, smtp, sms):
    writer = renderer()
    await smtp.send([writer.mail(letter())])
    await sms.send([writer.sms(letter(channel=Channel.SMS))])
    listed = (await page.get("/messages")).json()
    assert (listed["last"], listed["copies"]) == (2, 0)
    mail, text = listed["messages"]
    assert mail["subject"].startswith("T3 à Saint-Ouen-sur-Seine")
    assert mail["to"] == ["person1@example.org"]
    assert mail["person"] == str(letter().contact.person_id)
    assert mail["correlation_id"] == "story-1"
    assert mail["latency_ms"] > 0
    assert (text["kind"], text["id"]) == ("sms", str(letter().delivery_id))
    assert [one["seq"] for one in (await page.get("/messages?after=1")).json()["messages"]] == [2]
    assert [one["seq"] for one in (await page.get("/messages?limit=1")).json()["messages"]] == [2]
    read = (await page.get("/messages/1")).json()
    assert read["text"].startswith("Bonjour Éloïse N'Guyen")
    assert read["html"].startswith("<!doctype html>")
    assert ["Auto-Submitted", "auto-generated"] in read["headers"]
    assert (await page.delete("/messages")).status_code == 204
    assert (await page.get("/messages")).json()["messages"] == []
    assert (await page.get("/messages/1")).status_code == 404


async def test_a_message_s_page_can_run_and_load_nothing(page, smtp):
    await smtp.send([renderer().mail(letter())])
    shown = await page.get("/messages/1/html")
    rules = shown.headers["content-security-policy"]
    assert rules.startswith("sandbox;")
    assert "default-src 'none'" in rules
    assert "script" not in rules
    front = await page.get("/")
    assert "script-src 'self'" in front.headers["content-security-policy"]
    assert 'setAttribute("sandbox", "")' in (await page.get("/page.js")).text
    assert "innerHTML" not in (await page.get("/page.js")).text


async def test_printed_letters_are_listed_and_opened(tmp_path):
    for name, content in {
        "letters-000002.pdf": b"%PDF-1.7",
        "letters-000002.csv": '\ufeffplace;name\r\n1;Awa\r\n2;"Bo\r\nX"\r\n'.encode(),
        "letters-000003.pdf": b"not whole yet",
        "secret.key": b"x",
    }.items():
        (tmp_path / name).write_bytes(content)
    async with (
        MailboxServer(letters=tmp_path) as server,
        httpx.AsyncClient(base_url=server.page_url, trust_env=False) as page,
    ):
        [batch] = (await page.get("/letters")).json()["batches"]
        assert (batch["number"], batch["letters"]) == (2, 2)
        opened = await page.get(f"/letters/{batch['pdf']}")
        assert (opened.headers["content-type"], opened.content) == ("application/pdf", b"%PDF-1.7")
        assert (await page.get(f"/letters/{batch['manifest']}")).text.startswith("\ufeffplace")
        for other in ("secret.key", "letters-000009.pdf", "..%2fsecret.key", "letters-000002.pdf%00"):
            assert (await page.get(f"/letters/{other}")).status_code == 404
        assert 'id="letters"' in (await page.get("/")).text


async def test_without_a_folder_there_is_no_letter(page):
    assert (await page.get("/letters")).json() == {"batches": []}


async def test_another_host_s_name_is_not_answered(page):
    assert (await page.get("/messages", headers={"Host": "evil.example"})).status_code == 400


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"to": 5, "text": "x"}', b"\xff"])
async def test_an_sms_that_is_none_is_refused(page, body):
    assert (await page.post("/sms", content=body)).status_code == 422


async def test_faults_are_set_and_taken_back_by_http(page, mailbox):
    assert (await page.put("/faults", json={"refuse": 2, "delay_s": 0.5})).json()["refuse"] == 2
    assert (mailbox.faults.refuse, mailbox.faults.delay_s) == (2, 0.5)
    assert (await page.put("/faults", json={"refuse": -1})).status_code == 422
    assert (await page.put("/faults", json={"nonsense": 1})).status_code == 422
    assert mailbox.faults.refuse == 2
    assert (await page.put("/faults", json={})).json()["refuse"] == 0


async def talk(port, said):
    """Say everything at once, as PIPELINING allows, and return the answers."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(said)
    answers = (await asyncio.wait_for(reader.read(), 5)).decode().split("\r\n")
    writer.close()
    return [answer[:3] for answer in answers if answer[3:4] == " "]


MAIL, RCPT = b"MAIL FROM:<a@b.fr> BODY=8BITMIME\r\n", b"RCPT TO:<c@d.fr>\r\n"


@pytest.mark.parametrize(
    ("said", "answers"),
    [
        (
            b"EHLO x\r\n" + MAIL + RCPT + b"DATA\r\nSubject: x\r\n\r\nbody\r\n.\r\nQUIT\r\n",
            "220 250 250 250 354 250 221",
        ),
        (
            MAIL + RCPT + b"DATA\r\n.\r\n" + MAIL + RCPT + b"DATA\r\nx\r\n.\r\nQUIT\r\n",
            "220 250 250 354 250 250 250 354 250 221",
        ),
        (b"DATA\r\nRCPT TO:<c@d.fr>\r\nNONSENSE\r\nNOOP\r\nQUIT\r\n", "220 503 503 502 250 221"),
        (MAIL + MAIL + b"RSET\r\n" + MAIL + b"QUIT\r\n", "220 250 503 250 250 221"),
        (MAIL + RCPT + b"BDAT 3\r\nx\r\nBDAT 0 LAST\r\nQUIT\r\n", "220 250 250 250 250 221"),
        (MAIL + b"BDAT 6 LAST\r\nQUIT\r\nRSET\r\nQUIT\r\n", "220 250 554 250 221"),
        (MAIL + RCPT + b"BDAT many\r\nQUIT\r\n", "220 250 250 501"),
        (MAIL + RCPT + b"BDAT 999999999 LAST\r\nQUIT\r\n", "220 250 250 552"),
        (b"MAIL FROM:a@b.fr\r\nQUIT\r\n", "220 501 221"),
        (MAIL + b"RCPT TO:<>\r\nQUIT\r\n", "220 250 501 221"),
    ],
)
async def test_the_sink_speaks_smtp(mailbox, said, answers):
    assert await talk(mailbox.smtp_port, said) == answers.split()


async def test_a_message_in_many_pieces_is_one(mailbox, until):
    _reader, writer = await asyncio.open_connection("127.0.0.1", mailbox.smtp_port)
    content = b"Message-ID: <1@x>\r\n\r\n..dots\r\nlast\r\n"
    for byte in MAIL + RCPT + b"DATA\r\n" + content.replace(b"\r\n.", b"\r\n..") + b".\r\n":
        writer.write(bytes([byte]))
        await writer.drain()
    await until(lambda: mailbox.mailbox.after(0))
    (message,) = mailbox.mailbox.after(0)
    assert message.arrival.content == content
    assert message.arrival.identity == "1@x"
    for byte in MAIL + RCPT + b"BDAT 25\r\n" + content[:25] + b"BDAT %d LAST\r\n" % (len(content) - 25) + content[25:]:
        writer.write(bytes([byte]))
        await writer.drain()
    await until(lambda: mailbox.mailbox.after(1))
    (copy,) = mailbox.mailbox.after(1)
    assert copy.arrival.content == content
    writer.close()


def arrival(identity):
    return Arrival(kind="email", sender="a", recipients=("b",), identity=identity, content=b"x")


def test_only_the_last_are_kept_and_copies_are_counted_all_the_same():
    log = io.StringIO()
    mailbox = Mailbox(kept=2, log=log)
    for identity in ("1", "2", "3", "1"):
        mailbox.take(arrival(identity))
    assert [one.seq for one in mailbox.after(0)] == [3, 4]
    assert mailbox.after(0)[1].copy_of == 1
    assert mailbox.totals() == {"last": 4, "kept": 2, "copies": 1, "repeats": 0}
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [(line["seq"], line["identity"], line["copy_of"]) for line in lines] == [
        (1, "1", None),
        (2, "2", None),
        (3, "3", None),
        (4, "1", 1),
    ]
    mailbox.clear()
    assert mailbox.take(arrival("1")).copy_of is None
    assert mailbox.after(4)[0].seq == 5


async def test_phones_receipts_are_reported_together_until_they_are_taken(until):
    posted = []

    async def service(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.partition(b"Content-Length: ")[2].partition(b"\r\n")[0])
        reports = json.loads(await reader.readexactly(length))["reports"]
        posted.append((head.decode(), reports))
        verdicts = ["taken"] + ["again"] * (len(reports) - 1)
        body = json.dumps({"reports": [{"verdict": verdict} for verdict in verdicts]}).encode()
        writer.write(b"HTTP/1.1 " + (b"503 no" if len(posted) == 1 else b"200 ok"))
        writer.write(b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(service, "127.0.0.1")
    url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1/sms/reports/batch"
    async with MailboxServer(reports=Reports(url, "gateway-token")) as server:
        messages = [renderer().sms(letter(number=number, channel=Channel.SMS)) for number in (1, 2)]
        gateway = SmsGateway(SmsEndpoint(url=server.sms_url))
        taken = await gateway.send(messages)
        await until(lambda: len(posted) == 3)
        await gateway.close()
    listening.close()
    (head, refused), (_, reports), (_, left) = posted
    assert "X-Gateway-Token: gateway-token" in head
    assert refused == reports
    assert {(one["reference"], one["id"], one["status"]) for one in reports} == {
        (sms.reference, outcome.reference, "delivered") for sms, outcome in zip(messages, taken, strict=True)
    }
    assert left == reports[1:]


async def test_it_runs_as_a_process_and_keeps_a_log(tmp_path):
    log = tmp_path / "mail.jsonl"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "notifications.mailbox", "--smtp-port", "0", "--http-port", "0", "--log-file", str(log)),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        doors = json.loads(await asyncio.wait_for(process.stdout.readline(), 30))
        gateway = SmtpGateway(SmtpEndpoint.parse(doors["smtp"], private_only=True))
        assert [type(one) for one in await gateway.send([renderer().mail(letter())])] == [Accepted]
        await gateway.close()
        async with httpx.AsyncClient(trust_env=False) as client:
            assert (await client.get(doors["page"] + "/health")).json()["last"] == 1
    finally:
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 30) == 0
    assert json.loads(log.read_text())["identity"].endswith("@parcours.example")


async def test_a_taken_port_is_said_in_a_sentence(mailbox):
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "notifications.mailbox", "--smtp-port", str(mailbox.smtp_port), "--http-port", "0"),
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 1
    assert said.decode().startswith("The mailbox cannot listen on 127.0.0.1:")
    assert "Traceback" not in said.decode()
