"""`write`, `check` and `release` on checkouts of their own, with models that change between them."""

import datetime as dt
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import create_model

from contracts import check, examples, topics
from contracts import schemas as schemas_module
from contracts.__main__ import main
from contracts.event import Event
from contracts.files import Files
from contracts.inventory import VacancyLet

Model = Callable[..., None]

TYPE = VacancyLet.TYPE
CURRENT = f"libs/contracts/schemas/current/{TYPE}.json"
FIRST = f"libs/contracts/schemas/released/{TYPE}.1.json"
SECOND = f"libs/contracts/schemas/released/{TYPE}.2.json"
GOLDEN = f"libs/contracts/goldens/{TYPE}/1.json"


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = Files(tmp_path_factory.mktemp("released").resolve())
    run(files, "write")
    run(files, "release")
    return files.root


@pytest.fixture
def files(released: Path, tmp_path: Path) -> Files:
    """A checkout in which everything is written and released."""
    return Files(shutil.copytree(released, tmp_path.resolve() / "checkout"))


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Model:
    """Puts another model in the place of `VacancyLet`: fields to add or replace, fields to leave out."""

    def replace(*without: str, example: dict[str, Any] | None = None, **fields: Any) -> None:
        kept: dict[str, Any] = {
            name: (field.annotation, field)
            for name, field in VacancyLet.model_fields.items()
            if name not in without and name not in fields
        }
        changed = create_model("VacancyLet", __base__=Event, **kept, **fields)
        changed.TYPE = TYPE
        changed.key = VacancyLet.key  # type: ignore[method-assign, assignment]  # the same property
        given = {
            name: value for name, value in json.loads(examples.EXAMPLES[TYPE].encode()).items() if name not in without
        }
        monkeypatch.setitem(examples.EXAMPLES, TYPE, changed.model_validate({**given, **(example or {})}))
        events = tuple(changed if event.TYPE == TYPE else event for event in topics.INVENTORY_VACANCY.events)
        table = tuple(
            topics.Topic(**{**_fields(topic), "events": events}) if topic is topics.INVENTORY_VACANCY else topic
            for topic in topics.TOPICS
        )
        monkeypatch.setattr(schemas_module, "TOPICS", table)
        monkeypatch.setattr("contracts.asyncapi.TOPICS", table)

    return replace


def _fields(topic: topics.Topic) -> dict[str, Any]:
    return {name: getattr(topic, name) for name in topic.__dataclass_fields__}


def run(files: Files, command: str) -> int:
    return main([command, "--root", str(files.root)])


def sentences(files: Files, capsys: pytest.CaptureFixture[str]) -> list[str]:
    capsys.readouterr()
    assert run(files, "check") == 1
    return capsys.readouterr().err.splitlines()


