"""The same question to PostgreSQL's best plan, DuckDB and polars, each on entries sorted by bucket, scale and base."""

import importlib
from collections.abc import Callable
from typing import Any
from uuid import UUID

import asyncpg
import duckdb
import numpy as np
import polars as pl

from benchmarks.matching.population import GATES, Array, Population
from benchmarks.matching.streams import HEADER, TRAILER, covering
from matching.domain.posting import Probe
from matching.domain.score import draw
from policy.model import Scoring

__all__ = ["Duck", "Polars", "Postgres", "flat"]

Answer = list[tuple[UUID, int]]
_NEEDS = 31
"""The needs that the drawn population has: of the fittings and classes of adapted homes it knows nothing."""
_BEFORE = importlib.import_module("matching.migrations.versions.0002_territories")
_SHORTLIST = """
    SELECT application_id, score
    FROM shortlist($1::int[], $2::bigint[], $3::int[], $4::int[], $5::int[], $6, $7, $8, $9, $10::int[], $11, $12::int,
        $13::smallint, $14::date, $15::int[], $16, $17, $18, $19, $20, $21, $22, $23::uuid[], $24)
"""
_COLUMNS = (
    *("application_id", "bucket", "scale", "base", "gated", "registered_on", "max_rent_cents", "rent_below_cents"),
    *("needed_area", "income_euros", "category", "max_floor", "lowest_floor", "highest_floor", "needs", "latest_on"),
)


class Postgres:
    """The covering index with the threshold stop that answered before: the table and function of migration 0002."""

    name = "PostgreSQL, covering index and threshold stop"

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def load(self, of: Population, order: Array, done: Callable[[int], None]) -> int:
        """Fill the table; returns the bytes of table and index."""
        run = self._connection.execute
        table, ranked = (
            next(one for one in _BEFORE.TABLES.split(";\n") if words in one)
            for words in ("CREATE TABLE posting (", "CREATE INDEX posting_ranked")
        )
        await run("SET maintenance_work_mem = '2GB'; SET max_parallel_maintenance_workers = 1; SET jit = off")
        await run(table)
        await run(_BEFORE.RANKING)

        async def pieces() -> Any:
            yield HEADER
            for piece in covering(of, order):
                done(len(piece))
                yield piece
            yield TRAILER

        await self._connection.copy_to_table("posting", source=pieces(), columns=_COLUMNS, format="binary")
        await run(ranked)
        await run("VACUUM (ANALYZE) posting")
        size: int = await self._connection.fetchval("SELECT pg_total_relation_size('posting')")
        return size

    async def ask(self, probe: Probe, scoring: Scoring, vacancy_id: UUID, limit: int) -> Answer:
        found = await self._connection.fetch(
            _SHORTLIST,
            probe.buckets,
            *map(list, zip(*probe.scales, strict=True)),
            *(probe.month, probe.rent_cents, probe.base_rent_cents, probe.area, probe.ceilings),
            *(probe.stairs_to, probe.floor, int(probe.lacks) & _NEEDS, probe.available_on),
            *([gate + 1 for gate in probe.gates], probe.gates_most),
            *(scoring.rent_percent_per_point, scoring.rent_most, scoring.area_m2_per_point * 100, scoring.area_most),
            *(probe.seed, vacancy_id, [], limit),
        )
        return [(application_id, score) for application_id, score in found]


def flat(of: Population, order: Array) -> dict[str, Array]:
    """All columns of each entry, as narrow as they go."""
    row = of.entries["row"][order]
    application = of.rows["application"][row]
    columns = {
        "application": application.astype(np.int32),
        "bucket": of.entries["bucket"][order].astype(np.int32),
        "scale": of.rows["scale"][row],
        "base": of.entries["base"][order].astype(np.int32),
    }
    narrow = {
        "category": np.int8,
        "max_floor": np.int8,
        "lowest_floor": np.int8,
        "highest_floor": np.int8,
        "needs": np.int8,
    }
    for name, column in of.applications.items():
        if name != "id":
            columns[name] = column.astype(narrow.get(name, np.int32))[application]
    for gate in range(GATES):
        columns[f"gate{gate}"] = of.rows["gated"][row, gate].astype(np.int16)
    return columns


