"""Extraction of every sector in closed form against one inverse for each, output by a series, and RAS, on synthetic tables."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from racing import Growth, Race, growth, race

from xietong.measures import balancing, input_output

LARGE, TRIED = 9_800, 2


def table(sectors: int) -> tuple[Any, Any]:
    """Return synthetic flows of which a third is zero, each sector buying a half of its output."""
    generator = np.random.default_rng(11)
    flows = generator.exponential(1.0, (sectors, sectors))
    flows[generator.random((sectors, sectors)) < 0.33] = 0.0
    return flows, flows.sum(axis=0) * 2


def lost(flows: Any, output: Any, sector: int) -> float:
    """Return what extraction of one sector loses, by the inverse of the table without it."""
    kept = np.delete(np.arange(len(output)), sector)
    rest = np.linalg.inv(np.eye(len(kept)) - flows[np.ix_(kept, kept)] / output[kept])
    demand = (output - flows.sum(axis=1))[kept]
    return float(output.sum() - (rest @ demand).sum())


def extraction_race(sectors: int, runs: int, tried: int) -> Race:
    """Return the race; the peer runs for a few sectors, and its seconds are stated for all."""
    flows, output = table(sectors)
    ours: list[float] = []
    found = np.zeros(0)
    for _ in range(runs):
        start = time.perf_counter()
        found = input_output.extraction_loss(flows, output)
        ours.append(time.perf_counter() - start)
    theirs = []
    for sector in np.linspace(0, sectors - 1, tried).astype(int):
        start = time.perf_counter()
        one = lost(flows, output, int(sector))
        theirs.append((time.perf_counter() - start) * sectors)
        np.testing.assert_allclose(found[sector], one, rtol=1e-9)
    work = f"hypothetical extraction of all of {sectors:,} sectors"
    note = f"the peer ran for {tried} sectors, its seconds are extrapolated to all; the numbers of these were the same"
    return Race(work, "numpy, one inverse a sector", 100, ours, theirs, note)


def plain_ras(table: Any, rows: Any, columns: Any, tolerance: float) -> Any:
    """Return the table balanced by scaling all of its cells in every round."""
    found = table.copy()
    while True:
        found *= (rows / found.sum(axis=1))[:, None]
        if np.abs(found.sum(axis=0) - columns).max() <= tolerance * rows.sum():
            return found
        found *= columns / found.sum(axis=0)


def ras_race(sectors: int = 1_260) -> Race:
    flows, _ = table(sectors)
    other = flows * np.random.default_rng(3).uniform(0.5, 1.5, flows.shape)
    rows, columns = other.sum(axis=1), other.sum(axis=0)

    def ours() -> Any:
        return balancing.ras(flows, rows, columns)

    def theirs() -> Any:
        return plain_ras(flows, rows, columns, 1e-10)

    np.testing.assert_allclose(ours(), theirs(), rtol=1e-6)
    return race(
        f"RAS of {sectors:,} x {sectors:,} to 1e-10", "numpy, every cell scaled in every round", 0, ours, theirs
    )


def series_race(sectors: int = 4_000) -> Race:
    flows, output = table(sectors)
    demand = np.random.default_rng(5).uniform(1.0, 2.0, sectors)

    def ours() -> Any:
        return input_output.output_for_demand(flows, output, demand, method="series")

    def theirs() -> Any:
        return np.linalg.inv(np.eye(sectors) - flows / output) @ demand

    np.testing.assert_allclose(ours(), theirs(), rtol=1e-8)
    work = f"output for one demand, {sectors:,} sectors, series to 1e-10"
    return race(work, "numpy, the inverse times the demand", 0, ours, theirs, runs=3)


def races() -> Iterator[Race]:
    """Yield all races."""
    yield extraction_race(1_260, 3, 3)
    yield extraction_race(LARGE, 1, TRIED)
    yield ras_race()
    yield series_race()


def growths() -> Iterator[Growth]:
    """Yield extraction and RAS at growing numbers of sectors."""

    def extracted(sectors: int) -> Callable[[], Any]:
        flows, output = table(sectors)
        return lambda: input_output.extraction_loss(flows, output)

    def balanced(sectors: int) -> Callable[[], Any]:
        flows, _ = table(sectors)
        other = flows * np.random.default_rng(3).uniform(0.5, 1.5, flows.shape)
        return lambda: balancing.ras(flows, other.sum(axis=1), other.sum(axis=0))

    yield growth("hypothetical extraction of every sector", "sectors", (630, 1_260, 2_520), extracted)
    yield growth("RAS to 1e-10", "sectors", (630, 1_260, 2_520), balanced)
