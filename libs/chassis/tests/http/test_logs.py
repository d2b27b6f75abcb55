import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from chassis import logs, telemetry


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    stream = io.StringIO()
    logs.configure("inventory", "a", level="info", stream=stream)
    yield stream
    root.handlers[:], _ = before
    root.setLevel(before[1])
    structlog.reset_defaults()


def read(stream: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_both_ways_of_logging_give_the_same_line(written: io.StringIO) -> None:
    with (
        telemetry.span("x", parent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        structlog.contextvars.bound_contextvars(correlation_id="c-1"),
    ):
        structlog.get_logger("mine").info("stored", rows=3)
        logging.getLogger("uvicorn.error").warning("started %s", "well", extra={"rows": 3})
    ours, theirs = read(written)
    for line in (ours, theirs):
        assert line["service"] == "inventory"
        assert line["instance"] == "a"
        assert line["trace_id"] == "0af7651916cd43dd8448eb211c80319c"
        assert line["span_id"] == "b7ad6b7169203331"
        assert line["correlation_id"] == "c-1"
        assert line["rows"] == 3
        assert line["timestamp"].endswith("Z")
    assert (ours["event"], ours["level"], ours["logger"]) == ("stored", "info", "mine")
    assert (theirs["event"], theirs["level"], theirs["logger"]) == ("started well", "warning", "uvicorn.error")


def test_personal_data_is_dropped_at_any_depth(written: io.StringIO) -> None:
    structlog.get_logger("x").warning(
        "refused by jeanne.martin@example.fr or 06 12 34 56 78",
        email="a@b.fr",
        phone="+33612345678",
        last_name="Dupont",
        record={"name": "Jeanne", "offset": 3, "inner": [{"body": "x", "key": "k"}]},
    )
    text = written.getvalue()
    for secret in ("martin", "a@b.fr", "12 34 56", "33612345678", "Jeanne", "Dupont"):
        assert secret not in text
    (line,) = read(written)
    assert line["record"] == {"offset": 3, "inner": [{"key": "k"}]}
    assert line["event"] == "refused by [e-mail] or [phone]"


def test_numbers_that_are_not_telephones_stay(written: io.StringIO) -> None:
    structlog.get_logger("x").info("dwelling 0b6f6a8e-0612-4345-8678-6a1f0c9f4a01 of 552032708")
    assert read(written)[0]["event"] == "dwelling 0b6f6a8e-0612-4345-8678-6a1f0c9f4a01 of 552032708"


@pytest.mark.parametrize("logger", [structlog.get_logger("ours"), logging.getLogger("theirs")])
def test_an_error_quotes_no_values(written: io.StringIO, logger) -> None:
    error = ValueError(
        "duplicate key\nDETAIL:  Key (email)=(x@y.fr) already exists.\n[parameters: ('Jeanne',)]\neyJh.eyJi.sig"
    )
    try:
        raise error
    except ValueError:
        logger.exception("failed")
    (line,) = read(written)
    assert "ValueError: duplicate key" in line["exception"]
    assert "test_logs.py" in line["exception"]
    for secret in ("x@y.fr", "Jeanne", "eyJh.eyJi.sig"):
        assert secret not in written.getvalue()


def test_the_level_is_kept(written: io.StringIO) -> None:
    structlog.get_logger("x").debug("quiet")
    logging.getLogger("y").debug("quiet")
    logging.getLogger("aiokafka").info("chatter")
    assert written.getvalue() == ""


def test_console(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before = root.handlers[:]
    stream = io.StringIO()
    logs.configure("inventory", "a", fmt="console", stream=stream)
    logging.getLogger("x").warning("seen by a person")
    root.handlers[:] = before
    structlog.reset_defaults()
    assert "seen by a person" in stream.getvalue()
    assert not stream.getvalue().startswith("{")
