"""`make bench`: everything in one run, printed and kept."""

import logging
import shlex
import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
import uvloop
from rich.console import Console
from rich.markdown import Markdown
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks import imports, latency, report, throughput
from benchmarks.machine import Machine, load_average
from benchmarks.pairing import NotExactlyOnce
from stack.errors import CommandError
from stack.policies import policies_folder
from stack.servers import ServerError
from stack.territory import SIZES, Territory

RESULTS = Path(__file__).parent / "RESULTS.md"
_LOADING_S = {"small": 60, "idf": 900}
"""Roughly, with start-up: for the estimate alone."""
_IN_BULK_S = 120
_IMPORTS_S = 60
_AFTER_A_BLOCK_S = 4
_QUIET = 1.0

console = Console(highlight=False)


class Part(StrEnum):
    LATENCY = "latency"
    THROUGHPUT = "throughput"
    IMPORTS = "imports"


def bench(
    size: Annotated[list[str], typer.Option(help="`small`, `idf`; both when not given.")] = list(SIZES),  # noqa: B006 - typer copies it
    part: Annotated[list[Part], typer.Option(help="What to measure; everything when not given.")] = list(Part),  # noqa: B006
    rates: Annotated[str, typer.Option(help="Vacancies a second, separated by commas.")] = "1,5,20",
    vacancies: Annotated[int, typer.Option(min=2, help="How many a rate.")] = 600,
    keep: Annotated[bool, typer.Option(help="Add the results to benchmarks/RESULTS.md.")] = True,
) -> None:
    """Measure Parcours beside its floor. Fails, and tells no number, where an alert is lost or doubled."""
    asked = [float(rate) for rate in rates.split(",")]
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    machine, command = Machine.here(), shlex.join(["python", "-m", "benchmarks", *sys.argv[1:]])
    _announce(machine, size, part, asked, vacancies)
    try:
        section = uvloop.run(_measure(size, part, asked, vacancies))
    except (NotExactlyOnce, CommandError, ServerError) as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(1) from None
    text = f"{report.head(machine, command)}\n{section}"
    if keep:
        report.append(RESULTS, text)
        console.print(f"Added to {RESULTS}.")


def estimate_s(sizes: list[str], parts: list[Part], rates: list[float], vacancies: int) -> float:
    """About how long a run takes, in seconds."""
    bulk = (_IN_BULK_S if Part.THROUGHPUT in parts else 0) + (_IMPORTS_S if Part.IMPORTS in parts else 0)
    if Part.LATENCY not in parts:
        return bulk
    warm_up = 2 * latency.WARM_UP / latency.WARM_UP_RATE
    blocks = sum(2 * vacancies / rate + latency.BLOCKS * _AFTER_A_BLOCK_S for rate in rates)
    return bulk + sum(_LOADING_S.get(size, 0) + warm_up + blocks for size in sizes)


def _announce(machine: Machine, sizes: list[str], parts: list[Part], rates: list[float], vacancies: int) -> None:
    minutes = estimate_s(sizes, parts, rates, vacancies) / 60
    console.print(f"{machine}\n{machine.versions}")
    done = time.strftime("%H:%M", time.localtime(time.time() + 60 * minutes))
    console.print(f"This takes about {minutes:.0f} minutes, until {done}.")
    if load_average() > _QUIET:
        console.print(
            f"[yellow]The load average is {load_average():.1f}: others work here, and weigh on every number.[/yellow]"
        )


async def _measure(sizes: list[str], parts: list[Part], rates: list[float], vacancies: int) -> str:
    sections: list[str] = []
    columns = (TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
        if Part.THROUGHPUT in parts:
            bulk = bars.add_task("relay and edge", total=throughput.STEPS)
            sections.append(report.in_bulk(await throughput.measure(lambda: bars.advance(bulk))))
            bars.console.print(Markdown(sections[-1]))
        if Part.IMPORTS in parts:
            files = bars.add_task("imports", total=imports.STEPS)
            sections.append(report.imports(*await imports.measure(lambda: bars.advance(files))))
            bars.console.print(Markdown(sections[-1]))
        if Part.LATENCY in parts:
            measured = []
            for name in sizes:
                tasks = {
                    side: bars.add_task(f"{name}: {side}", total=vacancies * len(rates)) for side in ("floor", "system")
                }
                measured.append(
                    await latency.measure(
                        Territory.of(name),
                        rates=rates,
                        vacancies=vacancies,
                        policies=policies_folder(),
                        say=lambda who, sentence: bars.console.print(f"  {who:<14} {sentence}"),
                        step=lambda side, done, tasks=tasks: bars.advance(tasks[side], done),  # type: ignore[misc]
                    )
                )
            sections += [report.latency(measured), report.loading(measured)]
            bars.console.print(Markdown("\n\n".join(sections[-2:])))
    return "\n\n".join(sections)


def main() -> None:
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(bench)
    app()
