import json
from pathlib import Path

import pytest

from stack.servers import ServerError, StackFolder, cache_folder
from stack.servers.folder import LAYOUT_VERSION


def version_in(folder: Path) -> int:
    return int(json.loads((folder / "layout.json").read_text())["version"])


def test_a_new_folder_says_its_layout(tmp_path: Path) -> None:
    with StackFolder(tmp_path / "stack") as folder:
        assert version_in(folder.path) == LAYOUT_VERSION
        assert folder / "postgres" == tmp_path / "stack" / "postgres"
    with StackFolder(tmp_path / "stack"):
        pass


def test_an_older_folder_is_migrated_step_by_step(tmp_path: Path) -> None:
    with StackFolder(tmp_path, version=1):
        (tmp_path / "a").write_text("kept")

    def rename_a_to_b(folder: Path) -> None:
        (folder / "a").rename(folder / "b")

    def rename_b_to_c(folder: Path) -> None:
        (folder / "b").rename(folder / "c")

    with StackFolder(tmp_path, version=3, migrations={1: rename_a_to_b, 2: rename_b_to_c}):
        assert (tmp_path / "c").read_text() == "kept"
    assert version_in(tmp_path) == 3


def test_a_newer_folder_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with StackFolder(tmp_path, version=LAYOUT_VERSION + 1):
        pass
    with pytest.raises(ServerError, match=r"made by a newer Parcours.*update Parcours, or use another folder"):
        StackFolder(tmp_path).open()
    assert version_in(tmp_path) == LAYOUT_VERSION + 1


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(ServerError, match="not a folder of Parcours"):
        StackFolder(tmp_path).open()
    assert not (tmp_path / "layout.json").exists()


def test_an_unreadable_layout_is_refused(tmp_path: Path) -> None:
    (tmp_path / "layout.json").write_text("{}")
    with pytest.raises(ServerError, match="not readable as a layout"):
        StackFolder(tmp_path).open()


def test_a_folder_is_open_once_at_a_time(tmp_path: Path) -> None:
    with StackFolder(tmp_path), pytest.raises(ServerError, match="in use by a running Parcours"):
        StackFolder(tmp_path).open()
    with StackFolder(tmp_path):
        pass


def test_the_cache_is_where_the_user_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PARCOURS_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".cache" / "parcours"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "xdg" / "parcours"
    monkeypatch.setenv("PARCOURS_CACHE", str(tmp_path / "own"))
    assert cache_folder() == tmp_path / "own"
