"""`parcours policy check|diff|show|facts`: a territory's line of conduct, read, compared and printed."""

import asyncio
import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.markup import escape
from rich.table import Table

from stack.cli.app import app
from stack.cli.options import Data
from stack.cli.voice import console
from stack.errors import CommandError
from stack.policies import policies_folder
from stack.state import StackState

if TYPE_CHECKING:
    from policy import Library, Policy

policy = typer.Typer(help="Policies of territories: check, compare, show.", no_args_is_help=True)
app.add_typer(policy, name="policy")

Folder = Annotated[
    Path | None,
    typer.Option("--policies", envvar="MATCHING_POLICIES", help="The folder of policies; else the clone's."),
]
Lang = Annotated[Literal["fr", "en"], typer.Option("--lang", help="The language of labels.")]


@policy.command("check")
def check(data: Data, folder: Folder = None) -> None:
    """Read every file; compare those in use with what they were when first used; exit 1 where anything is wrong."""
    library = _library(folder)
    for one in library.policies:
        marks = [one.state.value, *(["illustrative"] if one.illustrative else [])]
        rubrics, targets = len(one.scoring.rubrics), len(one.targets)
        steps = () if one.widening is None else one.widening.steps
        widened = f"; hard to let: {', '.join(steps)} widened" if steps else ""
        console.print(f"{escape(one.name):36} {', '.join(marks)}; {rubrics} rubrics, {targets} target groups{widened}")
    recorded = asyncio.run(_recorded(data))
    if recorded is None:
        console.print("Not compared with what was used: no stack runs here. Set MATCHING_DATABASE_URL, or name --data.")
        return
    changed = [one.name for one in library.policies if recorded.get(one.name, one.digest) != one.digest]
    if changed:
        raise CommandError(
            f"The file of {', '.join(changed)} has changed since it was first used: put it back as it was, and write "
            "the change as a new version with a later valid_from."
        )
    console.print(f"{len(recorded)} used versions are as they were when first used.")


@policy.command("diff")
def diff(before: str, after: str, folder: Folder = None) -> None:
    """Say in words what AFTER changes against BEFORE; each is a version (`paris/2026-11-22`) or a file."""
    from policy.difference import changes  # noqa: PLC0415 - the command's own

    library = _library(folder) if not (Path(before).is_file() and Path(after).is_file()) else None
    old, new = (_named(library, name) for name in (before, after))
    said = changes(old, new)
    console.print(f"[bold]{escape(old.name)} → {escape(new.name)}[/bold]")
    console.print("\n".join(f"• {line}" for line in said) if said else "Nothing changes.", markup=False)


@policy.command("show")
def show(
    commune: Annotated[str, typer.Argument(help="INSEE code of the home's commune, as 75118.")],
    population: Annotated[Literal["transfer", "split", "first"], typer.Option(help="Who applies.")] = "transfer",
    on: Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day; today if absent.")] = None,
    folder: Folder = None,
    lang: Lang = "fr",
) -> None:
    """Print the grid in force for homes of a commune, a population and a day."""
    from contracts.values import ApplicationKind  # noqa: PLC0415 - the command's own
    from policy.explain import grid, widening  # noqa: PLC0415 - the command's own
    from reference.communes import UnknownCommune  # noqa: PLC0415 - the command's own

    day = (on or dt.datetime.now(dt.UTC)).date()
    try:
        found = _library(folder).in_force(day).of(commune)
    except UnknownCommune as error:
        raise CommandError(str(error)) from None
    marks = f"{found.state.value}{', illustrative' if found.illustrative else ''}"
    table = Table(title=f"{found.name} ({marks}) · {commune} · {population} · {day}", title_justify="left")
    for column in ("rubric", "points", "criterion", "when"):
        table.add_column(column, justify="right" if column == "points" else "left", overflow="fold")
    last = ""
    for line in grid(found, ApplicationKind(population)):
        name = getattr(line.rubric_label, lang) + (" (max.)" if line.strongest_only else "")
        homes = f"  [{line.homes}]" if line.homes else ""
        table.add_row(
            escape(name) if line.rubric != last else "",
            str(line.points),
            escape(getattr(line.label, lang)),
            escape(line.when + homes),
        )
        last = line.rubric
    console.print(table)
    console.print(
        f"{found.calls_at_once} households called at once, {found.days_to_answer} days to answer; "
        f"advice visit valid {found.visit_valid_months} months. Targets: "
        + (", ".join(target.name for target in found.targets) or "none")
        + ".",
        markup=False,
    )
    if beyond := widening(found):
        console.print(getattr(beyond, lang), markup=False)
    for source in found.sources:
        console.print(f"source: {source.says} — {source.where}", markup=False)


@policy.command("facts")
def facts() -> None:
    """Print the facts that predicates may name, with their types and units."""
    from policy.facts import HOMES, HOUSEHOLDS  # noqa: PLC0415 - the command's own

    table = Table(title="Facts")
    for column in ("fact", "type", "unit", "meaning", "values"):
        table.add_column(column, overflow="fold")
    for name, fact in (*HOUSEHOLDS.items(), *HOMES.items()):
        notes = " (targets only: it moves with time)" if fact.moves else ""
        table.add_row(name, fact.type.value, fact.unit, escape(fact.meaning + notes), ", ".join(sorted(fact.values)))
    console.print(table)


def _library(folder: Path | None) -> "Library":
    from policy import Library, PolicyRefused  # noqa: PLC0415 - a second of imports, for this command only

    try:
        return Library(folder or policies_folder())
    except PolicyRefused as refused:
        raise CommandError(str(refused)) from None


def _named(library: "Library | None", name: str) -> "Policy":
    from policy import PolicyRefused, read_file  # noqa: PLC0415 - as above

    if Path(name).is_file():
        try:
            return read_file(Path(name))
        except PolicyRefused as refused:
            raise CommandError(str(refused)) from None
    found = library.named(name) if library else None
    if found is None:
        known = ", ".join(one.name for one in library.policies) if library else "none"
        raise CommandError(f"There is no policy {name}; there are {known}, or name a file.")
    return found


async def _recorded(data: Path) -> dict[str, str] | None:
    """The hash of each version when matching first used it; None where no matching can be asked."""
    import asyncpg  # noqa: PLC0415 - as above

    from chassis.database import asyncpg_url  # noqa: PLC0415 - as above

    try:
        url = os.environ.get("MATCHING_DATABASE_URL") or StackState.find(data).database_of("matching")
    except CommandError:
        return None
    connection = await asyncpg.connect(asyncpg_url(url))
    try:
        return {row["name"]: row["digest"] for row in await connection.fetch("SELECT name, digest FROM policy_used")}
    finally:
        await connection.close()