class Duck:
    """A native table in that order: its zone maps skip what is not of the buckets."""

    name = "DuckDB"

    def __init__(self, columns: dict[str, Array], ids: Array) -> None:
        self._ids = ids
        self._connection = duckdb.connect()
        self._connection.execute("SET threads = 1")
        self._connection.register("columns", columns)
        self._connection.execute("CREATE TABLE posting AS SELECT * FROM columns")
        self._connection.unregister("columns")

    async def ask(self, probe: Probe, scoring: Scoring, vacancy_id: UUID, limit: int) -> Answer:
        scales = ", ".join(f"({number}, {added}, {rate}, {cap})" for number, added, rate, cap in probe.scales)
        gates = "".join(f" + gate{gate}" for gate in probe.gates)
        floor = "" if probe.floor is None else f"AND {probe.floor} BETWEEN lowest_floor AND highest_floor"
        day = "" if probe.available_on is None else f"AND latest_on >= {probe.available_on.toordinal()}"
        ceilings = ", ".join(map(str, probe.ceilings))
        rent, per_point = probe.rent_cents, scoring.rent_percent_per_point
        found = self._connection.execute(
            f"""
            WITH counted(scale, added, rate, cap) AS (VALUES {scales})
            SELECT application, max(base + added
                    - CASE WHEN cap >= 0 THEN rate * greatest(0, {probe.month} - cap - month) ELSE 0 END
                    + CASE WHEN max_rent > 0
                      THEN least((max_rent - {rent}) * 100 // max_rent // {per_point}, {scoring.rent_most}) ELSE 0 END
                    + greatest(0, {scoring.area_most}
                        - ({probe.area} - needed_area) // {scoring.area_m2_per_point * 100}){gates}) AS score,
                any_value(registered_on) AS day
            FROM posting JOIN counted USING (scale)
            WHERE bucket IN {tuple(probe.buckets)}
                AND needed_area <= {probe.area} AND (max_rent < 0 OR max_rent >= {rent})
                AND rent_below > {probe.base_rent_cents} AND income <= ([{ceilings}])[category]
                AND max_floor >= {probe.stairs_to} {floor} AND needs & {int(probe.lacks) & _NEEDS} = 0 {day}
            GROUP BY application
            QUALIFY rank() OVER (ORDER BY score DESC, day) <= {limit}
            """
        ).fetchall()
        return _drawn(found, self._ids, probe.seed, vacancy_id, limit)


class Polars:
    """The slices of each bucket and scale, found in a dictionary, as one lazy plan."""

    name = "polars, slices by bucket"

    def __init__(self, columns: dict[str, Array], ids: Array) -> None:
        self._ids = ids
        self._frame = pl.DataFrame(columns)
        bucket, scale = columns["bucket"], columns["scale"]
        starts = np.flatnonzero(np.r_[True, (bucket[1:] != bucket[:-1]) | (scale[1:] != scale[:-1])])
        ends = np.r_[starts[1:], len(bucket)]
        self._slices = {
            (int(bucket[start]), int(scale[start])): (int(start), int(end - start))
            for start, end in zip(starts, ends, strict=True)
        }

    async def ask(self, probe: Probe, scoring: Scoring, vacancy_id: UUID, limit: int) -> Answer:
        parts = [
            self._frame.slice(*at).lazy().select(pl.exclude("bucket", "scale"), added=added, rate=rate, cap=cap)
            for bucket in probe.buckets
            for number, added, rate, cap in probe.scales
            if (at := self._slices.get((bucket, number)))
        ]
        if not parts:
            return []
        col = pl.col
        ceilings = pl.Series(probe.ceilings, dtype=pl.Int64)
        fits = (
            (col("needed_area") <= probe.area)
            & ((col("max_rent") < 0) | (col("max_rent") >= probe.rent_cents))
            & (col("rent_below") > probe.base_rent_cents)
            & (col("income") <= pl.lit(ceilings).gather(col("category").cast(pl.UInt32) - 1))
            & (col("max_floor") >= probe.stairs_to)
            & ((col("needs") & pl.lit(int(probe.lacks) & _NEEDS, dtype=pl.Int8)) == 0)
        )
        if probe.floor is not None:
            fits &= (col("lowest_floor") <= probe.floor) & (col("highest_floor") >= probe.floor)
        if probe.available_on is not None:
            fits &= col("latest_on") >= probe.available_on.toordinal()
        score = col("base").cast(pl.Int64) + col("added")
        beyond = (probe.month - col("cap") - col("month")).clip(0, None)
        score -= pl.when(col("cap") >= 0).then(col("rate") * beyond).otherwise(0)
        below = (
            (col("max_rent").cast(pl.Int64) - probe.rent_cents)
            * 100
            // col("max_rent")
            // scoring.rent_percent_per_point
        )
        score += pl.when(col("max_rent") > 0).then(below.clip(None, scoring.rent_most)).otherwise(0)
        area = (probe.area - col("needed_area")) // (scoring.area_m2_per_point * 100)
        score += (scoring.area_most - area).clip(0, None)
        for gate in probe.gates:
            score += col(f"gate{gate}")
        best = (
            pl.concat(parts)
            .filter(fits)
            .select("application", "registered_on", score=score)
            .group_by("application")
            .agg(col("score").max(), col("registered_on").first())
            .sort("score", "registered_on", descending=[True, False])
        )
        found = best.filter(pl.struct(-col("score"), "registered_on").rank("min") <= limit).collect()
        return _drawn(
            found.select("application", "score", "registered_on").rows(), self._ids, probe.seed, vacancy_id, limit
        )


def _drawn(found: list[tuple[int, int, int]], ids: Array, seed: str, vacancy_id: UUID, limit: int) -> Answer:
    """The best and those who tie with the last, parted by the draw."""
    named = [(-score, day, UUID(bytes=ids[application].tobytes()), score) for application, score, day in found]
    named.sort(key=lambda one: (one[0], one[1], draw(seed, vacancy_id, one[2])))
    return [(application_id, score) for _, _, application_id, score in named[:limit]]
