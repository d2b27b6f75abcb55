"""Errors of the command are one sentence with the way out, on standard error, with status 1; usage errors have 2."""

import re
import sys

import psutil
import pytest

from stack.cli import main
from stack.parts import Choice
from stack.servers import ServerError
from stack.state import Mailbox, StackState


@pytest.fixture
def parcours(monkeypatch, capsys, tmp_path):
    """Run the command on a fresh folder; gives (status, standard output, standard error)."""
    monkeypatch.setenv("PARCOURS_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("PARCOURS_DEBUG", raising=False)

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["parcours", *words])
        status = 0
        try:
            main()
        except SystemExit as end:
            status = int(end.code or 0)
        return status, *capsys.readouterr()

    return run


@pytest.fixture
def running(tmp_path):
    """A stack that seems to run, with nobody behind its addresses."""
    me = psutil.Process()
    (tmp_path / "data").mkdir()
    state = StackState(
        pid=me.pid,
        started=me.create_time(),
        kafka="127.0.0.1:1",
        redis="redis://127.0.0.1:1/0",
        databases={name: f"postgresql://u:p@127.0.0.1:1/{name}" for name in ("demand", "inventory")},
        services=dict.fromkeys(("demand", "inventory", "matching", "notifications"), "http://127.0.0.1:1"),
        mailbox=Mailbox(page="http://127.0.0.1:1", smtp_port=1),
        kafka_version="",
        policies="policies/national",
    )
    state.write(tmp_path / "data")


@pytest.mark.parametrize(
    "words",
    [
        ["status"],
        ["load"],
        ["migrate"],
        ["topics", "check"],
        ["dead-letters", "list"],
        ["outbox", "list"],
        ["alerts", "state"],
        ["letters", "print"],
        ["replay", "matching"],
        ["landlord", "add", "552032708", "Paris Habitat"],
        ["vacancy", "publish", "available", "--siren", "552032708", "--dwelling", "7500123456"],
        ["tenancy", "publish", "ended", "--siren", "552032708", "--dwelling", "7500123456", "--lease", "B-1"],
    ],
)
def test_without_a_stack_every_command_says_how_to_start_one(parcours, words, running_keys):
    status, out, err = parcours(*words)
    assert status == 1
    assert re.search(r"No stack runs on .*: start one with `parcours up`", err)
    assert "Traceback" not in out + err


@pytest.fixture
def running_keys(tmp_path):
    from stack.keys import Keys

    Keys.of(tmp_path / "data" / "keys")


def test_a_token_needs_the_key_of_a_stack(parcours):
    status, _, err = parcours("token", "issue", "--role", "agent")
    assert (status, "`parcours up` makes it" in err) == (1, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--role", "landlord"], "Give --siren with the role landlord"),
        (["--role", "agent", "--siren", "552032708"], "Give --siren with the role landlord, and with no other"),
        (["--role", "landlord", "--siren", "12"], "--siren is '12': a SIREN has nine digits"),
        (["--role", "landlord", "--siren", "552032709"], "--siren is '552032709': a SIREN has nine digits"),
    ],
)
def test_a_siren_goes_with_the_role_landlord_alone(parcours, running_keys, words, said):
    status, _, err = parcours("token", "issue", *words)
    assert (status, said in err) == (1, True)


