"""What strangers' files do to a reader: each line is either read or named with its reason."""

import codecs

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from intake_samples import HEADER, HOMES, PROFILE

from intake import FileRefused, Profile, Rejection, Row, Source
from intake.delimited import LONGEST_RECORD, sniffed
from intake.lines import LONGEST_LINE

LINE = "A01;12;rue des Peupliers;3;412,50;01/02/1999;13\n"
VALUES = {
    "lift": True,
    "reference": "A01",
    "street": "12 rue des Peupliers",
    "rooms": 3,
    "rent": 41250,
    "since": "1999-02-01",
    "loan": "PLUS",
}


def test_a_plain_file(read):
    rows, rejections, notes = read(HEADER + LINE)
    assert (rows, rejections, notes) == ([Row(2, VALUES)], [], [])


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(codecs.BOM_UTF8 + (HEADER + LINE).encode(), id="with a byte order mark"),
        pytest.param((HEADER + LINE).replace("\n", "\r\n").encode(), id="with Windows' line ends"),
        pytest.param((HEADER + LINE.rstrip()).encode(), id="without the last line end"),
        pytest.param((HEADER + LINE.replace(",", ".")).replace(";", ",").encode(), id="with commas"),
        pytest.param((HEADER + LINE).replace(";", "\t").encode(), id="with tabulators"),
        pytest.param(
            (HEADER + "\n;;\n"[:1] + LINE).replace("Réf.", " REF ").encode(), id="with a header of its own case"
        ),
        pytest.param((HEADER + LINE.replace("rue des Peupliers", '"rue des Peupliers"')).encode(), id="with quotes"),
    ],
)
def test_manners_of_writing_say_the_same(read, written):
    rows, rejections, _ = read(written)
    assert [row.values for row in rows] == [VALUES]
    assert rejections == []


def test_encodings_are_told_line_by_line(read):
    windows = LINE.replace("Peupliers", "Érables").encode("cp1252")
    utf8 = LINE.replace("A01", "A02").replace("Peupliers", "Chênes").encode()
    rows, rejections, notes = read(HEADER.encode() + windows + utf8 + windows.replace(b"A01", b"A03"))
    assert [row.values["street"] for row in rows] == ["12 rue des Érables", "12 rue des Chênes", "12 rue des Érables"]
    assert rejections == []
    assert notes == [(2, "2 lines from here on are not UTF-8 and were read as Windows-1252")]


def test_what_is_no_text_is_named_by_its_line(read):
    rows, rejections, _ = read(HEADER.encode() + b"A01;\x81;x;1;;;\n" + b"A02;1;x\0y;1;;;\n" + LINE.encode())
    assert [row.line for row in rows] == [4]
    assert [(one.line, one.reason.split(";")[0]) for one in rejections] == [
        (2, "byte 5 is neither UTF-8 nor Windows-1252"),
        (3, "the line holds zero bytes, as a file does that was not written to its end"),
    ]


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE])
def test_a_wide_file_is_refused_with_the_way_out(read, mark):
    with pytest.raises(FileRefused, match=r"written in UTF-(16|32): save it as UTF-8"):
        read(mark + b"\0\0\0\0")


def test_an_empty_file_and_a_header_of_something_else_are_refused(read):
    with pytest.raises(FileRefused, match="The file is empty"):
        read(b"")
    with pytest.raises(FileRefused, match=r"no column 'Réf\.', from which reference is read; it has nom, prenom"):
        read("nom;prénom\nx;y\n")


def test_every_wrong_cell_of_a_line_is_named(read):
    _, rejections, _ = read(HEADER + "a-1;12;rue X;12;nan;31/02/2001;14\n;;;1;;;\n")
    assert rejections == [
        Rejection(2, "reference", "a-1", "not of the form three digits or capitals"),
        Rejection(2, "rooms", "12", "not between 1 and 9"),
        Rejection(2, "rent", "nan", "not a number"),
        Rejection(2, "since", "31/02/2001", "no date that exists, written as dd/mm/yyyy or mm/yyyy"),
        Rejection(2, "loan", "14", "none of the codes 13, 11"),
        Rejection(3, "reference", "", "it is not told, and has to be"),
        Rejection(3, "street", "", "it is not told, and has to be"),
    ]


def test_what_the_file_does_not_say_is_not_in_the_row(read):
    (row,), _, notes = read("Réf.;Voie;Loyer\nA01;rue X;9999\n")
    assert row.values == {"lift": True, "reference": "A01", "street": "rue X", "rooms": 1}
    assert (1, "the file has no column 'Prêt': what it would say is not known") in notes


