"""`make bench-matching`: sizes from the command line, Markdown out, a JSON line at the end where it is asked for."""

import datetime as dt
import json
import os
import shlex
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import duckdb
import numba
import polars as pl
import typer
import uvloop
from rich.console import Console
from rich.markdown import Markdown

from benchmarks import report
from benchmarks.figures import Spread
from benchmarks.machine import Machine
from benchmarks.matching.measure import BLOCK, ENGINE_IN_BLOCKS, LIMIT, POSTGRES_IN_BLOCKS, Measured, measure
from policy import Library
from stack.policies import policies_folder

__all__ = ["main"]

RESULTS = Path(__file__).parents[1] / "RESULTS.md"
DAY = dt.date(2026, 11, 22)
"""The day that is ranked for: the territories' own policies are in force then."""
_SAID = """\
{versions}. Shortlists of {limit}, {vacancies} homes of Île-de-France, {rounds} rounds, in one process, vacancy by
vacancy in turn (DuckDB and polars in the first round). Microseconds, p50 / p99, of every call; in brackets of the
quickest call of each vacancy. *engine* is the whole call from Python, *engine alone* without the others between,
*kernel* its compiled loop; *in blocks*: {block} vacancies to the one, then the same to the other, and so on, each with
what it reads in the caches. All answers are the same, or there would be no table."""
_COLUMNS = (
    *(
        "N",
        "× PostgreSQL in turn, p50 / p99",
        "× in blocks",
        "bytes an application (PostgreSQL's)",
        "start s",
        "update µs",
    ),
    *("with the query that follows µs", "reverse query µs", "explanation ms", "bound µs", "load"),
)
_BOUND = """\
The bound is what streaming 8 bytes for each posting of a vacancy's own lists takes at the bandwidth measured in the
same run ({bandwidth} GB/s). The reverse query: one changed application against 20,000 open homes, in SQL; it reaches
{reached} of them in the middle."""
console = Console(highlight=False)


def bench(
    n: Annotated[str, typer.Option(help="Numbers of applications, separated by commas.")] = "200000,1000000,2700000",
    vacancies: Annotated[int, typer.Option(min=10, help="How many homes are ranked for.")] = 300,
    rounds: Annotated[int, typer.Option(min=1, help="How often each is put to the engine and to PostgreSQL.")] = 3,
    rivals: Annotated[bool, typer.Option(help="DuckDB and polars too.")] = True,
    keep: Annotated[bool, typer.Option(help="Add the results to benchmarks/RESULTS.md.")] = True,
) -> None:
    """Rank beside others. Fails, and keeps no number, where one of them answers otherwise."""
    machine, command = Machine.here(), shlex.join(["python", "-m", "benchmarks.matching", *sys.argv[1:]])
    console.print(str(machine))
    policies, began = Library(policies_folder()).in_force(DAY), time.perf_counter()
    results = []
    for size in (int(one) for one in n.split(",")):

        def say(sentence: str, size: int = size) -> None:
            console.print(f"{time.perf_counter() - began:6.0f} s  {size:>9,}  {sentence}")

        results.append(uvloop.run(measure(size, policies, vacancies=vacancies, rounds=rounds, rivals=rivals, say=say)))
        console.print(told(results[-1:]))
    section = told(results)
    console.print(Markdown(section))
    wrong = sum(one.mismatches for one in results)
    if wrong:
        console.print(f"[red]{wrong} answers differ: nothing is kept.[/red]")
    elif keep:
        report.append(RESULTS, f"{report.head(machine, command)}\n{section}")
    if os.environ.get("JSON") not in (None, "", "0"):
        print(json.dumps([_plain(one) for one in results]))
    raise typer.Exit(1 if wrong else 0)


def told(results: list[Measured]) -> str:
    """What was measured, as Markdown."""
    names = list(results[0].took)
    first = results[0]
    lines = [
        "### One vacancy, the best twenty of N applications",
        "",
        _SAID.format(
            versions=f"numba {numba.__version__}, DuckDB {duckdb.__version__}, polars {pl.__version__}",
            limit=LIMIT,
            block=BLOCK,
            vacancies=first.vacancies,
            rounds=first.rounds,
        ),
        "",
        "| N | postings | " + " | ".join(names) + " |",
        "|---|---|" + "---|" * len(names),
    ]
    for one in results:
        cells = [f"{_us(Spread.of(one.took[name]))} ({_us(one.least[name])})" for name in names]
        lines.append(f"| {one.n:,} | {one.entries:,} | " + " | ".join(cells) + " |")
    lines += [
        "",
        f"| {' | '.join(_COLUMNS)} |",
        "|---" * len(_COLUMNS) + "|",
    ]
    for one in results:
        ratio = Spread.of(one.took[names[1]]) / Spread.of(one.took["engine"])
        blocks = Spread.of(one.took[POSTGRES_IN_BLOCKS]) / Spread.of(one.took[ENGINE_IN_BLOCKS])
        assert one.update and one.asked and one.reverse and one.bound  # noqa: PT018 - all measured, or none
        lines.append(
            f"| {one.n:,} | {ratio.p50:.0f} / {ratio.p99:.0f} | {blocks.p50:.0f} / {blocks.p99:.0f} "
            f"| {one.bytes_per_application:.0f} ({one.rival_bytes / one.n:.0f}) | {one.start_s:.2f} "
            f"| {_us(one.update)} | {_us(one.asked)} | {_us(one.reverse)} | {one.explanation_ms:.3f} "
            f"| {_us(one.bound)} | {one.load[0]:.1f} to {one.load[1]:.1f} |"
        )
    assert first.reached
    bandwidth = ", ".join(f"{one.bandwidth_gb_s:.1f}" for one in results)
    lines += ["", _BOUND.format(bandwidth=bandwidth, reached=f"{first.reached.p50:.0f}"), ""]
    return "\n".join(lines)


def _us(spread: Spread) -> str:
    def short(value: float) -> str:
        return f"{value:.1f}" if value < 100 else f"{value:,.0f}"

    return f"{short(spread.p50)} / {short(spread.p99)}"


def _plain(one: Measured) -> dict[str, Any]:
    names = list(one.took)
    engine, postgres = Spread.of(one.took["engine"]), Spread.of(one.took[names[1]])
    kernel = Spread.of(one.took["kernel"])
    assert one.update
    return {
        "n": one.n,
        "mismatches": one.mismatches,
        "engine_p50_us": round(engine.p50, 1),
        "engine_p99_us": round(engine.p99, 1),
        "postgres_p50_us": round(postgres.p50, 1),
        "postgres_p99_us": round(postgres.p99, 1),
        "bytes_per_application": round(one.bytes_per_application, 1),
        "start_s": round(one.start_s, 3),
        "update_p99_us": round(one.update.p99, 1),
        "kernel_p50_us": round(kernel.p50, 1),
        "kernel_p99_us": round(kernel.p99, 1),
    }


def main() -> None:
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(bench)
    app()
