"""XML of any size: one element of a kind at a time, each with the line it begins on, and nothing kept of the others.

Document types and the entities they could declare are refused: a few lines of them can fill any memory.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

from intake.lines import LONGEST_LINE
from intake.rejection import FileRefused, Rejection
from intake.source import opened

_DOCTYPE = b"<!DOCTYPE"


class Found(NamedTuple):
    """An element of the kind looked for; `position` is how many bytes were read when it ended.

    It and its parts have their local names, without namespaces.
    """

    line: int
    element: ET.Element
    position: int


def local(name: str) -> str:
    """An element's name without its namespace."""
    return name.rpartition("}")[2]


def elements(path: Path, kind: str) -> Iterator[Found | Rejection]:
    """Every element of this local name, in the file's order; the last thing is a `Rejection` where the file breaks off.

    Raises:
        FileRefused: it cannot be read, has a document type, or is no XML from its first line.
    """
    with opened(path) as file:
        parser: Any = ET.XMLPullParser(("start", "end"))
        root: ET.Element | None = None
        names: dict[str, str] = {}
        begins, line, position, tail = 0, 1, 0, b""
        while raw := file.readline(LONGEST_LINE):
            position += len(raw)
            if root is None:
                tail = (tail + raw)[-LONGEST_LINE:]
                if _DOCTYPE in tail or b"\0" in raw:
                    raise FileRefused(
                        "The file has a document type, or is not UTF-8: send plain XML without a DOCTYPE."
                    )
            try:
                parser.feed(raw)
                events: Any = parser.read_events()
                for event, element in events:
                    root = element if root is None else root
                    tag = element.tag
                    name = names.get(tag) or names.setdefault(tag, local(tag))
                    if event == "end":
                        element.tag = name
                    if name != kind:
                        continue
                    if event == "start":
                        begins = line
                    else:
                        yield Found(begins, element, position)
                        element.clear()
                        root.clear()
            except ET.ParseError as error:
                if root is None:
                    raise FileRefused(f"The file is no XML: {error}.") from None
                yield Rejection(
                    line, "", "", f"the file is no XML from here on ({error}); what comes after was not read"
                )
                return
            line += raw.endswith(b"\n")
        try:
            parser.close()
        except ET.ParseError as error:
            if root is None:
                raise FileRefused(f"The file is no XML: {error}.") from None
            yield Rejection(line, "", "", f"the file ends too early ({error}): export it again")
