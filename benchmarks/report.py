"""Results as Markdown: what is printed is what is kept."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.figures import Spread, Throughput
from benchmarks.imports import Imported
from benchmarks.latency import AtRate, OfSize, Side
from benchmarks.machine import Machine
from benchmarks.throughput import InBulk

TITLE = """# What `make bench` measured

Newest last. Only the ratios of one run mean anything: machines differ and are noisy.
"""
_LATENCY_SAID = """\
Milliseconds, p50 / p95 / p99. The floor's twenty alerts are rows; the system's households may be told more than once
(by e-mail and SMS, each applicant): *told* is when the last household had its first alert, *all* when the last alert
of the vacancy was accepted. Every expected alert came exactly once, or there would be no table. The policies are copies
without the limit of live calls and without pools (`most_live`, `[calls.pool]`): each home is called for by itself."""
_IN_BULK_SAID = """\
Rows or records a second, the middle of the takes. The relay's bound is aiokafka sending the same records from memory;
the edge's is aiokafka, the same insert for each record and one commit a poll."""
_IMPORTS_SAID = """\
Rows a second, the middle of the takes, from the first byte read to the last commit, events in the outbox. The bound
of dwellings is COPY of the same rows, made beforehand, into a table without an index."""
TARGET_SIZE, TARGET_RATE = "idf", 20.0
TARGETS_MS = {"first": (25.0, 100.0), "told": (50.0, 200.0)}
"""p50 and p99 (DESIGN §11)."""
TARGET_RATIO = 2.5
_WORDS = {"first": "first alert", "told": "all households told"}


def append(file: Path, section: str) -> None:
    """Keep a run after those that are there."""
    kept = file.read_text(encoding="utf-8") if file.exists() else TITLE
    file.write_text(f"{kept.rstrip()}\n\n{section.strip()}\n", encoding="utf-8")


def head(machine: Machine, command: str) -> str:
    return f"## {machine.taken_at:%Y-%m-%d %H:%M} UTC: {command}\n\n{machine}.\n{machine.versions}.\n"


def latency(sizes: Sequence[OfSize]) -> str:
    """Floor, system and their ratio at each size and rate, and where the time and the processor go."""
    at_rates = [one for size in sizes for one in size.rates]
    return "\n".join(
        [
            "### Vacancy acknowledged to its producer → alerts accepted by the gateway",
            "",
            _LATENCY_SAID,
            "",
            *_table(
                ("size", "a second", "", "first", "told", "all", "ratio first", "ratio told", "load"),
                (row for one in at_rates for row in _rates(one)),
            ),
            "",
            *(_volume(one) for one in at_rates),
            "",
            *_targets(at_rates),
            *(line for one in at_rates for line in _where(one)),
        ]
    )


def loading(sizes: Sequence[OfSize]) -> str:
    rows = [
        (size.territory.name, phase.name, f"{phase.rows:,}", f"{phase.seconds:.1f}", f"{phase.rows_per_second:,.0f}")
        for size in sizes
        for phase in size.loaded
    ]
    ranked = [
        (size.territory.name, f"{size.territory.applications:,}", str(size.ranking.n), _spread(size.ranking, digits=2))
        for size in sizes
    ]
    loads = ", ".join(f"{size.load_load:.1f}" for size in sizes)
    return "\n".join(
        [
            f"### Bulk load (load average {loads})",
            "",
            *_table(("size", "step", "rows", "seconds", "rows/s"), rows),
            "",
            "### Ranking of twenty households for one vacancy, ms (p50 / p95 / p99)",
            "",
            *_table(("size", "applications", "vacancies", "ranking"), ranked),
        ]
    )


def in_bulk(measured: InBulk) -> str:
    rows = [
        ("outbox, bulk insert", f"{measured.filled.per_second:,.0f}", "", ""),
        _beside("relay", measured.relayed, measured.sent),
        *(_beside(f"edge, {poll} a poll", edge, bare) for poll, (edge, bare) in measured.polls.items()),
    ]
    return "\n".join(
        [
            f"### In bulk (load average {_load(measured.load)})",
            "",
            _IN_BULK_SAID,
            "",
            *_table(("", "a second", "bound", "share of the bound"), rows),
        ]
    )


