"""`parcours load`: a synthetic territory into the running stack, or files of dwellings and applications."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from demand import imports as applications_of
from intake import FileRefused, ProfileRefused, Report, Tally, beside
from inventory.imports import import_dwellings, import_edge, profile_of
from stack.cli.app import app
from stack.cli.loading import bytes_read, load_showing
from stack.cli.options import Data, Seed, Size
from stack.cli.running import run
from stack.cli.voice import console
from stack.errors import CommandError
from stack.state import StackState
from stack.territory import DEFAULT_SEED, Territory

Told = Callable[[int, int], None]
Take = Callable[[StackState, Report, Told], Awaitable[Tally]]

load = typer.Typer(invoke_without_command=True)
app.add_typer(load, name="load")

File = Annotated[Path, typer.Argument(help="The file; UTF-8 or Windows-1252, `;` or `,`.", exists=True, dir_okay=False)]
Landlord = Annotated[str, typer.Option("--landlord", help="The SIREN of the landlord whose dwellings these are.")]
ReportTo = Annotated[
    Path | None, typer.Option("--report", help="Where the report goes; beside the file if absent.", show_default=False)
]
Json = Annotated[bool, typer.Option("--json", help="End with one line of JSON for machines, and say nothing else.")]


@load.callback()
def territory(
    context: typer.Context,
    data: Data,
    size: Size = "small",
    seed: Seed = DEFAULT_SEED,
) -> None:
    """Load a synthetic territory on real places (what is there already is left as it is), or a file.

    A file is compared with what is there: only what differs is written. Running it again changes nothing.
    """
    if context.invoked_subcommand:
        return
    report = run(load_showing(Territory.of(size, seed), StackState.find(data)))
    for phase in report.phases:
        console.print(f"  {phase.name:<14} {phase.rows:>9,} in {phase.seconds:.1f} s ({phase.rows_per_second:,.0f}/s)")
    if not report.anything_new:
        console.print(f"The {report.territory.label} was loaded already.")


@load.command("rpls")
def rpls(file: File, landlord: Landlord, data: Data, report: ReportTo = None, *, json: Json = False) -> None:
    """A landlord's RPLS file: a header line, then 64 fields a dwelling."""
    _dwellings(file, "rpls", landlord=landlord, data=data, report=report, json=json)


@load.command("open-data")
def open_data(file: File, landlord: Landlord, data: Data, report: ReportTo = None, *, json: Json = False) -> None:
    """An extract of the published RPLS data: it names no landlord and no rent."""
    _dwellings(file, "open-data", landlord=landlord, data=data, report=report, json=json)


@load.command("dwellings")
def dwellings(
    file: File,
    landlord: Landlord,
    profile: Annotated[str, typer.Option("--profile", help="A mapping profile: a .toml file, or one that is shipped.")],
    data: Data,
    report: ReportTo = None,
    *,
    json: Json = False,
) -> None:
    """A landlord's own export, read through its mapping profile."""
    _dwellings(file, profile, landlord=landlord, data=data, report=report, json=json)


@load.command("applications")
def applications(
    file: File,
    profile: Annotated[str, typer.Option("--profile", help="A mapping profile: a .toml file, or one that is shipped.")],
    data: Data,
    report: ReportTo = None,
    *,
    json: Json = False,
) -> None:
    """An export of applications, one line each, read through a mapping profile."""

    async def take(state: StackState, given: Report, progress: Told) -> Tally:
        async with applications_of.import_edge(state.database_of("demand")) as edge:
            return await applications_of.import_applications(edge, file, read_by, report=given, progress=progress)

    with _refusals():
        read_by = applications_of.profile_of(profile)
        _load(take, file, data=data, report=report, json=json)


@load.command("sne")
def sne(file: File, data: Data, report: ReportTo = None, *, json: Json = False) -> None:
    """Applications in the XML of the national system (SNE)."""

    async def take(state: StackState, given: Report, progress: Told) -> Tally:
        async with applications_of.import_edge(state.database_of("demand")) as edge:
            return await applications_of.import_sne(edge, file, report=given, progress=progress)

    with _refusals():
        _load(take, file, data=data, report=report, json=json)


def _dwellings(file: Path, profile: str, *, landlord: str, data: Path, report: Path | None, json: bool) -> None:
    async def take(state: StackState, given: Report, progress: Told) -> Tally:
        async with import_edge(state.database_of("inventory")) as edge:
            return await import_dwellings(edge, file, read_by, landlord=landlord, report=given, progress=progress)

    with _refusals():
        read_by = profile_of(profile)
        _load(take, file, data=data, report=report, json=json)


@contextmanager
def _refusals() -> Iterator[None]:
    """What cannot be taken is one sentence."""
    try:
        yield
    except (FileRefused, ProfileRefused) as error:
        raise CommandError(str(error)) from error


def _load(take: Take, file: Path, *, data: Path, report: Path | None, json: bool) -> None:
    state, place = StackState.find(data), report or beside(file)

    async def taken() -> Tally:
        with Report(place) as given, bytes_read(file.name, quiet=json) as progress:
            return await take(state, given, progress)

    tally = run(taken())
    if json:
        typer.echo(tally.json())
        return
    console.print(
        f"{tally.read:,} lines in {tally.seconds:.1f} s ({tally.per_second:,.0f}/s): {tally.loaded:,} new, "
        f"{tally.changed:,} changed, {tally.unchanged:,} unchanged, {tally.rejected:,} rejected."
    )
    console.print(f"The report, line by line: {place}", markup=False)