def test_what_was_written_and_released_passes_and_says_nothing(
    files: Files, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(files, "check") == 0
    assert run(files, "write") == 0
    assert run(files, "release") == 0
    assert capsys.readouterr() == ("", "")


def test_an_empty_checkout_lacks_everything(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = sentences(Files(tmp_path), capsys)
    assert f"{CURRENT}: {TYPE}: the schema is missing; run `python -m contracts write`" in found
    assert f"{GOLDEN}: {TYPE}: the golden example is missing; run `python -m contracts write`" in found
    assert any(sentence.startswith("docs/asyncapi.yaml: ") for sentence in found)


def test_an_additive_change_goes_from_stale_to_written_to_released(
    files: Files, model: Model, capsys: pytest.CaptureFixture[str]
) -> None:
    first = (files.root / FIRST).read_bytes()
    golden = (files.root / GOLDEN).read_bytes()
    model(tenant_signed_at=(str | None, None), example={"tenant_signed_at": "2026-12-14"})
    assert (
        f"{CURRENT}: {TYPE}: properties.tenant_signed_at is not what the model says; run `python -m contracts write`"
        in (sentences(files, capsys))
    )
    run(files, "write")
    assert run(files, "check") == 0
    assert json.loads((files.goldens / TYPE / "2.json").read_text())["tenant_signed_at"] == "2026-12-14"
    capsys.readouterr()
    assert run(files, "release") == 0
    assert capsys.readouterr().out == f"released {SECOND}\n"
    assert run(files, "check") == 0
    assert ((files.root / FIRST).read_bytes(), (files.root / GOLDEN).read_bytes()) == (first, golden)


def test_a_change_of_words_is_no_release(files: Files, model: Model, capsys: pytest.CaptureFixture[str]) -> None:
    model(lease_signed_on=(VacancyLet.model_fields["lease_signed_on"].annotation, ...))
    run(files, "write")
    capsys.readouterr()
    assert run(files, "release") == 0
    assert capsys.readouterr().out == ""
    assert not (files.root / SECOND).exists()


def test_a_breaking_change_is_neither_checked_in_nor_released(
    files: Files, model: Model, capsys: pytest.CaptureFixture[str]
) -> None:
    model("lease_signed_on")
    run(files, "write")
    found = sentences(files, capsys)
    assert any(
        sentence.startswith(f"{FIRST}: {TYPE}: lease_signed_on: the field was removed or renamed in the model; ")
        for sentence in found
    )
    assert run(files, "release") == 1
    assert not (files.root / SECOND).exists()


def test_an_old_golden_that_is_no_longer_read_is_named_with_its_field(
    files: Files, model: Model, capsys: pytest.CaptureFixture[str]
) -> None:
    model(example={"desk": "A"}, desk=(str, ...))
    run(files, "write")
    assert f"{GOLDEN}: {TYPE}: VacancyLet does not read desk: Field required" in sentences(files, capsys)


def test_a_golden_sets_the_new_field(files: Files, model: Model, capsys: pytest.CaptureFixture[str]) -> None:
    model(desk=(str | None, None))
    run(files, "write")
    second = GOLDEN.replace("1.json", "2.json")
    assert f"{second}: {TYPE}: desk is not set; a golden example sets every field of its release" in (
        sentences(files, capsys)
    )


def test_a_golden_in_the_making_follows_the_example_until_it_is_released(
    files: Files, model: Model, capsys: pytest.CaptureFixture[str]
) -> None:
    model(desk=(str | None, None), example={"desk": "A"})
    run(files, "write")
    model(desk=(str | None, None), example={"desk": "B"})
    second = GOLDEN.replace("1.json", "2.json")
    assert f"{second}: {TYPE}: desk is not what contracts.examples says; run `python -m contracts write`" in (
        sentences(files, capsys)
    )
    run(files, "write")
    run(files, "release")
    model(desk=(str | None, None), example={"desk": "C"})
    run(files, "write")
    assert json.loads((files.root / second).read_text())["desk"] == "B"


def test_a_change_given_up_before_its_release_leaves_nothing(
    files: Files, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    model(desk=(str | None, None), example={"desk": "A"})
    run(files, "write")
    assert (files.goldens / TYPE / "2.json").exists()
    monkeypatch.undo()
    run(files, "write")
    assert not (files.goldens / TYPE / "2.json").exists()
    assert run(files, "check") == 0


def test_a_model_that_is_gone_is_missed(
    files: Files, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tuple(topic for topic in topics.TOPICS if topic is not topics.DEMAND_CONTACT)
    monkeypatch.setattr(schemas_module, "TOPICS", table)
    found = sentences(files, capsys)
    contact = "demand.contact.recorded.v1"
    released = f"libs/contracts/schemas/released/{contact}.1.json"
    assert f"{released}: {contact}: its model is gone; put it back, stored events stay readable" in found
    assert f"contracts.topics: {contact}: the event is in no topic; add it to the line of its topic" in found
    assert f"libs/contracts/goldens/{contact}: {contact}: there is no such event" in found


def test_an_event_without_an_example(
    files: Files, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check, "EXAMPLES", {})
    monkeypatch.setattr("contracts.asyncapi.EXAMPLES", examples.EXAMPLES)
    assert f"contracts.examples: {TYPE}: the event has no example; add one with every field set" in (
        sentences(files, capsys)
    )


def test_releases_count_without_a_gap_and_each_adds_to_the_one_before(
    files: Files, capsys: pytest.CaptureFixture[str]
) -> None:
    schema = json.loads((files.root / FIRST).read_text())
    schema["properties"].pop("version")
    (files.root / SECOND).write_text(json.dumps(schema))
    found = sentences(files, capsys)
    assert any(
        sentence.startswith(f"{SECOND}: {TYPE}: version: the field was removed or renamed since {TYPE}.1.json; ")
        for sentence in found
    )
    (files.root / SECOND).rename(files.root / SECOND.replace(".2.json", ".3.json"))
    assert any("the releases are [1, 3]; they count from 1 without a gap" in one for one in sentences(files, capsys))


def test_a_file_that_no_release_knows(files: Files, capsys: pytest.CaptureFixture[str]) -> None:
    stray = files.current / "inventory.vacancy.squatted.v1.json"
    stray.write_text("{}")
    (files.goldens / TYPE / "7.json").write_text("{}")
    found = sentences(files, capsys)
    assert any(sentence.startswith(f"{files.name(stray)}: inventory.vacancy.squatted.v1: ") for sentence in found)
    assert any(sentence.startswith(f"{GOLDEN.replace('1.json', '7.json')}: {TYPE}: ") for sentence in found)
    run(files, "write")
    assert run(files, "check") == 0


def test_a_file_that_is_no_json_is_named(files: Files, capsys: pytest.CaptureFixture[str]) -> None:
    (files.root / GOLDEN).write_text("<<<<<<< HEAD")
    (sentence,) = sentences(files, capsys)
    assert sentence.startswith(f"{files.root / GOLDEN}: not JSON (")


class History:
    """The checkout as a git repository."""

    IDENTITY: ClassVar[list[str]] = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]

    def __init__(self, root: Path) -> None:
        self.root = root
        self._git("init", "-q")

    def commit(self) -> None:
        self._git("add", "-A")
        self._git("commit", "-qm", "a change", "--no-verify")

    def _git(self, *arguments: str) -> None:
        subprocess.run(["git", "-C", str(self.root), *self.IDENTITY, *arguments], check=True)


@pytest.fixture
def history(files: Files) -> History:
    history = History(files.root)
    history.commit()
    return history


def changed(path: Path) -> None:
    document = json.loads(path.read_text())
    document["title" if "schemas" in path.parts else "version"] = 99
    path.write_text(json.dumps(document))


@pytest.mark.parametrize("name", [FIRST, GOLDEN])
@pytest.mark.parametrize("committed", [False, True])
def test_a_released_file_never_changes_also_not_by_a_commit(
    files: Files, history: History, name: str, committed: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    changed(files.root / name)
    if committed:
        history.commit()
    expected = f"{name}: {TYPE}: a released file was changed; put it back and release an addition"
    assert sentences(files, capsys) == [expected]


def test_a_released_file_that_is_put_back_passes(files: Files, history: History) -> None:
    before = (files.root / FIRST).read_bytes()
    changed(files.root / FIRST)
    history.commit()
    (files.root / FIRST).write_bytes(before)
    history.commit()
    assert run(files, "check") == 0


@pytest.mark.parametrize("committed", [False, True])
def test_a_released_file_never_goes(
    files: Files, history: History, committed: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    (files.root / FIRST).unlink()
    if committed:
        history.commit()
    assert f"{FIRST}: {TYPE}: a released file was removed; put it back" in sentences(files, capsys)


def test_a_golden_in_the_making_may_change_between_commits(files: Files, history: History, model: Model) -> None:
    for desk in ("A", "B"):
        model(desk=(str | None, None), example={"desk": desk})
        run(files, "write")
        history.commit()
        assert run(files, "check") == 0
    run(files, "release")
    history.commit()
    assert run(files, "check") == 0


def test_a_new_major_is_a_type_of_its_own_and_the_old_one_stays(
    files: Files, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    second = TYPE.replace(".v1", ".v2")
    let = create_model("VacancyLetV2", __base__=Event, vacancy_id=(str, ...), signed=(dt.date, ...))
    let.TYPE = second
    let.key = VacancyLet.key  # type: ignore[method-assign, assignment]  # the same property
    events = (*topics.INVENTORY_VACANCY.events, let)
    table = tuple(
        topics.Topic(**{**_fields(topic), "events": events}) if topic is topics.INVENTORY_VACANCY else topic
        for topic in topics.TOPICS
    )
    monkeypatch.setattr(schemas_module, "TOPICS", table)
    monkeypatch.setattr("contracts.asyncapi.TOPICS", table)
    monkeypatch.setitem(examples.EXAMPLES, second, let(vacancy_id="b3d7", signed=dt.date(2026, 12, 14)))
    golden = f"libs/contracts/goldens/{second}/1.json"
    assert f"{golden}: {second}: the golden example is missing; run `python -m contracts write`" in (
        sentences(files, capsys)
    )
    run(files, "write")
    run(files, "release")
    assert run(files, "check") == 0
    assert (files.released / f"{second}.1.json").exists()
    assert (files.root / FIRST).exists()
