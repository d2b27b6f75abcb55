import pytest

from intake import DropFolder


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "999000001/rpls").mkdir(parents=True)
    return DropFolder(tmp_path)


def leave(folder, name, text="a"):
    path = folder.root / "999000001/rpls" / name
    path.write_text(text)
    return path


def test_a_file_is_taken_once_it_stands_still(folder):
    path = leave(folder, "homes.csv")
    assert folder.settled() == []
    path.write_text("more")
    assert folder.settled() == []
    (drop,) = folder.settled()
    assert (drop.sender, drop.profile, drop.name) == ("999000001", "rpls", "999000001/rpls/homes.csv")


def test_what_is_not_whole_or_not_ours_is_left_alone(folder):
    for name in ("homes.csv.part", ".homes.csv", "notes.pdf"):
        leave(folder, name)
    leave(folder, "empty.csv", "")
    (folder.root / "999000001/stray.csv").write_text("a")
    folder.settled()
    assert folder.settled() == []


def test_a_finished_file_and_its_report_move_and_never_overwrite(folder):
    for _ in range(2):
        leave(folder, "homes.csv")
        folder.settled()
        (drop,) = folder.settled()
        folder.report_of(drop).write_text("report")
        folder.finish(drop, done=True)
    done = folder.root / "999000001/rpls/done"
    assert sorted(path.name for path in done.iterdir()) == [
        "homes-2.csv",
        "homes-2.csv.report.csv",
        "homes.csv",
        "homes.csv.report.csv",
    ]
    assert folder.settled() == []


def test_a_failed_file_stands_apart(folder):
    leave(folder, "homes.csv")
    folder.settled()
    (drop,) = folder.settled()
    assert folder.finish(drop, done=False) == folder.root / "999000001/rpls/failed/homes.csv"
