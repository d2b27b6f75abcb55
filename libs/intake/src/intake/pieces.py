"""XML cut into its elements of a kind without being parsed, so that several processes may parse it a part at a time.

The cut is a guess: end tags are looked for as bytes. Whoever parses the parts proves it, because what is well-formed
part for part between one and the same head and foot, with as many elements as pieces, is well-formed as a whole. Where
that fails, the cut is given up and `intake.xml` reads the file as one: it knows what to say of a file that is broken.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree as ET
from xml.parsers import expat

from intake.source import opened
from intake.xml import local

_BLOCK = 1 << 18
_LONGEST = 1 << 24
"""Bytes of a head, of an element, of all that comes after the last: longer is not cut."""


class NotCut(Exception):
    """What is left of the file has to be read as one."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around all pieces: the tags that are open where the first one begins, and their ends."""

    kind: str
    start: bytes
    """How the tag begins that an element of the kind begins with."""
    end: bytes
    """How the tag begins that ends it."""
    head: bytes
    foot: bytes

    def elements(self, pieces: Sequence[bytes]) -> list[ET.Element]:
        """The element of each piece, with the local names of all that it holds.

        Raises:
            NotCut: the pieces are not what they seem.
        """
        try:
            root = ET.XML(b"".join((self.head, *pieces, self.foot)))
        except (ET.ParseError, ValueError, LookupError):
            raise NotCut from None
        names: dict[str, str] = {}
        found = []
        for element in root.iter():
            tag = element.tag
            name = names.get(tag)
            if name is None:
                name = names[tag] = local(tag) if isinstance(tag, str) else ""
            if name is not tag:
                element.tag = name
            if name == self.kind:
                found.append(element)
        if len(found) != len(pieces):
            raise NotCut
        return found


@dataclass(slots=True)
class Cut:
    """Some whole elements of a kind, each with what stands before it, as they are written."""

    frame: Frame
    line: int
    """On which they begin."""
    position: int
    """Bytes of the file up to their end."""
    data: bytes
    ends: list[int]

    def pieces(self) -> Iterator[tuple[int, bytes]]:
        """Each with the line its element begins on."""
        begin, line, start = 0, self.line, self.frame.start
        for end in self.ends:
            piece = self.data[begin:end]
            yield line + piece.count(b"\n", 0, max(0, piece.find(start))), piece
            begin, line = end, line + piece.count(b"\n")


def cuts(path: Path, kind: str, size: int) -> Iterator[Cut]:
    """Up to `size` elements of this local name each, in the file's order, with nothing but them in memory.

    Raises:
        FileRefused: the file cannot be read.
        NotCut: from here on it has to be read as one.
    """
    with opened(path) as file:
        frame, data = _frame(file, kind)
        line, position = 1 + frame.head.count(b"\n"), len(frame.head)
        ends: list[int] = []
        while True:
            whole = ends[-1] if ends else 0
            if end := _end(data, frame.end, whole):
                ends.append(end)
                if len(ends) < size:
                    continue
            elif block := file.read(_BLOCK):
                data += block
                if len(data) - whole > _LONGEST:
                    raise NotCut
                continue
            if ends:
                taken, data = data[: ends[-1]], data[ends[-1] :]
                position += len(taken)
                yield Cut(frame, line, position, taken, ends)
                line += taken.count(b"\n")
            if len(ends) < size:
                break
            ends = []
        _prove_end(frame.head + data)


def _end(data: bytes, tag: bytes, begin: int) -> int:
    """Where the element ends that begins there; 0 where its end is not there yet."""
    found = data.find(tag, begin)
    return 0 if found < 0 else data.find(b">", found + len(tag)) + 1


def _frame(file: BinaryIO, kind: str) -> tuple[Frame, bytes]:
    """What stands before the first element of the kind, and what was read from it on."""
    start = re.compile(rb"<(?:[^<>\s:/!?]+:)?" + re.escape(kind.encode()) + rb"(?=[\s/>])")
    data = b""
    while block := file.read(_BLOCK):
        data += block
        if found := start.search(data):
            head = data[: found.start()]
            if b"<!DOCTYPE" in head or b"\0" in head:
                break
            foot = b"".join(f"</{name}>".encode() for name in reversed(_open_tags(head)))
            return Frame(kind, found[0], b"</" + found[0][1:], head, foot), data[found.start() :]
        if len(data) > _LONGEST:
            break
    raise NotCut


def _open_tags(head: bytes) -> list[str]:
    parser, names = expat.ParserCreate(), list[str]()
    parser.StartElementHandler = lambda name, _attributes: names.append(name)
    parser.EndElementHandler = lambda _name: names.pop()
    try:
        parser.Parse(head, False)
    except (expat.ExpatError, ValueError, LookupError):
        raise NotCut from None
    return names


def _prove_end(rest: bytes) -> None:
    try:
        ET.XML(rest)
    except (ET.ParseError, ValueError, LookupError):
        raise NotCut from None
