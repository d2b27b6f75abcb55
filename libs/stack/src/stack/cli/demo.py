"""`parcours demo`: a landlord publishes vacancies, and each alert is shown as it arrives."""

import asyncio
import datetime as dt
import json
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import psutil
import typer

from contracts.matching import CallIssued
from reference.days import civil_day
from stack.cli.app import app
from stack.cli.loading import load_showing
from stack.cli.options import Database, Kafka, LogLevel, Redis, Seed, Size
from stack.cli.running import run, until_interrupted
from stack.cli.up import show_addresses
from stack.cli.voice import Voice, console
from stack.demo.ledger import Arrival
from stack.demo.performance import perform
from stack.demo.plan import Held, Plan, make_plan, read_held
from stack.demo.show import alert_line, figures, show_verdict
from stack.logs import Follower, Level
from stack.parts import EMBEDDED, Choice
from stack.policies import policies_folder
from stack.stack import Stack
from stack.state import StackState, default_folder, holder
from stack.territory import DEFAULT_SEED, Territory, market
from stack.throwaway import throwaway_folder


@app.command()
def demo(
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            envvar="PARCOURS_DATA",
            resolve_path=True,
            help="The folder of the stack; ./.parcours with --stay, else a temporary one.",
        ),
    ] = None,
    size: Size = "small",
    seed: Seed = DEFAULT_SEED,
    vacancies: Annotated[int, typer.Option(min=1, help="How many homes come free.")] = 12,
    rate: Annotated[float, typer.Option(min=0.01, max=1000, help="How many of them a second.")] = 2.0,
    kafka: Kafka = EMBEDDED,
    database: Database = EMBEDDED,
    redis: Redis = EMBEDDED,
    log_level: LogLevel = "warning",
    *,
    stay: Annotated[bool, typer.Option("--stay", help="Stay up afterwards, until Ctrl-C.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="End with one line of JSON.")] = False,
) -> None:
    """Bring everything up, load a territory, play a landlord, and show each alert.

    Without --stay everything is stopped afterwards and nothing is left behind; the exit status is 0 only if every
    expected alert arrived exactly once.
    """
    choice = Choice(kafka=kafka, database=database, redis=redis)
    show = Show(Territory.of(size, seed), vacancies=vacancies, rate=rate, as_json=as_json)
    outcome = run(_anywhere(show, data, choice, Level.of(log_level), stay=stay))
    if not stay:
        _tell(show, outcome)
    if not outcome["exact"]:
        raise typer.Exit(1)


@dataclass(frozen=True, slots=True)
class Show:
    """What is played, and whether its end is told as JSON."""

    territory: Territory
    vacancies: int
    rate: float
    as_json: bool
    began: float = field(default_factory=lambda: psutil.Process().create_time())
    """Wall clock at which this command was started, before anything of it was imported."""


async def _anywhere(show: Show, data: Path | None, choice: Choice, level: Level, *, stay: bool) -> dict[str, Any]:
    """On the stack that runs already, else on one of our own."""
    folder = data or default_folder()
    if holder(folder):
        console.print(f"A stack runs on {folder}: this plays on it and leaves it running.")
        outcome = await _play(show, StackState.find(folder), _planned(show))
        if stay:
            _tell(show, outcome)
        return outcome
    if data or stay:
        return await _on_our_own(show, folder, choice, level, stay=stay)
    with throwaway_folder() as own:
        try:
            outcome = await _on_our_own(show, own.folder, choice, level, durable=False)
        except Exception:
            console.print(f"The logs are in {own.keep_logs()}.", style="red")
            raise
        if not outcome["exact"]:
            console.print(f"  The logs are in {own.keep_logs()}.", style="red")
    return outcome


async def _on_our_own(
    show: Show, folder: Path, choice: Choice, level: Level, *, stay: bool = False, durable: bool = True
) -> dict[str, Any]:
    voice, planned = Voice(), _planned(show)
    stack = Stack(
        folder,
        choice=choice,
        say=voice.say,
        follower=Follower(voice.show, level=level),
        durable=durable,
        landlords=[landlord.siren for landlord in market(show.territory).landlords],
    )
    async with stack as state:
        outcome = await _play(show, state, planned)
        if stay:
            show_addresses(state)
            console.print("It stays up; Ctrl-C stops it.")
            _tell(show, outcome)
            await until_interrupted()
    return outcome


def _planned(show: Show, held: Held | None = None) -> "asyncio.Task[Plan]":
    """Reckon who must hear of what beside the start-up, on the other core."""
    now = dt.datetime.now(dt.UTC)
    plan = partial(
        make_plan,
        label=f"{now:%m%d-%H%M%S}",
        on=civil_day(now),
        policies=policies_folder(),
    )
    if held is not None:
        plan = partial(plan, held=held)
    return asyncio.create_task(asyncio.to_thread(plan, show.territory, show.vacancies))


async def _play(show: Show, state: StackState, planned: "asyncio.Task[Plan]") -> dict[str, Any]:
    territory = show.territory
    report = await load_showing(territory, state)
    how = "loaded" if report.anything_new else "was there already"
    console.print(
        f"\n  {territory.label} {how}: {territory.dwellings:,} homes, {territory.applications:,} applications; "
        "every person and household in it is invented."
    )
    held = await read_held(state)
    if held != Held():  # played on before: what is live already counts
        planned.cancel()
        planned = _planned(show, held)
    plan = await planned
    alerts = len(plan.expected.alerts)
    console.print(f"  {show.vacancies} homes come free, {show.rate:g} a second; {alerts} alerts must arrive.\n")
    homes, first = plan.homes, [0.0]

    def shown(arrival: Arrival, call: CallIssued | None) -> None:
        first[0] = first[0] or time.time() - show.began
        console.print(alert_line(arrival, homes[arrival.alert.vacancy_id], call))

    ledger = await perform(state, plan, rate=show.rate, shown=shown)
    show_verdict(console, ledger)
    console.print(f"  the first alert was shown {first[0]:.1f} s after the start of this command\n")
    return {
        "vacancies": show.vacancies,
        **figures(ledger),
        "exact": ledger.exact,
        "first_alert_s": round(first[0], 1),
        "kafka": f"Apache Kafka {state.kafka_version} (embedded)" if state.kafka_version else state.kafka,
        "dwellings": territory.dwellings,
        "applications": territory.applications,
    }


def _tell(show: Show, outcome: dict[str, Any]) -> None:
    if show.as_json:
        typer.echo(json.dumps(outcome))