def test_an_issued_token_is_all_there_is_on_standard_output(parcours, running_keys, tmp_path):
    import datetime as dt

    from chassis.auth import PublicKeys, Role, verify

    status, out, _ = parcours("token", "issue", "--role", "landlord", "--siren", "552032708", "--days", "3")
    assert status == 0
    now = dt.datetime.now(dt.UTC)
    principal = verify(out.strip(), PublicKeys.load(str(tmp_path / "data" / "keys" / "token.pub")), now)
    assert (principal.roles, principal.siren) == (frozenset({Role.LANDLORD}), "552032708")
    assert dt.timedelta(days=2.9) < principal.expires_at - now <= dt.timedelta(days=3)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["available", "--rent", "-3"], "base_rent_cents: "),
        (["notice", "--months", "7"], "notice_months: "),
        (["available", "--months", "3"], "notice_months: not part of the kind `available`"),
        (
            ["works", "--on", "2026-12-10", "--until", "2026-12-01"],
            "ends_on: 2026-12-01 is before starts_on 2026-12-10",
        ),
        (["works", "--on", "2026-12-10"], "ends_on: "),
        (["cancelled", "--reason", "boredom"], "reason: 'boredom' is none of"),
    ],
)
def test_a_vacancy_event_that_does_not_fit_names_the_field_and_is_not_sent(parcours, running, words, said):
    status, out, err = parcours("vacancy", "publish", *words, "--siren", "552032708", "--dwelling", "7500123456")
    assert status == 1
    assert said in err
    assert not err.rstrip().endswith("..")
    assert "Published" not in out


def test_a_reference_that_is_none_names_the_field(parcours, running):
    status, _, err = parcours("vacancy", "publish", "available", "--siren", "552032708", "--dwelling", "x")
    assert (status, "dwelling_reference: " in err) == (1, True)


OF_A_LEASE = ("--siren", "552032708", "--dwelling", "7500123456", "--lease", "BAIL-1")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["account", "--arrears", "-3"], "arrears_cents: "),
        (
            ["account", "--on", "2026-11-22", "--until", "2026-11-01"],
            "valid_until: 2026-11-01 is before as_of 2026-11-22",
        ),
        (["account", "--works", "10"], "works_chargeable_cents: not part of the kind `account`"),
        (["ended", "--until", "2026-12-01"], "until: not part of the kind `ended`"),
        (["lease"], "leaseholders: "),
        (["occupancy", "--body", "nowhere.json"], "--body nowhere.json cannot be read"),
    ],
)
def test_a_tenancy_event_that_does_not_fit_names_the_field_and_is_not_sent(parcours, running, words, said):
    status, out, err = parcours("tenancy", "publish", *words, *OF_A_LEASE)
    assert status == 1
    assert said in err
    assert "Published" not in out


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{", "is not JSON in UTF-8"),
        ("[]", "is not a JSON object"),
        ('{"stated_on": "2026-11-01", "occupants": [{"relation": "cat", "born_in": 2020}]}', "occupants.0.relation: "),
        ('{"occupants": [{"relation": "child", "born_in": 2020}]}', "Kafka at 127.0.0.1:1 cannot be reached"),
    ],
)
def test_an_occupancy_is_read_from_a_file(parcours, running, tmp_path, body, said):
    file = tmp_path / "occupancy.json"
    file.write_text(body)
    status, _, err = parcours("tenancy", "publish", "occupancy", *OF_A_LEASE, "--body", str(file))
    assert (status, said in err) == (1, True)


def test_a_tenancy_goes_by_post_too(parcours, running, running_keys):
    status, _, err = parcours("tenancy", "publish", "insurance", "--until", "2027-06-30", *OF_A_LEASE, "--http")
    assert (status, "/v1/tenancy-events does not answer" in err) == (1, True)


def test_a_broker_that_is_gone_is_named(parcours, running):
    words = ["vacancy", "publish", "available", "--siren", "552032708", "--dwelling", "7500123456"]
    status, _, err = parcours(*words)
    assert (status, "Kafka at 127.0.0.1:1 cannot be reached" in err) == (1, True)


