"""A target and a profile to read files with."""

from intake import Choice, Day, Flag, Many, Money, Number, Target, Text, Wanted, Whole

HOMES = Target(
    "home",
    {
        "reference": Wanted(Text(pattern=r"[0-9A-Z]{3}", like="three digits or capitals"), required=True),
        "street": Wanted(Text(), required=True),
        "rooms": Wanted(Whole(1, 9)),
        "area": Wanted(Number(1, 1000)),
        "rent": Wanted(Money(1_000_00)),
        "since": Wanted(Day()),
        "lift": Wanted(Flag()),
        "loan": Wanted(Choice(("PLAI", "PLUS"))),
        "fittings": Wanted(Many(Whole(1, 6))),
    },
)
PROFILE = """
name = "homes"

[fields.reference]
column = "Réf."
[fields.street]
columns = ["N°", "Voie"]
[fields.rooms]
column = "Pièces"
default = 1
[fields.rent]
column = "Loyer"
absent = ["9999"]
[fields.since]
column = "Mise en service"
formats = ["%d/%m/%Y", "%m/%Y"]
[fields.loan]
column = "Prêt"
codes = { "13" = "PLUS", "11" = "PLAI" }
[fields.lift]
constant = true
"""
HEADER = "Réf.;N°;Voie;Pièces;Loyer;Mise en service;Prêt\n"
