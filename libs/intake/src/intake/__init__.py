"""Files of other systems: encodings, delimiters, mapping profiles, a report by line, a watched folder.

`Source` reads a file through a `Profile` into chunks; whoever stores them keeps a `Tally` and writes a `Report`.
`DropFolder` finds files that systems leave. Nothing here knows a database.
"""

from intake.drop import Drop, DropFolder
from intake.kinds import Choice, Day, Flag, Many, Money, Number, Text, Whole
from intake.mapping import Row
from intake.profile import Profile, ProfileRefused, Target, Wanted
from intake.rejection import FileRefused, Refused, Rejection
from intake.report import Report, Tally, beside
from intake.source import Batch, Chunk, Source

__all__ = [
    "Batch",
    "Choice",
    "Chunk",
    "Day",
    "Drop",
    "DropFolder",
    "FileRefused",
    "Flag",
    "Many",
    "Money",
    "Number",
    "Profile",
    "ProfileRefused",
    "Refused",
    "Rejection",
    "Report",
    "Row",
    "Source",
    "Tally",
    "Target",
    "Text",
    "Wanted",
    "Whole",
    "beside",
]