def test_a_service_that_is_gone_is_named(parcours, running, running_keys):
    words = ["vacancy", "publish", "available", "--siren", "552032708", "--dwelling", "7500123456", "--http"]
    status, _, err = parcours(*words)
    assert (status, "does not answer" in err, "parcours status" in err) == (1, True, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nonsense"], "No such command"),
        (["vacancy", "publish", "sold"], "Invalid value for"),
        (["demo", "--size", "france"], "Invalid value for"),
        (["dead-letters", "show", "7"], "valid UUID"),
        (["demo", "--vacancies", "0"], "Invalid value for"),
    ],
)
def test_usage_errors_have_status_2(parcours, words, said):
    status, _, err = parcours(*words)
    assert (status, said in err) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--kafka", "nowhere"], "--kafka is 'nowhere': give `embedded`, or a URL such as host:port"),
        (["--database", "mysql://x"], "--database is 'mysql://x'"),
        (["--redis", "localhost:6379"], "--redis is 'localhost:6379'"),
    ],
)
def test_an_address_that_is_none_says_what_one_looks_like(parcours, words, said):
    status, _, err = parcours("up", *words)
    assert (status, said in err) == (1, True)


def test_addresses_that_are_some_are_taken():
    choice = Choice(kafka="kafka:9092", database="postgresql://u:p@db/postgres", redis="redis://cache:6379/0")
    assert choice.kafka == "kafka:9092"


def test_a_folder_of_somebody_elses_is_refused(parcours, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "thesis.tex").write_text("…")
    status, _, err = parcours("up")
    assert (status, "not a folder of Parcours" in err) == (1, True)


def test_down_without_a_stack_says_so_and_is_no_error(parcours):
    status, out, _ = parcours("down")
    assert (status, "Nothing runs on" in out) == (0, True)


@pytest.mark.parametrize("words", [["status"], ["--debug", "status"]])
def test_the_traceback_is_there_for_who_asks(parcours, words, monkeypatch):
    monkeypatch.setenv("PARCOURS_DEBUG", "")
    _, _, err = parcours(*words)
    assert ("Traceback" in err) == ("--debug" in words)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device", "/data/x"), "No room is left on the disk (/data/x); make room"),
        (ServerError("initdb says: FATAL: No space left on device"), "No room is left on the disk (No space left"),
        (ExceptionGroup("several", [ServerError("Kafka is tired."), ValueError("x")]), "Kafka is tired."),
        (KeyError("what"), "This failed unexpectedly: KeyError: 'what'. `parcours --debug …` shows where."),
    ],
)
def test_any_error_is_a_sentence(error, said):
    from stack.cli.failure import sentence

    assert said in sentence(error)


def test_help_lists_every_command(parcours):
    status, out, _ = parcours("--help")
    commands = "up down demo status load vacancy tenancy landlord token topics migrate dead-letters outbox alerts"
    commands += " letters replay"
    assert status == 0
    assert [command for command in commands.split() if not re.search(rf"│ {command} ", out)] == []


def test_a_dead_letter_is_listed_whole_however_narrow_the_terminal():
    import dataclasses
    import datetime as dt
    from uuid import UUID

    from chassis.dead_letters import DeadLetter
    from stack.cli.dead_letters import told

    letter = DeadLetter(
        id=UUID(int=7),
        topic="landlord.999000001.vacancy.v1",
        partition=0,
        offset=10,
        event_id="e-1",
        event_source="urn:erp",
        event_type="landlord.dwelling.available.v1",
        event_time=None,
        reason="undecodable",
        error="base_rent_cents: The value should be greater than or equal to 0.",
        state="open",
        attempts=0,
        restricted=False,
        recorded_at=dt.datetime(2026, 11, 23, 2, 37, tzinfo=dt.UTC),
        settled_at=None,
        settled_note=None,
    )
    assert told("inventory", letter) == [
        "inventory  00000000-0000-0000-0000-000000000007  open since 2026-11-23 02:37 UTC",
        "    landlord.dwelling.available.v1 e-1 of urn:erp, landlord.999000001.vacancy.v1 0:10",
        "    undecodable: base_rent_cents: The value should be greater than or equal to 0.",
    ]
    closed = dataclasses.replace(letter, state="discarded", settled_at=letter.recorded_at + dt.timedelta(hours=1))
    assert told("inventory", closed)[0].endswith("discarded since 2026-11-23 03:37 UTC")
