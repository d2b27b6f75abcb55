import subprocess
import sys

import pytest
from pydantic import Field

from chassis import auth
from chassis.settings import ServiceSettings, SettingsError, load_or_exit, prefixed

NEEDED = {"DATABASE_URL": "postgresql://u:hunter2@db:5432/inventory", "KAFKA_URL": "broker:9092"}


class Settings(ServiceSettings):
    model_config = prefixed("CASTLE_")

    towers: list[int] = Field(default=[])
    """the heights of the towers in metres, as a JSON list"""


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch):
    def give(**variables: str) -> None:
        for name, value in (NEEDED | variables).items():
            monkeypatch.setenv(f"CASTLE_{name}", value)

    return give


def lines(error: pytest.ExceptionInfo[SettingsError]) -> dict[str, str]:
    return {line.split(": ", 1)[0]: line.split(": ", 1)[1] for line in error.value.lines}


def test_what_is_needed_is_enough(environment) -> None:
    environment(HTTP_PORT="0", TOWERS="[3, 4]")
    settings = Settings()
    assert (settings.http_port, settings.log_format, settings.transaction_timeout) == (0, "json", 30)
    assert settings.towers == [3, 4]
    assert settings.redis_url is None
    assert settings.instance
    assert len(settings.token_public_keys) == 0


def test_every_wrong_variable_is_named_at_once(environment) -> None:
    environment(
        DATABASE_URL="mysql://u:hunter2@db/x",
        KAFKA_URL="broker",
        REDIS_URL="memcached://x",
        HTTP_PORT="99999",
        HTTP_PROT="80",
        LOG_FORMAT="xml",
        LINK_SECRET="short-hunter2",
        TOKEN_PUBLIC_KEYS="/nowhere/keys.pem",
        OTLP_ENDPOINT="collector:4318",
        TRANSACTION_TIMEOUT="0",
        MOAT="deep",
    )
    with pytest.raises(SettingsError) as error:
        Settings()
    said = lines(error)
    assert len(said) == 11
    assert said["CASTLE_HTTP_PROT"] == "not known here; did you mean CASTLE_HTTP_PORT?"
    assert "Accepted: json or console." in said["CASTLE_LOG_FORMAT"]
    assert "Accepted: the port to listen on, 0 to 65535" in said["CASTLE_HTTP_PORT"]
    assert "hunter2" not in str(error.value)


def test_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError) as error:
        Settings()
    assert lines(error)["CASTLE_DATABASE_URL"] == ("is missing. Accepted: postgresql://user:password@host:port/name.")
    assert "CASTLE_KAFKA_URL" in lines(error)


def test_a_list_that_is_no_json(environment) -> None:
    environment(TOWERS="three")
    with pytest.raises(SettingsError) as error:
        Settings()
    assert lines(error)["CASTLE_TOWERS"].endswith("Accepted: the heights of the towers in metres, as a JSON list.")


def test_secrets_are_not_shown(environment) -> None:
    environment(LINK_SECRET="hunter2" * 8, REDIS_URL="redis://:hunter2@cache:6379/0")
    settings = Settings()
    assert "hunter2" not in repr(settings)
    assert "hunter2" not in str(settings)
    assert settings.link_secret is not None
    assert settings.link_secret.get_secret_value() == "hunter2" * 8


def test_keys_as_text(environment) -> None:
    environment(TOKEN_PUBLIC_KEYS=auth.public_pem(auth.generate_key()).replace("\n", "\\n"))
    assert len(Settings().token_public_keys) == 1


def test_main_ends_with_2_and_no_traceback(environment, capsys: pytest.CaptureFixture[str]) -> None:
    environment(HTTP_PORT="many")
    with pytest.raises(SystemExit) as ended:
        load_or_exit(Settings)
    assert ended.value.code == 2
    assert "CASTLE_HTTP_PORT: " in capsys.readouterr().err


def test_in_a_process_of_its_own() -> None:
    code = (
        "from chassis.settings import *\n"
        "class S(ServiceSettings):\n    model_config = prefixed('CASTLE_')\n"
        "load_or_exit(S)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], env={"CASTLE_X": "1"}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 2
    assert "Traceback" not in ran.stderr
    assert ran.stderr.splitlines()[0] == "The settings CASTLE_* do not fit:"
