"""`parcours letters`: print what is to go by post, and say what the post says of it."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from chassis.auth import Role
from intake import Day, FileRefused, Profile, ProfileRefused, Source, Target, Text, Wanted
from stack import tokens
from stack.api_client import call
from stack.cli.app import app
from stack.cli.options import Data
from stack.cli.running import run
from stack.cli.voice import console
from stack.errors import CommandError
from stack.state import StackState

letters = typer.Typer(help="Letters: print batches, registered numbers, what the post says.", no_args_is_help=True)
app.add_typer(letters, name="letters")

AT_ONCE = 500
_RECEIPT = Target(
    "receipts of the post",
    {
        "reference": Wanted(Text(longest=50), required=True),
        "on": Wanted(Day(), required=True),
        "reason": Wanted(Text(longest=300)),
    },
)
_OURS = """
name = "receipts of the post"
[fields.reference]
column = "reference"
[fields.on]
column = "on"
[fields.reason]
column = "reason"
"""
File = Annotated[Path, typer.Argument(help="CSV with the columns reference, on, reason.", exists=True, dir_okay=False)]
Mapped = Annotated[
    Path | None,
    typer.Option("--profile", help="A mapping profile (.toml) for the post's own columns.", show_default=False),
]


@letters.command("state")
def state(data: Data) -> None:
    """Say how many letters wait to be printed or posted, and how many registered numbers are left."""
    found = run(_ask(data, "GET", ""))
    console.print(
        f"{found['queued']} wait to be printed, {found['printed']} printed wait for the post's word; "
        f"{found['numbers']} registered numbers are left"
    )


@letters.command("numbers")
def numbers(
    file: Annotated[Path, typer.Argument(help="The numbers, one a line.", exists=True, dir_okay=False)], data: Data
) -> None:
    """Keep the registered numbers that the post allotted; one that is known is passed over."""
    listed = [line.strip() for line in file.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    added = known = 0
    for part in _parts(listed):
        kept = run(_ask(data, "POST", "/numbers", {"numbers": part}))
        added, known = added + kept["added"], known + kept["known"]
    console.print(f"{added} numbers added, {known} known before.")


@letters.command("print")
def print_letters(
    data: Data,
    out: Annotated[
        Path | None, typer.Option("--out", help="Where the files go.", show_default="the stack's folder/letters")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="Letters a batch.")] = 200,
) -> None:
    """Write what is queued as batches: a PDF with a letter a sheet, and its manifest as CSV.

    A batch that was made and not written to its end comes first, the same as it was: run it again after a failure.
    """
    folder = out or data / "letters"
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    while (made := run(_ask(data, "POST", "/batches", {"limit": limit})))["number"] is not None:
        number = made["number"]
        stem = f"letters-{number:06}"
        for form, suffix in (("pdf", ".pdf"), ("manifest", ".csv")):
            content = run(_fetch(data, f"/batches/{number}/{form}"))
            _write(folder / f"{stem}{suffix}", content)
        run(_send(data, f"/batches/{number}/printed"))
        console.print(f"{folder / stem}.pdf, and its manifest beside it")
        written += 1
    if not written:
        console.print("No letter waits to be printed.")
    if made["waiting_for_numbers"]:
        console.print(
            f"[yellow]{made['waiting_for_numbers']} registered letters wait for numbers[/yellow]: "
            "`parcours letters numbers FILE` adds those that the post allots."
        )


@letters.command("posted")
def posted(file: File, data: Data, profile: Mapped = None) -> None:
    """Letters handed to the post, by their reference and day."""
    _receipts("posted", file, data, profile)


@letters.command("received")
def received(file: File, data: Data, profile: Mapped = None) -> None:
    """Letters that arrived."""
    _receipts("received", file, data, profile)


@letters.command("returned")
def returned(file: File, data: Data, profile: Mapped = None) -> None:
    """Letters that came back: each opens a check of the contact, which agents see."""
    _receipts("returned", file, data, profile)


def _receipts(said: str, file: Path, data: Path, profile: Path | None) -> None:
    """Tell a file's lines; each that was not taken is named. Run again, it changes nothing."""
    try:
        read_by = Profile.load(profile, _RECEIPT) if profile else Profile.parse(_OURS, _RECEIPT)
        told, refused = _tell(said, Source(file, read_by), data)
    except (FileRefused, ProfileRefused) as error:
        raise CommandError(str(error)) from error
    counted = ", ".join(f"{count} {answer.replace('_', ' ')}" for answer, count in told.items())
    console.print(f"{file.name}: {counted or 'no line was taken'}")
    for line, why in refused:
        console.print(f"  [yellow]line {line}[/yellow]: {why}", highlight=False)
    if refused:
        raise typer.Exit(1)


def _tell(said: str, source: Source, data: Path) -> tuple[dict[str, int], list[tuple[int, str]]]:
    told: dict[str, int] = {}
    refused: list[tuple[int, str]] = []
    with source:
        for chunk in source.chunks(AT_ONCE):
            refused += [(one.line, f"{one.field or 'line'}: {one.reason}") for one in chunk.rejections]
            if not chunk.rows:
                continue
            lines = [row.values for row in chunk.rows]
            answers = run(_ask(data, "POST", "/receipts", {"said": said, "lines": lines}))["lines"]
            for row, answer in zip(chunk.rows, answers, strict=True):
                told[answer] = told.get(answer, 0) + 1
                if answer in _WHY:
                    refused.append((row.line, _WHY[answer].format(row.values["reference"])))
    return told, sorted(refused)


_WHY = {
    "not_known": "no letter has the reference {}",
    "contradicted": "the post said the opposite of {} before",
}


def _parts(listed: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(listed), AT_ONCE):
        yield listed[start : start + AT_ONCE]


def _write(path: Path, content: bytes) -> None:
    """All or nothing: a file that is there is whole."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(path)


async def _ask(data: Path, method: str, what: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    document: dict[str, Any] = (await _call(data, method, what, body)).json()
    return document


async def _fetch(data: Path, what: str) -> bytes:
    content: bytes = (await _call(data, "GET", what)).content
    return content


async def _send(data: Path, what: str) -> None:
    await _call(data, "POST", what)


async def _call(data: Path, method: str, what: str, body: dict[str, Any] | None = None) -> Any:
    running = StackState.find(data)
    token, _ = tokens.issue(data, subject="parcours-command", role=Role.OPERATOR)
    return await call(method, f"{running.address_of('notifications')}/v1/letters{what}", token=token, body=body)
