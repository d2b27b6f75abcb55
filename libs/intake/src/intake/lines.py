"""A file of unknown origin as numbered lines of text.

Encodings are told line by line: what is UTF-8 is read as UTF-8, what is not as Windows-1252, because exports put
together from several systems hold both. Nothing but the line at hand is in memory.
"""

import codecs
from collections import deque
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from intake.rejection import FileRefused, Rejection, excerpt

Line = tuple[int, str] | Rejection
"""A line with its number, or why it cannot be read."""
LONGEST_LINE = 1 << 20
"""Bytes. Longer is no line of a table: a file without line ends would not fit into memory."""
_WIDE = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}


class Lines:
    """Iterates (number, text) of each line that can be read, a `Rejection` for each that cannot.

    Numbers begin at 1; line ends are taken off.

    Raises:
        FileRefused: when made, where the file is empty or wide (UTF-16, UTF-32).
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.number = 0
        self.position = 0
        """Bytes read so far."""
        self.windows_lines = 0
        """Lines that are not UTF-8 and were read as Windows-1252."""
        self.first_windows_line = 0
        self._again: deque[Line] = deque()
        self._cut = False
        self._made = self._make(self._beginning())

    def __iter__(self) -> Iterator[Line]:
        return self

    def __next__(self) -> Line:
        return self._again.popleft() if self._again else next(self._made)

    def put_back(self, lines: Iterable[Line]) -> None:
        """These come next, in this order."""
        self._again.extendleft(reversed(list(lines)))

    @property
    def cut(self) -> bool:
        """Whether the file ended with the line given last and without a line end, as one does that was cut short."""
        return self._cut and not self._again

    def _beginning(self) -> bytes:
        raw = self._file.readline(LONGEST_LINE)
        for mark, name in _WIDE.items():
            if raw.startswith(mark):
                raise FileRefused(f"The file is written in {name}: save it as UTF-8 and send it again.")
        if not raw:
            raise FileRefused("The file is empty.")
        self.position = len(raw)
        return raw.removeprefix(codecs.BOM_UTF8)

    def _make(self, raw: bytes) -> Iterator[Line]:
        while raw:
            self.number += 1
            self._cut = not raw.endswith(b"\n")
            if self._cut and len(raw) >= LONGEST_LINE:
                self._pass_over()
                reason = f"the line is longer than {LONGEST_LINE:,} bytes; end each record with a line end"
                yield Rejection(self.number, "", excerpt(raw[:200].decode("latin-1")), reason)
            else:
                yield self._read(raw)
            raw = self._file.readline(LONGEST_LINE)
            self.position += len(raw)

    def _pass_over(self) -> None:
        """The rest of a line that is too long."""
        while rest := self._file.readline(LONGEST_LINE):
            self.position += len(rest)
            if rest.endswith(b"\n"):
                return

    def _read(self, raw: bytes) -> Line:
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            try:
                text = raw.decode("cp1252")
            except UnicodeDecodeError as error:
                reason = f"byte {error.start + 1} is neither UTF-8 nor Windows-1252; save the file as UTF-8"
                return Rejection(self.number, "", excerpt(raw.decode("latin-1")), reason)
            self.windows_lines += 1
            self.first_windows_line = self.first_windows_line or self.number
        if "\0" in text:
            reason = "the line holds zero bytes, as a file does that was not written to its end; export it again"
            return Rejection(self.number, "", excerpt(text.replace("\0", "")), reason)
        return self.number, text.rstrip("\r\n")