def imports(measured: Sequence[Imported], load: tuple[float, float]) -> str:
    rows = [
        (
            one.name,
            f"{one.first.rows:,}",
            f"{one.first.per_second:,.0f}",
            f"{one.again.per_second:,.0f}",
            f"{one.copied.per_second:,.0f}" if one.copied else "",
            f"{one.first.per_second / one.copied.per_second:.2f}" if one.copied else "",
        )
        for one in measured
    ]
    return "\n".join(
        [
            f"### Files into inventory and demand (load average {_load(load)})",
            "",
            _IMPORTS_SAID,
            "",
            *_table(("file", "rows", "first import", "the same again", "bare COPY", "share of the bound"), rows),
            "",
            "**Targets**:",
            "",
            *(_target_of_import(one) for one in measured),
        ]
    )


def _target_of_import(one: Imported) -> str:
    met = one.first.per_second >= one.wanted
    end = "met" if met else f"missed, {one.wanted / one.first.per_second:.1f} times as slow"
    return f"- {one.name}: {one.first.per_second:,.0f} a second, wanted {one.wanted:,}: {end}"


def _rates(one: AtRate) -> Iterable[tuple[str, ...]]:
    def row(name: str, side: Side, *, ratios: tuple[str, str] = ("", "")) -> tuple[str, ...]:
        spreads = (_spread(side.first), _spread(side.told), _spread(side.last))
        return (one.size, f"{one.rate:g}", name, *spreads, *ratios, _load(one.load))

    yield row("floor", one.floor)
    first, told = one.system.first / one.floor.first, one.system.told / one.floor.told
    ratios = (
        f"{first.p50:.1f} / {first.p95:.1f} / {first.p99:.1f}",
        f"{told.p50:.1f} / {told.p95:.1f} / {told.p99:.1f}",
    )
    yield row("system", one.system, ratios=ratios)


def _volume(one: AtRate) -> str:
    return (
        f"- {one.size}, {one.rate:g}/s: {one.vacancies} vacancies, {one.calls / one.vacancies:.1f} calls and "
        f"{one.alerts / one.vacancies:.1f} alerts a vacancy; {one.crowd.households} households were called, "
        f"{one.crowd.median:.0f} times in the middle and {one.crowd.most} times at most."
    )


def _targets(at_rates: Iterable[AtRate]) -> list[str]:
    lines = [
        line
        for one in at_rates
        if (one.size, one.rate) == (TARGET_SIZE, TARGET_RATE)
        for what in TARGETS_MS
        for line in _target(one, what)
    ]
    return ["**Targets** (idf, 20/s):", "", *lines, ""] if lines else []


def _target(one: AtRate, what: str) -> Iterable[str]:
    system, floor = getattr(one.system, what), getattr(one.floor, what)
    for name, limit in zip(("p50", "p99"), TARGETS_MS[what], strict=True):
        value, ratio = getattr(system, name), getattr(system / floor, name)
        for said, measured, wanted in (
            (f"{_WORDS[what]} {name} {value:.1f} ms, wanted {limit:g}", value, limit),
            (f"{_WORDS[what]} {name} {ratio:.1f} × the floor, wanted {TARGET_RATIO:g}", ratio, TARGET_RATIO),
        ):
            yield f"- {said}: " + ("met" if measured <= wanted else f"missed, {measured / wanted:.1f} times as much")


def _where(one: AtRate) -> list[str]:
    busy = ", ".join(f"{name} {ms:.1f}" for name, ms in sorted(one.cpu_ms.items(), key=lambda of: -of[1]) if ms >= 0.1)
    return [
        f"#### Where the time goes: {one.size}, {one.rate:g}/s",
        "",
        *_table(
            ("milliseconds since the acknowledgement", "p50 / p95 / p99"),
            ((step, _spread(spread)) for step, spread in one.hops),
        ),
        "",
        f"Processor time a vacancy, ms: {busy}; {sum(one.cpu_ms.values()):.1f} in all.",
        "",
    ]


def _beside(name: str, measured: Throughput, bound: Throughput) -> tuple[str, ...]:
    share = measured.per_second / bound.per_second
    return (name, f"{measured.per_second:,.0f}", f"{bound.per_second:,.0f}", f"{share:.2f}")


def _spread(spread: Spread, digits: int = 1) -> str:
    return f"{spread.p50:.{digits}f} / {spread.p95:.{digits}f} / {spread.p99:.{digits}f}"


def _load(load: tuple[float, float]) -> str:
    return f"{load[0]:.1f} to {load[1]:.1f}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [
        f"| {' | '.join(heads)} |",
        f"|{'---|' * len(heads)}",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
