import pytest

from intake import Choice, Day, Flag, Many, Money, Number, Refused, Text, Whole
from intake.kinds import Options


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Number(0, 1e6), "1 234,5", 1234.5),
        (Number(0, 1e6), "1\u202f234,5", 1234.5),
        (Number(0, 1e6), "1,234.5", 1234.5),
        (Number(0, 1e6), "1.234,5", 1234.5),
        (Number(-5, 5), "-2", -2.0),
        (Whole(0, 99), "12,00", 12),
        (Money(100_000), "412,505 €", 41250),
        (Money(100_000).configured(Options(unit="cents")), "41250", 41250),
        (Day(), "29/02/2024", "2024-02-29"),
        (Day().configured(Options(formats=("%m/%Y",))), "03/2009", "2009-03-01"),
        (Flag(), "Oui", True),
        (Flag(), "2", False),
        (Text(), "  rue\u00a0 des \t Lilas ", "rue des Lilas"),
        (Text(upper=True), "a1", "A1"),
        (Many(Whole(1, 6)), "1, 3,", [1, 3]),
        (Choice(("a", "b")), "b", "b"),
    ],
)
def test_what_is_taken(kind, text, value):
    assert kind.read(text) == value


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        (Number(0, 10), "11", "not between 0 and 10"),
        (Number(0, 10), "inf", "not a number"),
        (Number(0, 10), "", "not a number"),
        (Whole(0, 99), "1,5", "not a whole number"),
        (Money(100_00), "100,01", "not between 0 and 100.00 euros"),
        (Day(), "30/02/2024", "no date that exists, written as yyyy-mm-dd or dd/mm/yyyy"),
        (Day(), "01/01/1850", "not between 1900-01-01 and 2100-12-31"),
        (Flag(), "perhaps", "neither yes"),
        (Text(longest=3), "long", "longer than 3 characters"),
        (Choice(("a", "b")), "c", "none of a, b"),
        (Many(Whole(1, 6)), "1,9", "not between 1 and 6"),
    ],
)
def test_what_is_not(kind, text, reason):
    with pytest.raises(Refused, match=reason):
        kind.read(text)