def test_a_quoted_field_spans_lines_and_the_next_line_keeps_its_number(read):
    spanning = LINE.replace("rue des Peupliers", '"rue ""des""\nPeupliers; bis"')
    rows, rejections, _ = read(HEADER + spanning + LINE.replace("A01", "A02"))
    assert [(row.line, row.values["street"]) for row in rows] == [
        (2, '12 rue "des" Peupliers; bis'),
        (4, "12 rue des Peupliers"),
    ]
    assert rejections == []


def test_a_quote_that_nobody_closes_costs_its_line_alone(read):
    broken = LINE.replace("rue", '"rue')
    others = "".join(LINE.replace("A01", f"B{number:02}") for number in range(LONGEST_RECORD + 5))
    rows, rejections, _ = read(HEADER + broken + others)
    assert len(rows) == LONGEST_RECORD + 5
    assert [(one.line, one.reason.split(";")[0]) for one in rejections] == [
        (2, f"a quote that opens here is not closed within {LONGEST_RECORD} lines")
    ]


def test_a_quote_within_a_text_is_part_of_it(read):
    rows, rejections, _ = read(HEADER + LINE.replace("rue des Peupliers", '5" et 6" rue'))
    assert [row.values["street"] for row in rows] == ['12 5" et 6" rue']
    assert rejections == []


@pytest.mark.parametrize("end", range(len(HEADER.encode()) + 2, len((HEADER + LINE).encode()) - 3))
def test_a_file_cut_short_anywhere_in_its_last_line_keeps_what_came_before(read, end):
    content = (HEADER + LINE + LINE.replace("A01", "A02")).encode()[: end + len(LINE.encode())]
    rows, rejections, _ = read(content)
    assert rows[0].values == VALUES
    assert len(rows) + len({one.line for one in rejections}) == 2
    if content.count(b";") < 18:
        assert [(one.line, "the file ends within this line" in one.reason) for one in rejections] == [(3, True)]


def test_too_few_and_too_many_fields(read):
    _, rejections, _ = read(HEADER + "A01;1\n" + LINE.rstrip() + ";more\n" + LINE.rstrip() + ";;\n")
    assert [(one.line, one.reason.split(";")[0]) for one in rejections] == [
        (2, "2 fields where 7 are expected"),
        (3, "8 fields where 7 are expected"),
    ]


def test_a_line_that_never_ends_is_passed_over(read):
    rows, rejections, _ = read(HEADER.encode() + b"A" * (2 * LONGEST_LINE + 5) + b"\n" + LINE.encode())
    assert [row.line for row in rows] == [3]
    assert [(one.line, one.reason) for one in rejections] == [
        (2, "the line is longer than 1,048,576 bytes; end each record with a line end")
    ]


def test_a_line_before_the_table_is_kept_apart(tmp_path):
    path = tmp_path / "homes.csv"
    path.write_text("exported on 1 May; 12 homes\n" + HEADER + LINE)
    with Source(path, Profile.parse(PROFILE + '[file]\npreamble = "export"', HOMES)) as source:
        (chunk,) = source.chunks(10)
        assert source.preamble == "exported on 1 May; 12 homes"
        assert [(row.line, row.values["reference"]) for row in chunk.rows] == [(3, "A01")]


@pytest.mark.parametrize(("line", "delimiter"), [("a;b,c;d", ";"), ("a,b", ","), ("a\tb", "\t"), ("alone", ";")])
def test_the_delimiter_is_told_from_the_first_line(line, delimiter):
    assert sniffed(line) == delimiter


def test_known_columns_tell_the_delimiter():
    assert sniffed("a, b, c and d;rooms;rent", {"rooms", "rent"}) == ";"


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_no_bytes_crash_the_reader(read, content):
    rows, rejections, _ = read(HEADER.encode() + content + b"\n" + LINE.encode())
    assert all(isinstance(one.line, int) and one.reason for one in rejections)
    assert all(row.values["reference"] for row in rows)


cells = st.text(st.characters(codec="utf-8", exclude_characters='\0\r\n";', exclude_categories=["Cc"]), max_size=12)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(cells, min_size=1, max_size=3), max_size=8), st.integers(1, 4))
def test_every_record_is_read_or_rejected_once_whatever_the_chunks(read, records, size):
    content = HEADER + "".join(";".join(record) + "\n" for record in records)
    rows, rejections, _ = read(content, size=size)
    lines = [row.line for row in rows] + list({one.line for one in rejections})
    written = [number for number, record in enumerate(records, 2) if ";".join(record).strip()]
    assert sorted(lines) == written
