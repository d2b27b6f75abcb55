import errno
import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from stack.servers import ServerError, fetch_jars
from stack.servers.jars import Jar, pinned_jars
from stack.servers.maven import Maven, maven_mirror
from stack.servers.ports import free_port

ONE = Jar("org.example", "one", "1.0", hashlib.sha256(b"one").hexdigest())
TWO = Jar("org.example", "two", "2.0", hashlib.sha256(b"two").hexdigest())


class Repository:
    def __init__(self) -> None:
        self.files = {
            "/maven/org/example/one/1.0/one-1.0.jar": b"one",
            "/maven/org/example/two/2.0/two-2.0.jar": b"two",
        }
        self.asked: list[str] = []
        repository = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = repository.files.get(self.path)
                if not self.path.endswith(".sha1"):
                    repository.asked.append(self.path)
                self.send_response(404 if body is None else 200)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/maven"


def use_mirror(home: Path, url: str) -> None:
    (home / ".m2").mkdir(exist_ok=True)
    (home / ".m2" / "settings.xml").write_text(
        '<settings xmlns="urn:maven"><mirrors><mirror><id>house</id><mirrorOf>central</mirrorOf>'
        f"<url>{url}/</url></mirror></mirrors></settings>"
    )


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("JGO_CONFIG_FILE", "XDG_CONFIG_HOME", "M2_REPO", "HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def repository(home: Path) -> Iterator[Repository]:
    repository = Repository()
    thread = threading.Thread(target=repository.server.serve_forever)
    thread.start()
    use_mirror(home, repository.url)
    yield repository
    repository.server.shutdown()
    thread.join()
    repository.server.server_close()


def test_forty_five_jars_are_pinned_for_kafka_4_4() -> None:
    jars = pinned_jars()
    assert len(jars) == len({jar.filename for jar in jars}) == 45
    assert all(len(jar.sha256) == 64 for jar in jars)
    assert "org.apache.kafka:kafka_2.13:4.4.0" in {str(jar) for jar in jars}


def test_jars_come_from_the_users_mirror_with_progress_and_then_from_the_cache(
    repository: Repository, tmp_path: Path
) -> None:
    steps: list[tuple[int, int]] = []
    paths = fetch_jars(
        [ONE, TWO], folder=tmp_path / "jars", progress=lambda done, total, _: steps.append((done, total))
    )
    assert [path.read_bytes() for path in paths] == [b"one", b"two"]
    assert steps == [(1, 2), (2, 2)]
    assert len(repository.asked) == 2
    assert (
        fetch_jars([ONE, TWO], folder=tmp_path / "jars", progress=lambda *_: pytest.fail("nothing was to fetch"))
        == paths
    )
    assert len(repository.asked) == 2
    assert sorted(path.name for path in (tmp_path / "jars").iterdir()) == ["one-1.0.jar", "two-2.0.jar"]


def test_after_an_interruption_only_the_rest_is_fetched(repository: Repository, tmp_path: Path) -> None:
    fetch_jars([ONE], folder=tmp_path / "jars")
    repository.asked.clear()
    steps: list[int] = []
    fetch_jars([ONE, TWO], folder=tmp_path / "jars", progress=lambda done, *_: steps.append(done))
    assert repository.asked == ["/maven/org/example/two/2.0/two-2.0.jar"]
    assert steps == [2]


def test_a_damaged_jar_in_the_cache_is_fetched_anew(repository: Repository, tmp_path: Path) -> None:
    (path,) = fetch_jars([ONE], folder=tmp_path / "jars")
    path.write_bytes(b"on")
    fetch_jars([ONE], folder=tmp_path / "jars")
    assert path.read_bytes() == b"one"


def test_a_wrong_checksum_is_refused(repository: Repository, tmp_path: Path) -> None:
    repository.files["/maven/org/example/one/1.0/one-1.0.jar"] = b"0ne"
    with pytest.raises(ServerError, match=r"org.example:one:1.0 has the checksum .* not the pinned"):
        fetch_jars([ONE], folder=tmp_path / "jars")
    assert list((tmp_path / "jars").iterdir()) == []


def test_a_repository_without_the_jar_is_said(repository: Repository, tmp_path: Path) -> None:
    repository.files.clear()
    with pytest.raises(ServerError, match=r"org.example:one:1.0 is not in http"):
        fetch_jars([ONE], folder=tmp_path / "jars")


def test_without_a_network_a_sentence_names_the_way_out(home: Path, tmp_path: Path) -> None:
    use_mirror(home, f"http://127.0.0.1:{free_port()}/maven")
    with pytest.raises(ServerError, match=r"cannot be fetched: no answer from http.*Check the network"):
        fetch_jars([ONE], folder=tmp_path / "jars")


def test_without_room_a_sentence_names_the_way_out(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> Path:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Maven, "fetch", full)
    with pytest.raises(ServerError, match=r"No room is left for Kafka's jars in .*PARCOURS_CACHE"):
        fetch_jars([ONE], folder=tmp_path / "jars")


@pytest.mark.parametrize(
    ("of", "used"),
    [("central", True), ("*", True), ("external:*", True), ("*,!central", False), ("other", False)],
)
def test_which_mirrors_stand_for_the_central_repository(tmp_path: Path, of: str, used: bool) -> None:
    settings = tmp_path / "settings.xml"
    settings.write_text(
        f"<settings><mirrors><mirror><mirrorOf>{of}</mirrorOf><url>http://house/</url></mirror></mirrors></settings>"
    )
    assert maven_mirror(settings) == ("http://house" if used else None)


def test_malformed_maven_settings_are_said(tmp_path: Path) -> None:
    settings = tmp_path / "settings.xml"
    settings.write_text("<settings>")
    with pytest.raises(ServerError, match="not well-formed"):
        maven_mirror(settings)
