"""XML in pieces says what it says as a whole, or is read as a whole."""

import tracemalloc

import pytest

from intake import FileRefused, Rejection
from intake.pieces import NotCut, cuts
from intake.xml import elements

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<n:list xmlns:n="http://example.org/" of="some">\n'
ONE = '<n:home id="{}">\n  <n:street kind="a">rue des Érables</n:street>\n</n:home>\n'
FOOT = "</n:list>\n"
HOMES = "".join(map(ONE.format, range(7)))


def said(line, element):
    return line, element.get("id"), element.findtext("street"), len(list(element.iter()))


def as_one(path, after=0):
    found = list(elements_said(path))
    return found[after:]


def elements_said(path):
    for one in elements(path, "home"):
        yield (one.line, one.reason) if isinstance(one, Rejection) else said(one.line, one.element)


def in_pieces(path, size):
    """What the pieces say, and how many of them did."""
    found = []
    try:
        for cut in cuts(path, "home", size):
            pieces = list(cut.pieces())
            told = cut.frame.elements([piece for _, piece in pieces])
            found += [said(line, element) for (line, _), element in zip(pieces, told, strict=True)]
    except NotCut:
        return found + as_one(path, after=len(found)), len(found)
    return found, len(found)


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        pytest.param(HEAD + HOMES + FOOT, 7, id="plain"),
        pytest.param((HEAD + HOMES + FOOT).replace("\n", "\r\n"), 7, id="with Windows' line ends"),
        pytest.param((HEAD + HOMES + FOOT).replace("n:", "").replace(":n=", "="), 7, id="without a prefix"),
        pytest.param(HEAD + "<other><home2/></other>" + HOMES + "<!-- end --><n:more/>" + FOOT, 7, id="with others"),
        pytest.param(HEAD + "<n:part a='1'>" + HOMES + "</n:part>" + FOOT, 7, id="deeper"),
        pytest.param(HEAD + HOMES.replace("\n</n:home>", "</n:home \n>") + FOOT, 7, id="spaces in the end tag"),
        pytest.param(HEAD + HOMES.replace("rue", "rue<!-- of -->") + FOOT, 7, id="comments"),
        pytest.param(HEAD + HOMES.replace("rue", "rue<![CDATA[ </n:home> ]]>") + FOOT, 0, id="an end in a text"),
        pytest.param(HEAD + HOMES + "<!-- </n:home> <n:home> -->" + HOMES + FOOT, 6, id="an end in a comment"),
        pytest.param(HEAD + "<p>" + HOMES + "</p><q>" + HOMES + "</q>" + FOOT, 6, id="in several parts"),
        pytest.param(HEAD + "<n:home><n:home/></n:home>" + HOMES + FOOT, 0, id="one in another"),
        pytest.param(HEAD + '<n:home id="empty"/>' + HOMES + FOOT, 0, id="an empty one"),
        pytest.param(HEAD + HOMES + "<m:home xmlns:m='m' id='m'></m:home>" + HOMES + FOOT, 6, id="another prefix"),
        pytest.param(HEAD + HOMES + "<open>" + HOMES + FOOT, 6, id="a tag that is not closed"),
        pytest.param(HEAD + HOMES + "<n:home></street></n:home>" + HOMES + FOOT, 6, id="broken"),
        pytest.param(HEAD + HOMES.replace("rue", "&rue;", 1) + FOOT, 0, id="an entity of nobody"),
        pytest.param(HEAD + HOMES + ONE[:30], 7, id="cut short in one"),
        pytest.param(HEAD + HOMES, 7, id="cut short after one"),
        pytest.param(HEAD + HOMES + FOOT + "more", 7, id="more than a file"),
        pytest.param(HEAD + FOOT, 0, id="without any"),
        pytest.param("<home id='a'></home>", 1, id="the root itself"),
    ],
)
@pytest.mark.parametrize("size", [3, 100])
def test_pieces_say_what_the_whole_says(tmp_path, text, cut, size):
    path = tmp_path / "homes.xml"
    path.write_text(text, encoding="utf-8", newline="")
    found, counted = in_pieces(path, size)
    assert found == as_one(path)
    if size == 3:
        assert counted == cut


@pytest.mark.parametrize("encoding", ["utf-8-sig", "windows-1252", "iso-8859-15"])
def test_in_other_encodings(tmp_path, encoding):
    path = tmp_path / "homes.xml"
    path.write_bytes((HEAD.replace("UTF-8", encoding.removesuffix("-sig")) + HOMES + FOOT).encode(encoding))
    found, counted = in_pieces(path, 3)
    assert (found, counted) == (as_one(path), 7)
    assert found[0][2] == "rue des Érables"


@pytest.mark.parametrize(
    "text",
    ["<!DOCTYPE list [<!ENTITY a 'b'>]><list><home>&a;</home></list>", "home;street\n1;rue\n", "", "\0<home></home>"],
)
def test_what_is_refused_as_a_whole_is_not_cut(tmp_path, text):
    path = tmp_path / "homes.xml"
    path.write_text(text)
    with pytest.raises(NotCut):
        list(cuts(path, "home", 3))
    with pytest.raises(FileRefused):
        as_one(path)


def test_memory_stays_flat(tmp_path):
    path = tmp_path / "large.xml"
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD)
        file.writelines(ONE.format(number) for number in range(200_000))
        file.write(FOOT)
    tracemalloc.start()
    try:
        count = sum(len(cut.ends) for cut in cuts(path, "home", 1000))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 200_000
    assert peak < 6 << 20 < path.stat().st_size / 2
