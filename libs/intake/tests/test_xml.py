import tracemalloc

import pytest

from intake import FileRefused, Rejection
from intake.xml import elements, local

HEAD = '<?xml version="1.0" encoding="{}"?>\n<n:list xmlns:n="http://example.org/">\n'
ONE = '<n:home id="{}">\n  <street>rue des Érables</street>\n</n:home>\n'
FOOT = "</n:list>\n"


@pytest.fixture
def read(tmp_path):
    def read(text, encoding="utf-8"):
        path = tmp_path / "homes.xml"
        path.write_bytes(text.format(encoding).encode(encoding) if "{}" in text[:60] else text.encode(encoding))
        return [
            one if isinstance(one, Rejection) else (one.line, one.element.get("id"), one.element.findtext("street"))
            for one in elements(path, "home")
        ]

    return read


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1252"])
def test_each_element_with_its_line(read, encoding):
    text = HEAD.format(encoding) + ONE.format(1) + "<other><home2/></other>\n" + ONE.format(2) + FOOT
    assert read(text, encoding) == [(3, "1", "rue des Érables"), (7, "2", "rue des Érables")]


def test_what_comes_before_a_break_is_kept(read):
    text = HEAD.format("utf-8") + ONE.format(1) + "<n:home></street></n:home>\n" + ONE.format(3) + FOOT
    first, broken = read(text)
    assert first[1] == "1"
    assert (broken.line, "no XML from here on" in broken.reason) == (6, True)


def test_a_file_cut_short(read):
    first, broken = read(HEAD.format("utf-8") + ONE.format(1) + ONE.format(2)[:-12])
    assert first[1] == "1"
    assert "the file ends too early" in broken.reason


@pytest.mark.parametrize(
    "text",
    [
        '<?xml version="1.0"?><!DOCTYPE list [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><list>&b;</list>',
        "<!-- a -->\n<!DOCTYPE list SYSTEM 'file:///etc/passwd'>\n<list/>",
        "home;street\n1;rue\n",
        "",
    ],
)
def test_document_types_and_other_things_are_refused(read, text):
    with pytest.raises(FileRefused, match=r"document type|no XML"):
        read(text)


def test_memory_stays_flat(tmp_path):
    path = tmp_path / "large.xml"
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD.format("utf-8"))
        file.writelines(ONE.format(number) for number in range(40_000))
        file.write(FOOT)
    tracemalloc.start()
    try:
        count = sum(1 for _ in elements(path, "home"))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 40_000
    assert peak < 1 << 20
    assert path.stat().st_size > 2 << 20


def test_local_names():
    assert (local("{http://example.org/}home"), local("home")) == ("home", "home")
